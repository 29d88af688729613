"""When each step of one matter happens: on days on which offices work, or not yet."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from app.core import clock, workdays

_TOOK = ((4, 5, 6, 9), (30, 30, 30, 10))  # working days until a task is handed in, seven allowed
_HANGS = 15  # days a notice hangs (2025 law, art. 34)


class Calendar:
    """The working days from one day to another, looked up once for all communities."""

    def __init__(self, first: date, last: date) -> None:
        span = (first + timedelta(days=number) for number in range((last - first).days + 1))
        self._days = [day for day in span if workdays.is_working(day)]

    def between(self, first: date, last: date) -> list[date]:
        return self._days[bisect_left(self._days, first) : bisect_right(self._days, last)]

    def after(self, day: date, count: int = 1) -> date:
        """The working day `count` working days after a day."""
        return self._days[bisect_right(self._days, day) + count - 1]

    def ending(self, day: date) -> date:
        """The last day of a notice hung that day; a holiday is no last day."""
        return self._days[bisect_left(self._days, day + timedelta(days=_HANGS))]


@dataclass(frozen=True)
class Course:
    """From the topic raised to the matter closed. Without a task `finished` is when people
    have done by themselves what was agreed."""

    raised: datetime
    accepted: datetime
    scheduled: datetime
    convened: datetime
    starts: datetime
    over: datetime
    confirmed: datetime
    published: datetime
    taken: datetime
    handed_in: datetime
    verified: datetime
    called: datetime
    finished: datetime
    reported: datetime
    closed: datetime

    @property
    def day(self) -> date:
        """The day of the meeting."""
        return clock.local(self.starts).date()


def course(calendar: Calendar, random: Random, day: date, *, with_task: bool) -> Course:
    """The course of a matter whose meeting is held that evening."""
    starts = clock.at(day, 19, 30)
    raised = starts - timedelta(days=random.randint(9, 20))
    next_day = calendar.after(day)
    took = random.choices(*_TOOK)[0]
    # Some accept at once, some on the last day they may.
    taken = random.choice((clock.at(next_day, 11), clock.at(calendar.after(next_day), 10)))
    handed_in = calendar.after(next_day, took)
    verified = calendar.after(handed_in)
    finished = calendar.after(verified if with_task else next_day, 2)
    reported = calendar.after(finished)
    return Course(
        raised=raised,
        accepted=raised + timedelta(days=2),
        scheduled=raised + timedelta(days=4),
        convened=starts - timedelta(days=5),
        starts=starts,
        over=starts + timedelta(minutes=80),
        confirmed=clock.at(next_day, 16),
        published=clock.at(next_day, 9),
        taken=taken,
        handed_in=clock.at(handed_in, 16),
        verified=clock.at(verified, 10),
        called=clock.at(verified, 15),
        finished=clock.at(finished, 16),
        reported=clock.at(reported, 10),
        closed=clock.at(calendar.after(calendar.ending(reported)), 10),
    )
