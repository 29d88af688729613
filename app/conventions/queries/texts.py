"""Reading conventions, their versions and clauses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.conventions import policy
from app.conventions.models import (
    Clause,
    Convention,
    ConventionKind,
    ConventionVersion,
    VersionStep,
)
from app.conventions.states import VersionState
from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import built_once, db
from app.core.errors import NotFoundError
from app.notices import interface as notices
from app.notices.models import Notice, NoticeKind
from app.places.interface import in_reach, reached_places
from app.places.models import Level, Place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

SUBJECT = "convention_version"  # what notices call a version
_WORKERS = (Capability.MANAGE_CONVENTIONS, Capability.REVIEW_CONVENTION)
READERS = (
    *_WORKERS, Capability.SEE_RESOLUTIONS, Capability.GIVE_OPINION, Capability.HANDLE_TASK,
)  # fmt: skip


class ListedVersion(NamedTuple):
    """A convention with one of its versions; `id` is the convention's, `place` its place's name."""

    id: int
    title: str
    kind: ConventionKind
    place: str
    number: int
    state: VersionState
    comment_until: date | None
    in_force_from: date | None
    ended_on: date | None


class InForce(NamedTuple):
    """A convention that is in force since a day."""

    id: int
    title: str
    kind: ConventionKind
    since: date


class OpenDraft(NamedTuple):
    """A draft that residents may comment on until the end of a day; `id` is the convention's."""

    id: int
    title: str
    number: int
    comment_until: date


def visible(
    actor: Actor, *, kind: ConventionKind | None = None, state: VersionState | None = None
) -> Select[Any]:
    """Rows (ListedVersion) of the conventions the actor may see: of each the newest version they
    may see, and before it the version that is in force, if it is another."""
    later = aliased(ConventionVersion)
    newer = exists().where(
        later.convention_id == Convention.id,
        later.number > ConventionVersion.number,
        _is_seen(actor, later),
    )
    statement = (
        select(
            Convention.id, Convention.title, Convention.kind, Place.name.label("place"),
            ConventionVersion.number, ConventionVersion.state, ConventionVersion.comment_until,
            ConventionVersion.in_force_from, ConventionVersion.ended_on,
        )
        .join(ConventionVersion, ConventionVersion.convention_id == Convention.id)
        .join(Place, Place.id == Convention.place_id)
        .where(
            _seen(actor),
            or_(_is_seen(actor, ConventionVersion) & ~newer, _in_effect(clock.today())),
        )
        .order_by(Convention.kind, Convention.title, Convention.id, ConventionVersion.number)
    )  # fmt: skip
    if kind:
        statement = statement.where(Convention.kind == kind)
    if state:
        statement = statement.where(ConventionVersion.state == state)
    return statement


def _is_seen(actor: Actor, version: type[ConventionVersion]) -> ColumnElement[bool]:
    """Condition on a version (or an alias of it): it has been public, or is the actor's work."""
    return or_(
        version.state != VersionState.DRAFTING,
        version.comment_until.is_not(None),
        _worked_on(actor),
    )


def _in_effect(on: date) -> ColumnElement[bool]:
    """Condition on ConventionVersion, as `policy.in_effect`."""
    return and_(
        ConventionVersion.state.in_(policy.PUBLISHED),
        ConventionVersion.in_force_from <= on,
        or_(ConventionVersion.ended_on.is_(None), ConventionVersion.ended_on > on),
    )


@built_once
def in_force(community_id: int, on: date) -> Select[Any]:
    """Rows (InForce) of what is in force in a community that day, for the public board."""
    return (
        select(
            Convention.id,
            Convention.title,
            Convention.kind,
            ConventionVersion.in_force_from.label("since"),
        )
        .join(ConventionVersion, ConventionVersion.convention_id == Convention.id)
        .where(Convention.community_id == community_id, _in_effect(on))
        .order_by(ConventionVersion.in_force_from.desc(), Convention.id)
    )


@built_once
def open_drafts(community_id: int, on: date) -> Select[Any]:
    """Rows (OpenDraft) of the drafts that a community's residents may comment on that day, those
    that close first on top."""
    return (
        select(
            Convention.id, Convention.title, ConventionVersion.number, ConventionVersion.comment_until,
        )
        .join(ConventionVersion, ConventionVersion.convention_id == Convention.id)
        .where(Convention.community_id == community_id, takes_opinions(on))
        .order_by(ConventionVersion.comment_until, Convention.id)
    )  # fmt: skip


def takes_opinions(on: date) -> ColumnElement[bool]:
    """Condition on ConventionVersion, as `policy.open_for_comment`."""
    return (ConventionVersion.state == VersionState.PUBLIC_COMMENT) & (
        ConventionVersion.comment_until >= on
    )


def convention(convention_id: int) -> tuple[Convention, Place]:
    """A convention with its community; NotFoundError if there is none.

    It is found by every reader, because conventions are public. Drafts are not: a page that shows
    a version asks `policy.may_read` first.
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
    """The versions of a convention, newest first, without clauses."""
    return db.session.scalars(
        select(ConventionVersion)
        .where(ConventionVersion.convention_id == convention_id)
        .order_by(ConventionVersion.number.desc())
    ).all()


def version_in_reach(
    actor: Actor, capability: Capability, version_id: int, *, lock: bool = True
) -> ConventionVersion:
    """The version, if the actor has the capability in its community; else NotFoundError. Its row
    is locked until the transaction ends; pages that only show it pass `lock=False`."""
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
    """The version of that number; NotFoundError if there is none."""
    version = db.session.scalar(
        select(ConventionVersion)
        .options(joinedload(ConventionVersion.convention))
        .where(ConventionVersion.convention_id == convention_id, ConventionVersion.number == number)
    )
    if version is None:
        raise NotFoundError
    return version


def clauses_of(version_id: int) -> Sequence[Clause]:
    """The clauses of a version in order, without those that were taken out."""
    return db.session.scalars(
        select(Clause)
        .where(Clause.version_id == version_id, Clause.position.is_not(None))
        .order_by(Clause.position)
    ).all()


def clause_of(version: ConventionVersion, clause_id: int) -> Clause:
    """The version's clause of that id; NotFoundError if it has none, or it was taken out."""
    clause = db.session.scalar(
        select(Clause).where(
            Clause.id == clause_id, Clause.version_id == version.id, Clause.position.is_not(None)
        )
    )
    if clause is None:
        raise NotFoundError
    return clause


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


def notice_of(version_id: int) -> Notice | None:
    """The notice of a published version, unless it was withdrawn."""
    return notices.notice_of(NoticeKind.CONVENTION, SUBJECT, version_id)


def readable_by(actor: Actor, convention_id: Any) -> ColumnElement[bool]:
    """Condition: the actor may open the page of this convention (an id or an expression for one)."""
    version, of = aliased(ConventionVersion), aliased(Convention)
    public = or_(version.state != VersionState.DRAFTING, version.comment_until.is_not(None))
    return (
        select(version.id)
        .join(of, of.id == version.convention_id)
        .where(of.id == convention_id, or_(public, in_reach(of.community_id, actor, *_WORKERS)))
        .exists()
    )


def _worked_on(actor: Actor) -> ColumnElement[bool]:
    return in_reach(Convention.community_id, actor, *_WORKERS)


def _seen(actor: Actor) -> ColumnElement[bool]:
    """Condition on Convention: it is of a community where the actor works or lives."""
    return in_reach(Convention.community_id, actor, *READERS)
