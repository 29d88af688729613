"""Going through the ledger day by day: every transaction in itself, and the chain of the seals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.i18n import Phrase, marked
from app.ledger.models import Seal, Transaction
from app.ledger.services.records import (
    NOTHING_BEFORE,
    LotRecord,
    Record,
    Tally,
    marks_of,
    records,
)

_PRINTED = 16  # digits of a digest that the board shows, at least


@dataclass(frozen=True)
class Finding:
    """The first row that differs in one of the checks: its table, its id or day, and how."""

    table: str
    row: int | date
    message: Phrase

    def __str__(self) -> str:
        return str(self.message)


class Days:
    """One walk through all of them."""

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
    if any(posting.source.unit != posting.destination.unit for posting in record.postings):
        return Phrase(marked("Transaction %(row)s mixes points and minutes."), row=record.id)
    if _lots_differ(record):
        message = marked("Transaction %(row)s: its postings and its lots differ.")
        return Phrase(message, row=record.id)
    return None


def _lots_differ(record: Record) -> bool:
    """A posting into a wallet makes a lot, but a reversal's returns to lots; and what goes out of
    a wallet is taken from its lots."""
    made = []
    left = Counter[str]()  # by wallet: what its lots have to give and didn't
    for posting in record.postings:
        source, destination = posting.source, posting.destination
        if source.keeps_lots():
            left[source.code] += posting.amount
        if destination.keeps_lots() and record.reverses_id is not None:
            left[destination.code] -= posting.amount
        elif destination.keeps_lots():
            made.append(
                LotRecord(posting.number, destination.code, posting.amount, posting.expires_on)
            )
    for use in record.uses:
        left[use.account] -= use.amount
    return record.lots != made or any(left.values())


def _is_printed(digest: str, printed: str) -> bool:
    """Whether this is the digest that was printed, whole or as it begins, as on the board."""
    text = printed.strip().lower()
    return len(text) >= _PRINTED and digest.startswith(text)
