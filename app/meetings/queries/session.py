"""Everything the host's console shows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.core.access import Actor
from app.core.db import built_once, rows
from app.core.errors import NotFoundError
from app.meetings import policy
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.attendance import Invitation
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import MeetingRule
from app.meetings.models.speeches import Speech, Stance
from app.meetings.models.votes import Vote, VoteMode
from app.meetings.queries.agenda import VALID
from app.meetings.queries.attendance import HeadCount, head_count
from app.meetings.queries.meetings import hosted
from app.meetings.queries.voting import OnRoll, roll
from app.meetings.rows import (
    ITEM,
    MEETING,
    RULE,
    VOTE,
    ItemRow,
    MeetingRow,
    PlaceRow,
    PlatformRow,
    RuleRow,
    VoteRow,
)
from app.meetings.states import ItemState, VoteState
from app.people.models import Person, Unit
from app.places.models import Place
from app.platforms.models import Platform


class Turn(NamedTuple):
    """A turn in the speaking queue. `turns` is how many the person has had on this item."""

    id: int
    invitation_id: int
    name: str
    representative: str | None
    stance: Stance
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    turns: int


@dataclass(frozen=True)
class Console:
    """`items` are what is not withdrawn, each with the vote that counts; `roll` only in an open
    roll call."""

    meeting: MeetingRow
    items: list[tuple[ItemRow, VoteRow | None]]
    count: HeadCount
    queue: Sequence[Turn] = ()
    roll: Sequence[OnRoll] = field(default=())

    @property
    def current(self) -> ItemRow | None:
        return next((item for item, _vote in self.items if item.state is ItemState.CURRENT), None)

    @property
    def vote(self) -> VoteRow | None:
        """The current item's vote."""
        return next((vote for item, vote in self.items if item.state is ItemState.CURRENT), None)

    @property
    def waiting(self) -> list[ItemRow]:
        return [item for item, _vote in self.items if item.state is ItemState.WAITING]

    @property
    def all_done(self) -> bool:
        """Whether no item waits to be taken up or to be voted on."""
        return not self.waiting and not any(policy.lacks_vote(*pair) for pair in self.items)


def running_meeting(actor: Actor, meeting_id: int) -> MeetingRow:
    """The meeting, if the actor may run it; else NotFoundError. One query."""
    found = rows(_run_by(actor), wanted=meeting_id)
    if not found:
        raise NotFoundError
    [*of_meeting, community, path, place, place_path] = found[0][: -len(RULE)]
    rule = found[0][-len(RULE) :]
    return MeetingRow._make(
        [
            *of_meeting,
            PlaceRow(community, path),
            PlatformRow(PlaceRow(place, place_path)),
            None if rule[0] is None else RuleRow(*rule),
        ]
    )


@built_once
def _run_by(actor: Actor) -> Select[Any]:
    community, place = aliased(Place), aliased(Place)
    return (
        select(*MEETING, community.name, community.path, place.name, place.path, *RULE)
        .join(community, community.id == Meeting.community_id)
        .join(Platform, Platform.id == Meeting.platform_id)
        .join(place, place.id == Platform.place_id)
        .outerjoin(MeetingRule, MeetingRule.id == Meeting.rule_id)
        .where(hosted(actor), Meeting.id == bindparam("wanted"))
    )


def running_vote(actor: Actor, vote_id: int) -> tuple[MeetingRow, VoteRow]:
    """The vote and its meeting, if the actor may run that; else NotFoundError. Two queries."""
    found = rows(_VOTE, vote_id=vote_id)
    if not found:
        raise NotFoundError
    meeting_id, *vote = found[0]
    rule = RuleRow(*vote[len(VOTE) :])
    return running_meeting(actor, meeting_id), VoteRow(rule, *vote[: len(VOTE)])


_VOTE = (
    select(AgendaItem.meeting_id, *VOTE, *RULE)
    .join(Vote, Vote.item_id == AgendaItem.id)
    .join(MeetingRule, MeetingRule.id == Vote.rule_id)
    .where(Vote.id == bindparam("vote_id"))
)


def _items(meeting_id: int) -> list[tuple[ItemRow, VoteRow | None]]:
    """What is not withdrawn, in order, each with the vote that counts. One query."""
    found = []
    for row in rows(_ITEMS, meeting_id=meeting_id):
        item, vote, rule = row[:_VOTE_AT], row[_VOTE_AT:_RULE_AT], row[_RULE_AT:]
        taken = None if vote[0] is None else VoteRow(RuleRow(*rule), *vote)
        found.append((ItemRow(*item), taken))
    return found


_VOTE_AT = len(ITEM)
_RULE_AT = _VOTE_AT + len(VOTE)
_ITEMS = (
    select(*ITEM, *VOTE, *RULE)
    .outerjoin(Vote, VALID)
    .outerjoin(MeetingRule, MeetingRule.id == Vote.rule_id)
    .where(AgendaItem.meeting_id == bindparam("meeting_id"), AgendaItem.withdrawn_at.is_(None))
    .order_by(AgendaItem.position, AgendaItem.id)
)


def console(meeting: MeetingRow) -> Console:
    """All that the console shows, in at most four queries for any number of people and items."""
    plain = Console(meeting, _items(meeting.id), head_count(meeting.id))
    if plain.current is None:
        return plain
    calling = (
        plain.vote is not None
        and plain.vote.state is VoteState.OPEN
        and plain.vote.mode is VoteMode.ROLL_CALL
    )
    called = roll([plain.vote.id]) if calling and plain.vote else ()
    return Console(meeting, plain.items, plain.count, speaking_queue(plain.current.id), called)


def speaking_queue(item_id: int) -> list[Turn]:
    """An item's turns: the one who speaks, then those who wait, then those who have spoken."""
    found: Sequence[Turn] = rows(_QUEUE, item_id=item_id)
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


def next_stance(queue: Sequence[Turn]) -> Stance | None:
    """The stance whose turn it is if those for and against alternate (正反轮流); None if no speaker
    of that stance waits."""
    spoken = [
        (row.started_at, row.stance)
        for row in queue
        if row.started_at and row.stance is not Stance.NEUTRAL
    ]
    if not spoken:
        return None
    _at, last = max(spoken, key=lambda one: one[0])
    wanted = Stance.AGAINST if last is Stance.FOR else Stance.FOR
    waits = any(row.stance is wanted for row in queue if not row.started_at and not row.ended_at)
    return wanted if waits else None
