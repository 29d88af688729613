"""What people have: balances within the day's validity."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Date, bindparam, func, or_, select

from app.core import clock
from app.core.db import rows
from app.ledger.models import Lot
from app.points.models import Wallet


def balance_of(person_id: int, on: date | None = None) -> int:
    """The points a person can spend today (or on another day): what has expired is not counted,
    also before it has been booked out."""
    return balances_of([person_id], on).get(person_id, 0)


def balances_of(person_ids: Iterable[int], on: date | None = None) -> dict[int, int]:
    """{person id: points they can spend} in one query; people without points are not in it."""
    day = on or clock.today()
    found = rows(_BALANCES, people=list(person_ids), day=day)
    return {person_id: int(points) for person_id, points in found}


_BALANCES = (
    select(Wallet.person_id, func.sum(Lot.remaining))
    .join(Lot, Lot.account_id == Wallet.account_id)
    .where(
        Wallet.person_id.in_(bindparam("people", expanding=True)),
        Lot.remaining > 0,
        or_(Lot.expires_on.is_(None), Lot.expires_on >= bindparam("day", type_=Date)),
    )
    .group_by(Wallet.person_id)
)
