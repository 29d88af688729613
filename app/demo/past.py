"""What the writing of one community's year passes around."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from app.core import clock, numbering
from app.demo.course import Calendar
from app.demo.credits import Credits
from app.demo.rows import Rows
from app.demo.world import Community
from app.meetings.models.rules import MeetingRule


@dataclass
class Past:
    """One community's year so far: its sources, its running numbers, its last meeting."""

    random: Random
    rows: Rows
    credits: Credits
    community: Community
    rule: MeetingRule
    photos: list[int]
    calendar: Calendar
    last: date
    tasks: int = 0
    present: list[tuple[int, int]] = field(
        default_factory=list
    )  # (person, invitation) of the last meeting
    roll: list[int] = field(default_factory=list)  # invitations of all members present at it
    _numbers: Counter[tuple[str, int]] = field(default_factory=Counter)

    def happened(self, at: datetime) -> bool:
        """Whether it lies in the past; what comes later is left to the people who try it."""
        return at < clock.at(self.last + timedelta(days=1))

    def next_number(self, kind: str, on: datetime) -> int:
        """The next number of a kind in the year of that moment."""
        counted = (kind, clock.local(on).year)
        self._numbers[counted] += 1
        return self._numbers[counted]

    def number_of_year(self, kind: str, on: datetime) -> str:
        """`2026-013`, as numbering writes it."""
        return f"{clock.local(on).year}-{self.next_number(kind, on):03d}"

    def keep_numbering(self) -> None:
        """The next of each kind go on behind these, in each of the years."""
        for (kind, year), value in self._numbers.items():
            numbering.continue_after(f"{kind}:{self.community.id}:{year}", value)
