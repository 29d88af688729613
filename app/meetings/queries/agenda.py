"""Items of agendas."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.core.access import Actor, Capability
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.slots import answers
from app.meetings import policy
from app.meetings.models.agenda import AgendaItem, ItemKind
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import MeetingKind
from app.meetings.models.votes import Vote
from app.meetings.queries.meetings import hosted, seen_by
from app.meetings.states import ItemState, MeetingState, VoteState
from app.places.interface import in_reach
from app.topics.interface import Schedulable, TopicState, schedulable
from app.topics.models import Topic

_MOST_DRAFTS = 12  # a community prepares a few at a time
VALID = and_(Vote.item_id == AgendaItem.id, Vote.state != VoteState.VOIDED)


class VotableItem(NamedTuple):
    """An item to vote on, with its meeting; `meeting` is that meeting's title."""

    id: int
    title: str
    motion: str
    topic_id: int | None
    meeting_id: int
    meeting: str
    meeting_kind: MeetingKind
    starts_at: datetime


class DraftMeeting(NamedTuple):
    """A meeting being prepared that may take a topic up; `there`: its agenda has the topic."""

    id: int
    title: str
    kind: MeetingKind
    starts_at: datetime
    there: bool


def of_frozen_text() -> ColumnElement[bool]:
    """Condition on AgendaItem: its motion is a text of a floor above, frozen to be voted on."""
    return or_(false(), *answers("meetings.frozen"))


def is_frozen(item: AgendaItem) -> bool:
    """Whether the item's motion can't be changed here."""
    found = select(AgendaItem.id).where(AgendaItem.id == item.id, of_frozen_text())
    return db.session.scalar(found) is not None


def item_in_reach(actor: Actor, capability: Capability, item_id: int) -> AgendaItem:
    """The item with its meeting and topic, if the actor reaches the meeting with the capability;
    else NotFoundError. SEE_MEETINGS means: may read it."""
    reach = {
        Capability.HOST_MEETING: hosted,
        Capability.SEE_MEETINGS: seen_by,
    }.get(capability, lambda who: in_reach(Meeting.community_id, who, capability))
    item = db.session.scalar(
        select(AgendaItem)
        .join(AgendaItem.meeting)
        .where(AgendaItem.id == item_id, reach(actor))
        .options(
            contains_eager(AgendaItem.meeting).options(
                joinedload(Meeting.community), joinedload(Meeting.rule)
            ),
            joinedload(AgendaItem.topic),
        )
    )
    if item is None:
        raise NotFoundError
    return item


def agenda(meeting_id: int) -> Sequence[tuple[AgendaItem, Vote | None]]:
    """The items in order, each with the vote that counts, if one was taken; withdrawn ones too.
    One query."""
    rows = db.session.execute(_AGENDA, {"meeting_id": meeting_id})
    return [(item, vote) for item, vote in rows]


_AGENDA = (
    select(AgendaItem, Vote)
    .outerjoin(Vote, VALID)
    .where(AgendaItem.meeting_id == bindparam("meeting_id"))
    .options(joinedload(AgendaItem.topic))
    .order_by(AgendaItem.position, AgendaItem.id)
)


def items_without_outcome(meeting_id: int) -> list[AgendaItem]:
    """Items of which the minutes could not say what became of them."""
    return [item for item, vote in agenda(meeting_id) if policy.lacks_outcome(item, vote)]


def never_taken_up(meeting_id: int) -> Sequence[AgendaItem]:
    """The items that the meeting has not begun with, in order."""
    return db.session.scalars(
        select(AgendaItem)
        .where(
            AgendaItem.meeting_id == meeting_id,
            AgendaItem.state == ItemState.WAITING,
            AgendaItem.withdrawn_at.is_(None),
        )
        .order_by(AgendaItem.position, AgendaItem.id)
    ).all()


def never_voted_on(meeting_id: int) -> list[AgendaItem]:
    """The items that were taken up to be voted on and were not, in order."""
    return [item for item, vote in agenda(meeting_id) if policy.lacks_vote(item, vote)]


def votable_items(community_id: int) -> Sequence[VotableItem]:
    """The items to vote on that no vote has been taken on yet, in meetings that have been
    convened."""
    found = db.session.execute(
        select(
            AgendaItem.id,
            AgendaItem.title,
            AgendaItem.motion,
            AgendaItem.topic_id,
            AgendaItem.meeting_id,
            Meeting.title.label("meeting"),
            Meeting.kind.label("meeting_kind"),
            Meeting.starts_at,
        )
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            Meeting.community_id == community_id,
            Meeting.state.in_([MeetingState.CONVENED, MeetingState.OPEN]),
            AgendaItem.kind == ItemKind.VOTE,
            AgendaItem.withdrawn_at.is_(None),
            AgendaItem.outcome.is_(None),
            ~exists().where(VALID),
        )
        .order_by(Meeting.starts_at, AgendaItem.position)
    )
    return cast("Sequence[VotableItem]", found.all())


def topics_to_pick(meeting: Meeting) -> Sequence[Schedulable]:
    """The topics, as of `schedulable`, that can be put on this meeting's agenda and are not on it
    yet, without those that were referred to a higher body."""
    there = set(
        db.session.scalars(
            select(AgendaItem.topic_id).where(
                AgendaItem.meeting_id == meeting.id, AgendaItem.withdrawn_at.is_(None)
            )
        )
    )
    return [
        row
        for row in schedulable(meeting.community_id)
        if row.id not in there and policy.may_take_up(meeting, row.referred_to)
    ]


def drafts_for(topic: Topic, referred_to: TopicState | None) -> list[DraftMeeting]:
    """The meetings being prepared that may take the topic up, the next first."""
    there = exists().where(
        AgendaItem.meeting_id == Meeting.id,
        AgendaItem.topic_id == topic.id,
        AgendaItem.withdrawn_at.is_(None),
    )
    found = db.session.execute(
        select(Meeting.id, Meeting.title, Meeting.kind, Meeting.starts_at, there.label("there"))
        .where(Meeting.community_id == topic.community_id, Meeting.state == MeetingState.DRAFT)
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(_MOST_DRAFTS)
    )
    drafts = cast("Sequence[DraftMeeting]", found.all())
    return [row for row in drafts if policy.takes_up(row.kind, referred_to)]


def topics_named(meeting: Meeting, topic_ids: Sequence[int]) -> list[Topic]:
    """These topics of the meeting's community, in the order asked for; else NotFoundError."""
    found = {
        topic.id: topic
        for topic in db.session.scalars(
            select(Topic).where(Topic.id.in_(topic_ids), Topic.community_id == meeting.community_id)
        )
    }
    if len(found) != len(set(topic_ids)):
        raise NotFoundError
    return [found[id_] for id_ in dict.fromkeys(topic_ids)]
