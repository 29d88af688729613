from __future__ import annotations

import pytest
from flask import current_app

from tests.house import things


@pytest.fixture(scope="session")
def furnished(prepare):
    """As `prepared`, with one of everything that an address can name: that takes long to make."""
    with prepare(lambda cast: things.of_home(current_app, cast)) as made:
        yield made


@pytest.fixture
def prepared(request, prepared):
    """The tests that ask for `made` find it in their database; the others have the cast alone."""
    wanted = "made" in request.fixturenames
    return request.getfixturevalue("furnished") if wanted else prepared


@pytest.fixture
def made(prepared) -> things.Things:
    return prepared[2]
