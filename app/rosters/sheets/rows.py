"""What a spreadsheet is read into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any, NamedTuple

# What a cell says whose value the spreadsheet program has not stored: a formula never calculated.
NO_VALUE = "=?"
# What stands before a number of which the program dropped the last digits, see `text_of`.
LOST_DIGITS = "≈"


class Sign(StrEnum):
    """What is known of a row and stands in none of its cells."""

    HIDDEN = auto()  # by a filter or by hand
    TORN = auto()  # a quotation mark that is not closed had joined it with other rows


class RawRow(NamedTuple):
    """A row as it is read: its number, its cells' values, its signs."""

    number: int
    values: list[Any]
    signs: tuple[Sign, ...] = ()


NumberedRows = Iterable[RawRow]


class Row(NamedTuple):
    """One row: the number it has in the spreadsheet program, its cells, its signs."""

    number: int
    cells: list[str]
    signs: tuple[Sign, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A sheet's rows that have something in them, all of the same width."""

    name: str
    rows: list[Row]

    @property
    def width(self) -> int:
        return len(self.rows[0].cells) if self.rows else 0
