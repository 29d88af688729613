from __future__ import annotations

import pytest

from app.core import clock
from app.core.db import db
from app.resolutions.models import Resolution
from tests.resolutions import given


@pytest.fixture(autouse=True)
def monday_morning():
    """It is Monday, 23 November 2026, ten o'clock in China."""
    with clock.frozen(given.NOW):
        yield given.NOW


@pytest.fixture(scope="session")
def decided(prepare):
    """As `prepared`, with a resolution: the way to one is long, and most tests here begin at it."""

    def resolution_number(cast):
        with clock.frozen(given.NOW):
            return given.resolution(cast).id

    with prepare(resolution_number) as made:
        yield made


@pytest.fixture
def prepared(request, prepared):
    """The tests that ask for the resolution have it in their database; the others have none."""
    wanted = "resolution" in request.fixturenames
    return request.getfixturevalue("decided") if wanted else prepared


@pytest.fixture
def resolution(cast, prepared):
    return db.session.get(Resolution, prepared[2])
