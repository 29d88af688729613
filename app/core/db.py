"""The database: one `db`, the same behaviour on SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import Enum
from functools import cache, lru_cache, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, String, TypeDecorator, event, inspect
from sqlalchemy import Enum as EnumType
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase

from app.core import clock
from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import CompoundSelect, ExceptionContext, Select
    from sqlalchemy.orm import Mapper

P = ParamSpec("P")
Built = TypeVar("Built")

_KEPT = 200  # of what each builder has built
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

# SQLite must know at BEGIN whether a transaction is going to write: one that
# reads first and writes later can't wait for another writer, it fails at once.
_writing: ContextVar[bool] = ContextVar("writing", default=True)


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside do not take SQLite's write lock."""
    token = _writing.set(False)
    try:
        yield
    finally:
        _writing.reset(token)


def begin_reading() -> None:
    """Say that transactions of this context only read (a GET request)."""
    _writing.set(False)


def begin_writing() -> None:
    """Say that transactions of this context may write (anything but a GET)."""
    _writing.set(True)


def let_go() -> None:
    """Hold nothing while something takes its time, such as hashing a password: the transaction
    ends, and the next statement begins another."""
    db.session.rollback()


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


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        begin = "BEGIN IMMEDIATE" if _writing.get() else "BEGIN"
        connection.connection.driver_connection.execute(begin)


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


def rows(statement: Select[Any] | CompoundSelect[Any], **values: Any) -> Sequence[Any]:
    """The rows of a statement that selects columns, its parameters filled.

    The session has nothing to add to plain rows. See `built_once` for where statements come from.
    """
    db.session.flush()
    return db.session.connection().execute(statement, values).all()


def built_once(build: Callable[P, Built]) -> Callable[P, Built]:
    """Keep the statements or conditions that a function builds, for its arguments and the day.

    SQLAlchemy takes several times as long to put a statement together as the database takes to
    run it. What is built may depend on the arguments, which have to be hashable, and on
    `clock.today()`; never on what the database holds or on the time of day: that comes as a
    parameter when the statement is run.
    """

    @lru_cache(maxsize=_KEPT)
    def kept(_day: Any, *args: P.args, **kwargs: P.kwargs) -> Built:
        return build(*args, **kwargs)

    @wraps(build)
    def built(*args: P.args, **kwargs: P.kwargs) -> Built:
        return kept(clock.today(), *args, **kwargs)  # type: ignore[arg-type] # they are hashable

    return built


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
