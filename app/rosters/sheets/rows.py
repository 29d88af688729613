"""What a spreadsheet is read into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

NumberedRows = Iterable[tuple[int, list[Any]]]  # the row's number and its cells' values


class Row(NamedTuple):
    """One row: the number it has in the spreadsheet program, and its cells."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Sheet:
    """A sheet's rows that have something in them, all of the same width."""

    name: str
    rows: list[Row]

    @property
    def width(self) -> int:
        return len(self.rows[0].cells) if self.rows else 0
