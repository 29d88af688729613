from __future__ import annotations

from datetime import date

import pytest

from app.core import clock

__all__ = ["monday_morning"]


@pytest.fixture(autouse=True)
def monday_morning():
    """It is Monday, 2 November 2026, nine o'clock in China."""
    with clock.frozen(clock.at(date(2026, 11, 2), 9)):
        yield clock.now()
