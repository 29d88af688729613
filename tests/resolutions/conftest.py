from __future__ import annotations

import pytest

from app.core import clock
from tests.people.conftest import counted
from tests.resolutions import given

__all__ = ["counted"]


@pytest.fixture(autouse=True)
def monday_morning():
    """It is Monday, 23 November 2026, ten o'clock in China."""
    with clock.frozen(given.NOW):
        yield given.NOW


@pytest.fixture
def resolution(cast):
    return given.resolution(cast)
