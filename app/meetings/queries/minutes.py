"""The minutes as they are assembled: agenda, attendance, votes, corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.meetings import policy
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.attendance import Capacity, Reply
from app.meetings.models.meetings import Meeting
from app.meetings.models.minutes import MinutesCorrection
from app.meetings.models.votes import Vote, VoteMode
from app.meetings.queries.attendance import Listed, whole_list
from app.meetings.queries.quorum import LostQuorum, quorums_lost
from app.meetings.queries.readiness import COMMA
from app.meetings.queries.voting import OnRoll, roll
from app.meetings.states import VoteState


@dataclass(frozen=True)
class Minutes:
    """`votes` holds all votes of an item, void ones first; `rolls` the named votes."""

    meeting: Meeting
    items: list[AgendaItem]
    votes: dict[int, list[Vote]]
    rolls: dict[int, list[OnRoll]]
    present: list[Listed]
    leave: list[Listed]
    absent: list[Listed]
    observers: list[Listed]
    corrections: Sequence[MinutesCorrection]
    lost: Sequence[LostQuorum]

    def valid(self, item: AgendaItem) -> Vote | None:
        votes = self.votes.get(item.id, [])
        return next((vote for vote in votes if vote.state is not VoteState.VOIDED), None)

    def named(self, role: str) -> str:
        """Who was "scrutineer" or "teller" of the votes that count."""
        taken = [vote for item in self.items if (vote := self.valid(item)) is not None]
        return COMMA.join(dict.fromkeys(name for vote in taken if (name := getattr(vote, role))))

    @property
    def unwritten(self) -> list[AgendaItem]:
        """The items of which nothing has been written down."""
        return [item for item in self.items if not item.notes and item.withdrawn_at is None]

    @property
    def unfinished(self) -> list[AgendaItem]:
        return [item for item in self.items if policy.lacks_outcome(item, self.valid(item))]


def minutes_of(meeting: Meeting) -> Minutes:
    """All that the minutes say, in six queries for any number of people and items."""
    items = list(
        db.session.scalars(
            select(AgendaItem)
            .where(AgendaItem.meeting_id == meeting.id)
            .options(joinedload(AgendaItem.topic))
            .order_by(AgendaItem.position, AgendaItem.id)
        )
    )
    votes: dict[int, list[Vote]] = {}
    taken = db.session.scalars(
        select(Vote)
        .join(AgendaItem, AgendaItem.id == Vote.item_id)
        .where(AgendaItem.meeting_id == meeting.id)
        .options(joinedload(Vote.rule))
        .order_by(Vote.id)
    )
    for vote in taken:
        votes.setdefault(vote.item_id, []).append(vote)
    rolls: dict[int, list[OnRoll]] = {}
    named = [v.id for all_ in votes.values() for v in all_ if v.mode is VoteMode.ROLL_CALL]
    for row in roll(named):
        rolls.setdefault(row.vote_id, []).append(row)
    people = whole_list(meeting.id)
    members = [row for row in people if row.capacity is Capacity.MEMBER]
    away = [row for row in members if not row.present_at]
    return Minutes(
        meeting=meeting,
        items=items,
        votes=votes,
        rolls=rolls,
        present=[row for row in members if row.present_at],
        leave=[row for row in away if row.reply is Reply.LEAVE],
        absent=[row for row in away if row.reply is not Reply.LEAVE],
        observers=[row for row in people if row.capacity is not Capacity.MEMBER and row.present_at],
        corrections=corrections_of(meeting.id),
        lost=quorums_lost([meeting.id]),
    )


def corrections_of(meeting_id: int) -> Sequence[MinutesCorrection]:
    return db.session.scalars(
        select(MinutesCorrection)
        .where(MinutesCorrection.meeting_id == meeting_id)
        .order_by(MinutesCorrection.number)
    ).all()
