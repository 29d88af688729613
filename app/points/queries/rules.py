"""Earning rules and the policy: which version holds on a day, and all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from app.core import clock
from app.core.access import Actor, Capability
from app.core.dated import in_force
from app.core.db import db, rows
from app.core.errors import NotFoundError
from app.places.interface import in_reach
from app.places.models import Place
from app.points.models import AUTOMATIC, Basis, Category, EarningRule, PointsPolicy

_A_DAY, _A_YEAR = timedelta(days=1), timedelta(days=366)


def policy_on(day: date) -> PointsPolicy | None:
    """The policy in force on a day, if any yet."""
    return in_force(PointsPolicy, day)


class PolicyVersion(NamedTuple):
    """A version of the policy of points."""

    second_person_from: int
    expires_after_months: int | None
    effective_from: date
    source: str


def policies() -> Sequence[PolicyVersion]:
    """(second_person_from, expires_after_months, effective_from, source), newest first."""
    return rows(
        select(
            PointsPolicy.second_person_from,
            PointsPolicy.expires_after_months,
            PointsPolicy.effective_from,
            PointsPolicy.source,
        ).order_by(PointsPolicy.effective_from.desc()),
        PolicyVersion,
    )


def rule_on(code: str, community_id: int, day: date) -> EarningRule | None:
    """The version that applies in a community on a day: its own before the general one."""
    return RuleBook([code], [community_id]).version(code, community_id, day)


class RuleBook:
    """All versions of some codes that can apply in some communities, read in one query."""

    def __init__(self, codes: Iterable[str] | None, community_ids: Iterable[int]) -> None:
        statement = select(EarningRule).where(
            or_(
                EarningRule.community_id.is_(None),
                EarningRule.community_id.in_(set(community_ids)),
            ),
            EarningRule.cancelled_at.is_(None),
        )
        if codes is not None:
            statement = statement.where(EarningRule.code.in_(set(codes)))
        self.versions: Sequence[EarningRule] = db.session.scalars(
            statement.order_by(EarningRule.effective_from, EarningRule.id)
        ).all()

    def version(self, code: str, community_id: int, day: date) -> EarningRule | None:
        """The one in force, or None. A community that has ended its rule awards nothing."""
        newest: dict[int | None, EarningRule] = {
            rule.community_id: rule
            for rule in self.versions
            if rule.code == code and rule.effective_from <= day
        }
        rule = newest.get(community_id) or newest.get(None)
        return None if rule is None or rule.ended else rule

    def last_day(self, code: str, community_id: int, day: date) -> date | None:
        """The day itself if the code is in force, else the last day before on which it was; None
        if that is more than a year ago."""
        changes = (r.effective_from - _A_DAY for r in self.versions if r.code == code)
        days = [day, *(last for last in changes if day - _A_YEAR <= last < day)]
        return max((d for d in days if self.version(code, community_id, d)), default=None)


class Requestable(NamedTuple):
    """A rule that staff can ask points under, for a choice in a form. `until`: its last day, if it
    holds no more."""

    code: str
    name: str
    category: Category
    basis: Basis
    points: int
    until: date | None


def requestable(community_id: int, day: date) -> list[Requestable]:
    """The rules for manual awards that are in force, and behind them those that were within the
    year before: acts of then are still entered. Those that facts award by themselves are not
    among them."""
    book = RuleBook(None, [community_id])
    codes = dict.fromkeys(rule.code for rule in book.versions if rule.code not in AUTOMATIC)
    found = []
    for code in codes:
        last = book.last_day(code, community_id, day)
        rule = book.version(code, community_id, last) if last else None
        if rule is not None and rule.basis is not Basis.PERCENT:
            until = None if last == day else last
            found.append(
                Requestable(rule.code, rule.name, rule.category, rule.basis, rule.points, until)
            )
    return sorted(found, key=lambda rule: rule.until is not None)


class Listed(NamedTuple):
    """One version of a rule on the page of rules. `state` is "now", "soon" or "past"."""

    id: int
    code: str
    community_id: int | None
    community: str | None
    name: str
    category: Category
    basis: Basis
    points: int
    yearly_cap: int | None
    effective_from: date
    ended: bool
    source: str
    state: str


def rule_versions(community_ids: Iterable[int]) -> list[Listed]:
    """Every version of the general rules and of those of these communities, by category, rule
    and date. The newest version whose day has come is the one in force, within its scope."""
    rows = db.session.execute(
        select(
            EarningRule.id,
            EarningRule.code,
            EarningRule.community_id,
            Place.name.label("community"),
            EarningRule.name,
            EarningRule.category,
            EarningRule.basis,
            EarningRule.points,
            EarningRule.yearly_cap,
            EarningRule.effective_from,
            EarningRule.ended,
            EarningRule.source,
        )
        .outerjoin(Place, Place.id == EarningRule.community_id)
        .where(
            EarningRule.cancelled_at.is_(None),
            or_(
                EarningRule.community_id.is_(None),
                EarningRule.community_id.in_(list(community_ids)),
            ),
        )
        .order_by(EarningRule.id)
    ).all()
    today = clock.today()
    current = {
        (row.code, row.community_id): row.id
        for row in sorted(rows, key=lambda row: (row.effective_from, row.id))
        if row.effective_from <= today
    }

    def state(row: Any) -> str:
        if row.effective_from > today:
            return "soon"
        return "now" if current[row.code, row.community_id] == row.id else "past"

    return [Listed(**row._mapping, state=state(row)) for row in rows]  # noqa: SLF001 - its public name


def rule_to_change(actor: Actor, rule_id: int) -> EarningRule:
    """A version the actor may follow with another: of a community in reach, or a general one
    (a street may put a community's own before it). NotFoundError otherwise."""
    rule = db.session.scalar(
        select(EarningRule).where(
            EarningRule.id == rule_id,
            EarningRule.cancelled_at.is_(None),
            or_(
                EarningRule.community_id.is_(None),
                in_reach(EarningRule.community_id, actor, Capability.MANAGE_RULES),
            ),
        )
    )
    if rule is None:
        raise NotFoundError
    return rule
