"""What waits for the staff of a community and for the street office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, exists, or_, select

from app.conventions import policy
from app.conventions.models import Convention, ConventionVersion
from app.conventions.states import VersionState
from app.core.access import Actor, Capability
from app.core.db import built_once, rows
from app.core.i18n import Phrase, marked
from app.core.waiting import Waiting
from app.meetings.models import AgendaItem, Meeting, Vote
from app.meetings.states import MeetingState, VoteState
from app.places.queries import in_reach

if TYPE_CHECKING:
    from datetime import date


def waiting(actor: Actor, limit: int = 20) -> list[Waiting]:
    """Staff: opinions to answer, texts to file and publish. Street: texts to review."""
    found: list[Waiting] = []
    for capability, states in (
        (Capability.MANAGE_CONVENTIONS, _STAFF_ACTS),
        (Capability.REVIEW_CONVENTION, {VersionState.UNDER_REVIEW: marked("Review a convention")}),
    ):
        if not actor.may(capability):
            continue
        found += [
            Waiting(
                Phrase(states[row.state]), row.title, "conventions.version",
                {"convention_id": row.id, "number": row.number}, _due(row),
            )
            for row in rows(_waiting(actor, capability, tuple(states), limit))
        ]  # fmt: skip
    return found


@built_once
def _waiting(
    actor: Actor, capability: Capability, states: tuple[VersionState, ...], limit: int
) -> Select[Any]:
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


def _meeting_is_over() -> Any:
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


def _due(row: Any) -> date | None:
    if row.state is VersionState.PUBLIC_COMMENT:
        due: date | None = row.comment_until
        return due
    return policy.filing_due(row)
