"""What the writing of one community's year passes around."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from app.demo.credits import Credits
from app.demo.rows import Rows
from app.demo.world import Community
from app.meetings.models import MeetingRule


@dataclass
class Past:
    """One community's year so far: its sources, its running numbers, its last meeting."""

    random: Random
    rows: Rows
    credits: Credits
    community: Community
    rule: MeetingRule
    photos: list[int]
    tasks_left: int
    number: int = 0
    resolution: int = 0
    notice: int = 0
    task: int = 0
    present: list[tuple[int, int]] = field(
        default_factory=list
    )  # (person, invitation) of the last meeting
    roll: list[int] = field(default_factory=list)  # invitations of all members present at it
