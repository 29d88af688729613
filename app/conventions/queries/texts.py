"""Reading conventions, their versions, clauses and opinions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.conventions import policy
from app.conventions.models import (
    TAKEN_UP,
    Clause,
    Convention,
    ConventionKind,
    ConventionVersion,
    Opinion,
    VersionStep,
)
from app.conventions.states import VersionState
from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import built_once, db
from app.core.errors import NotFoundError
from app.disclosure import queries as disclosure
from app.disclosure.models import Notice, NoticeKind
from app.meetings.models import AgendaItem, Meeting, Vote
from app.meetings.queries import valid_vote
from app.meetings.states import MeetingState, VoteState
from app.places.models import Level, Place
from app.places.queries import in_reach, reached_places

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

SUBJECT = "convention_version"  # what notices call a version
_WORKERS = (Capability.MANAGE_CONVENTIONS, Capability.REVIEW_CONVENTION)


def visible(
    actor: Actor, *, kind: ConventionKind | None = None, state: VersionState | None = None
) -> Select[Any]:
    """Rows of conventions the actor may see, each with its newest version to be seen:
    (id, title, kind, place, number, state, comment_until, in_force_from, ended_on)."""
    newest = (
        select(ConventionVersion.convention_id, func.max(ConventionVersion.number).label("number"))
        .join(Convention, Convention.id == ConventionVersion.convention_id)
        .where(
            or_(
                ConventionVersion.state != VersionState.DRAFTING,
                ConventionVersion.comment_until.is_not(None),
                _worked_on(actor),
            )
        )
        .group_by(ConventionVersion.convention_id)
        .subquery()
    )
    statement = (
        select(
            Convention.id, Convention.title, Convention.kind, Place.name.label("place"),
            ConventionVersion.number, ConventionVersion.state, ConventionVersion.comment_until,
            ConventionVersion.in_force_from, ConventionVersion.ended_on,
        )
        .join(newest, newest.c.convention_id == Convention.id)
        .join(
            ConventionVersion,
            (ConventionVersion.convention_id == Convention.id) & (ConventionVersion.number == newest.c.number),
        )
        .join(Place, Place.id == Convention.place_id)
        .where(_seen(actor))
        .order_by(Convention.kind, Convention.title, Convention.id)
    )  # fmt: skip
    if kind:
        statement = statement.where(Convention.kind == kind)
    if state:
        statement = statement.where(ConventionVersion.state == state)
    return statement


@built_once
def in_force(community_id: int, on: date) -> Select[Any]:
    """Rows of what is in force in a community that day, for the public board:
    (id, title, kind, since)."""
    return (
        select(
            Convention.id,
            Convention.title,
            Convention.kind,
            ConventionVersion.in_force_from.label("since"),
        )
        .join(ConventionVersion, ConventionVersion.convention_id == Convention.id)
        .where(
            Convention.community_id == community_id,
            ConventionVersion.state.in_(policy.PUBLISHED),
            ConventionVersion.in_force_from <= on,
            or_(ConventionVersion.ended_on.is_(None), ConventionVersion.ended_on > on),
        )
        .order_by(ConventionVersion.in_force_from.desc(), Convention.id)
    )


def convention(convention_id: int) -> tuple[Convention, Place]:
    """A convention with its community; NotFoundError if there is none.

    Conventions are public papers: reach decides only about drafts, and whoever shows a version
    asks `policy.may_read` first.
    """
    row = db.session.execute(
        select(Convention, Place)
        .join(Place, Place.id == Convention.community_id)
        .options(joinedload(Convention.place))
        .where(Convention.id == convention_id)
    ).first()
    if row is None:
        raise NotFoundError
    return row[0], row[1]


def versions_of(convention_id: int) -> Sequence[ConventionVersion]:
    """Newest first, without clauses."""
    return db.session.scalars(
        select(ConventionVersion)
        .where(ConventionVersion.convention_id == convention_id)
        .order_by(ConventionVersion.number.desc())
    ).all()


def version_in_reach(
    actor: Actor, capability: Capability, version_id: int, *, lock: bool = True
) -> ConventionVersion:
    """The version, if the actor has the capability in its community; else NotFoundError. Its row
    is held for what is about to change it; who only shows it asks for no lock."""
    statement = (
        select(ConventionVersion)
        .join(Convention, Convention.id == ConventionVersion.convention_id)
        .options(joinedload(ConventionVersion.convention))
        .where(
            ConventionVersion.id == version_id, in_reach(Convention.community_id, actor, capability)
        )
    )
    if lock:
        statement = statement.with_for_update(of=ConventionVersion)
    version = db.session.scalar(statement)
    if version is None:
        raise NotFoundError
    return version


def version_of(convention_id: int, number: int) -> ConventionVersion:
    version = db.session.scalar(
        select(ConventionVersion)
        .options(joinedload(ConventionVersion.convention))
        .where(ConventionVersion.convention_id == convention_id, ConventionVersion.number == number)
    )
    if version is None:
        raise NotFoundError
    return version


def clauses_of(version_id: int) -> Sequence[Clause]:
    return db.session.scalars(
        select(Clause)
        .where(Clause.version_id == version_id, Clause.position.is_not(None))
        .order_by(Clause.position)
    ).all()


def clause_of(version: ConventionVersion, clause_id: int) -> Clause:
    clause = db.session.scalar(
        select(Clause).where(
            Clause.id == clause_id, Clause.version_id == version.id, Clause.position.is_not(None)
        )
    )
    if clause is None:
        raise NotFoundError
    return clause


def opinions_of(version_id: int) -> Select[Any]:
    """Rows (id, name, text, at, verdict, reason, clause_id and position of the clause it is about,
    in_text_at, in_text_clause_id and in_text_position), unanswered first, then what is not in the
    text yet, then oldest first."""
    saying = aliased(Clause)
    to_take_up = Opinion.verdict.in_(TAKEN_UP) & Opinion.in_text_at.is_(None)
    return (
        select(
            Opinion.id, Opinion.name, Opinion.text, Opinion.at, Opinion.verdict, Opinion.reason,
            Opinion.clause_id, Clause.position,
            Opinion.in_text_at, Opinion.in_text_clause_id, saying.position.label("in_text_position"),
        )
        .outerjoin(Clause, Clause.id == Opinion.clause_id)
        .outerjoin(saying, saying.id == Opinion.in_text_clause_id)
        .where(Opinion.version_id == version_id)
        .order_by(case((Opinion.verdict.is_(None), 0), (to_take_up, 1), else_=2), Opinion.id)
    )  # fmt: skip


def opinion_in_reach(actor: Actor, opinion_id: int) -> Opinion:
    opinion = db.session.scalar(
        select(Opinion)
        .join(ConventionVersion, ConventionVersion.id == Opinion.version_id)
        .join(Convention, Convention.id == ConventionVersion.convention_id)
        .where(
            Opinion.id == opinion_id,
            in_reach(Convention.community_id, actor, Capability.MANAGE_CONVENTIONS),
        )
        .with_for_update(of=Opinion)
    )
    if opinion is None:
        raise NotFoundError
    return opinion


def unanswered(version_id: int) -> int:
    return db.session.scalar(
        select(func.count(Opinion.id)).where(Opinion.version_id == version_id, Opinion.verdict.is_(None))
    ) or 0  # fmt: skip


def not_in_text(version_id: int) -> Sequence[Opinion]:
    """The opinions that were taken up, wholly or in part, and are not in the text yet."""
    return db.session.scalars(
        select(Opinion)
        .where(
            Opinion.version_id == version_id,
            Opinion.verdict.in_(TAKEN_UP),
            Opinion.in_text_at.is_(None),
        )
        .order_by(Opinion.id)
    ).all()


def decisions_to_repeal(convention_row: Convention) -> Sequence[Any]:
    """Rows (id, title, meeting, starts_at) of what meetings that may decide on the convention
    have voted through since it came into force, the newest first."""
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
    return db.session.execute(
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
    ).all()


def steps_of(version_id: int) -> Sequence[VersionStep]:
    return db.session.scalars(
        select(VersionStep).where(VersionStep.version_id == version_id).order_by(VersionStep.id)
    ).all()


def places_to_regulate(actor: Actor) -> list[tuple[int, str]]:
    """(id, name with the place around it) of communities, estates and buildings the actor manages."""
    around = aliased(Place)
    rows = db.session.execute(
        select(Place.id, Place.name, Place.level, around.name.label("around"))
        .join(around, around.id == Place.parent_id)
        .where(
            Place.id.in_(reached_places(actor, Capability.MANAGE_CONVENTIONS)),
            Place.level.in_([Level.COMMUNITY, Level.ESTATE]),
            Place.retired_on.is_(None),
        )
        .order_by(Place.path)
        .limit(500)
    )
    return [
        (row.id, row.name if row.level is Level.COMMUNITY else f"{row.around} {row.name}")
        for row in rows
    ]


def meetings_to_decide(convention_row: Convention) -> Sequence[Any]:
    """Rows (id, title, starts_at, kind) of meetings still being prepared that may decide on it."""
    return db.session.execute(
        select(Meeting.id, Meeting.title, Meeting.starts_at, Meeting.kind)
        .where(
            Meeting.community_id == convention_row.community_id,
            Meeting.state == MeetingState.DRAFT,
            Meeting.kind.in_(policy.DECIDING[convention_row.kind]),
        )
        .order_by(Meeting.starts_at)
    ).all()


def notice_of(version_id: int) -> Notice | None:
    """The notice of a published version, unless it was withdrawn."""
    return disclosure.notice_of(NoticeKind.CONVENTION, SUBJECT, version_id)


def item_of(version: ConventionVersion) -> AgendaItem | None:
    """The item the version is or was on an agenda as, with its meeting."""
    return db.session.scalar(
        select(AgendaItem)
        .options(joinedload(AgendaItem.meeting))
        .where(AgendaItem.id == version.item_id)
    )


def undecided(version: ConventionVersion) -> bool:
    """Whether its meeting has not decided on the frozen text and never will."""
    item = item_of(version)
    if item is None or item.withdrawn_at or item.meeting.state is MeetingState.CANCELLED:
        return True
    if item.meeting.state not in {MeetingState.CLOSED, MeetingState.CONFIRMED}:
        return False
    vote = valid_vote(item.id)
    return vote is None or vote.motion_digest != version.digest


def said_already(version_id: int, name: str, text: str) -> bool:
    """Whether the same person has given this opinion before, as a form sent twice does."""
    same = select(Opinion.id).where(
        Opinion.version_id == version_id, Opinion.name == name, Opinion.text == text
    )
    return db.session.scalar(same.limit(1)) is not None


def _worked_on(actor: Actor) -> Any:
    return or_(*(in_reach(Convention.community_id, actor, capability) for capability in _WORKERS))


def _seen(actor: Actor) -> Any:
    """Conventions of where the actor works or lives."""
    return or_(
        _worked_on(actor),
        in_reach(Convention.community_id, actor, Capability.SEE_RESOLUTIONS),
        in_reach(Convention.community_id, actor, Capability.GIVE_OPINION),
        in_reach(Convention.community_id, actor, Capability.HANDLE_TASK),
    )
