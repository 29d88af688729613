"""What SQLite and PostgreSQL are told: at connecting, as a transaction begins, if they refuse."""

from __future__ import annotations

import re
import sqlite3
from contextvars import ContextVar
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from sqlalchemy import Dialect, Engine, event

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Connection, ExceptionContext

_PREPARED = 2000  # statements in each connection; there are some 300 texts


class Purpose(Enum):
    """What transactions are begun for.

    SQLite must know at BEGIN whether one is going to write: one that reads first and writes later
    can't wait for another writer, it fails at once. PostgreSQL reads without a transaction: psycopg
    forgets at each ROLLBACK what was prepared, and to plan a statement takes longer than to run it.
    Nothing is lost by it, since there each statement sees the data as of its own beginning anyhow;
    what must see all of it as of one moment (a backup, the verification of the ledger) says so.
    """

    WRITE = auto()
    READ = auto()
    READ_AT_ONE_MOMENT = auto()


purpose: ContextVar[Purpose] = ContextVar("purpose", default=Purpose.WRITE)


@event.listens_for(Engine, "do_connect")
def _keep_more_in_sqlite(dialect: Dialect, _record: Any, _args: Any, named: dict[str, Any]) -> None:
    if dialect.name == "sqlite":
        named.setdefault("cached_statements", _PREPARED)  # of 128 many would go before they return


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # BEGIN is ours, see `_begin`
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA busy_timeout=15000")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA cache_size=-32000")


@event.listens_for(Engine, "connect")
def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """Our statements take milliseconds; compiling those that look expensive takes a second."""
    # Known by its name: SQLite does not need the driver, which takes its time to import.
    if type(connection).__module__.startswith("psycopg"):
        connection.autocommit = True  # in no transaction: it holds for the whole connection
        connection.execute("SET jit = off")
        connection.autocommit = False
        connection.prepare_threshold = 1  # what is run again
        connection.prepared_max = _PREPARED


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute("BEGIN IMMEDIATE" if purpose.get() is Purpose.WRITE else "BEGIN")
    elif "purpose" in connection.info or not driver.autocommit:  # else it is meant to be left alone
        _begin_postgresql(driver, connection.info)


_REPEATABLE_READ = 3  # psycopg.IsolationLevel, without importing the driver for SQLite


def _begin_postgresql(driver: psycopg.Connection[Any], known: dict[Any, Any]) -> None:
    """`known` goes with the connection: it is told nothing it has been told before."""
    wanted, before = purpose.get(), known.get("purpose", Purpose.WRITE)
    if wanted is before:
        return
    if before is Purpose.READ:
        driver.execute("SET default_transaction_read_only = off")
    driver.autocommit = wanted is Purpose.READ
    if wanted is Purpose.READ:
        driver.execute("SET default_transaction_read_only = on")
    at_one_moment = wanted is Purpose.READ_AT_ONE_MOMENT
    driver.isolation_level = _REPEATABLE_READ if at_one_moment else None  # type: ignore[assignment]
    driver.read_only = at_one_moment or None
    known["purpose"] = wanted


@event.listens_for(Engine, "handle_error")
def _quote_no_rows(context: ExceptionContext) -> None:
    """PostgreSQL adds the whole row that it refuses (DETAIL): what stays is its first sentence,
    without the value that it and Python quote if they can't read it."""
    said, primary = str(context.original_exception), plain_message(context.original_exception)
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).replace(said, primary), *error.args[1:])
    context.original_exception.__cause__ = None  # it says the same once more


# What people entered stands behind a colon, names of tables and constraints elsewhere; Python's
# own errors begin with it.
_QUOTED = re.compile(r"(?<=: )\".*\"$|^'.*'(?= )")


def plain_message(error: BaseException) -> str:
    """What the database said went wrong, in one line, without the statement and its values."""
    original = getattr(error, "orig", None) or error
    first = (str(original).strip() or type(original).__name__).splitlines()[0]
    return _QUOTED.sub("…", first)
