"""Reading the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, exists, func, select, union_all
from sqlalchemy.orm import aliased

from app.core.db import built_once, db, rows
from app.ledger.models import Account, Lot, LotUse, Posting, Seal, Transaction


class SealRow(NamedTuple):
    """A seal without its marks."""

    day: date
    transactions: int
    postings: int
    points: int
    minutes: int
    digest: str
    sealed_at: datetime


class Counts(NamedTuple):
    """How many rows an auditor has before them."""

    accounts: int
    transactions: int
    postings: int
    seals: int


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


def latest_seals(limit: int) -> Sequence[SealRow]:
    """The newest seals first."""
    return [SealRow(*row) for row in rows(_SEALS, limit=limit)]


_SEALS = (
    select(*(getattr(Seal, name) for name in SealRow._fields))
    .order_by(Seal.day.desc())
    .limit(bindparam("limit"))
)


def counts() -> Counts:
    """Counted anew each time: for an auditor, not for a page."""
    models = (Account, Transaction, Posting, Seal)
    found = (db.session.scalar(select(func.count()).select_from(model)) or 0 for model in models)
    return Counts(*found)
