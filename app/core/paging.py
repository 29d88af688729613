"""Pages of long lists: the same number of queries for ten rows and for ten million."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, overload
from weakref import WeakKeyDictionary

from sqlalchemy import Select, bindparam, func, literal, select

from app.core.db import Row, db
from app.core.db import rows as rows_of
from app.core.statements import Asked

if TYPE_CHECKING:
    from collections.abc import Sequence

    Listing = Select[Any] | Asked[Select[Any]]

PER_PAGE = 30
COUNTED = 10_000  # beyond this a list says "more than 10,000" instead of counting on


@dataclass(frozen=True)
class Page:
    """One page of rows. `number` counts from 1; `total` is capped at COUNTED + 1."""

    rows: Sequence[Any]
    number: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-min(self.total, COUNTED) // self.per_page))

    @property
    def has_next(self) -> bool:
        return self.number < self.pages

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def more(self) -> bool:
        """Whether there are more rows than were counted."""
        return self.total > COUNTED

    def window(self, reach: int = 2) -> list[int | None]:
        """Page numbers worth a link; None stands for a gap."""
        near = range(max(1, self.number - reach), min(self.pages, self.number + reach) + 1)
        links: list[int | None] = []
        for previous, number in pairwise([0, *sorted({1, self.pages, *near})]):
            if number - previous > 1:
                links.append(None)
            links.append(number)
        return links


def paged(
    statement: Listing, number: int, *, per_page: int = PER_PAGE, scalars: bool = False
) -> Page:
    """Two queries: how many there are, and the rows of page `number` (clamped to what exists).

    Rows are plain rows of the columns selected; `scalars=True` gives the first
    column of each (use it for a Select of one mapped class).
    """
    counting, piece, values = _parts_of(statement)
    total = int(rows_of(counting, **values)[0][0])
    page = Page((), max(1, number), per_page, total)
    number = min(page.number, page.pages)
    which = values | {"limit": per_page, "offset": (number - 1) * per_page}
    rows = db.session.scalars(piece, which).all() if scalars else rows_of(piece, **which)
    return Page(rows, number, per_page, total)


@overload
def first_rows(statement: Listing, most: int) -> Sequence[Any]: ...
@overload
def first_rows(statement: Listing, most: int, shape: type[Row]) -> Sequence[Row]: ...
def first_rows(
    statement: Listing, most: int, shape: type[Row] | None = None
) -> Sequence[Row] | Sequence[Any]:
    """The first rows of a list, without counting it; of the shape if one is given, see `rows`."""
    _counting, piece, values = _parts_of(statement)
    values = values | {"limit": most, "offset": 0}
    return rows_of(piece, **values) if shape is None else rows_of(piece, shape, **values)


# Kept as long as the statement they were made of is, see `built_once`.
_parts: WeakKeyDictionary[Select[Any], tuple[Select[Any], Select[Any]]] = WeakKeyDictionary()


def _parts_of(statement: Listing) -> tuple[Select[Any], Select[Any], dict[str, Any]]:
    """What counts the rows of a statement, what takes a part of them, and the values for both."""
    values: dict[str, Any] = {}
    if isinstance(statement, Asked):
        values, statement = statement.values, statement.statement
    if statement not in _parts:
        inner = statement.with_only_columns(literal(1), maintain_column_froms=True).order_by(None)
        counting = select(func.count()).select_from(inner.limit(COUNTED + 1).subquery())
        part = statement.limit(bindparam("limit")).offset(bindparam("offset"))
        _parts[statement] = counting, part
    return *_parts[statement], values
