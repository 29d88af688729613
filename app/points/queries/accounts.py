"""One person's account as its owner, or staff, look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Date, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from app.core import clock
from app.core.db import rows
from app.core.i18n import Phrase
from app.core.paging import Page, paged
from app.ledger import interface as ledger
from app.ledger.models import Account, Lot
from app.people.models import Person
from app.points.models import Award, AwardStatus, EarningRule, Wallet

_SOON = 60  # days within which what is going to expire is said on top
_NOTHING = -1  # no account has this id


@dataclass(frozen=True)
class Expiry:
    """Points that can be spent up to and including `day` (None: for ever)."""

    day: date | None
    points: int


@dataclass(frozen=True)
class AccountPage:
    """`balance` is what can be spent today; `lots` says until when, the first to expire first."""

    name: str
    code: str
    balance: int
    minutes: int
    lots: Sequence[Expiry]
    pending: Sequence[PendingAward]
    movements: Page

    @property
    def soon(self) -> Expiry | None:
        """What expires first, if that is within the next two months."""
        first = self.lots[0] if self.lots else None
        if first is None or first.day is None or (first.day - clock.today()).days > _SOON:
            return None
        return first


def account_page(person_id: int | None, number: int, *, per_page: int = 20) -> AccountPage:
    """Everything on the page, in five queries however much there is."""
    row = next(iter(rows(_WHO, person_id=person_id)), None)
    account_id = row.account_id if row and row.account_id is not None else _NOTHING
    lots = _lots(account_id)
    return AccountPage(
        name=row.name if row else "",
        code=row.code if row else "",
        balance=sum(lot.points for lot in lots),
        minutes=(row.minutes if row else 0) or 0,
        lots=lots,
        pending=_pending(person_id),
        movements=paged(ledger.statement(account_id), number, per_page=per_page),
    )


_minutes = aliased(Account)
_WHO = (
    select(Person.name, Person.code, Wallet.account_id, _minutes.balance.label("minutes"))
    .outerjoin(Wallet, Wallet.person_id == Person.id)
    .outerjoin(_minutes, _minutes.id == Wallet.minutes_account_id)
    .where(Person.id == bindparam("person_id"))
)


def _lots(account_id: int) -> list[Expiry]:
    found = rows(_LOTS, account_id=account_id, today=clock.today())
    return [Expiry(day, int(points)) for day, points in found]


_LOTS = (
    select(Lot.expires_on, func.sum(Lot.remaining))
    .where(
        Lot.account_id == bindparam("account_id"),
        Lot.remaining > 0,
        or_(Lot.expires_on.is_(None), Lot.expires_on >= bindparam("today", type_=Date)),
    )
    .group_by(Lot.expires_on)
    .order_by(Lot.expires_on.asc().nulls_last())
)


class PendingAward(NamedTuple):
    """An award that still waits for a second person."""

    points: int
    memo: Phrase
    happened_on: date
    rule: str


def _pending(person_id: int | None) -> Sequence[PendingAward]:
    """(points, memo, happened_on, rule) of what still waits for a second person."""
    return rows(_PENDING, PendingAward, person_id=person_id)


_PENDING = (
    select(Award.points, Award.memo, Award.happened_on, EarningRule.name.label("rule"))
    .join(EarningRule, EarningRule.id == Award.rule_id)
    .where(Award.person_id == bindparam("person_id"), Award.status == AwardStatus.PENDING)
    .order_by(Award.id)
)
