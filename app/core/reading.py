"""Reading what every page reads, at little more than what the database takes.

Putting a statement together takes SQLAlchemy fifty times as long as SQLite takes to run it, and
sending one that was put together before still takes five times as long: every value of every IN
is filled in anew. So what is read again and again is put together once, as the text the
database gets, values and all:

    def waiting(actor):
        return read(_waiting, actor, clock.today())

    def _waiting(actor, today):
        return select(Task.id, Task.title).where(…)

The builder must look at nothing but its arguments, neither at the clock nor into the database,
and the arguments must be what the program knows: an actor, ids, days, members of enumerations.
What somebody typed goes as a parameter, through the session, as ever.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import column, text

from app.core.db import db

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from sqlalchemy import Dialect
    from sqlalchemy.engine import Compiled
    from sqlalchemy.sql.selectable import SelectBase

_MOST = 1000  # texts kept, some kilobytes each; then all are forgotten and made anew
_PLAIN = re.compile(r"[A-Za-z_]\w*")

_kept: dict[Hashable, Compiled] = {}


def read(build: Callable[..., SelectBase], *arguments: Hashable) -> Sequence[Any]:
    """The rows of the statement that `build` makes of these arguments."""
    db.session.flush()
    connection = db.session.connection()
    asked = (build, arguments, connection.dialect.name)
    compiled = _kept.get(asked)
    if compiled is None:
        if len(_kept) >= _MOST:
            _kept.clear()
        compiled = _kept[asked] = _text(build(*arguments), connection.dialect)
    return connection.execute(compiled).all()  # type: ignore[call-overload]  # as it does with what it compiles itself


def _text(statement: SelectBase, dialect: Dialect) -> Compiled:
    """The statement with its values written out, and the types of its columns."""
    written = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    if dialect.paramstyle in {"format", "pyformat"}:
        written = written.replace("%%", "%")  # it is going to be doubled once more
    columns = [
        column(each.key if _PLAIN.fullmatch(str(each.key)) else f"column_{number}", each.type)
        for number, each in enumerate(statement.selected_columns)
    ]
    return text(written.replace(":", "\\:")).columns(*columns).compile(dialect=dialect)
