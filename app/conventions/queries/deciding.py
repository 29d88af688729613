"""The meetings that decide on a convention, and what they have decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import joinedload

from app.conventions import policy
from app.conventions.models import Convention, ConventionVersion
from app.conventions.states import VersionState
from app.core import clock
from app.core.db import db
from app.core.slots import fills
from app.meetings.interface import MeetingState, VoteState, valid_vote
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.meetings import Meeting
from app.meetings.models.votes import Vote

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from app.meetings.models.rules import MeetingKind


class MeetingToDecide(NamedTuple):
    """A meeting that may decide on a convention."""

    id: int
    title: str
    starts_at: datetime
    kind: MeetingKind


class VersionToDecide(NamedTuple):
    """A reviewed text that a meeting may decide on; `id` is the version's."""

    id: int
    convention_id: int
    number: int
    title: str


class Decision(NamedTuple):
    """An item of an agenda that was voted through; `meeting` is its meeting's title."""

    id: int
    title: str
    meeting: str
    starts_at: datetime


def meetings_to_decide(convention_row: Convention) -> Sequence[MeetingToDecide]:
    """The meetings still being prepared that may decide on the convention."""
    found = db.session.execute(
        select(Meeting.id, Meeting.title, Meeting.starts_at, Meeting.kind)
        .where(
            Meeting.community_id == convention_row.community_id,
            Meeting.state == MeetingState.DRAFT,
            Meeting.kind.in_(policy.DECIDING[convention_row.kind]),
        )
        .order_by(Meeting.starts_at)
    )
    return cast("Sequence[MeetingToDecide]", found.all())


def versions_to_decide(meeting: Meeting) -> Sequence[VersionToDecide]:
    """The reviewed texts the meeting may decide on."""
    kinds = [kind for kind, deciding in policy.DECIDING.items() if meeting.kind in deciding]
    found = db.session.execute(
        select(
            ConventionVersion.id,
            ConventionVersion.convention_id,
            ConventionVersion.number,
            Convention.title,
        )
        .join(Convention, Convention.id == ConventionVersion.convention_id)
        .where(
            Convention.community_id == meeting.community_id,
            Convention.kind.in_(kinds),
            ConventionVersion.state == VersionState.REVIEWED,
        )
        .order_by(ConventionVersion.id)
    )
    return cast("Sequence[VersionToDecide]", found.all())


def item_of(version: ConventionVersion) -> AgendaItem | None:
    """The agenda item by which the version is or was put to the vote, with its meeting."""
    return db.session.scalar(
        select(AgendaItem)
        .options(joinedload(AgendaItem.meeting))
        .where(AgendaItem.id == version.item_id)
    )


@fills("meetings.frozen")
def frozen() -> ColumnElement[bool]:
    """Condition on AgendaItem: its motion is the text of a convention put to the vote."""
    return exists().where(ConventionVersion.item_id == AgendaItem.id)


def undecided(version: ConventionVersion) -> bool:
    """Whether its meeting has not decided on the frozen text and never will."""
    item = item_of(version)
    if item is None or item.withdrawn_at or item.meeting.state is MeetingState.CANCELLED:
        return True
    if item.meeting.state not in {MeetingState.CLOSED, MeetingState.CONFIRMED}:
        return False
    vote = valid_vote(item.id)
    return vote is None or vote.motion_digest != version.digest


def is_voted_on(version: ConventionVersion) -> bool:
    """Whether its meeting has closed a vote on the text, so that the result can be taken over."""
    vote = valid_vote(version.item_id) if version.item_id else None
    return vote is not None and vote.state is VoteState.CLOSED


def decisions_to_repeal(convention_row: Convention) -> Sequence[Decision]:
    """What meetings that may decide on the convention have voted through since it came into force,
    the newest first."""
    own = select(ConventionVersion.item_id).where(
        ConventionVersion.convention_id == convention_row.id, ConventionVersion.item_id.is_not(None)
    )
    since = db.session.scalar(
        select(func.max(ConventionVersion.in_force_from)).where(
            ConventionVersion.convention_id == convention_row.id
        )
    )
    if since is None:
        return []
    found = db.session.execute(
        select(AgendaItem.id, AgendaItem.title, Meeting.title.label("meeting"), Meeting.starts_at)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .join(Vote, (Vote.item_id == AgendaItem.id) & (Vote.state == VoteState.CLOSED))
        .where(
            Meeting.community_id == convention_row.community_id,
            Meeting.kind.in_(policy.DECIDING[convention_row.kind]),
            Vote.passed.is_(True),
            AgendaItem.id.not_in(own),
            Meeting.starts_at >= clock.at(since),
        )
        .order_by(Meeting.starts_at.desc(), AgendaItem.position)
        .limit(50)
    )
    return cast("Sequence[Decision]", found.all())
