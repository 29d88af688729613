"""Deriving everything once more from what was posted, and comparing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, exists, func, or_, select

from app.core import clock
from app.core.db import Model, db
from app.core.i18n import Phrase, marked
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
from app.ledger.services.records import LotRecord, Record, Tally, marks_of, records
from app.ledger.services.sealing import NOTHING_BEFORE

_PRINTED = 16  # digits of a digest that the board shows, at least


@dataclass(frozen=True)
class Finding:
    """The first row that differs in one of the checks: its table, its id or day, and how."""

    table: str
    row: int | date
    message: Phrase

    def __str__(self) -> str:
        return str(self.message)


def verify(printed: Mapping[date, str] | None = None) -> Iterator[Finding]:
    """Derive balances, lots and seals once more, and name the first row that differs in each.

    `printed` are digests by day as the bulletin printed them: who can change the database can
    also write new seals into it, but not onto paper that hangs on the wall.
    It reads in bounded memory, locks nothing and writes nothing.
    """
    yield from _strays()
    for check in (_balances, _lots, _wallets, _reversals):
        yield from check()
    yield from _Days(printed or {}).findings()


def _first(statement: Select[Any]) -> Any:
    return db.session.execute(statement.limit(1)).first()


def _strays() -> Iterator[Finding]:
    """Rows whose transaction, account or lot is gone, as only happens with foreign keys off."""
    for model in (Transaction, Posting, Lot, LotUse):
        if found := _first_stray(model):
            column, row, missing = found
            message = marked("%(table)s %(row)s: there is no %(column)s %(missing)s.")
            yield Finding(
                model.__tablename__,
                row,
                Phrase(message, table=model.__tablename__, row=row, column=column, missing=missing),
            )


def _first_stray(model: type[Model]) -> tuple[str, int, int] | None:
    table = cast("Table", model.__table__)
    row_id = next(iter(table.primary_key))
    for constraint in table.foreign_key_constraints:
        parent = constraint.referred_table.alias()
        same = [parent.c[key.column.name] == key.parent for key in constraint.elements]
        column = constraint.elements[0].parent
        stray = select(row_id, column).where(column.is_not(None), ~exists().where(*same))
        if row := _first(stray.order_by(row_id)):
            return column.name, row[0], row[1]
    return None


def _balances() -> Iterator[Finding]:
    came, went = _sums(Posting.destination_id), _sums(Posting.source_id)
    derived = func.coalesce(came.c.amount, 0) - func.coalesce(went.c.amount, 0)
    row = _first(
        select(Account.id, Account.code, Account.balance, derived.label("derived"))
        .outerjoin(came, came.c.id == Account.id)
        .outerjoin(went, went.c.id == Account.id)
        .where(
            or_(
                Account.balance != derived,
                (Account.balance < 0) & (Account.kind != AccountKind.ISSUE),
            )
        )
        .order_by(Account.id)
    )
    if row is not None:
        message = marked(
            "Account %(code)s: its balance is %(balance)s, its postings make %(derived)s."
        )
        yield Finding(
            "account",
            row.id,
            Phrase(message, code=row.code, balance=row.balance, derived=int(row.derived)),
        )


def _sums(account: Any) -> Any:
    return (
        select(account.label("id"), func.sum(Posting.amount).label("amount"))
        .group_by(account)
        .subquery()
    )


def _lots() -> Iterator[Finding]:
    lot = (LotUse.lot_transaction_id, LotUse.lot_number)
    used = select(*lot, func.sum(LotUse.amount).label("amount")).group_by(*lot).subquery()
    derived: ColumnElement[int] = Lot.amount - func.coalesce(used.c.amount, 0)
    row = _first(
        select(Lot.transaction_id, Lot.number, Lot.remaining, derived.label("derived"))
        .outerjoin(
            used,
            (used.c.lot_transaction_id == Lot.transaction_id) & (used.c.lot_number == Lot.number),
        )
        .where(or_(Lot.remaining != derived, Lot.remaining < 0))
        .order_by(Lot.transaction_id, Lot.number)
    )
    if row is not None:
        message = marked("Lot %(row)s: %(remaining)s remain, its uses leave %(derived)s.")
        name = f"{row.transaction_id}/{row.number}"
        phrase = Phrase(message, row=name, remaining=row.remaining, derived=int(row.derived))
        yield Finding("lot", row.transaction_id, phrase)


def _wallets() -> Iterator[Finding]:
    lots = (
        select(Lot.account_id.label("id"), func.sum(Lot.remaining).label("amount"))
        .where(Lot.remaining > 0)
        .group_by(Lot.account_id)
        .subquery()
    )
    kept = func.coalesce(lots.c.amount, 0)
    row = _first(
        select(Account.id, Account.code, Account.balance, kept.label("kept"))
        .outerjoin(lots, lots.c.id == Account.id)
        .where(Account.kind == AccountKind.WALLET, Account.unit == LedgerUnit.POINTS)
        .where(Account.balance != kept)
        .order_by(Account.id)
    )
    if row is not None:
        message = marked("Account %(code)s: its balance is %(balance)s, its lots hold %(kept)s.")
        yield Finding(
            "account",
            row.id,
            Phrase(message, code=row.code, balance=row.balance, kept=int(row.kept)),
        )


def _reversals() -> Iterator[Finding]:
    """A reversal brings back what the original moved, less its shortfall."""
    mirror, original = (
        select(func.coalesce(func.sum(Posting.amount), 0))
        .where(Posting.transaction_id == column)
        .scalar_subquery()
        for column in (Transaction.id, Transaction.reverses_id)
    )
    row = _first(
        select(Transaction.id, Transaction.reverses_id)
        .where(Transaction.reverses_id.is_not(None), mirror + Transaction.shortfall != original)
        .order_by(Transaction.id)
    )
    if row is not None:
        message = marked("Transaction %(row)s does not bring back what %(original)s moved.")
        yield Finding(
            "ledger_transaction", row.id, Phrase(message, row=row.id, original=row.reverses_id)
        )


class _Days:
    """One walk through all days: every transaction in itself, and the chain of the seals."""

    def __init__(self, printed: Mapping[date, str]) -> None:
        self.printed = printed
        promised = [column for column in Seal.__table__.c if column.name != "marks"]
        self.seals = {row.day: row for row in db.session.execute(select(*promised))}
        self.days = sorted({*db.session.scalars(select(Transaction.day).distinct()), *self.seals})
        self.digest = NOTHING_BEFORE
        self.seal_found = self.record_found = False

    def findings(self) -> Iterator[Finding]:
        yield from self._missing()
        for day in self.days:
            yield from self._day(day)
        for day, digest in sorted(self.printed.items()):
            if day not in self.seals or not _is_printed(self.seals[day].digest, digest):
                message = marked("Seal of %(day)s: it is not the one that was printed.")
                yield Finding("seal", day, Phrase(message, day=str(day)))

    def _missing(self) -> Iterator[Finding]:
        """Every day that is over has a seal, from the first on which something was posted to the
        last. Days before something was posted were sealed by then."""
        if not self.days:
            return
        day, last = self.days[0], min(self.days[-1], clock.today() - timedelta(days=1))
        while day <= last and day in self.seals:
            day += timedelta(days=1)
        if day <= last:
            message = marked("Seal of %(day)s: it is missing.")
            if day > max(self.seals, default=date.min):
                message = marked(
                    "Seal of %(day)s: it is missing, as is every later one. It was taken away, or "
                    "nobody has used the program since."
                )
            yield Finding("seal", day, Phrase(message, day=str(day)))

    def _day(self, day: date) -> Iterator[Finding]:
        tally = Tally(day, self.digest)
        sealed = day in self.seals and not self.seal_found
        for record in records(day):
            if sealed:
                tally.add(record)
            if not self.record_found and (wrong := _wrong(record)):
                self.record_found = True
                yield Finding("ledger_transaction", record.id, wrong)
        if not sealed:
            return
        self.digest = self.seals[day].digest
        kept = {name: getattr(self.seals[day], name) for name in tally.values()}
        if kept != tally.values():
            self.seal_found = True
            yield _differing(day, tally)


def _differing(day: date, tally: Tally) -> Finding:
    """The first transaction that isn't what was sealed, or the seal if its marks don't tell."""
    text = db.session.scalar(select(Seal.marks).where(Seal.day == day))
    sealed, there = marks_of(text), marks_of(tally.marks())
    for row in sorted({*sealed, *there}) if text is not None else ():
        if sealed.get(row) == there.get(row):
            continue
        if row not in there:
            message = marked("Transaction %(row)s is gone; it was there when %(day)s was sealed.")
        elif row not in sealed:
            message = marked("Transaction %(row)s was not there when %(day)s was sealed.")
        else:
            message = marked("Transaction %(row)s is not as it was when %(day)s was sealed.")
        return Finding("ledger_transaction", row, Phrase(message, row=row, day=str(day)))
    message = marked("Seal of %(day)s: the day's transactions are not those that were sealed.")
    return Finding("seal", day, Phrase(message, day=str(day)))


def _wrong(record: Record) -> Phrase | None:
    """What a transaction by itself shows to be wrong with it."""
    if not record.postings and not record.shortfall:
        return Phrase(marked("Transaction %(row)s moves nothing."), row=record.id)
    for posting in record.postings:
        if posting.source.unit != posting.destination.unit:
            return Phrase(marked("Transaction %(row)s mixes points and minutes."), row=record.id)
    if record.lots != _lots_due(record) or _used(record) != _uses_due(record):
        message = marked("Transaction %(row)s: its postings and its lots differ.")
        return Phrase(message, row=record.id)
    return None


def _lots_due(record: Record) -> list[LotRecord]:
    """A lot for each posting into a wallet, except that a reversal returns to lots."""
    if record.reverses_id is not None:
        return []
    return [
        LotRecord(posting.number, posting.destination.code, posting.amount, posting.expires_on)
        for posting in record.postings
        if posting.destination.keeps_lots()
    ]


def _uses_due(record: Record) -> dict[str, int]:
    """By wallet, what its lots have to give: what goes out, less what a reversal returns."""
    due: dict[str, int] = defaultdict(int)
    for posting in record.postings:
        if posting.source.keeps_lots():
            due[posting.source.code] += posting.amount
        if posting.destination.keeps_lots() and record.reverses_id is not None:
            due[posting.destination.code] -= posting.amount
    return {code: amount for code, amount in due.items() if amount}


def _used(record: Record) -> dict[str, int]:
    used: dict[str, int] = defaultdict(int)
    for use in record.uses:
        used[use.account] += use.amount
    return {code: amount for code, amount in used.items() if amount}


def _is_printed(digest: str, printed: str) -> bool:
    """Whether this is the digest that was printed, whole or as it begins, as on the board."""
    text = printed.strip().lower()
    return len(text) >= _PRINTED and digest.startswith(text)
