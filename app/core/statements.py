"""Statements that are put together once and run many times.

SQLAlchemy takes several times as long to put a statement together, to find its compiled text again
and to fill in lists of constants as SQLite takes to run it. What is kept here is keyed by what a
statement depends on and never by who asks: see `stand_ins` for ids.
"""

from __future__ import annotations

from collections import namedtuple
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Enum as EnumType

from app.core import clock
from app.core.stand_ins import is_endless, stand_in_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import BindParameter, Connection, Dialect, Select
    from sqlalchemy.sql.compiler import SQLCompiler

Built = TypeVar("Built")
Shape = type[NamedTuple]

# Statements; each takes some 50 kB. Those to which there is no end have a place of their own, so
# that a few hundred searches don't push out what all pages need.
_KEPT, _ENDLESS = 500, 50


class Asked(Generic[Built]):
    """What is asked of the database: a kept statement, and the values of its parameters.

    `select` is the same with the values in it, put together anew, for making another of it.
    """

    def __init__(
        self, build: Callable[..., Built], args: Sequence[Any], named: Mapping[str, Any]
    ) -> None:
        self._build, self._args, self._named = build, args, named

    @property
    def select(self) -> Built:
        return self._build(*self._args, **self._named)

    @cached_property
    def _kept(self) -> tuple[Built, dict[str, Any]]:
        given = [
            *zip(self._build.__code__.co_varnames, self._args, strict=False),
            *self._named.items(),
        ]
        values: dict[str, Any] = {}
        stand_ins = []
        for name, value in given:
            stand_in, its_values = stand_in_for(name, value)
            stand_ins.append(stand_in)
            values |= its_values
        args, named = stand_ins[: len(self._args)], stand_ins[len(self._args) :]
        endless = any(is_endless(name, value) for name, value in given)
        find = _built_lately if endless else _built
        both = tuple(zip(self._named, named, strict=True))
        return find(self._build, clock.today(), tuple(args), both), values

    @property
    def statement(self) -> Built:
        """The kept one, which other users share: it has to be run with `values`."""
        return self._kept[0]

    @property
    def values(self) -> dict[str, Any]:
        return self._kept[1]


def _put_together(
    build: Callable[..., Built],
    _day: Any,
    args: tuple[Any, ...],
    named: tuple[tuple[str, Any], ...],
) -> Built:
    return build(*args, **dict(named))


_built = lru_cache(maxsize=_KEPT)(_put_together)
_built_lately = lru_cache(maxsize=_ENDLESS)(_put_together)


def how_many_kept() -> int:
    """How many statements are kept just now, but for those to which there is no end."""
    return _built.cache_info().currsize


class Prepared:
    """A statement compiled for a database: its text, and how values go in and rows come out."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        compiled: SQLCompiler = statement.compile(dialect=dialect)
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        wanted = {name: bind for name, bind in binds.items() if not bind.unique}
        self.fits = not any(bind.expanding for bind in wanted.values())
        if not self.fits:  # a list of any length is a text of any length
            return
        state = compiled.construct_expanded_state(dict.fromkeys(wanted))
        into = {name: _into(bind, dialect) for name, bind in binds.items()}
        for name, parts in state.parameter_expansion.items():
            into |= dict.fromkeys(parts, into[name])
        self._text = state.statement
        members = {name for name, bind in binds.items() if isinstance(bind.type, EnumType)}
        for name in members - wanted.keys():
            for part in state.parameter_expansion.get(name, [name]):
                # A plan for any state at all would use no index that is for some of them.
                literal = compiled.render_literal_value(state.parameters[part], binds[name].type)
                self._text = self._text.replace(f"%({part})s", literal)
        processes = [(name, n, into[name]) for n, name in enumerate(wanted)]
        self._into = [(name, process) for name, _n, process in processes if process]
        self._into_many = [(n, process) for _name, n, process in processes if process]
        self._constant = {
            name: _put(value, into[name])
            for name, value in state.parameters.items()
            if name not in wanted
        }
        self._order = state.positiontup
        types = [column.type for column in statement.exported_columns]
        self._returns = bool(types)
        out = [each.dialect_impl(dialect).result_processor(dialect, None) for each in types]
        self._out = [(number, process) for number, process in enumerate(out) if process]
        self._makers: dict[Shape | None, Callable[[Any], Any]] = {}

    def run(
        self, connection: Connection, values: Mapping[str, Any], shape: Shape | None = None
    ) -> list[Any]:
        """The rows. TypeError if they are of another shape."""
        given = {**self._constant, **values}
        for name, process in self._into:
            given[name] = process(given[name])
        order = self._order
        sent: Any = given if order is None else tuple([given[name] for name in order])
        cursor = execute(connection, self._text, sent)
        if not self._returns:
            return []
        make = self._makers.get(shape)
        if make is None:
            make = self._makers[shape] = _maker(
                tuple(column[0] for column in cursor.description), shape
            )
        found = cursor.fetchall()
        return list(map(make, map(self._converted, found) if self._out else found))

    def run_many(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run it for each of these rows: values of all parameters in their order."""
        columns: list[Any] = list(zip(*rows, strict=True))
        for number, process in self._into_many:
            known = {value: process(value) for value in set(columns[number])}
            columns[number] = map(known.__getitem__, columns[number])
        execute(connection, self._text, list(zip(*columns, strict=True)), many=True)

    def _converted(self, row: Sequence[Any]) -> list[Any]:
        fields = list(row)
        for number, process in self._out:
            fields[number] = process(fields[number])
        return fields


def execute(connection: Connection, text: str, values: Any, *, many: bool = False) -> Any:
    """Run a statement on the driver's cursor, which is returned: SQLAlchemy would need longer for
    it than SQLite does. It is told of the statement, and of what goes wrong with it, all the same.
    """
    cursor: Any = connection.connection.cursor()
    connection.dispatch.before_cursor_execute(connection, cursor, text, values, None, many)
    try:
        (cursor.executemany if many else cursor.execute)(text, values)
    except connection.dialect.loaded_dbapi.Error as error:
        connection._handle_dbapi_exception(error, text, values, cursor, None)  # noqa: SLF001 - as it does itself
    return cursor


def _maker(names: tuple[str, ...], shape: Shape | None) -> Callable[[Any], Any]:
    if shape is None:
        make_class: Any = namedtuple  # noqa: PYI024 - its fields are known only when it has been run
        shape = make_class("Row", names, rename=True)
    elif shape._fields != names:
        msg = f"the statement selects {names}, but {shape.__name__} has {shape._fields}"
        raise TypeError(msg)
    return shape._make


def _put(value: Any, process: Callable[[Any], Any] | None) -> Any:
    return value if process is None else process(value)


def _into(bind: BindParameter[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    return bind.type.dialect_impl(dialect).bind_processor(dialect)


# As long as the statement they were made of is kept; by the names of engines.
_prepared: WeakKeyDictionary[Any, dict[str, Prepared | None]] = WeakKeyDictionary()


def run(
    connection: Connection, statement: Any, values: Mapping[str, Any], shape: Shape | None = None
) -> Sequence[Any]:
    """The rows that a statement selects or returns, its parameters filled: of the shape, if one
    is given. TypeError if the columns have other names than its fields.

    A statement that is seen for the second time is kept by those who run it, and is prepared.
    """
    known, engine = _prepared.setdefault(statement, {}), connection.dialect.name
    if engine not in known:
        known[engine] = None
    elif known[engine] is None:
        known[engine] = Prepared(statement, connection.dialect)
    prepared = known[engine]
    if prepared is None or not prepared.fits:
        result = connection.execute(statement, values)
        if not result.returns_rows:
            return ()
        if shape is None:
            return result.all()
        return list(map(_maker(tuple(result.keys()), shape), result))
    return prepared.run(connection, values, shape)


def run_many(connection: Connection, statement: Any, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a kept statement that returns nothing for each of many rows: values of all of its
    parameters in their order. For SQLite, which is not a round trip away."""
    known, engine = _prepared.setdefault(statement, {}), connection.dialect.name
    if known.get(engine) is None:
        known[engine] = Prepared(statement, connection.dialect)
    cast("Prepared", known[engine]).run_many(connection, rows)
