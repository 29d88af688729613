"""The funds register: what was handed over in a period, and what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, extract, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.core.access import Actor, Capability
from app.core.db import built_once, rows
from app.people.models import Person
from app.places.interface import in_reach
from app.rewards.models import Redemption, RedemptionState, RewardItem


@built_once
def handed_over(
    actor: Actor, capability: Capability, *, community_id: int, first: date, last: date
) -> Select[Any]:
    """(id, code, handed_over_on, person, item, kind, points, unit_cost,
    funded_by, handed_over_by) of what was handed over in those days, in that order."""
    handed = aliased(User)
    return (
        select(
            Redemption.id,
            Redemption.code,
            Redemption.handed_over_on,
            Person.name.label("person"),
            RewardItem.name.label("item"),
            RewardItem.kind,
            Redemption.points,
            Redemption.unit_cost,
            Redemption.funded_by,
            handed.name.label("handed_over_by"),
        )
        .join(RewardItem, RewardItem.id == Redemption.item_id)
        .join(Person, Person.id == Redemption.person_id)
        .join(handed, handed.id == Redemption.handed_over_by_id)
        .where(*_handed(actor, capability, community_id, first, last))
        .order_by(Redemption.handed_over_on, Redemption.id)
    )


class MonthTotal(NamedTuple):
    """What was handed over in a month out of one fund; `cost` is in fen."""

    month: int
    funded_by: str
    items: int
    points: int
    cost: int


def totals_by_month(
    actor: Actor, capability: Capability, *, community_id: int, first: date, last: date
) -> Sequence[MonthTotal]:
    """(month, funded_by, items, points, cost in fen) of what was handed over, by month."""
    month = extract("month", Redemption.handed_over_on)
    return rows(
        select(
            month.label("month"),
            Redemption.funded_by,
            func.count().label("items"),
            func.sum(Redemption.points).label("points"),
            func.sum(func.coalesce(Redemption.unit_cost, 0)).label("cost"),
        )
        .where(*_handed(actor, capability, community_id, first, last))
        .group_by(month, Redemption.funded_by)
        .order_by(month, Redemption.funded_by),
        MonthTotal,
    )


def _handed(
    actor: Actor, capability: Capability, community_id: int, first: date, last: date
) -> list[ColumnElement[bool]]:
    return [
        Redemption.state == RedemptionState.HANDED_OVER,
        Redemption.community_id == community_id,
        in_reach(Redemption.community_id, actor, capability),
        Redemption.handed_over_on.between(first, last),
    ]
