"""Writing many rows: ids given out here, batches sent to the database, little kept in memory."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, select, update

from app.core.db import db

BATCH = 2000


class Rows:
    """Rows waiting to be written, by model.

    `add` gives each row its id, so that rows may refer to each other before they are written.
    Columns not named get their default. Call `write` when a piece of the world is whole.
    """

    def __init__(self) -> None:
        self._waiting: dict[type[Any], list[dict[str, Any]]] = defaultdict(list)
        self._later: dict[type[Any], list[dict[str, Any]]] = defaultdict(list)
        self._last: dict[type[Any], int] = {}
        self._blank: dict[type[Any], dict[str, Any]] = {}

    def add(self, model: type[Any], **values: Any) -> int:
        """Queue a row; returns its id."""
        number = self._next(model)
        self._waiting[model].append({**self._blanks(model), "id": number, **values})
        return number

    def then(self, model: type[Any], row_id: int, **values: Any) -> None:
        """Change a row after everything queued has been written: what comes to an end, ends last."""
        self._later[model].append(
            {"row": row_id, **{f"to_{name}": value for name, value in values.items()}}
        )

    def last(self, model: type[Any]) -> dict[str, Any]:
        """The row of a model queued last, still to be changed."""
        return self._waiting[model][-1]

    def waiting(self, model: type[Any]) -> int:
        """How many rows of a model have been queued."""
        return len(self._waiting[model])

    def write(self) -> None:
        """Send everything, lower floors first (the order of the metadata)."""
        order = {table: number for number, table in enumerate(db.metadata.sorted_tables)}
        for model in sorted(self._waiting, key=lambda each: order[each.__table__]):
            rows = self._waiting[model]
            for start in range(0, len(rows), BATCH):
                db.session.execute(insert(model.__table__), rows[start : start + BATCH])
        for model in sorted(self._later, key=lambda each: order[each.__table__], reverse=True):
            self._change(model.__table__, self._later[model])
        self._waiting.clear()
        self._later.clear()
        self._last.clear()

    def _change(self, table: Table, changes: list[dict[str, Any]]) -> None:
        columns = [name.removeprefix("to_") for name in changes[0] if name != "row"]
        statement = (
            update(table)
            .where(table.c.id == bindparam("row"))
            .values({name: bindparam(f"to_{name}") for name in columns})
        )
        for start in range(0, len(changes), BATCH):
            db.session.execute(statement, changes[start : start + BATCH])

    def _next(self, model: type[Any]) -> int:
        if model not in self._last:
            self._last[model] = db.session.scalar(select(func.max(model.id))) or 0
        self._last[model] += 1
        return self._last[model]

    def _blanks(self, model: type[Any]) -> dict[str, Any]:
        """Values of the columns a caller need not name. All rows of one statement name the same
        columns, so that a default that is a moment is left out and named by the caller."""
        if model not in self._blank:
            self._blank[model] = {
                column.name: column.default.arg if column.default is not None else None
                for column in model.__table__.columns
                if (column.nullable and column.default is None)
                or (column.default is not None and column.default.is_scalar)
            }
        return self._blank[model]
