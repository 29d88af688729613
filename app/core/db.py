"""The database: one `db`, the same behaviour on SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import Enum, auto
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar, overload

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, String, TypeDecorator, event, inspect
from sqlalchemy import Enum as EnumType
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase

from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l
from app.core.statements import Asked, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import psycopg
    from sqlalchemy import CompoundSelect, Connection, ExceptionContext, ScalarResult, Select
    from sqlalchemy.orm import Mapper

    _Selecting = Select[Any] | CompoundSelect[Any] | Asked[Any]

T = TypeVar("T")
P = ParamSpec("P")
Built = TypeVar("Built")
Row = TypeVar("Row", bound=NamedTuple)

_PREPARED = 2000  # statements in each connection; there are some 300 texts
_FEW = 1000  # rows: a table with fewer may soon be a hundred times as large

# Every constraint has a predictable name, so that a migration can drop it and
# a test can say which one refused a row.
NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Model)


class _Way(Enum):
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


_way: ContextVar[_Way] = ContextVar("way", default=_Way.WRITE)


@contextmanager
def reading(*, at_one_moment: bool = False) -> Iterator[None]:
    """Transactions begun inside do not take SQLite's write lock."""
    token = _way.set(_Way.READ_AT_ONE_MOMENT if at_one_moment else _Way.READ)
    try:
        yield
    finally:
        _way.reset(token)


def begin_reading(*, at_one_moment: bool = False) -> None:
    """Say that transactions of this context only read (a GET request)."""
    _way.set(_Way.READ_AT_ONE_MOMENT if at_one_moment else _Way.READ)


def begin_writing() -> None:
    """Say that transactions of this context may write (anything but a GET)."""
    _way.set(_Way.WRITE)


def end_transaction() -> None:
    """Hold nothing while something takes its time, such as hashing a password: the transaction
    ends, and the next statement begins another."""
    db.session.rollback()


@event.listens_for(Engine, "do_connect")
def _keep_more_in_sqlite(dialect: Dialect, _record: Any, _args: Any, named: dict[str, Any]) -> None:
    if dialect.name == "sqlite":
        named.setdefault("cached_statements", _PREPARED)  # of 128 many would go before they return


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # BEGIN is ours, see below
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA busy_timeout=15000")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA cache_size=-32000")


@event.listens_for(Engine, "connect")
def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """Our statements take milliseconds; compiling those that look expensive takes a second."""
    # Asked by name: on SQLite nobody needs the driver, and it takes its time to import.
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
        driver.execute("BEGIN IMMEDIATE" if _way.get() is _Way.WRITE else "BEGIN")
    elif "way" in connection.info or not driver.autocommit:  # else it is meant to be left alone
        _begin_postgresql(driver, connection.info)


_REPEATABLE_READ = 3  # psycopg.IsolationLevel, without importing the driver for SQLite


def _begin_postgresql(driver: psycopg.Connection[Any], known: dict[Any, Any]) -> None:
    """`known` goes with the connection: it is told nothing it has been told before."""
    way, before = _way.get(), known.get("way", _Way.WRITE)
    if way is before:
        return
    if before is _Way.READ:
        driver.execute("SET default_transaction_read_only = off")
    driver.autocommit = way is _Way.READ
    if way is _Way.READ:
        driver.execute("SET default_transaction_read_only = on")
    at_one_moment = way is _Way.READ_AT_ONE_MOMENT
    driver.isolation_level = _REPEATABLE_READ if at_one_moment else None  # type: ignore[assignment]
    driver.read_only = at_one_moment or None
    known["way"] = way


@event.listens_for(Engine, "handle_error")
def _quote_no_rows(context: ExceptionContext) -> None:
    """PostgreSQL adds the whole row that it refuses (DETAIL): what stays is its first sentence."""
    said, primary = str(context.original_exception), plain_message(context.original_exception)
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).replace(said, primary), *error.args[1:])


def plain_message(error: BaseException) -> str:
    """What the database said went wrong, in one line, without the statement and its values."""
    original = getattr(error, "orig", None) or error
    return (str(original).strip() or type(original).__name__).splitlines()[0]


@event.listens_for(Model, "before_insert", propagate=True)
@event.listens_for(Model, "before_update", propagate=True)
def _refuse_long_text(mapper: Mapper[Any], _connection: Any, row: Model) -> None:
    """SQLite would take any length, and what it took could never be restored into PostgreSQL.

    Forms say so earlier and beside the field; this holds for every other way in.
    """
    for field, longest in _longest_texts(mapper):
        text = row.__dict__.get(field)
        if isinstance(text, str) and len(text) > longest:
            raise Refused(
                _l("This text is too long: %(most)s characters at most.", most=longest), field=field
            )


@cache
def _longest_texts(mapper: Mapper[Any]) -> list[tuple[str, int]]:
    """The fields of a table's objects that hold text of a limited length, and that length."""
    return [
        (mapper.get_property_by_column(column).key, column.type.length)
        for column in mapper.columns
        if isinstance(column.type, String) and column.type.length
    ]


def hold(row: Model) -> None:
    """Lock a row until the transaction ends and see it as it is now.

    A refresh repeats the joins the row was loaded with, and PostgreSQL locks no row of an
    outer join: only the row's own table is named.
    """
    db.session.refresh(row, with_for_update={"of": type(row)})


@contextmanager
def flushing(refusal: Exception) -> Iterator[None]:
    """Flush what is done inside; if a constraint of the database refuses it, raise `refusal`.

    The savepoint keeps what the transaction wrote before.
    """
    try:
        with db.session.begin_nested():
            yield
            db.session.flush()
    except IntegrityError as error:
        raise refusal from error


def insert_new(model: type[Model]) -> Any:
    """INSERT that leaves out rows a unique constraint says are there already."""
    return insert_for(model).on_conflict_do_nothing()


def insert_for(model: type[Model]) -> Any:
    """The engine's own INSERT, which can say what is to happen if the row is there already."""
    dialect = db.session.get_bind().dialect.name
    insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect]
    return insert(model)


@overload
def rows(statement: _Selecting, /, **values: Any) -> Sequence[Any]: ...
@overload
def rows(statement: _Selecting, shape: type[Row], /, **values: Any) -> Sequence[Row]: ...
def rows(
    statement: _Selecting, shape: type[Row] | None = None, /, **values: Any
) -> Sequence[Row] | Sequence[Any]:
    """The rows of a statement that selects columns, its parameters filled.

    `shape` is a NamedTuple with the names of the columns as its fields, and the rows are of it;
    TypeError if the names differ. The session has nothing to add to plain rows. See `built_once`
    for where statements come from; one that has nothing to ask (None) has no rows.
    """
    if isinstance(statement, Asked):
        asked = statement
        statement, values = asked.statement, asked.values | values
        if statement is None:
            return ()
    db.session.flush()
    return run(db.session.connection(), statement, values, shape)


def objects(asked: Asked[Select[tuple[T]]], **values: Any) -> ScalarResult[T]:
    """The objects that a kept statement selects, its parameters filled."""
    return db.session.scalars(asked.statement, asked.values | values)


def built_once(build: Callable[P, Built]) -> Callable[P, Asked[Built]]:
    """Keep the statements that a function builds, for its arguments and the day.

    What is built may depend on the arguments, which have to be hashable, and on `clock.today()`;
    never on what the database holds or on the time of day: that comes as a parameter when the
    statement is run. The function gets stand-ins for the actor and for arguments named `…_id`,
    `…_ids`, `path` or `…_paths`, so that it can't tell one user from another of the same shape.
    """

    @wraps(build)
    def asked(*args: P.args, **named: P.kwargs) -> Asked[Built]:
        return Asked(build, args, named)

    return asked


def refresh_statistics() -> None:
    """Let the database count anew what its plans are made by: after much was written at once."""
    connection = db.session.connection()
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("ANALYZE")
        return
    connection.exec_driver_sql("PRAGMA analysis_limit=1000")  # rows looked at in each index
    connection.exec_driver_sql("ANALYZE")
    # SQLite counts only when told to. What it knows of a table that is nearly empty would have it
    # read the whole table ever after, however large that becomes: it is told of a few more.
    connection.exec_driver_sql(
        "UPDATE sqlite_stat1 SET stat = ? || substr(stat, instr(stat || ' ', ' '))"
        " WHERE CAST(stat AS INTEGER) < ?",
        (str(_FEW), _FEW),
    )
    if inspect(connection).has_table("sqlite_stat4"):  # not in every build; it says the same
        connection.exec_driver_sql("DELETE FROM sqlite_stat4")
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # reads them anew


def continue_numbering() -> None:
    """After rows were written with ids of their own: PostgreSQL's sequences go on behind the
    highest. SQLite needs nothing."""
    connection = db.session.connection()
    if connection.dialect.name != "postgresql":
        return
    for table in db.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "  # noqa: S608 - our own names
                f'coalesce((SELECT max("{column.name}") FROM "{table.name}"), 0) + 1, false)'
            )


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Aware in Python, UTC in the database, on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a moment needs a time zone"
            raise ValueError(msg)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(enum: type[Enum]) -> EnumType:
    """Column type of an enumeration: its values as text, held to them by a CHECK."""
    return EnumType(
        enum,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        name=_snake(enum.__name__),
        validate_strings=True,
    )


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
