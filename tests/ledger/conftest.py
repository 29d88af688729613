"""Accounts every ledger test knows: the community's fund, three wallets, and where points go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.core.i18n import Phrase
from app.ledger.interface import Entry, Transfer, open_account, post, reverse, seal, verify
from app.ledger.models import EXPIRED_CODE, Account, AccountKind, LedgerUnit, Lot

MEMO = Phrase("A test")
TODAY = date(2026, 11, 21)
_numbers = count()


def at(day: date) -> Any:
    """A context in which it is noon of that day."""
    return clock.frozen(clock.at(day, 12))


@dataclass
class Bank:
    """The accounts, and the two things most tests do with them."""

    fund: int
    redeemed: int
    void: int
    expired: int
    zhang: int
    li: int
    wang: int
    minutes_fund: int
    zhang_minutes: int

    @classmethod
    def opened(cls, prefix: str = "test") -> Bank:
        points, minutes = LedgerUnit.POINTS, LedgerUnit.MINUTES
        kinds = {
            "fund": (AccountKind.ISSUE, points),
            "redeemed": (AccountKind.REDEEMED, points),
            "void": (AccountKind.VOID, points),
            "zhang": (AccountKind.WALLET, points),
            "li": (AccountKind.WALLET, points),
            "wang": (AccountKind.WALLET, points),
            "minutes_fund": (AccountKind.ISSUE, minutes),
            "zhang_minutes": (AccountKind.WALLET, minutes),
        }
        opened = {
            name: open_account(code=f"{prefix}:{name}", kind=kind, unit=unit)
            for name, (kind, unit) in kinds.items()
        }
        return cls(expired=open_account(code=EXPIRED_CODE, kind=AccountKind.EXPIRED), **opened)

    def award(self, wallet: int, amount: int, until: date | None = None, key: str = "") -> int:
        transfer = Transfer(self.fund, wallet, amount)
        return post(None, Entry(key or new_key(), "award", MEMO, (transfer,), until))

    def spend(self, wallet: int, amount: int, key: str = "") -> int:
        transfer = Transfer(wallet, self.redeemed, amount)
        return post(None, Entry(key or new_key(), "redemption", MEMO, (transfer,)))

    def reverse(self, transaction: int, **options: Any) -> int:
        return reverse(None, transaction, key=new_key(), memo=MEMO, **options)


def new_key() -> str:
    return f"test:{next(_numbers)}"


def balance(account: int) -> int:
    """What is on the account, overdue points included until they are swept."""
    return db.session.scalar(select(Account.balance).where(Account.id == account))


def available(account: int, on: date) -> int:
    """What can be spent on that day: the balance less what is past its date."""
    overdue = select(func.coalesce(func.sum(Lot.remaining), 0)).where(
        Lot.account_id == account, Lot.expires_on < on
    )
    return balance(account) - db.session.scalar(overdue)


def totals(unit: LedgerUnit) -> dict[AccountKind, int]:
    """How much is on the accounts of each kind."""
    sums = select(Account.kind, func.sum(Account.balance)).group_by(Account.kind)
    return {
        kind: int(total) for kind, total in db.session.execute(sums.where(Account.unit == unit))
    }


def findings() -> list[str]:
    return [str(finding) for finding in verify()]


@pytest.fixture
def bank(app):
    """The accounts, on a Saturday noon in November; verified when the test is over."""
    with at(TODAY):
        bank = Bank.opened()
        yield bank
        seal(up_to=TODAY - timedelta(days=1))  # as the first change of a day does
        assert findings() == []
