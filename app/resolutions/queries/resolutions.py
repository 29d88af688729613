"""Resolutions: one, lists, the votes they rest on, and what became of a meeting's items."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum, auto
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import built_once, db, rows
from app.core.errors import NotFoundError
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.core.slots import answers, fills
from app.meetings.interface import VoteState, of_frozen_text
from app.meetings.models.agenda import AgendaItem, Outcome
from app.meetings.models.meetings import Meeting
from app.meetings.models.votes import Vote
from app.notices.models import Notice, NoticeKind
from app.places.models import Place
from app.resolutions.models import Resolution
from app.resolutions.queries.concerned import about_sensitive, is_sensitive, resolutions_concerning
from app.topics.interface import reached_openly

SUBJECT = "resolution"  # what notices call a resolution
_LONGEST_SEARCH = 60


class Work(NamedTuple):
    """How many tasks came of a resolution, but for cancelled ones; of these, how many are done and
    how many are not closed yet."""

    tasks: int
    done: int
    unclosed: int


class Stage(StrEnum):
    """Where a resolution stands, for filters; a resolution can be in several."""

    UNPUBLISHED = auto()
    UNDER_WAY = auto()
    FEEDBACK_LATE = auto()
    FED_BACK = auto()
    CLOSED = auto()
    SUPERSEDED = auto()


STAGE_LABELS = labelled(
    {
        Stage.UNPUBLISHED: _l("Not published yet"),
        Stage.UNDER_WAY: _l("Being carried out"),
        Stage.FEEDBACK_LATE: _l("Feedback overdue"),
        Stage.FED_BACK: _l("Reported back"),
        Stage.CLOSED: _l("Matter closed"),
        Stage.SUPERSEDED: _l("Superseded"),
    }
)


def resolution_in_reach(
    actor: Actor, resolution_id: int, capability: Capability = Capability.SEE_RESOLUTIONS
) -> Resolution:
    """The resolution with its community, topic, item and meeting; else NotFoundError."""
    found = db.session.scalar(
        select(Resolution)
        .where(Resolution.id == resolution_id, _reached(actor, capability))
        .options(
            joinedload(Resolution.community),
            joinedload(Resolution.topic),
            joinedload(Resolution.item).joinedload(AgendaItem.meeting),
            joinedload(Resolution.made_by),
            joinedload(Resolution.superseded_by),
        )
    )
    if found is None:
        raise NotFoundError
    return found


def _reached(actor: Actor, capability: Capability) -> ColumnElement[bool]:
    sensitive = about_sensitive(actor)
    return reached_openly(Resolution.community_id, actor, capability, sensitive)


@fills("notices.withheld")
def withheld(reader: Actor | None) -> ColumnElement[bool]:
    """Condition on Notice: it says what came of a sensitive topic, and the reader neither reads
    its resolution nor is concerned by it."""
    of_sensitive = (
        select(Resolution.id)
        .where(Notice.subject_kind == SUBJECT, Notice.subject_id == Resolution.id, is_sensitive())
        .correlate(Notice)
    )
    if reader is None:
        return of_sensitive.exists()
    read = [_reached(reader, Capability.SEE_RESOLUTIONS)]
    if reader.person_id is not None:
        read.append(Resolution.id.in_(resolutions_concerning(reader.person_id)))
    return and_(of_sensitive.exists(), ~of_sensitive.where(or_(*read)).exists())


@built_once
def resolutions(
    actor: Actor,
    *,
    stage: Stage | None = None,
    year: int | None = None,
    text: str | None = None,
    on: date | None = None,
) -> Select[Any]:
    """Rows (id, number, title, decided_on, feedback_due_on, fed_back_at, closed_at,
    superseded_by_id, community, tasks, done, published, adopts_a_text), the newest first."""
    conditions = [_reached(actor, Capability.SEE_RESOLUTIONS)]
    if stage is not None:
        conditions.append(in_stage(stage, on or clock.today()))
    if year is not None:
        conditions.append(Resolution.decided_on.between(date(year, 1, 1), date(year, 12, 31)))
    if text and text.strip():
        wanted = text.strip()[:_LONGEST_SEARCH]
        conditions.append(
            or_(
                Resolution.title.contains(wanted, autoescape=True),
                Resolution.number.contains(wanted, autoescape=True),
            )
        )
    return (
        select(
            Resolution.id,
            Resolution.number,
            Resolution.title,
            Resolution.decided_on,
            Resolution.feedback_due_on,
            Resolution.fed_back_at,
            Resolution.closed_at,
            Resolution.superseded_by_id,
            Place.name.label("community"),
            *(column for columns in answers("resolutions.how_far") for column in columns),
            published().label("published"),
            adopts_a_text().label("adopts_a_text"),
        )
        .join(Place, Place.id == Resolution.community_id)
        .where(*conditions)
        .order_by(Resolution.decided_on.desc(), Resolution.id.desc())
    )


def adopts_a_text() -> ColumnElement[bool]:
    """Condition on Resolution: it adopts a text that is published and carried out where it is kept,
    such as a convention."""
    item = select(AgendaItem.id).where(AgendaItem.id == Resolution.item_id, of_frozen_text())
    return item.correlate(Resolution).exists()


def to_carry_out() -> ColumnElement[bool]:
    """Condition on Resolution: it is to become tasks and to be reported back."""
    return or_(~adopts_a_text(), *answers("resolutions.with_tasks"))


def work_on(resolution_id: int) -> Work:
    """How far the work on a resolution is, as the floors above count it."""
    counted = answers("resolutions.work", resolution_id)
    return Work(*map(sum, zip(*counted, strict=True))) if counted else Work(0, 0, 0)


def in_stage(stage: Stage, on: date) -> ColumnElement[bool]:
    """Condition on Resolution."""
    current = and_(Resolution.superseded_by_id.is_(None), Resolution.closed_at.is_(None))
    unreported = and_(current, Resolution.fed_back_at.is_(None), to_carry_out())
    match stage:
        case Stage.UNPUBLISHED:
            return and_(current, ~published(), ~adopts_a_text())
        case Stage.UNDER_WAY:
            return unreported
        case Stage.FEEDBACK_LATE:
            return and_(unreported, Resolution.feedback_due_on < on)
        case Stage.FED_BACK:
            return and_(current, Resolution.fed_back_at.is_not(None))
        case Stage.CLOSED:
            return Resolution.closed_at.is_not(None)
        case Stage.SUPERSEDED:
            return Resolution.superseded_by_id.is_not(None)


def published(kind: NoticeKind = NoticeKind.RESOLUTION) -> ColumnElement[bool]:
    """Condition on Resolution: a notice of it hangs, or has hung to its end."""
    return _noticed(select(Notice.id), kind).exists()


def notice_id(kind: NoticeKind) -> ScalarSelect[int]:
    """Column of a select from Resolution: the notice of this kind about it, if one counts."""
    return _noticed(select(func.max(Notice.id)), kind).scalar_subquery()


def _noticed(statement: Select[Any], kind: NoticeKind) -> Select[Any]:
    return statement.where(
        Notice.kind == kind,
        Notice.subject_kind == SUBJECT,
        Notice.subject_id == Resolution.id,
        Notice.withdrawn_at.is_(None),
    ).correlate(Resolution)


def notices_of(resolution_id: int) -> dict[NoticeKind, Notice]:
    """The notices about a resolution that were not withdrawn, by kind."""
    found = db.session.scalars(
        select(Notice).where(
            Notice.subject_kind == SUBJECT,
            Notice.subject_id == resolution_id,
            Notice.withdrawn_at.is_(None),
        )
    )
    return {notice.kind: notice for notice in found}


class ItemOutcome(NamedTuple):
    """An item that a meeting voted through or agreed on, and its resolution if one is recorded."""

    item_id: int
    title: str
    motion: str | None
    decided_at: datetime
    resolution_id: int | None
    number: str | None
    resolution: str | None


def of_items(meeting_id: int) -> dict[int, ItemOutcome]:
    """{item id: (item_id, title, motion, decided_at, resolution_id, number, resolution)} of the
    items that the meeting voted through or agreed on; the resolution's columns are empty if none
    is recorded."""
    return {row.item_id: row for row in rows(_OUTCOMES, ItemOutcome, meeting_id=meeting_id)}


_OUTCOMES = (
    select(
        AgendaItem.id.label("item_id"),
        AgendaItem.title,
        func.coalesce(Vote.motion, AgendaItem.motion).label("motion"),
        func.coalesce(Vote.closed_at, Meeting.starts_at).label("decided_at"),
        Resolution.id.label("resolution_id"),
        Resolution.number,
        Resolution.title.label("resolution"),
    )
    .join(Meeting, Meeting.id == AgendaItem.meeting_id)
    .outerjoin(Vote, and_(Vote.item_id == AgendaItem.id, Vote.state != VoteState.VOIDED))
    .outerjoin(Resolution, Resolution.item_id == AgendaItem.id)
    .where(
        AgendaItem.meeting_id == bindparam("meeting_id"),
        or_(
            and_(Vote.state == VoteState.CLOSED, Vote.passed.is_(True)),
            and_(Vote.id.is_(None), AgendaItem.outcome == Outcome.AGREED),
        ),
    )
)


class LaterResolution(NamedTuple):
    """A resolution that may supersede another, for a choice in a form."""

    id: int
    text: str


def later_ones(resolution: Resolution) -> Sequence[LaterResolution]:
    """(id, text) of the resolutions that may supersede this one: decided later, still valid."""
    label = (Resolution.number + " " + Resolution.title).label("text")
    return rows(
        select(Resolution.id, label)
        .where(
            Resolution.community_id == resolution.community_id,
            Resolution.id > resolution.id,
            Resolution.superseded_by_id.is_(None),
        )
        .order_by(Resolution.id.desc())
        .limit(100),
        LaterResolution,
    )
