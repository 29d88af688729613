"""Reading back what was posted on a day, in bounded memory, for whoever seals or verifies it."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, String, Text, bindparam, cast, select, type_coerce
from sqlalchemy.orm import aliased

from app.core.db import db
from app.ledger.models import Account, AccountKind, LedgerUnit, Lot, LotUse, Posting, Transaction

_AT_ONCE = 2000  # transactions in memory together
_MARK = 8  # digits of a transaction's own digest


class Side(NamedTuple):
    """Kind and unit as they are in the table, which need not be as they should."""

    code: str
    kind: str
    unit: str

    def keeps_lots(self) -> bool:
        return self.kind == AccountKind.WALLET and self.unit == LedgerUnit.POINTS


class PostingRecord(NamedTuple):
    number: int
    source: Side
    destination: Side
    amount: int
    expires_on: date | None


class LotRecord(NamedTuple):
    number: int
    account: str
    amount: int
    expires_on: date | None


class UseRecord(NamedTuple):
    lot_transaction_id: int
    lot_number: int
    account: str
    amount: int


@dataclass(slots=True)
class Record:
    """A transaction with everything that belongs to it."""

    id: int
    key: str
    kind: str
    memo: str  # the JSON of its phrase
    actor_id: int | None
    actor_name: str
    reverses_id: int | None
    shortfall: int
    posted_at: datetime
    postings: list[PostingRecord] = field(default_factory=list)
    lots: list[LotRecord] = field(default_factory=list)
    uses: list[UseRecord] = field(default_factory=list)


_TRANSACTIONS = (
    select(
        Transaction.id,
        Transaction.key,
        Transaction.kind,
        cast(Transaction.memo, Text),
        Transaction.actor_id,
        Transaction.actor_name,
        Transaction.reverses_id,
        Transaction.shortfall,
        Transaction.posted_at,
    )
    .where(Transaction.day == bindparam("day"), Transaction.id > bindparam("after"))
    .order_by(Transaction.id)
    .limit(_AT_ONCE)
)
# Transactions of other days may lie in between: a few around midnight, and any number where
# history was taken over later.
_OF_THE_DAY = (Transaction.day == bindparam("day")) & Transaction.id.between(
    bindparam("first"), bindparam("last")
)
_SOURCE, _DESTINATION = aliased(Account), aliased(Account)
_POSTINGS = (
    select(
        Posting.transaction_id,
        Posting.number,
        _SOURCE.code,
        type_coerce(_SOURCE.kind, String),
        type_coerce(_SOURCE.unit, String),
        _DESTINATION.code,
        type_coerce(_DESTINATION.kind, String),
        type_coerce(_DESTINATION.unit, String),
        Posting.amount,
        Posting.expires_on,
    )
    .join_from(Posting, _SOURCE, Posting.source_id == _SOURCE.id)
    .join(_DESTINATION, Posting.destination_id == _DESTINATION.id)
    .join(Transaction, Transaction.id == Posting.transaction_id)
    .where(_OF_THE_DAY)
    .order_by(Posting.transaction_id, Posting.number)
)
_LOTS = (
    select(Lot.transaction_id, Lot.number, Account.code, Lot.amount, Lot.expires_on)
    .join_from(Lot, Account, Account.id == Lot.account_id)
    .join(Transaction, Transaction.id == Lot.transaction_id)
    .where(_OF_THE_DAY)
    .order_by(Lot.transaction_id, Lot.number)
)
_USES = (
    select(
        LotUse.transaction_id,
        LotUse.lot_transaction_id,
        LotUse.lot_number,
        Account.code,
        LotUse.amount,
    )
    .join_from(LotUse, Lot)
    .join(Account, Account.id == Lot.account_id)
    .join(Transaction, Transaction.id == LotUse.transaction_id)
    .where(_OF_THE_DAY)
    .order_by(LotUse.transaction_id, LotUse.lot_transaction_id, LotUse.lot_number)
)


def records(day: date) -> Iterator[Record]:
    """The day's transactions in the order of their ids."""
    after = 0
    while batch := {row.id: Record(*row) for row in _rows(_TRANSACTIONS, day=day, after=after)}:
        first, after = min(batch), max(batch)
        _fill(batch, day=day, first=first, last=after)
        yield from batch.values()


def _fill(batch: dict[int, Record], **span: Any) -> None:
    # One that was just being posted may appear in between; it is read the next time.
    for owner, number, *sides, amount, expires_on in _rows(_POSTINGS, **span):
        if record := batch.get(owner):
            source, destination = Side(*sides[:3]), Side(*sides[3:])
            posting = PostingRecord(number, source, destination, amount, expires_on)
            record.postings.append(posting)
    for owner, *lot in _rows(_LOTS, **span):
        if record := batch.get(owner):
            record.lots.append(LotRecord(*lot))
    for owner, *use in _rows(_USES, **span):
        if record := batch.get(owner):
            record.uses.append(UseRecord(*use))


def _rows(statement: Select[Any], **values: Any) -> Any:
    return db.session.connection().execute(statement, values)


class Tally:
    """What a day's seal says, added up record by record. The text is described in `sealing`."""

    def __init__(self, day: date, digest_before: str) -> None:
        self.transactions = self.postings = 0
        self._marks: list[str] = []
        self.moved: dict[str, int] = defaultdict(int)
        self._digest = hashlib.sha256(f"linli ledger 1\n{digest_before}\n{day}\n".encode())

    def add(self, record: Record) -> None:
        self.transactions += 1
        self.postings += len(record.postings)
        for posting in record.postings:
            self.moved[posting.source.unit] += posting.amount
        line = _line(record).encode()
        self._digest.update(line)
        self._marks.append(f"{record.id}:{_mark(line)}")

    def marks(self) -> str:
        """By which a transaction that differs later is found: see `Seal`."""
        return " ".join(self._marks)

    def values(self) -> dict[str, Any]:
        """What the seal promises: its columns but for its day, its moment and the marks."""
        return {
            "transactions": self.transactions,
            "postings": self.postings,
            "points": self.moved[LedgerUnit.POINTS],
            "minutes": self.moved[LedgerUnit.MINUTES],
            "digest": self._digest.hexdigest(),
        }


def marks_of(text: str | None) -> dict[int, str]:
    """A seal's marks by transaction."""
    return {
        int(id_): mark for id_, _colon, mark in (m.partition(":") for m in (text or "").split())
    }


def _mark(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()[:_MARK]


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def _line(record: Record) -> str:
    line = [
        record.id,
        record.key,
        record.kind,
        _memo(record.memo),
        record.actor_id,
        record.actor_name,
        record.reverses_id,
        record.shortfall,
        record.posted_at.isoformat(),
        [
            [p.source.code, p.destination.code, p.source.unit, p.amount, _day(p.expires_on)]
            for p in record.postings
        ],
        [[use.lot_transaction_id, use.lot_number, use.amount] for use in record.uses],
    ]
    return _encode(line) + "\n"


@lru_cache(maxsize=1000)
def _memo(text: str) -> Any:
    """The phrase. A day often has many with the same."""
    try:
        return json.loads(text)
    except ValueError:  # SQLite keeps what isn't JSON as well; then it is what is sealed
        return text


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
