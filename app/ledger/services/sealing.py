"""Sealing days, so that a change made behind the triggers' backs shows.

The digest of a day is the SHA-256 of this text in UTF-8, which an auditor can write down from
the tables without this program, each line ended by a line feed:

    linli ledger 1
    <digest of the day before, 64 zeros for the first>
    <the day, as 2026-11-21>
    <one line for each transaction of the day, in the order of their ids>

A transaction's line is a JSON array without spaces, the names in objects sorted, characters as
they are: id, key, kind, memo, actor's id and name, id of the transaction it reverses, shortfall,
moment as 2026-11-21T12:00:00+00:00, a list of postings [source's code, destination's code,
unit, amount, last day or null] and a list of lot uses [the lot's transaction and number,
amount], each in the order of its key. Lots follow from the postings and are not written again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import func, insert, select

from app.core import clock
from app.core.db import db
from app.ledger.models import Seal, Transaction
from app.ledger.services.doubting import ask_again, doubt_about_clock
from app.ledger.services.records import NOTHING_BEFORE, Tally, records


def seal(*, up_to: date) -> int:
    """Seal the days through `up_to` that have no seal yet; returns how many.

    ValueError if that day isn't over: nothing more could be posted on it. While this
    transaction lasts nobody can post, so a caller with many days to seal commits in between.
    """
    if up_to >= clock.today():
        raise ValueError(f"{up_to} isn't over")
    # What is being posted on the last evening still has to be counted.
    if db.session.get_bind().dialect.name == "postgresql":  # on SQLite nobody else can write
        lock = "LOCK TABLE ledger_transaction IN SHARE ROW EXCLUSIVE MODE"
        db.session.connection().exec_driver_sql(lock)
    ask_again(db.session.connection())
    days = unsealed_days(up_to)
    digest = _last_digest()
    for day in days:
        tally = Tally(day, digest)
        for record in records(day):
            tally.add(record)
        values = tally.values()
        db.session.execute(
            insert(Seal).values(day=day, sealed_at=clock.now(), marks=tally.marks(), **values)
        )
        digest = values["digest"]
    return len(days)


def seal_day_by_day(up_to: date, *, sure: bool = False) -> Iterator[date]:
    """Seal the days through `up_to`, one at a time; the caller commits at each. None is sealed by a
    clock that can't be right, unless one is `sure` that it is."""
    if not sure and doubt_about_clock():
        return
    for day in unsealed_days(up_to):
        seal(up_to=day)
        yield day


def unsealed_days(up_to: date) -> list[date]:
    """The days through `up_to` without a seal, from the day after the last seal on."""
    last = db.session.scalar(select(func.max(Seal.day)))
    first = db.session.scalar(select(func.min(Transaction.day)))
    if first is None:
        return []
    start = last + timedelta(days=1) if last else first
    return [start + timedelta(days=n) for n in range((up_to - start).days + 1)]


def _last_digest() -> str:
    newest = select(Seal.digest).order_by(Seal.day.desc()).limit(1)
    return db.session.scalar(newest) or NOTHING_BEFORE
