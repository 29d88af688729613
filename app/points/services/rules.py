"""Changing what acts are worth: always by a new version from today or a later day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.audit import interface as audit
from app.core import clock, numbering
from app.core.access import Actor, Capability
from app.core.db import db, flushing, hold
from app.core.errors import NotFoundError, Refused
from app.core.i18n import lazy_gettext as _l
from app.places.interface import may_change_general, reached_community
from app.places.models import Place
from app.points.models import Basis, Category, EarningRule, PointsPolicy

_WHOLE = 100


@dataclass(frozen=True)
class Terms:
    """What one version of a rule says. `yearly_cap` None: as often as one likes."""

    name: str
    points: int
    yearly_cap: int | None
    effective_from: date
    source: str


def new_rule(
    actor: Actor, *, community_id: int | None, category: Category, basis: Basis, terms: Terms
) -> EarningRule:
    """A rule for something that was worth nothing so far. For one community, or for all.

    Refused (field "effective_from" or "points") if that day is past or the share is over 100 per
    cent, (field "community") if it is for all and the actor doesn't manage all of them;
    NotFoundError if the community is out of reach.
    """
    code = f"own_{numbering.next_value('earning-rule')}"
    return _add(
        actor,
        code,
        terms,
        community_id=community_id,
        category=category,
        basis=basis,
        ended=False,
    )


def new_version(
    actor: Actor, rule: EarningRule, *, community_id: int | None, terms: Terms
) -> EarningRule:
    """The same rule with other terms from a day on; for one community it goes before the
    general one. What was awarded by the versions before stays as it is.

    Refused (field "effective_from") if there is a version from that day, (field "community") if the
    rule is another community's, else Refused and NotFoundError as `new_rule` says.
    """
    _check_community(rule, community_id)
    return _add(
        actor,
        rule.code,
        terms,
        community_id=community_id,
        category=rule.category,
        basis=rule.basis,
        ended=False,
    )


def end_rule(
    actor: Actor,
    rule: EarningRule,
    *,
    community_id: int | None,
    effective_from: date,
    source: str,
) -> EarningRule:
    """Award nothing under this rule any more from a day on. Refused and NotFoundError as
    `new_version` says."""
    _check_community(rule, community_id)
    terms = Terms(rule.name, rule.points, rule.yearly_cap, effective_from, source)
    return _add(
        actor,
        rule.code,
        terms,
        community_id=community_id,
        category=rule.category,
        basis=rule.basis,
        ended=True,
    )


def cancel_version(actor: Actor, rule: EarningRule) -> None:
    """Take back a version before its day has come; it stays on record. Refused if it is in
    force."""
    hold(rule)
    if rule.cancelled_at is not None:
        return
    if rule.effective_from <= clock.today():
        raise Refused(_l("This version is in force already. Enter a new one instead."))
    rule.cancelled_at, rule.cancelled_by_id = clock.now(), actor.id
    db.session.flush()
    _record(actor, "points.rule.cancel", rule)


def new_policy(
    actor: Actor,
    *,
    second_person_from: int,
    expires_after_months: int | None,
    effective_from: date,
    source: str,
) -> PointsPolicy:
    """Another threshold or period of validity, for acts from a day on; for all communities.

    NotFoundError for those who don't manage the rules of all communities; Refused (field
    "effective_from") if that day is past or has a version already.
    """
    if not may_change_general(actor):
        raise NotFoundError
    _check_from(effective_from)
    policy = PointsPolicy(
        second_person_from=second_person_from,
        expires_after_months=expires_after_months,
        effective_from=effective_from,
        source=source,
    )
    with flushing(_taken()):
        db.session.add(policy)
    audit.record(
        actor,
        "points.policy",
        kind="points_policy",
        id=policy.id,
        second_person_from=second_person_from,
        expires_after_months=expires_after_months,
        effective_from=effective_from.isoformat(),
        source=source,
    )
    return policy


def _add(
    actor: Actor,
    code: str,
    terms: Terms,
    *,
    community_id: int | None,
    category: Category,
    basis: Basis,
    ended: bool,
) -> EarningRule:
    _check_reach(actor, community_id)
    _check_from(terms.effective_from)
    if basis is Basis.PERCENT and terms.points > _WHOLE:
        raise Refused(_l("At most 100 per cent."), field="points")
    rule = EarningRule(
        code=code,
        community_id=community_id,
        name=terms.name,
        category=category,
        basis=basis,
        points=terms.points,
        yearly_cap=terms.yearly_cap,
        effective_from=terms.effective_from,
        ended=ended,
        source=terms.source,
        entered_by_id=actor.id,
    )
    with flushing(_taken()):
        db.session.add(rule)
    _record(actor, "points.rule.end" if ended else "points.rule", rule)
    return rule


def _check_reach(actor: Actor, community_id: int | None) -> None:
    if community_id is not None:
        reached_community(actor, Capability.MANAGE_RULES, community_id)
    elif not may_change_general(actor):
        raise Refused(
            _l("Rules for all communities are changed by whoever manages all of them."),
            field="community",
        )


def _check_community(rule: EarningRule, community_id: int | None) -> None:
    if rule.community_id is not None and rule.community_id != community_id:
        raise Refused(_l("This rule belongs to one community."), field="community")


def _check_from(day: date) -> None:
    if day < clock.today():
        raise Refused(
            _l("What has been is not changed: choose today or a later day."),
            field="effective_from",
        )


def _taken() -> Refused:
    return Refused(
        _l("There is a version from that day already. Choose another day."),
        field="effective_from",
    )


def _record(actor: Actor, action: str, rule: EarningRule) -> None:
    path = db.session.scalar(select(Place.path).where(Place.id == rule.community_id)) or ""
    audit.record(
        actor,
        action,
        kind="earning_rule",
        id=rule.id,
        path=path,
        code=rule.code,
        name=rule.name,
        points=rule.points,
        yearly_cap=rule.yearly_cap,
        effective_from=rule.effective_from.isoformat(),
        source=rule.source,
    )
