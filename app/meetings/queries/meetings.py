"""Which meetings an actor sees, and one of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import joinedload

from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import built_once, db, objects, rows
from app.core.errors import NotFoundError
from app.core.statements import Asked
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.attendance import Invitation, Reply
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import MeetingKind
from app.meetings.states import MeetingState
from app.places.interface import in_reach, reached_places
from app.platforms.models import Platform
from app.topics.interface import reached_openly
from app.topics.models import Topic

_LISTED = (
    Meeting.id,
    Meeting.number,
    Meeting.title,
    Meeting.kind,
    Meeting.state,
    Meeting.starts_at,
    Meeting.venue,
    Platform.name.label("platform"),
)
_LONGEST_CHOICE = 300
_SHOWN = 6  # of the meetings ahead
# Condition on Meeting: it has a topic on its agenda that only staff and the invited may see.
_SENSITIVE = exists().where(
    AgendaItem.meeting_id == Meeting.id, AgendaItem.topic_id == Topic.id, Topic.sensitive
)
_LIVE = (MeetingState.DRAFT, MeetingState.CONVENED, MeetingState.OPEN)


class ListedMeeting(NamedTuple):
    """A meeting; `platform` is its platform's name. `awaits_reply`: the actor is invited and has
    not said yet whether they come."""

    id: int
    number: str
    title: str
    kind: MeetingKind
    state: MeetingState
    starts_at: datetime
    venue: str
    platform: str
    awaits_reply: bool


class MeetingAhead(NamedTuple):
    """A meeting that has been convened and is not over."""

    id: int
    title: str
    kind: MeetingKind
    starts_at: datetime
    venue: str
    state: MeetingState


class NamedPlatform(NamedTuple):
    id: int
    name: str


def own(actor: Actor) -> ColumnElement[bool]:
    """Condition on Invitation: to the actor, as a resident, a unit's contact or a user."""
    mine = [Invitation.user_id == actor.id]
    if actor.person_id is not None:
        mine.append(Invitation.person_id == actor.person_id)
    if actor.unit_id is not None:
        mine.append(Invitation.unit_id == actor.unit_id)
    return or_(*mine)


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Condition on Meeting: the actor sees it. Those who work with a community's meetings see all
    of them, its people and units those that have been convened. One with a sensitive topic on its
    agenda is only seen by staff, its host, its recorder and the invited."""
    invited: ColumnElement[bool] = exists().where(Invitation.meeting_id == Meeting.id, own(actor))
    if not actor.reaches_no_further(Capability.ANSWER_INVITATION, Capability.SEE_MEETINGS):
        nearby = in_reach(Meeting.community_id, actor, Capability.ANSWER_INVITATION)
        invited = or_(invited, and_(nearby, ~_SENSITIVE))
    return or_(
        reached_openly(Meeting.community_id, actor, Capability.SEE_MEETINGS, _SENSITIVE),
        Meeting.host_id == actor.id,
        Meeting.recorder_id == actor.id,
        and_(Meeting.convened_at.is_not(None), invited),
    )


def hosted(actor: Actor) -> ColumnElement[bool]:
    """Condition on Meeting: those the actor may run. A host of one building runs the meetings
    of its platforms, and those they have been named the host of."""
    platforms = select(Platform.id).where(
        Platform.place_id.in_(reached_places(actor, Capability.HOST_MEETING))
    )
    return and_(
        in_reach(Meeting.community_id, actor, Capability.HOST_MEETING),
        or_(Meeting.host_id == actor.id, Meeting.platform_id.in_(platforms)),
    )


def meeting_in_reach(actor: Actor, capability: Capability, meeting_id: int) -> Meeting:
    """The meeting with its platform, community, host and rule, if the actor reaches it with the
    capability; else NotFoundError. One query."""
    return _one(_reached(actor, capability), meeting_id)


def meeting_seen(actor: Actor, meeting_id: int) -> Meeting:
    """The meeting, if the actor may read it; else NotFoundError. One query."""
    return _one(_seen(actor), meeting_id)


def may_read(actor: Actor | None, meeting_id: int) -> bool:
    """Whether the reader may read the meeting, so that a link to it leads somewhere."""
    if actor is None:
        return False
    found = select(Meeting.id).where(Meeting.id == meeting_id, seen_by(actor))
    return db.session.scalar(found) is not None


def meeting_by_code(actor: Actor, code: str) -> Meeting:
    """The meeting whose screen shows this check-in code, if the actor may read it at all; else
    NotFoundError."""
    return _one(_seen(actor, Meeting.check_in_code), code)


@built_once
def meetings(
    actor: Actor,
    *,
    past: bool = False,
    platform_id: int | None = None,
    kind: MeetingKind | None = None,
    mine: bool = False,
) -> Select[Any]:
    """Rows (ListedMeeting) of the meetings the actor sees: those ahead with the next first, or the
    `past` ones with the newest first. `mine`: those the actor is invited to or hosts."""
    invited: ColumnElement[bool] = exists().where(Invitation.meeting_id == Meeting.id, own(actor))
    unanswered = exists().where(
        Invitation.meeting_id == Meeting.id, own(actor), Invitation.reply == Reply.NONE
    )
    awaits_reply = and_(Meeting.state == MeetingState.CONVENED, unanswered).label("awaits_reply")
    statement = (
        select(*_LISTED, awaits_reply)
        .join(Platform, Platform.id == Meeting.platform_id)
        .where(seen_by(actor))
    )
    if past:
        statement = statement.where(Meeting.state.not_in(_LIVE)).order_by(
            Meeting.starts_at.desc(), Meeting.id.desc()
        )
    else:
        statement = statement.where(Meeting.state.in_(_LIVE)).order_by(
            Meeting.starts_at, Meeting.id
        )
    if platform_id is not None:
        statement = statement.where(Meeting.platform_id == platform_id)
    if kind is not None:
        statement = statement.where(Meeting.kind == kind)
    if mine:
        convened = Meeting.convened_at.is_not(None)
        statement = statement.where(or_(Meeting.host_id == actor.id, and_(invited, convened)))
    return statement


def platforms_of(actor: Actor) -> Sequence[NamedPlatform]:
    """The platforms whose meetings the actor may see, for a filter."""
    return rows(_platforms_of(actor))


@built_once
def _platforms_of(actor: Actor) -> Select[Any]:
    return (
        select(Platform.id, Platform.name)
        .where(
            or_(
                in_reach(Platform.community_id, actor, Capability.SEE_MEETINGS),
                in_reach(Platform.community_id, actor, Capability.ANSWER_INVITATION),
            )
        )
        .order_by(Platform.name, Platform.id)
        .limit(_LONGEST_CHOICE)
    )


def upcoming(community_id: int) -> Sequence[MeetingAhead]:
    """The community's next meetings, for every reader: none with a sensitive topic on its agenda."""
    return rows(_upcoming(community_id))


@built_once
def _upcoming(community_id: int) -> Select[Any]:
    return _ahead().where(Meeting.community_id == community_id, ~_SENSITIVE)


def upcoming_for(actor: Actor) -> Sequence[MeetingAhead]:
    """The next meetings: for an actor who works with meetings all they see, for others those they
    are invited to or host."""
    return rows(_upcoming_for(actor))


@built_once
def _upcoming_for(actor: Actor) -> Select[Any]:
    if actor.may(Capability.SEE_MEETINGS):
        return _ahead().where(seen_by(actor))
    invited_to = select(Invitation.meeting_id).where(own(actor))
    return _ahead().where(or_(Meeting.id.in_(invited_to), Meeting.host_id == actor.id))


def _ahead() -> Select[Any]:
    """Rows (MeetingAhead)."""
    return (
        select(
            Meeting.id, Meeting.title, Meeting.kind, Meeting.starts_at, Meeting.venue, Meeting.state
        )
        .where(
            Meeting.state.in_((MeetingState.CONVENED, MeetingState.OPEN)),
            Meeting.starts_at >= clock.at(clock.today()),
        )
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(_SHOWN)
    )


@built_once
def _reached(actor: Actor, capability: Capability) -> Select[tuple[Meeting]]:
    if capability is Capability.HOST_MEETING:
        reached = hosted(actor)
    else:
        reached = in_reach(Meeting.community_id, actor, capability)
    return _WHOLE.where(reached, Meeting.id == bindparam("wanted"))


@built_once
def _seen(actor: Actor, by: Any = Meeting.id) -> Select[tuple[Meeting]]:
    return _WHOLE.where(seen_by(actor), by == bindparam("wanted"))


_WHOLE = select(Meeting).options(
    joinedload(Meeting.platform).joinedload(Platform.place),
    joinedload(Meeting.community),
    joinedload(Meeting.host),
    joinedload(Meeting.recorder),
    joinedload(Meeting.rule),
)


def _one(asked: Asked[Select[tuple[Meeting]]], wanted: int | str) -> Meeting:
    found = objects(asked, wanted=wanted).first()
    if found is None:
        raise NotFoundError
    return found
