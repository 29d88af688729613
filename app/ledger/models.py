"""Accounts, and what moves between them.

Rows here are written by `services` with plain SQL and read by `queries`; nobody changes an
object of these classes. Triggers, laid by the migration, promise on both engines that

- transactions, postings, lot uses and seals are never changed or removed, and of accounts and
  lots only the balance and the remainder change;
- a posting moves both balances, and a use moves its lot's remainder, in the very statement
  that adds it, and a lot is what its posting brought in;
- a posting stays within one unit, and service minutes leave a wallet only by a reversal;
- nothing is added to a day that has been sealed.

Balances and remainders are kept by triggers rather than by the services because then no program,
script or console can add a posting without them. It is no slower: on SQLite a trigger's updates
take less time than sending them as statements (280 against 295 microseconds for a transfer), and
on PostgreSQL they save round trips. A person who can drop the triggers is found by `services.verify`.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Model, UtcDateTime, choice
from app.core.i18n import Phrase, PhraseType
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled


class AccountKind(StrEnum):
    """Only `issue`, the community's fund, may go below zero: by what has been given out."""

    ISSUE = auto()
    WALLET = auto()
    REDEEMED = auto()
    EXPIRED = auto()
    VOID = auto()


ACCOUNT_KIND_LABELS = labelled(
    {
        AccountKind.ISSUE: _l("Issuing account"),
        AccountKind.WALLET: _l("Personal account"),
        AccountKind.REDEEMED: _l("Redemption account"),
        AccountKind.EXPIRED: _l("Expiry account"),
        AccountKind.VOID: _l("Void account"),
    }
)


class LedgerUnit(StrEnum):
    """Points are spent and expire. Minutes of service are kept apart and never spent
    (兑换后积分相应扣减，服务时长保留)."""

    POINTS = auto()
    MINUTES = auto()


LEDGER_UNIT_LABELS = labelled(
    {
        LedgerUnit.POINTS: _l("Points"),
        LedgerUnit.MINUTES: _l("Minutes of service"),
    }
)

# Where overdue points go; the migration opens it.
EXPIRED_CODE = "expired:points"


class Account(Model):
    """`balance` is what came in less what went out, in whole points or minutes."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("balance >= 0 OR kind = 'issue'", name="only_issue_below_zero"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[AccountKind] = mapped_column(choice(AccountKind))
    unit: Mapped[LedgerUnit] = mapped_column(choice(LedgerUnit))
    balance: Mapped[int] = mapped_column(BigInteger, default=0)


class Transaction(Model):
    """One event, named by a `key` such as "meeting:42:attendance:7" that makes it happen once.

    The actor is kept as a snapshot without a foreign key: the ledger lies under people and
    outlives them. `day` is the date in China at `posted_at` and says which seal covers it.
    `shortfall` is what a reversal could not take back because it had been spent.
    """

    __tablename__ = "ledger_transaction"
    __table_args__ = (
        CheckConstraint("shortfall >= 0", name="shortfall_not_negative"),
        CheckConstraint(
            "shortfall = 0 OR reverses_id IS NOT NULL", name="only_reversals_fall_short"
        ),
        # Few rows are reversals: the others need no entry in this index.
        Index(
            "uq_ledger_transaction_reverses_id",
            "reverses_id",
            unique=True,
            sqlite_where=text("reverses_id IS NOT NULL"),
            postgresql_where=text("reverses_id IS NOT NULL"),
        ),
        Index("ix_ledger_transaction_day_id", "day", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    memo: Mapped[Phrase] = mapped_column(PhraseType)
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(80))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_transaction.id"))
    shortfall: Mapped[int] = mapped_column(default=0)
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    day: Mapped[date] = mapped_column(default=clock.today)


class Posting(Model):
    """`amount` leaves `source` and reaches `destination`: an unbalanced one can't be written down.

    `number` counts a transaction's postings from 1. `expires_on` is the last day on which what
    comes into a wallet is good, if it ever ends.
    """

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("source_id <> destination_id", name="two_accounts"),
        Index("ix_posting_source_id_transaction_id", "source_id", "transaction_id"),
        Index("ix_posting_destination_id_transaction_id", "destination_id", "transaction_id"),
        {"sqlite_with_rowid": False},
    )

    transaction_id: Mapped[int] = mapped_column(
        ForeignKey("ledger_transaction.id"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    destination_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    amount: Mapped[int]
    expires_on: Mapped[date | None]


class Lot(Model):
    """A posting of points into a wallet, and how much of it is there still.

    A reversal's postings make none: they return to the lots they came from. `remaining` is
    `amount` less the sum of the lot's uses; what remains of a wallet's lots is its balance.
    Account, amount and date are the posting's, here so that the lots with something left are
    found in the order in which they are used.
    """

    __tablename__ = "lot"
    __table_args__ = (
        ForeignKeyConstraint(
            ["transaction_id", "number"], ["posting.transaction_id", "posting.number"]
        ),
        CheckConstraint("remaining BETWEEN 0 AND amount", name="remaining_within_amount"),
        Index(
            "ix_lot_open",
            "account_id",
            "expires_on",
            sqlite_where=text("remaining > 0"),
            postgresql_where=text("remaining > 0"),
        ),
        {"sqlite_with_rowid": False},
    )

    transaction_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    amount: Mapped[int]
    remaining: Mapped[int]
    expires_on: Mapped[date | None]


class LotUse(Model):
    """A transaction took `amount` out of a lot, or returned it where `amount` is negative."""

    __tablename__ = "lot_use"
    __table_args__ = (
        ForeignKeyConstraint(
            ["lot_transaction_id", "lot_number"], ["lot.transaction_id", "lot.number"]
        ),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        Index("ix_lot_use_lot", "lot_transaction_id", "lot_number"),
        {"sqlite_with_rowid": False},
    )

    transaction_id: Mapped[int] = mapped_column(
        ForeignKey("ledger_transaction.id"), primary_key=True
    )
    lot_transaction_id: Mapped[int] = mapped_column(primary_key=True)
    lot_number: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int]


class _OfADay:
    """What a seal says of its day."""

    transactions: Mapped[int]
    postings: Mapped[int]
    points: Mapped[int] = mapped_column(BigInteger)
    minutes: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
    marks: Mapped[str | None] = mapped_column(Text)


class Seal(_OfADay, Model):
    """A day that is over. `digest` is the SHA-256 of the digest of the day before and of
    everything posted on this day (`services.sealing` says how it is written down).

    Every day from the first transaction on has one, also a day on which nothing was posted:
    so the chain has no gaps, and a missing row is itself a finding. `points` and `minutes`
    are the sums moved by the day's postings.

    `marks` are "id:beginning of its line's own digest" for each of the day's transactions. The
    digest says that something differs, they say which row. They promise nothing themselves.
    """

    __tablename__ = "seal"

    day: Mapped[date] = mapped_column(primary_key=True)
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class VoidedSeal(_OfADay, Model):
    """A seal that was made ahead of time, by a clock that was wrong, and has been taken off."""

    __tablename__ = "voided_seal"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    voided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(200))
