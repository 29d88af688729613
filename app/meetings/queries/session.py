"""Everything the host's console shows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, func, select

from app.accounts.models import User
from app.core.db import rows
from app.meetings import policy
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.attendance import Invitation
from app.meetings.models.meetings import Meeting
from app.meetings.models.speeches import Speech, Stance
from app.meetings.models.votes import Vote, VoteMode
from app.meetings.queries.agenda import agenda
from app.meetings.queries.attendance import HeadCount, head_count
from app.meetings.queries.voting import roll
from app.meetings.states import ItemState, VoteState
from app.people.models import Person, Unit


@dataclass(frozen=True)
class Console:
    """`items` are what is not withdrawn, each with the vote that counts; `roll` only in an open
    roll call."""

    meeting: Meeting
    items: list[tuple[AgendaItem, Vote | None]]
    count: HeadCount
    queue: Sequence[Any] = ()
    roll: Sequence[Any] = field(default=())

    @property
    def current(self) -> AgendaItem | None:
        return next((item for item, _vote in self.items if item.state is ItemState.CURRENT), None)

    @property
    def vote(self) -> Vote | None:
        """The current item's vote."""
        return next((vote for item, vote in self.items if item.state is ItemState.CURRENT), None)

    @property
    def waiting(self) -> list[AgendaItem]:
        return [item for item, _vote in self.items if item.state is ItemState.WAITING]

    @property
    def all_done(self) -> bool:
        """Whether closing leaves nothing out: no item waits, nor for its vote."""
        return not self.waiting and not any(policy.lacks_vote(*pair) for pair in self.items)


def console(meeting: Meeting) -> Console:
    """Four queries at most, whatever the number of people and items."""
    items = [(item, vote) for item, vote in agenda(meeting.id) if item.withdrawn_at is None]
    plain = Console(meeting, items, head_count(meeting.id))
    if plain.current is None:
        return plain
    calling = (
        plain.vote is not None
        and plain.vote.state is VoteState.OPEN
        and plain.vote.mode is VoteMode.ROLL_CALL
    )
    called = roll([plain.vote.id]) if calling and plain.vote else ()
    return Console(meeting, items, plain.count, speaking_queue(plain.current.id), called)


def speaking_queue(item_id: int) -> Sequence[Any]:
    """(id, invitation_id, name, representative, stance, asked_at, started_at, ended_at, turns) of
    an item's turns: who speaks, then who waits, then who has spoken. `turns` counts the turns
    the person has had on this item."""
    found = rows(_QUEUE, item_id=item_id)
    return sorted(found, key=lambda row: (row.ended_at is not None, row.started_at is None))


_QUEUE = (
    select(
        Speech.id,
        Speech.invitation_id,
        func.coalesce(Person.name, Unit.name, User.name).label("name"),
        Invitation.representative,
        Speech.stance,
        Speech.asked_at,
        Speech.started_at,
        Speech.ended_at,
        func.count(Speech.started_at).over(partition_by=Speech.invitation_id).label("turns"),
    )
    .join(Invitation, Invitation.id == Speech.invitation_id)
    .outerjoin(Person, Person.id == Invitation.person_id)
    .outerjoin(Unit, Unit.id == Invitation.unit_id)
    .outerjoin(User, User.id == Invitation.user_id)
    .where(Speech.item_id == bindparam("item_id"))
    .order_by(Speech.asked_at, Speech.id)
)


def next_stance(queue: Sequence[Any]) -> Stance | None:
    """Whose turn it is if those for and against alternate (正反轮流), when the queue has somebody
    of that opinion; else None."""
    spoken = [row for row in queue if row.started_at and row.stance is not Stance.NEUTRAL]
    if not spoken:
        return None
    last = max(spoken, key=lambda row: row.started_at).stance
    wanted = Stance.AGAINST if last is Stance.FOR else Stance.FOR
    waits = any(row.stance is wanted for row in queue if not row.started_at and not row.ended_at)
    return wanted if waits else None
