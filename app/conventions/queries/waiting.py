"""What waits for the staff of a community, for the street office, and for residents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, or_, select

from app.conventions import policy
from app.conventions.models import Convention, ConventionVersion, Opinion
from app.conventions.queries.texts import takes_opinions
from app.conventions.states import VersionState
from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import built_once, rows
from app.core.i18n import Phrase, marked
from app.core.waiting import Waiting
from app.meetings.interface import MeetingState, VoteState
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.meetings import Meeting
from app.meetings.models.votes import Vote
from app.places.interface import in_reach

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from app.conventions.queries.texts import OpenDraft


class ToWorkOn(NamedTuple):
    """A version whose next step is the actor's; `id` is the convention's."""

    id: int
    title: str
    number: int
    state: VersionState
    comment_until: date | None
    file_by: date | None


def waiting(actor: Actor, limit: int = 20) -> list[Waiting]:
    """What waits for the actor: for staff opinions to answer and texts to file and publish, for the
    street office texts to review, for residents drafts they have given no opinion on yet."""
    found = _to_comment_on(actor, limit)
    for capability, states in (
        (Capability.MANAGE_CONVENTIONS, _STAFF_ACTS),
        (Capability.REVIEW_CONVENTION, {VersionState.UNDER_REVIEW: marked("Review a convention")}),
    ):
        if not actor.may(capability):
            continue
        versions: Sequence[ToWorkOn] = rows(_waiting(actor, capability, tuple(states), limit))
        found += [
            Waiting(
                Phrase(states[row.state]), row.title, "conventions.version",
                {"convention_id": row.id, "number": row.number}, _due(row),
            )
            for row in versions
        ]  # fmt: skip
    return found


def _to_comment_on(actor: Actor, limit: int) -> list[Waiting]:
    if actor.person_id is None or not actor.may(Capability.GIVE_OPINION):
        return []
    drafts: Sequence[OpenDraft] = rows(_drafts(actor, limit))
    return [
        Waiting(
            Phrase(marked("Say what you think of a draft")), row.title, "conventions.version",
            {"convention_id": row.id, "number": row.number}, row.comment_until,
        )
        for row in drafts
    ]  # fmt: skip


@built_once
def _drafts(actor: Actor, limit: int) -> Select[Any]:
    """Rows (OpenDraft)."""
    own = exists().where(
        Opinion.version_id == ConventionVersion.id, Opinion.person_id == actor.person_id
    )
    return (
        select(
            Convention.id, Convention.title, ConventionVersion.number, ConventionVersion.comment_until,
        )
        .join(ConventionVersion, ConventionVersion.convention_id == Convention.id)
        .where(
            in_reach(Convention.community_id, actor, Capability.GIVE_OPINION),
            takes_opinions(clock.today()),
            ~own,
        )
        .order_by(ConventionVersion.comment_until, Convention.id)
        .limit(limit)
    )  # fmt: skip


@built_once
def _waiting(
    actor: Actor, capability: Capability, states: tuple[VersionState, ...], limit: int
) -> Select[Any]:
    """Rows (ToWorkOn)."""
    return (
        select(
            Convention.id, Convention.title, ConventionVersion.number, ConventionVersion.state,
            ConventionVersion.comment_until, ConventionVersion.file_by,
        )
        .join(ConventionVersion, ConventionVersion.convention_id == Convention.id)
        .where(
            in_reach(Convention.community_id, actor, capability),
            ConventionVersion.state.in_(states),
            or_(ConventionVersion.state != VersionState.VOTING, _meeting_is_over()),
            or_(
                ConventionVersion.state != VersionState.DRAFTING,
                ConventionVersion.comment_until.is_not(None),
            ),
        )
        .order_by(ConventionVersion.id)
        .limit(limit)
    )  # fmt: skip


def _meeting_is_over() -> ColumnElement[bool]:
    """Condition on ConventionVersion: its meeting has voted on it, or can't any more."""
    over = Meeting.state.in_([MeetingState.CLOSED, MeetingState.CONFIRMED, MeetingState.CANCELLED])
    voted = exists().where(Vote.item_id == AgendaItem.id, Vote.state == VoteState.CLOSED)
    return exists().where(
        AgendaItem.id == ConventionVersion.item_id,
        Meeting.id == AgendaItem.meeting_id,
        or_(over, AgendaItem.withdrawn_at.is_not(None), voted),
    )


_STAFF_ACTS = {
    VersionState.DRAFTING: marked("Revise a convention by the opinions taken up"),
    VersionState.PUBLIC_COMMENT: marked("Answer the opinions on a convention"),
    VersionState.RETURNED: marked("Revise a convention returned by the street office"),
    VersionState.REVIEWED: marked("Put a convention to the vote"),
    VersionState.VOTING: marked("Take over the vote on a convention"),
    VersionState.REJECTED: marked("Revise a convention that was voted down"),
    VersionState.ADOPTED: marked("File a convention that was adopted"),
    VersionState.FILED: marked("Publish a convention that was filed"),
}


def _due(version: ToWorkOn) -> date | None:
    if version.state is VersionState.PUBLIC_COMMENT:
        return version.comment_until
    return policy.filing_due(version)
