"""What an act is worth, how long points last, and who may decide about whose points."""

from __future__ import annotations

import calendar
from datetime import date

from app.points.models import Basis

_MINUTES = 60
_PER_CENT = 100


def worth(
    basis: Basis, points: int, *, times: int = 1, minutes: int | None = None, on_top_of: int = 0
) -> int:
    """Whole points for an act under a rule.

    `times` is how often, how many hours, or the multiplier of a task's difficulty. Hours can be
    given in minutes instead; what does not make a whole point is not counted. A percentage is
    taken of `on_top_of` points and rounded half up.
    """
    if basis is Basis.PERCENT:
        return (on_top_of * points * 2 + _PER_CENT) // (2 * _PER_CENT)
    if basis is Basis.PER_HOUR and minutes is not None:
        return points * minutes // _MINUTES
    return points * times


def within_cap(points: int, used: int, cap: int | None) -> int:
    """What of the points still fits under the cap of the year; 0 when it is reached."""
    return points if cap is None else max(0, min(points, cap - used))


def expires_on(happened_on: date, months: int | None) -> date | None:
    """The last day on which points can be spent: so many months after the end of the month of
    the act. None: they do not expire."""
    if months is None:
        return None
    years, month = divmod(happened_on.month - 1 + months, 12)
    year = happened_on.year + years
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def needs_second_person(
    points_of_the_day: int, points_of_the_month: int, second_person_from: int
) -> bool:
    """Whether a manual award waits. Cutting one into pieces does not avoid the second look: all
    of one person's for one day count together, with any user and reason, and all that one
    user asks for one person under one rule in a calendar month, so that an act isn't spread over
    days. Other rules and other users are other acts; a month is what is published together."""
    return max(points_of_the_day, points_of_the_month) >= second_person_from


def month_of(day: date) -> tuple[date, date]:
    """First and last day of its calendar month."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def is_close(
    own_person_id: int | None,
    own_household_id: int | None,
    person_id: int,
    household_id: int | None,
) -> bool:
    """Whether a person is the user or of the user's household: then others decide."""
    if own_person_id is None:
        return False
    return own_person_id == person_id or (
        own_household_id is not None and own_household_id == household_id
    )
