"""Reading the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, select, union_all
from sqlalchemy.orm import aliased

from app.core.db import built_once, db, rows
from app.ledger.models import (
    Account,
    AccountKind,
    LedgerUnit,
    Lot,
    LotUse,
    Posting,
    Seal,
    Transaction,
)


def balance(account_id: int) -> int:
    """What is on the account, overdue points included until they are swept."""
    return db.session.scalar(select(Account.balance).where(Account.id == account_id)) or 0


def available(account_id: int, on: date) -> int:
    """What can be spent on that day: the balance less what is past its date."""
    overdue = (
        select(func.coalesce(func.sum(Lot.remaining), 0))
        .where(Lot.account_id == account_id, Lot.remaining > 0, Lot.expires_on < on)
        .scalar_subquery()
    )
    return db.session.scalar(select(Account.balance - overdue).where(Account.id == account_id)) or 0


@built_once
def statement(account_id: int) -> Select[Any]:
    """What came and went, the newest first.

    Columns: posted_at, kind, memo, amount (negative: went out), transaction_id, key, reversed
    (taken back since), reverses_id (it takes that one back).
    """
    reversal = aliased(Transaction)
    # "+ 0", because SQLite merges the halves only if their columns are of one kind.
    rows = union_all(
        *(
            select(
                Transaction.posted_at,
                Transaction.kind,
                Transaction.memo,
                amount.label("amount"),
                Posting.transaction_id,
                Transaction.key,
                exists().where(reversal.reverses_id == Transaction.id).label("reversed"),
                Transaction.reverses_id,
            )
            .join_from(Posting, Transaction)
            .where(side == account_id)
            for side, amount in (
                (Posting.destination_id, Posting.amount + 0),
                (Posting.source_id, 0 - Posting.amount),
            )
        )
    ).subquery("rows")
    # Both halves come out of their indexes in this order, so a page reads no more than its rows.
    return select(rows).order_by(rows.c.transaction_id.desc())


def shortfall(transaction_id: int) -> int:
    """What a reversal could not take back because it had been spent; 0 for anything else."""
    found = select(Transaction.shortfall).where(Transaction.id == transaction_id)
    return db.session.scalar(found) or 0


def came_late(transaction_id: int) -> int:
    """Of what a reversal returned to wallets, the points that were past their date by its day:
    they are expired as soon as they are back."""
    found = (
        select(func.coalesce(func.sum(0 - LotUse.amount), 0))
        .join_from(LotUse, Lot)
        .join(Transaction, Transaction.id == LotUse.transaction_id)
        .where(
            LotUse.transaction_id == transaction_id,
            LotUse.amount < 0,
            Lot.expires_on < Transaction.day,
        )
    )
    return db.session.scalar(found) or 0


def latest_seals(limit: int) -> Sequence[Any]:
    """Rows of (day, transactions, postings, points, minutes, digest, sealed_at), newest first."""
    return rows(_SEALS, limit=limit)


_SEALS = (
    select(
        Seal.day,
        Seal.transactions,
        Seal.postings,
        Seal.points,
        Seal.minutes,
        Seal.digest,
        Seal.sealed_at,
    )
    .order_by(Seal.day.desc())
    .limit(bindparam("limit"))
)


@dataclass(frozen=True)
class Totals:
    """Where everything that was issued is now: issued is the sum of the others."""

    issued: int
    in_wallets: int
    redeemed: int
    expired: int
    void: int


def totals(unit: LedgerUnit) -> Totals:
    rows = db.session.execute(
        select(Account.kind, func.sum(Account.balance))
        .where(Account.unit == unit)
        .group_by(Account.kind)
    )
    sums = {kind: int(amount) for kind, amount in rows}
    return Totals(
        issued=-sums.get(AccountKind.ISSUE, 0),
        in_wallets=sums.get(AccountKind.WALLET, 0),
        redeemed=sums.get(AccountKind.REDEEMED, 0),
        expired=sums.get(AccountKind.EXPIRED, 0),
        void=sums.get(AccountKind.VOID, 0),
    )


def counts() -> dict[str, int]:
    """How many rows an auditor has before them, by table."""
    return {
        model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) or 0
        for model in (Account, Transaction, Posting, Seal)
    }
