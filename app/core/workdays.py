"""Working days as offices in China count them, from a table that can be edited.

The State Council announces each year's holidays and make-up days late in the
year before. Years not announced yet are counted by weekday; `announced` lets a
page say so.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, db

if TYPE_CHECKING:
    from collections.abc import Iterable


class CalendarDay(Model):
    """A day that differs from its weekday: a holiday, or a weekend day that is worked."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    name: Mapped[str]


def is_working(day: date) -> bool:
    return _is_working(day, _exceptions(day, day))


def add_working_days(start: date, count: int) -> date:
    """The working day `count` working days after `start`; the day of the act does not count
    (Civil Code art. 201)."""
    exceptions = _exceptions(start, start + timedelta(days=count * 2 + 40))
    day = start
    while count > 0:
        day += timedelta(days=1)
        if _is_working(day, exceptions):
            count -= 1
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative if `end` is earlier."""
    if end < start:
        return -working_days_between(end, start)
    exceptions = _exceptions(start, end)
    return sum(
        _is_working(start + timedelta(days=n), exceptions) for n in range(1, (end - start).days + 1)
    )


def next_working_day(day: date) -> date:
    """`day` itself if it is worked, else the next one that is: a period that would end on a
    holiday ends after it (Civil Code art. 203)."""
    return day if is_working(day) else add_working_days(day, 1)


def announced(year: int) -> bool:
    """Whether the holidays of that year are in the table."""
    return bool(
        db.session.scalar(
            select(CalendarDay.day)
            .where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
            .limit(1)
        )
    )


def seed(years: Iterable[int]) -> int:
    """Fill the table for these years as far as chinesecalendar knows them. Returns rows added."""
    import chinese_calendar  # noqa: PLC0415 - a table of holidays, only needed when seeding

    known = set(db.session.scalars(select(CalendarDay.day)))
    rows = []
    for year in years:
        day = date(year, 1, 1)
        while day.year == year:
            try:
                working = chinese_calendar.is_workday(day)
                _off, name = chinese_calendar.get_holiday_detail(day)
            except NotImplementedError:
                break
            if working != (day.weekday() < 5) and day not in known:  # noqa: PLR2004 - Monday to Friday
                rows.append({"day": day, "working": working, "name": name or ""})
            day += timedelta(days=1)
    if rows:
        db.session.execute(insert(CalendarDay), rows)
    return len(rows)


def _exceptions(first: date, last: date) -> dict[date, bool]:
    rows = db.session.execute(
        select(CalendarDay.day, CalendarDay.working).where(CalendarDay.day.between(first, last))
    )
    return {row.day: row.working for row in rows}


def _is_working(day: date, exceptions: dict[date, bool]) -> bool:
    return exceptions.get(day, day.weekday() < 5)  # noqa: PLR2004 - Monday to Friday
