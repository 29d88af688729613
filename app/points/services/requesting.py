"""Points that staff ask for on behalf of residents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select

from app.core import clock
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.people.models import Person
from app.points import policy
from app.points.models import AUTOMATIC, Award, AwardStatus, Basis, EarningRule
from app.points.queries import rules as queries
from app.points.services.deciding import own_household, record
from app.points.services.facts import post, used_of_caps
from app.points.services.wallets import lock_wallets

_MINUTES = 60


def request_award(
    actor: Actor,
    *,
    person_id: int,
    code: str,
    happened_on: date,
    memo: str,
    request_key: str,
    times: int = 1,
    minutes: int | None = None,
) -> Award:
    """Ask for points for one person; Refused as `request_awards` is."""
    return request_awards(
        actor,
        person_ids=[person_id],
        code=code,
        happened_on=happened_on,
        memo=memo,
        request_key=request_key,
        times=times,
        minutes=minutes,
    )[0]


def request_awards(
    actor: Actor,
    *,
    person_ids: Iterable[int],
    code: str,
    happened_on: date,
    memo: str,
    request_key: str,
    times: int = 1,
    minutes: int | None = None,
) -> list[Award]:
    """Ask for the same points for each of these people of one community.

    What stays below the policy's threshold (`policy.needs_second_person`) is credited at once,
    the rest waits for a second person. `minutes` is the length of service if the rule is by the
    hour, else `times` counts.
    Sending the same form again (`request_key`) changes nothing.

    All or none: Refused (field "people") if they are none or of several communities, one of them is
    the actor or of the actor's household, or has reached the cap of the year; (field "code" or
    "happened_on") without a rule that staff can ask under on that day, or if points for it would
    have expired; (field "minutes" or "times") if the rule doesn't count by the hour, or it comes to
    no whole point.
    """
    people = _people(person_ids)
    # Held from here on, so that a copy of this form that came first is seen.
    wallets = lock_wallets(person.id for person in people)
    if made := _made_before(request_key, [person.id for person in people]):
        return made
    rule = _rule(code, people[0].community_id, happened_on)
    _check_day(happened_on)
    _refuse_close(actor, people)
    amount = _amount(rule, times, minutes)
    _refuse_above_cap(people, rule, happened_on, amount.points)
    memo_of_all = Phrase(marked("%(rule)s: %(text)s"), rule=rule.name, text=memo)
    awards = [
        Award(
            fact=(fact := _fact(request_key, person.id)),
            fact_key=fact,
            rule=rule,
            person_id=person.id,
            community_id=person.community_id,
            memo=memo_of_all,
            happened_on=happened_on,
            manual=True,
            status=AwardStatus.PENDING,
            requested_by_id=actor.id,
            **amount._asdict(),
        )
        for person in people
    ]
    at_once = _allowed_at_once(actor, awards, happened_on)
    db.session.add_all(awards)
    post(actor, at_once, wallets)
    db.session.flush()
    record(actor, "points.request", awards, rule=rule.code, at_once=len(at_once))
    return awards


class _Amount(NamedTuple):
    points: int
    times: int
    minutes: int | None


def _amount(rule: EarningRule, times: int, minutes: int | None) -> _Amount:
    """What each of them is to get, and the length of service if the rule counts hours."""
    if rule.basis is Basis.PER_HOUR:
        minutes, times = minutes or times * _MINUTES, 1
    elif minutes is not None:
        raise Refused(_l("Only rules by the hour count minutes."), field="minutes")
    points = policy.worth(rule.basis, rule.points, times=times, minutes=minutes)
    if points <= 0:
        raise Refused(_l("This does not come to a whole point."), field="times")
    return _Amount(points, times, minutes)


def _people(person_ids: Iterable[int]) -> Sequence[Any]:
    wanted = set(person_ids)
    rows = db.session.execute(
        select(Person.id, Person.name, Person.community_id, Person.household_id)
        .where(Person.id.in_(wanted))
        .order_by(Person.id)
    ).all()
    if not rows or len(rows) < len(wanted):
        raise Refused(_l("Please choose at least one person."), field="people")
    if len({row.community_id for row in rows}) > 1:
        raise Refused(_l("These people do not live in the same community."), field="people")
    return rows


def _fact(request_key: str, person_id: int) -> str:
    return f"manual:{request_key}:{person_id}"


def _made_before(request_key: str, person_ids: Iterable[int]) -> list[Award]:
    facts = [_fact(request_key, person_id) for person_id in person_ids]
    return list(db.session.scalars(select(Award).where(Award.fact.in_(facts)).order_by(Award.id)))


def _rule(code: str, community_id: int, happened_on: date) -> EarningRule:
    if code in AUTOMATIC:
        raise Refused(_l("These points come by themselves from what happened."), field="code")
    rule = queries.rule_on(code, community_id, happened_on)
    if rule is None:
        raise Refused(_l("No such rule was in force on that day."), field="happened_on")
    return rule


def _check_day(happened_on: date) -> None:
    if happened_on > clock.today():
        raise Refused(_l("This day is still to come."), field="happened_on")
    in_force = queries.policy_on(happened_on)
    end = policy.expires_on(happened_on, in_force.expires_after_months) if in_force else None
    if end is not None and end < clock.today():
        raise Refused(_l("Points for that day would have expired already."), field="happened_on")


def _refuse_close(actor: Actor, people: Sequence[Any]) -> None:
    own = own_household(actor)
    if any(policy.is_close(actor.person_id, own, p.id, p.household_id) for p in people):
        raise Refused(
            _l("Somebody else has to enter points for yourself or your own household."),
            field="people",
        )


def _refuse_above_cap(
    people: Sequence[Any], rule: EarningRule, happened_on: date, points: int
) -> None:
    if rule.yearly_cap is None:
        return
    year = happened_on.year
    used = used_of_caps((person.id, rule.code, year) for person in people)
    for person in people:
        left = policy.within_cap(points, used.get((person.id, rule.code, year), 0), rule.yearly_cap)
        if left < points:
            raise Refused(
                _l(
                    "%(name)s can get %(left)s more points under this rule in %(year)s.",
                    name=person.name,
                    left=left,
                    year=str(year),
                ),
                field="people",
            )


def _allowed_at_once(actor: Actor, awards: Sequence[Award], happened_on: date) -> list[Award]:
    """Those that need no second person: what a second person has decided about counts no more."""
    in_force = queries.policy_on(happened_on)
    if in_force is None:
        return []
    by_actor = and_(Award.requested_by_id == actor.id, EarningRule.code == awards[0].rule.code)
    rows = db.session.execute(
        select(
            Award.person_id,
            func.coalesce(func.sum(Award.points).filter(Award.happened_on == happened_on), 0),
            func.coalesce(func.sum(Award.points).filter(by_actor), 0),
        )
        .join(EarningRule, EarningRule.id == Award.rule_id)
        .where(
            Award.person_id.in_([award.person_id for award in awards]),
            Award.happened_on.between(*policy.month_of(happened_on)),
            Award.manual,
            Award.decided_by_id.is_(None),
            Award.status.in_((AwardStatus.PENDING, AwardStatus.POSTED)),
        )
        .group_by(Award.person_id)
    )
    before = {person_id: (int(of_day), int(of_month)) for person_id, of_day, of_month in rows}

    def waits(award: Award) -> bool:
        of_day, of_month = before.get(award.person_id, (0, 0))
        return policy.needs_second_person(
            of_day + award.points, of_month + award.points, in_force.second_person_from
        )

    return [award for award in awards if not waits(award)]
