"""Transfers through the ledger, beside the same transfers in raw SQL.

The floor is the plain driver (sqlite3, psycopg) sending one statement after the other to tables
with the same columns, constraints and indexes but without triggers: it keeps idempotency, lots
and balances by hand and reads nothing back that it doesn't need. Both sides commit every
transfer to the disk. Rounds are interleaved and only ratios are reported: 0.5 means half as many
transfers per second as the floor.

The floor of a batch is `executemany` of the very rows that the batch is made of, made beforehand,
on the ledger's own tables with their triggers.
"""

from __future__ import annotations

import itertools
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import sqlalchemy as sa
from flask_migrate import upgrade
from sqlalchemy import func, select

from app import create_app
from app.core.db import Model, db
from app.core.i18n import Phrase
from app.core.upkeep import continue_numbering
from app.ledger.interface import Entry, Transfer, open_account, open_accounts, post, post_many
from app.ledger.models import AccountKind, Lot, Posting, Transaction

WALLETS = 2000
EACH_ROUND = 100  # transfers of each sort and side
BATCH = 10_000
POINTS = 5
GOOD_UNTIL = date(2999, 12, 31)
MEMO = Phrase("Attended %(meeting)s", meeting="桂花苑坝坝会")
MEMO_TEXT = '{"msgid": "Attended %(meeting)s", "params": {"meeting": "桂花苑坝坝会"}}'
MOMENT, DAY = "2026-11-21 12:00:00", "2026-11-21"


@dataclass(frozen=True)
class Result:
    """`ratio` to what `floor` says, and how many each second, for orientation only."""

    name: str
    floor: str
    ratio: float
    per_second: float

    def __str__(self) -> str:
        return f"{self.name}: {self.ratio:.2f} of {self.floor} ({self.per_second:,.0f}/s)"


def measure(engine_url: str, rounds: int = 10) -> list[Result]:
    """Ratios on the engine of this URL, which names an empty database."""
    with TemporaryDirectory() as scratch:
        app = create_app(
            {
                "SQLALCHEMY_DATABASE_URI": engine_url,
                "SECRET_KEY": "for benchmarks only, long enough",
                "FILES_FOLDER": Path(scratch),
            }
        )
        with app.app_context():
            upgrade()
            ledger, floor = Ledger(), _floor(engine_url)
            times = _interleaved(rounds, ledger, floor)
            engine = db.engine.dialect.name
            results = [
                Result(
                    f"{engine}, {sort}",
                    "raw SQL",
                    median(raw / own for own, raw in pairs),
                    EACH_ROUND / median(own for own, _raw in pairs),
                )
                for sort, pairs in times.items()
            ]
            results.append(_batch(engine, ledger, rounds))
            floor.close()
            db.session.remove()
            db.engine.dispose()
    return results


def _interleaved(rounds: int, ledger: Ledger, floor: Floor) -> dict[str, list[tuple[float, float]]]:
    times: dict[str, list[tuple[float, float]]] = {"award": [], "spend": []}
    for side in (ledger, floor):  # statements prepared, pages in memory
        _timed(side.award)
        _timed(side.spend)
    for _round in range(rounds):
        for sort, pairs in times.items():
            pairs.append((_timed(getattr(ledger, sort)), _timed(getattr(floor, sort))))
    return times


def _timed(transfer: Callable[[], None]) -> float:
    start = time.perf_counter()
    for _ in range(EACH_ROUND):
        transfer()
    return time.perf_counter() - start


def _batch(engine: str, ledger: Ledger, rounds: int) -> Result:
    """Awards in one go beside a bare executemany of their rows."""
    pairs = []
    for _round in range(max(3, rounds // 3)):
        entries = [ledger.an_award() for _ in range(BATCH)]
        start = time.perf_counter()
        post_many(None, entries)
        db.session.commit()
        own = time.perf_counter() - start
        pairs.append((own, _bare(ledger)))
    return Result(
        f"{engine}, {BATCH:,} awards at once",
        "executemany",
        median(bare / own for own, bare in pairs),
        BATCH / median(own for own, _bare in pairs),
    )


def _bare(ledger: Ledger) -> float:
    """How long the driver takes for as many awards if it is given their rows."""
    entries = [ledger.an_award() for _ in range(BATCH)]
    newest = select(func.coalesce(func.max(Transaction.id), 0))
    first = db.session.scalars(newest).one() + 1
    common = (None, "", None, 0, MOMENT, DAY)
    transactions, postings, lots = [], [], []
    for id_, entry in enumerate(entries, first):
        (transfer,) = entry.transfers
        transactions.append((id_, entry.key, entry.kind, MEMO_TEXT, *common))
        until = str(entry.expires_on)
        wallet = transfer.destination
        postings.append((id_, 1, transfer.source, wallet, POINTS, until))
        lots.append((id_, 1, wallet, POINTS, POINTS, until))
    start = time.perf_counter()
    cursor = db.session.connection().connection.cursor()
    for table, rows in ((Transaction, transactions), (Posting, postings), (Lot, lots)):
        names = [column.name for column in table.__table__.c]
        mark = "?" if db.engine.dialect.name == "sqlite" else "%s"
        places = ", ".join([mark] * len(names))
        cursor.executemany(
            f"INSERT INTO {table.__tablename__} ({', '.join(names)}) VALUES ({places})", rows
        )
    db.session.commit()
    taken = time.perf_counter() - start
    continue_numbering()
    db.session.commit()
    return taken


class Ledger:
    """The ledger as services use it."""

    def __init__(self) -> None:
        self.issue = open_account(code="issue", kind=AccountKind.ISSUE)
        self.redeemed = open_account(code="redeemed", kind=AccountKind.REDEEMED)
        codes = [f"wallet:{number}" for number in range(WALLETS)]
        self.wallets = itertools.cycle(open_accounts(codes, kind=AccountKind.WALLET).values())
        self.spenders = itertools.cycle(open_accounts(codes, kind=AccountKind.WALLET).values())
        self.numbers = itertools.count()
        db.session.commit()

    def an_award(self) -> Entry:
        transfer = Transfer(self.issue, next(self.wallets), POINTS)
        return Entry(f"award:{next(self.numbers)}", "award", MEMO, (transfer,), GOOD_UNTIL)

    def award(self) -> None:
        post(None, self.an_award())
        db.session.commit()

    def spend(self) -> None:
        transfer = Transfer(next(self.spenders), self.redeemed, POINTS)
        post(None, Entry(f"spend:{next(self.numbers)}", "spend", MEMO, (transfer,)))
        db.session.commit()


class Floor:
    """The same in raw SQL, statement by statement."""

    LOCK = ""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.numbers = itertools.count()
        kinds = ["issue", "redeemed", *["wallet"] * WALLETS]
        for kind in kinds:
            self.run(
                "INSERT INTO account (code, kind, unit, balance) VALUES (?, ?, 'points', 0)",
                f"{kind}:{next(self.numbers)}",
                kind,
            )
        self.commit()
        self.issue, self.redeemed, *wallets = [
            account for (account,) in self.run("SELECT id FROM account ORDER BY id").fetchall()
        ]
        self.wallets, self.spenders = itertools.cycle(wallets), itertools.cycle(wallets)

    def run(self, statement: str, *values: Any) -> Any:
        return self.connection.execute(statement, values)

    def begin(self) -> None:
        """The driver begins by itself."""

    def commit(self) -> None:
        self.connection.commit()

    def close(self) -> None:
        self.connection.close()

    def award(self) -> None:
        wallet = next(self.wallets)
        self.begin()
        transaction = self.transaction("award")
        self.move(transaction, self.issue, wallet, str(GOOD_UNTIL))
        self.run(
            "INSERT INTO lot (transaction_id, number, account_id, amount, remaining, expires_on) "
            "VALUES (?, 1, ?, ?, ?, ?)",
            transaction,
            wallet,
            POINTS,
            POINTS,
            str(GOOD_UNTIL),
        )
        self.commit()

    def spend(self) -> None:
        wallet = next(self.spenders)
        self.begin()
        self.run(f"SELECT balance FROM account WHERE id = ?{self.LOCK}", wallet).fetchone()
        lots = self.run(
            "SELECT transaction_id, number, remaining FROM lot "
            "WHERE account_id = ? AND remaining > 0 AND expires_on >= ? "
            "ORDER BY expires_on, transaction_id, number",
            wallet,
            DAY,
        ).fetchall()
        transaction = self.transaction("spend")
        self.move(transaction, wallet, self.redeemed, None)
        left = POINTS
        for lot, number, remaining in lots:
            if part := min(left, remaining):
                left -= part
                self.run(
                    "INSERT INTO lot_use (transaction_id, lot_transaction_id, lot_number, amount) "
                    "VALUES (?, ?, ?, ?)",
                    transaction,
                    lot,
                    number,
                    part,
                )
                self.run(
                    "UPDATE lot SET remaining = remaining - ? "
                    "WHERE transaction_id = ? AND number = ?",
                    part,
                    lot,
                    number,
                )
        self.commit()

    def transaction(self, kind: str) -> int:
        (number,) = self.run(
            "INSERT INTO ledger_transaction "
            "(key, kind, memo, actor_name, shortfall, posted_at, day) "
            "VALUES (?, ?, ?, '', 0, ?, ?) ON CONFLICT (key) DO NOTHING RETURNING id",
            f"{kind}:{next(self.numbers)}",
            kind,
            MEMO_TEXT,
            MOMENT,
            DAY,
        ).fetchone()
        return int(number)

    def move(self, transaction: int, source: int, destination: int, until: str | None) -> None:
        self.run(
            "INSERT INTO posting "
            "(transaction_id, number, source_id, destination_id, amount, expires_on) "
            "VALUES (?, 1, ?, ?, ?, ?)",
            transaction,
            source,
            destination,
            POINTS,
            until,
        )
        for account, change in sorted([(source, -POINTS), (destination, POINTS)]):
            self.run("UPDATE account SET balance = balance + ? WHERE id = ?", change, account)


class SqliteFloor(Floor):
    def begin(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("COMMIT")


class PostgresqlFloor(Floor):
    LOCK = " FOR UPDATE"

    def run(self, statement: str, *values: Any) -> Any:
        return self.connection.execute(statement.replace("?", "%s"), values)


def _floor(engine_url: str) -> Floor:
    """The ledger's tables without triggers: another file beside, or another schema."""
    metadata = sa.MetaData()
    for mapper in Model.registry.mappers:
        if mapper.class_.__module__ == "app.ledger.models":
            mapper.local_table.to_metadata(metadata)
    url = sa.make_url(engine_url)
    if url.get_backend_name() == "sqlite":
        file = f"{url.database}.floor"
        metadata.create_all(sa.create_engine(f"sqlite:///{file}"))
        connection = sqlite3.connect(file, isolation_level=None)
        for setting in (
            "foreign_keys=ON",
            "journal_mode=WAL",
            "synchronous=FULL",
            "cache_size=-32000",
        ):
            connection.execute(f"PRAGMA {setting}")
        return SqliteFloor(connection)
    with sa.create_engine(url).begin() as connection:
        connection.execute(sa.text("CREATE SCHEMA floor"))
        connection.execute(sa.text("SET LOCAL search_path TO floor"))
        metadata.create_all(connection)
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return PostgresqlFloor(psycopg.connect(plain, options="-c search_path=floor"))
