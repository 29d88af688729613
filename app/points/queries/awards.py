"""Awards: of one person, of a community, and those that wait for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.core.access import Actor, Capability
from app.core.db import built_once, db, rows
from app.core.errors import NotFoundError
from app.core.i18n import Phrase, marked
from app.core.paging import first_rows
from app.core.waiting import Waiting
from app.ledger.models import Transaction
from app.people.interface import search_people
from app.people.models import Person
from app.places.interface import in_reach
from app.places.models import Place
from app.points.models import Award, AwardStatus, Basis, EarningRule

SEE = Capability.SEE_POINTS


@dataclass(frozen=True)
class Wanted:
    """Which awards a list is to show; None and "" stand for all."""

    status: AwardStatus | None = None
    code: str = ""
    text: str = ""
    community_id: int | None = None
    first: date | None = None
    last: date | None = None


def awards(actor: Actor, wanted: Wanted) -> Select[Any]:
    """Awards of the communities in reach, newest first: (id, points, memo, happened_on, status,
    manual, person_id, person, rule, community, asked_by)."""
    found = _listed().where(in_reach(Award.community_id, actor, SEE))
    if wanted.status is not None:
        found = found.where(Award.status == wanted.status)
    if wanted.code:
        found = found.where(EarningRule.code == wanted.code)
    if wanted.community_id is not None:
        found = found.where(Award.community_id == wanted.community_id)
    if wanted.first is not None:
        found = found.where(Award.happened_on >= wanted.first)
    if wanted.last is not None:
        found = found.where(Award.happened_on <= wanted.last)
    if wanted.text:
        people = search_people(actor, SEE, wanted.text, moved_out=True).select
        found = found.where(Award.person_id.in_(people.with_only_columns(Person.id).order_by(None)))
    return found.order_by(Award.id.desc())


@built_once
def pending(actor: Actor, capability: Capability = Capability.APPROVE_POINTS) -> Select[Any]:
    """Awards that wait for a second person, the longest waiting first; columns as of `awards`,
    and `requested_by_id`, `requested_at`."""
    return (
        _listed()
        .add_columns(Award.requested_by_id, Award.requested_at)
        .where(Award.status == AwardStatus.PENDING, in_reach(Award.community_id, actor, capability))
        .order_by(Award.id)
    )


@built_once
def to_decide(actor: Actor) -> Select[Any]:
    """Those of `pending` that the actor may decide about: another user asked for them,
    for another household."""
    own = aliased(Person)
    of_own_household = select(own.id).where(
        own.id == actor.person_id, own.household_id == Person.household_id
    )
    return pending(actor).select.where(
        or_(Award.requested_by_id.is_(None), Award.requested_by_id != actor.id),
        Award.person_id != (actor.person_id or 0),
        ~of_own_household.exists(),
    )


def how_many_pending(actor: Actor) -> int:
    """How many awards in reach wait for a second person."""
    return (
        db.session.scalar(
            select(func.count()).where(
                Award.status == AwardStatus.PENDING, in_reach(Award.community_id, actor, SEE)
            )
        )
        or 0
    )


def award_in_reach(actor: Actor, capability: Capability, award_id: int) -> Award:
    """The award, if the actor reaches its community with the capability; else NotFoundError."""
    award = db.session.scalar(
        select(Award).where(Award.id == award_id, in_reach(Award.community_id, actor, capability))
    )
    if award is None:
        raise NotFoundError
    return award


def awards_in_reach(actor: Actor, capability: Capability, ids: list[int]) -> list[Award]:
    """Those of these awards that the actor reaches, in the order of their ids."""
    return list(
        db.session.scalars(
            select(Award)
            .where(Award.id.in_(ids), in_reach(Award.community_id, actor, capability))
            .order_by(Award.id)
        )
    )


class AwardDetails(NamedTuple):
    """What the page of one award names."""

    id: int
    points: int
    times: int
    minutes: int | None
    memo: Phrase
    happened_on: date
    status: AwardStatus
    manual: bool
    requested_at: datetime
    requested_by_id: int | None
    decided_at: datetime | None
    decision_reason: str | None
    reversed_at: datetime | None
    reversal_reason: str | None
    shortfall: int
    person_id: int
    person: str
    community: str
    rule: str
    basis: Basis
    rule_points: int
    rule_from: date
    rule_source: str
    posted_at: datetime | None
    asked_by: str | None
    decided_by: str | None
    reversed_by: str | None


def award_page(award_id: int) -> AwardDetails:
    """Everything the page of one award names, in one row: rule, person, who asked, decided and
    reversed."""
    asked, decided, reverser = aliased(User), aliased(User), aliased(User)
    found = rows(
        select(
            Award.id,
            Award.points,
            Award.times,
            Award.minutes,
            Award.memo,
            Award.happened_on,
            Award.status,
            Award.manual,
            Award.requested_at,
            Award.requested_by_id,
            Award.decided_at,
            Award.decision_reason,
            Award.reversed_at,
            Award.reversal_reason,
            Award.shortfall,
            Award.person_id,
            Person.name.label("person"),
            Place.name.label("community"),
            EarningRule.name.label("rule"),
            EarningRule.basis,
            EarningRule.points.label("rule_points"),
            EarningRule.effective_from.label("rule_from"),
            EarningRule.source.label("rule_source"),
            Transaction.posted_at,
            asked.name.label("asked_by"),
            decided.name.label("decided_by"),
            reverser.name.label("reversed_by"),
        )
        .join(EarningRule, EarningRule.id == Award.rule_id)
        .join(Person, Person.id == Award.person_id)
        .join(Place, Place.id == Award.community_id)
        .outerjoin(Transaction, Transaction.id == Award.transaction_id)
        .outerjoin(asked, asked.id == Award.requested_by_id)
        .outerjoin(decided, decided.id == Award.decided_by_id)
        .outerjoin(reverser, reverser.id == Award.reversed_by_id)
        .where(Award.id == award_id),
        AwardDetails,
    )
    return found[0]


def codes_used(actor: Actor) -> list[tuple[str, str]]:
    """(code, newest name) of the rules under which anything was awarded in reach, for a filter."""
    used = select(Award.rule_id).where(in_reach(Award.community_id, actor, SEE)).distinct()
    rows = db.session.execute(
        select(EarningRule.code, EarningRule.name)
        .where(EarningRule.id.in_(used))
        .order_by(EarningRule.id)
    )
    return list({row.code: (row.code, row.name) for row in rows}.values())


class Credited(NamedTuple):
    """Points credited to a person under a rule."""

    person_id: int
    person: str
    rule: str
    points: int


def credited_in(community_id: int, first: date, last: date) -> list[Credited]:
    """(person_id, person, rule, points) credited in the ledger from the first to the last day
    and not reversed since, by person and rule: what is put on the board, masked."""
    found = rows(
        select(
            Award.person_id,
            Person.name.label("person"),
            EarningRule.name.label("rule"),
            Award.points,
        )
        .join(Person, Person.id == Award.person_id)
        .join(EarningRule, EarningRule.id == Award.rule_id)
        .join(Transaction, Transaction.id == Award.transaction_id)
        .where(
            Award.community_id == community_id,
            Award.status == AwardStatus.POSTED,
            Transaction.day.between(first, last),
        )
        .order_by(Person.pinyin, Person.id, EarningRule.id),
        Credited,
    )
    return list(found)


def waiting(actor: Actor, limit: int = 20) -> list[Waiting]:
    """Awards the actor may decide about."""
    if not actor.may(Capability.APPROVE_POINTS):
        return []
    return [
        Waiting(
            text=Phrase(
                marked("Approve %(points)s points for %(person)s"),
                points=row.points,
                person=row.person,
            ),
            title=row.rule,
            endpoint="points.award",
            args={"award_id": row.id},
        )
        for row in first_rows(to_decide(actor), limit)
    ]


def _listed() -> Select[Any]:
    return (
        select(
            Award.id,
            Award.points,
            Award.memo,
            Award.happened_on,
            Award.status,
            Award.manual,
            Award.person_id,
            Person.name.label("person"),
            EarningRule.name.label("rule"),
            Place.name.label("community"),
            User.name.label("asked_by"),
        )
        .join(EarningRule, EarningRule.id == Award.rule_id)
        .join(Person, Person.id == Award.person_id)
        .join(Place, Place.id == Award.community_id)
        .outerjoin(User, User.id == Award.requested_by_id)
    )
