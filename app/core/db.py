"""The database: one `db`, the same behaviour on SQLite and PostgreSQL."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar, overload

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, MetaData, String, TypeDecorator, event
from sqlalchemy import Enum as EnumType
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase

from app.core.engines import Purpose, purpose
from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l
from app.core.statements import Asked, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import CompoundSelect, ScalarResult, Select
    from sqlalchemy.orm import Mapper

    _Selecting = Select[Any] | CompoundSelect[Any] | Asked[Any]

T = TypeVar("T")
P = ParamSpec("P")
Built = TypeVar("Built")
Row = TypeVar("Row", bound=NamedTuple)

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


@contextmanager
def reading(*, at_one_moment: bool = False) -> Iterator[None]:
    """Transactions begun inside do not take SQLite's write lock."""
    token = purpose.set(Purpose.READ_AT_ONE_MOMENT if at_one_moment else Purpose.READ)
    try:
        yield
    finally:
        purpose.reset(token)


def begin_reading(*, at_one_moment: bool = False) -> None:
    """Say that transactions of this context only read (a GET request)."""
    purpose.set(Purpose.READ_AT_ONE_MOMENT if at_one_moment else Purpose.READ)


def begin_writing() -> None:
    """Say that transactions of this context may write (anything but a GET)."""
    purpose.set(Purpose.WRITE)


def end_transaction() -> None:
    """Hold nothing while something takes its time, such as hashing a password: the transaction
    ends, and the next statement begins another."""
    db.session.rollback()


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
        values, statement = statement.values | values, statement.statement
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
    Soon forgotten is what was built for a `text`, or for another day or `year` than this.
    """

    @wraps(build)
    def asked(*args: P.args, **named: P.kwargs) -> Asked[Built]:
        return Asked(build, args, named)

    return asked


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Aware in Python (ValueError if it isn't), UTC in the database, on both engines."""

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
