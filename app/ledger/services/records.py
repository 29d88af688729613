"""Reading back what was posted on a day, in bounded memory, to seal it or to verify it."""

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

NOTHING_BEFORE = "0" * 64

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
    amount: int
    expires_on: date | None
    source: Side
    destination: Side


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
    """A transaction with everything that belongs to it. `memo` is the JSON of its phrase."""

    id: int
    key: str
    kind: str
    memo: str
    actor_id: int | None
    actor_name: str
    reverses_id: int | None
    shortfall: int
    posted_at: datetime
    postings: list[PostingRecord] = field(default_factory=list)
    lots: list[LotRecord] = field(default_factory=list)
    uses: list[UseRecord] = field(default_factory=list)


_T, _FROM, _TO = Transaction, aliased(Account), aliased(Account)
_TRANSACTIONS = (
    select(_T.id, _T.key, _T.kind, cast(_T.memo, Text), _T.actor_id, _T.actor_name)
    .add_columns(_T.reverses_id, _T.shortfall, _T.posted_at)
    .where(_T.day == bindparam("day"), _T.id > bindparam("after"))
    .order_by(_T.id)
    .limit(_AT_ONCE)
)
# Transactions of other days may lie in between: a few around midnight, and any number where
# history was taken over later.
_OF_THE_DAY = (_T.day == bindparam("day")) & _T.id.between(bindparam("first"), bindparam("last"))


def _side(account: Any) -> tuple[Any, ...]:
    return account.code, type_coerce(account.kind, String), type_coerce(account.unit, String)


_POSTINGS = (
    select(Posting.transaction_id, Posting.number, Posting.amount, Posting.expires_on)
    .add_columns(*_side(_FROM), *_side(_TO))
    .join_from(Posting, _FROM, Posting.source_id == _FROM.id)
    .join(_TO, Posting.destination_id == _TO.id)
    .join(_T, _T.id == Posting.transaction_id)
    .where(_OF_THE_DAY)
    .order_by(Posting.transaction_id, Posting.number)
)
_LOTS = (
    select(Lot.transaction_id, Lot.number, Account.code, Lot.amount, Lot.expires_on)
    .join_from(Lot, Account, Account.id == Lot.account_id)
    .join(_T, _T.id == Lot.transaction_id)
    .where(_OF_THE_DAY)
    .order_by(Lot.transaction_id, Lot.number)
)
_USES = (
    select(LotUse.transaction_id, LotUse.lot_transaction_id, LotUse.lot_number)
    .add_columns(Account.code, LotUse.amount)
    .join_from(LotUse, Lot)
    .join(Account, Account.id == Lot.account_id)
    .join(_T, _T.id == LotUse.transaction_id)
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
    for owner, number, amount, until, *sides in _rows(_POSTINGS, **span):
        if record := batch.get(owner):
            source, destination = Side(*sides[:3]), Side(*sides[3:])
            record.postings.append(PostingRecord(number, amount, until, source, destination))
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
        self.moved: dict[str, int] = defaultdict(int)
        self._marks: list[str] = []
        self._digest = hashlib.sha256(f"linli ledger 1\n{digest_before}\n{day}\n".encode())

    def add(self, record: Record) -> None:
        self.transactions += 1
        self.postings += len(record.postings)
        for posting in record.postings:
            self.moved[posting.source.unit] += posting.amount
        line = _line(record).encode()
        self._digest.update(line)
        self._marks.append(f"{record.id}:{hashlib.sha256(line).hexdigest()[:_MARK]}")

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
    pairs = (mark.split(":") for mark in (text or "").split())
    return {int(id_): mark for id_, mark in pairs}


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def _line(record: Record) -> str:
    postings = [
        (p.source.code, p.destination.code, p.source.unit, p.amount, _day(p.expires_on))
        for p in record.postings
    ]
    uses = [(use.lot_transaction_id, use.lot_number, use.amount) for use in record.uses]
    who = (record.actor_id, record.actor_name)
    what = (record.id, record.key, record.kind, _memo(record.memo), *who)
    back = (record.reverses_id, record.shortfall, record.posted_at.isoformat())
    return _encode([*what, *back, postings, uses]) + "\n"


@lru_cache(maxsize=1000)
def _memo(text: str) -> Any:
    """The phrase. A day often has many with the same."""
    try:
        return json.loads(text)
    except ValueError:  # SQLite keeps what isn't JSON as well; then it is what is sealed
        return text


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
