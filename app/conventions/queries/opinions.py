"""What residents said about a version, and what of it was taken up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import aliased

from app.conventions import policy
from app.conventions.models import TAKEN_UP, Clause, Convention, ConventionVersion, Opinion
from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.i18n import lazy_gettext as _l
from app.places.interface import in_reach

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from app.conventions.models import Verdict


class ListedOpinion(NamedTuple):
    """An opinion. `clause_id` and `position` are those of the clause it is about, `in_text_…` of
    the clause that says what it asked for."""

    id: int
    name: str
    text: str
    at: datetime
    verdict: Verdict | None
    reason: str
    clause_id: int | None
    position: int | None
    in_text_at: datetime | None
    in_text_clause_id: int | None
    in_text_position: int | None


def opinions_of(version_id: int) -> Select[Any]:
    """Rows (ListedOpinion) of the opinions on a version: first those without an answer, then those
    that are not in the text yet, then the rest, each with the oldest first."""
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
    """The opinion, if the actor keeps the conventions of its community; else NotFoundError."""
    opinion = db.session.scalar(
        select(Opinion)
        .join(ConventionVersion, ConventionVersion.id == Opinion.version_id)
        .join(Convention, Convention.id == ConventionVersion.convention_id)
        .where(
            Opinion.id == opinion_id,
            in_reach(Convention.community_id, actor, Capability.MANAGE_CONVENTIONS),
        )
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


def said_already(version_id: int, name: str, text: str) -> bool:
    """Whether the same person has given this opinion before, as a form sent twice does."""
    same = select(Opinion.id).where(
        Opinion.version_id == version_id, Opinion.name == name, Opinion.text == text
    )
    return db.session.scalar(same.limit(1)) is not None


def missing_for_review(version: ConventionVersion) -> list[object]:
    """What still keeps the text from going to the street office, in words."""
    found = {
        _l("Ask the residents first."): not policy.was_public(version),
        _l("Residents may still comment until the last day is over."): policy.open_for_comment(
            version, clock.today()
        ),
        _l("There are opinions without an answer."): unanswered(version.id),
        _l("There are opinions that were taken up and are not in the text yet."): not_in_text(
            version.id
        ),
    }
    return [words for words, is_missing in found.items() if is_missing]
