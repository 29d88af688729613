"""Notices and objections: on the board, within reach, and counted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from app.core.access import Actor, Capability
from app.core.db import built_once, db, rows
from app.core.errors import NotFoundError
from app.core.i18n import Phrase, marked
from app.core.slots import answers
from app.core.waiting import Waiting
from app.notices import policy
from app.notices.models import Notice, NoticeKind, NoticeRule, Objection
from app.places.interface import in_reach
from app.places.models import Place

T = TypeVar("T")

# Notices are public. A list shows the notices of the communities where the actor works or lives;
# every role has one of these.
_AT_HOME = (
    Capability.OBJECT,
    Capability.PUBLISH_NOTICE,
    Capability.ANSWER_OBJECTION,
    Capability.ANSWER_INVITATION,
    Capability.MANAGE_PLACES,
)


class BoardNotice(NamedTuple):
    """A notice as the board lists it."""

    id: int
    number: str
    kind: NoticeKind
    title: str
    published_on: date
    ends_on: date


class ListedNotice(NamedTuple):
    """A notice in a list, with how many objections there are to it, and how many of these are
    unanswered."""

    id: int
    number: str
    kind: NoticeKind
    title: str
    published_on: date
    ends_on: date
    withdrawn_at: datetime | None
    community: str
    objections: int
    unanswered: int


class ToWorkOn(NamedTuple):
    """A notice with objections to answer (`upheld` is None), or with one that was upheld."""

    id: int
    title: str
    ends_on: date
    upheld: bool | None


def open_to(reader: Actor | None) -> ColumnElement[bool]:
    """Condition on Notice: nothing in it is withheld from the reader (None: not signed in). What a
    notice is about is known only on the floors above; each says what is withheld."""
    return and_(true(), *(~withheld for withheld in answers("notices.withheld", reader)))


@built_once
def running(community_id: int, on: date) -> Select[Any]:
    """Rows (BoardNotice) of what hangs that day, for the board.

    Those that end first come first.
    """
    return _rows(community_id, hanging(on)).order_by(Notice.ends_on, Notice.id)


@built_once
def of_community(community_id: int) -> Select[Any]:
    """Rows (BoardNotice) of everything that hangs or has hung, the newest first; what was withdrawn
    is not among it."""
    everything = _rows(community_id, Notice.withdrawn_at.is_(None))
    return everything.order_by(Notice.published_on.desc(), Notice.id.desc())


def _rows(community_id: int, condition: ColumnElement[bool]) -> Select[Any]:
    return select(
        Notice.id,
        Notice.number,
        Notice.kind,
        Notice.title,
        Notice.published_on,
        Notice.ends_on,
    ).where(Notice.community_id == community_id, condition, open_to(None))


def hanging(on: date) -> ColumnElement[bool]:
    """Condition on Notice: it hangs on that day."""
    return Notice.withdrawn_at.is_(None) & (Notice.published_on <= on) & (Notice.ends_on >= on)


@built_once
def notices_for(
    actor: Actor,
    on: date,
    *,
    state: str | None = None,
    kind: NoticeKind | None = None,
    community_id: int | None = None,
) -> Select[Any]:
    """Rows (ListedNotice) of the communities the actor lives or works in, newest first.

    `state` is "running", "ended", "withdrawn", "objections" (some unanswered; of what was
    withdrawn nobody has to answer any) or nothing.
    """
    of_notice = select(func.count()).where(Objection.notice_id == Notice.id)
    unanswered_here = of_notice.where(Objection.answered_at.is_(None))
    statement = (
        select(
            Notice.id,
            Notice.number,
            Notice.kind,
            Notice.title,
            Notice.published_on,
            Notice.ends_on,
            Notice.withdrawn_at,
            Place.name.label("community"),
            of_notice.scalar_subquery().label("objections"),
            unanswered_here.scalar_subquery().label("unanswered"),
        )
        .join(Place, Place.id == Notice.community_id)
        .where(in_reach(Notice.community_id, actor, *_AT_HOME), open_to(actor))
        .order_by(Notice.published_on.desc(), Notice.id.desc())
    )
    if state == "running":
        statement = statement.where(hanging(on))
    elif state == "ended":
        statement = statement.where(Notice.withdrawn_at.is_(None), Notice.ends_on < on)
    elif state == "withdrawn":
        statement = statement.where(Notice.withdrawn_at.is_not(None))
    elif state == "objections":
        statement = statement.where(
            Notice.withdrawn_at.is_(None),
            select(Objection.id)
            .where(Objection.notice_id == Notice.id, Objection.answered_at.is_(None))
            .exists(),
        )
    if kind is not None:
        statement = statement.where(Notice.kind == kind)
    if community_id is not None:
        statement = statement.where(Notice.community_id == community_id)
    return statement


def notice(reader: Actor | None, notice_id: int) -> Notice:
    """A notice, for all readers: it was made public when it was published, unless it is withheld
    from the reader. Else NotFoundError."""
    return _one(select(Notice).where(Notice.id == notice_id, open_to(reader)))


def notice_in_reach(actor: Actor, notice_id: int, *capabilities: Capability) -> Notice:
    """The notice, if the actor has one of the capabilities in its community; else NotFoundError."""
    return _one(
        select(Notice).where(
            Notice.id == notice_id,
            in_reach(Notice.community_id, actor, *capabilities),
            open_to(actor),
        )
    )


def notice_of(kind: NoticeKind, subject_kind: str, subject_id: int) -> Notice | None:
    """The notice about a subject that has not been withdrawn, whether it still hangs or has run."""
    return db.session.scalar(
        select(Notice).where(
            Notice.kind == kind,
            Notice.subject_kind == subject_kind,
            Notice.subject_id == subject_id,
            Notice.withdrawn_at.is_(None),
        )
    )


def is_replaced(notice: Notice) -> bool:
    """Whether another notice about the same subject has taken the place of a withdrawn one."""
    if notice.subject_kind is None or notice.subject_id is None:
        return False
    return notice_of(notice.kind, notice.subject_kind, notice.subject_id) is not None


def objection_in_reach(actor: Actor, capability: Capability, objection_id: int) -> Objection:
    """The objection, if the actor has the capability in its notice's community; else NotFoundError."""
    return _one(
        select(Objection)
        .join(Notice, Notice.id == Objection.notice_id)
        .where(
            Objection.id == objection_id,
            in_reach(Notice.community_id, actor, capability),
            open_to(actor),
        )
    )


def _one(statement: Select[tuple[T]]) -> T:
    found = db.session.scalar(statement)
    if found is None:
        raise NotFoundError
    return found


def objections_to(notice_id: int) -> list[Objection]:
    """All objections to a notice in the order in which they came."""
    return list(
        db.session.scalars(
            select(Objection).where(Objection.notice_id == notice_id).order_by(Objection.id)
        )
    )


def unanswered(notice_id: int) -> int:
    """How many objections to a notice still wait for an answer."""
    return _count(notice_id, Objection.answered_at.is_(None))


def upheld(notice_id: int) -> int:
    """How many objections to a notice were found right."""
    return _count(notice_id, Objection.upheld.is_(True))


def cleared(notice: Notice, on: date) -> bool:
    """Whether what the notice announced may go on: its period is over, every objection has been
    answered and none was upheld."""
    if not policy.has_run(notice, on):
        return False
    return not _count(notice.id, Objection.answered_at.is_(None) | Objection.upheld.is_(True))


def rules_in_force(on: date) -> dict[NoticeKind, NoticeRule]:
    """How long each kind of notice hangs at least, for those published that day."""
    rules = db.session.scalars(
        select(NoticeRule)
        .where(NoticeRule.effective_from <= on)
        .order_by(NoticeRule.effective_from, NoticeRule.id)
    )
    return {rule.kind: rule for rule in rules}


def all_rules() -> list[NoticeRule]:
    """Every rule there is, was or will be, by kind and newest first."""
    return list(
        db.session.scalars(
            select(NoticeRule).order_by(NoticeRule.kind, NoticeRule.effective_from.desc())
        )
    )


def last_contact(community_id: int) -> str:
    """The contact on the community's newest notice, to offer it for the next one."""
    return (
        db.session.scalar(
            select(Notice.contact)
            .where(Notice.community_id == community_id)
            .order_by(Notice.id.desc())
            .limit(1)
        )
        or ""
    )


def waiting(actor: Actor, limit: int = 20) -> list[Waiting]:
    """Objections the actor should answer, and notices to correct because one was upheld, those
    that end first on top."""
    if not actor.may(Capability.ANSWER_OBJECTION) and not actor.may(Capability.PUBLISH_NOTICE):
        return []
    return [
        Waiting(
            Phrase(
                marked("Withdraw or correct: an objection was upheld")
                if row.upheld
                else marked("Answer an objection")
            ),
            row.title,
            "notices.show",
            {"notice_id": row.id},
            row.ends_on,
        )
        for row in rows(_waiting(actor, limit), ToWorkOn)
    ]


@built_once
def _waiting(actor: Actor, limit: int) -> Select[Any]:
    """A row for each notice with objections to answer, and one if any was upheld."""
    to_answer = Objection.answered_at.is_(None) & in_reach(
        Notice.community_id, actor, Capability.ANSWER_OBJECTION
    )
    to_correct = Objection.upheld.is_(True) & in_reach(
        Notice.community_id, actor, Capability.PUBLISH_NOTICE
    )
    return (
        select(Notice.id, Notice.title, Notice.ends_on, Objection.upheld)
        .join(Objection, Objection.notice_id == Notice.id)
        .where(Notice.withdrawn_at.is_(None), or_(to_answer, to_correct), open_to(actor))
        .group_by(Notice.id, Notice.title, Notice.ends_on, Objection.upheld)
        .order_by(Notice.ends_on, Notice.id, Objection.upheld)
        .limit(limit)
    )


def _count(notice_id: int, condition: ColumnElement[bool]) -> int:
    statement = select(func.count()).where(Objection.notice_id == notice_id, condition)
    return db.session.scalar(statement) or 0
