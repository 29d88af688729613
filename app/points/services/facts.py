"""Points for verified facts: once per fact, by the rule in force on the day of the act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from app.audit import interface as audit
from app.core.access import Actor
from app.core.db import db
from app.core.i18n import Phrase, marked
from app.inbox import interface as inbox
from app.ledger import interface as ledger
from app.ledger.models import LedgerUnit
from app.people.models import Person
from app.places.models import Place
from app.points import policy
from app.points.models import Award, AwardStatus, EarningRule
from app.points.queries import rules as queries
from app.points.services.wallets import Accounts, issue_account, lock_wallets, minutes_accounts

_COUNTED = (AwardStatus.PENDING, AwardStatus.POSTED)


@dataclass(frozen=True)
class Fact:
    """Something that happened and was verified, as the package that knows it tells it.

    `fact_key` names it for good ("meeting:42:attendance:7"). `times` is how many times or hours, or
    the multiplier of a task's difficulty; `minutes` may give the hours exactly; `on_top_of` is
    the points a percentage is taken of.
    """

    person_id: int
    code: str
    fact_key: str
    happened_on: date
    memo: Phrase
    times: int = 1
    minutes: int | None = None
    on_top_of: int | None = None


def award(
    actor: Actor | None,
    *,
    person_id: int,
    code: str,
    fact_key: str,
    happened_on: date,
    memo: Phrase,
    times: int = 1,
    on_top_of: int | None = None,
) -> Award | None:
    """Credit points for one fact. Returns the award, also if it had been made before.

    None if no rule is in force on the day of the act, the cap of the year is reached, or it
    comes to no whole point. A fact that was reversed can be awarded again.
    """
    fact = Fact(person_id, code, fact_key, happened_on, memo, times, None, on_top_of)
    made = award_many(actor, [fact])
    return made[0] if made else None


def award_many(actor: Actor | None, facts: Sequence[Fact]) -> list[Award]:
    """Credit points for many facts in few round trips (a whole meeting's attendance).

    Returns the living awards of these facts, those made before included; facts that come to
    nothing (see `award`) are left out.
    """
    facts = list({fact.fact_key: fact for fact in facts}.values())
    if not facts:
        return []
    homes = _communities({fact.person_id for fact in facts})
    wallets = lock_wallets(homes)
    former = latest_awards(fact.fact_key for fact in facts)
    living = [a for a in former.values() if a.status in _COUNTED]
    done = {a.fact for a in living}
    fresh = [fact for fact in facts if fact.fact_key not in done and fact.person_id in homes]
    planned = _planned(fresh, homes, former)
    post(actor, planned, wallets)
    if planned:
        _record(actor, planned)
    return living + planned


def latest_awards(keys: Iterable[str]) -> dict[str, Award]:
    """The newest award of each of these facts."""
    rows = db.session.scalars(select(Award).where(Award.fact.in_(list(keys))).order_by(Award.id))
    return {row.fact: row for row in rows}


def next_key(fact: str, former: Award | None) -> str:
    """The fact itself for its first award, with ":2" added after a reversal."""
    if former is None:
        return fact
    _fact, _colon, number = former.fact_key.removeprefix(fact).partition(":")
    return f"{fact}:{int(number or 1) + 1}"


def used_of_caps(awards: Iterable[tuple[int, str, int]]) -> dict[tuple[int, str, int], int]:
    """Points counted so far per (person id, code, year), for those asked about."""
    asked = set(awards)
    if not asked:
        return {}
    rows = db.session.execute(
        select(Award.person_id, EarningRule.code, Award.happened_on, func.sum(Award.points))
        .join(EarningRule, EarningRule.id == Award.rule_id)
        .where(
            Award.person_id.in_({person_id for person_id, _code, _year in asked}),
            EarningRule.code.in_({code for _person_id, code, _year in asked}),
            Award.status.in_(_COUNTED),
        )
        .group_by(Award.person_id, EarningRule.code, Award.happened_on)
    )
    used: dict[tuple[int, str, int], int] = defaultdict(int)
    for person_id, code, happened_on, points in rows:
        used[person_id, code, happened_on.year] += int(points)
    return used


def post(actor: Actor | None, awards: Sequence[Award], wallets: dict[int, Accounts]) -> None:
    """Credit these awards in the ledger, store them and tell the people. The wallets are locked."""
    if not awards:
        return
    communities = {award.community_id for award in awards}
    funds = {c: issue_account(c) for c in communities}
    served = [award for award in awards if award.minutes]
    minutes = minutes_accounts(wallets, (award.person_id for award in served))
    minute_funds = {
        c: issue_account(c, LedgerUnit.MINUTES) for c in {award.community_id for award in served}
    }
    validity = {day: _months(day) for day in {award.happened_on for award in awards}}
    entries = []
    for award in awards:
        home, person_id = award.community_id, award.person_id
        moved = [ledger.Transfer(funds[home], wallets[person_id].points, award.points)]
        if award.minutes:
            moved.append(ledger.Transfer(minute_funds[home], minutes[person_id], award.minutes))
        entries.append(
            ledger.Entry(
                key=f"award:{award.fact_key}",
                kind="award",
                memo=award.memo,
                transfers=tuple(moved),
                expires_on=policy.expires_on(award.happened_on, validity[award.happened_on]),
            )
        )
    for award, transaction_id in zip(awards, ledger.post_many(actor, entries), strict=True):
        award.status = AwardStatus.POSTED
        award.transaction_id = transaction_id
    db.session.add_all(awards)
    db.session.flush()
    _tell(awards)


def _months(day: date) -> int | None:
    in_force = queries.policy_on(day)
    return in_force.expires_after_months if in_force else None


def _tell(awards: Sequence[Award]) -> None:
    together: dict[tuple[str, int], list[Award]] = defaultdict(list)
    for award in awards:
        together[award.rule.name, award.points].append(award)
    for (rule, points), same in together.items():
        inbox.tell(
            key=f"award:{same[0].id}",
            text=Phrase(
                marked("You received %(points)s points: %(rule)s"), points=points, rule=rule
            ),
            url="/points",
            people=[award.person_id for award in same],
        )


def _planned(facts: Sequence[Fact], homes: dict[int, int], former: dict[str, Award]) -> list[Award]:
    """Awards not stored yet, for the facts that come to at least a point."""
    book = queries.RuleBook({fact.code for fact in facts}, set(homes.values()))
    found = [
        (fact, rule)
        for fact in facts
        if (rule := book.version(fact.code, homes[fact.person_id], fact.happened_on))
    ]
    used = used_of_caps(
        (fact.person_id, rule.code, fact.happened_on.year)
        for fact, rule in found
        if rule.yearly_cap
    )
    planned = []
    for fact, rule in found:
        counted = (fact.person_id, rule.code, fact.happened_on.year)
        points = policy.within_cap(_worth(fact, rule), used.get(counted, 0), rule.yearly_cap)
        if points <= 0:
            continue
        used[counted] = used.get(counted, 0) + points
        key = next_key(fact.fact_key, former.get(fact.fact_key))
        planned.append(_award(fact, key, rule, points, homes[fact.person_id]))
    return planned


def _worth(fact: Fact, rule: EarningRule) -> int:
    return policy.worth(
        rule.basis,
        rule.points,
        times=fact.times,
        minutes=fact.minutes,
        on_top_of=fact.on_top_of or 0,
    )


def _award(fact: Fact, key: str, rule: EarningRule, points: int, community_id: int) -> Award:
    return Award(
        fact=fact.fact_key,
        fact_key=key,
        rule=rule,
        person_id=fact.person_id,
        community_id=community_id,
        points=points,
        times=fact.times,
        minutes=fact.minutes,
        memo=fact.memo,
        happened_on=fact.happened_on,
    )


def _communities(person_ids: set[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Person.id, Person.community_id).where(Person.id.in_(person_ids))
    )
    return {row.id: row.community_id for row in rows}


def _record(actor: Actor | None, awards: Sequence[Award]) -> None:
    """One entry in the trail per community and call: a meeting's attendance is one act."""
    together: dict[int, list[Award]] = defaultdict(list)
    for made in awards:
        together[made.community_id].append(made)
    paths = db.session.execute(select(Place.id, Place.path).where(Place.id.in_(together)))
    for community_id, path in paths.tuples():
        made_here = together[community_id]
        audit.record(
            actor,
            "points.award",
            kind="award",
            id=made_here[0].id if len(made_here) == 1 else None,
            path=path,
            facts=[made.fact_key for made in made_here],
            points=sum(made.points for made in made_here),
        )
