"""A file's sheets as rows of tidy text."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from app.rosters.sheets import old_workbooks
from app.rosters.sheets.csv_files import csv_sheets
from app.rosters.sheets.refusals import MOST_ROWS, empty, no_spreadsheet, too_long
from app.rosters.sheets.rows import LOST_DIGITS, NumberedRows, Row, Sheet, Sign
from app.rosters.sheets.workbooks import workbook_sheets

MOST_COLUMNS = 200
LONGEST_CELL = 2_000  # characters; longer ones are texts, and no list of ours has any

HAN = "㐀-䶿一-鿿豈-﫿\U00020000-\U000323af"  # for the brackets of a pattern
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# Control characters, and marks without width or for direction that come along when pasting.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufffe\uffff]"
)
_FEWEST_LOST = 14  # digits; no number of a list of people is as long but an identity number
_TEXT = (".csv", ".txt", ".tsv")
# What programs that take every number for a float write: 103.0.
_WHOLE_FLOAT = re.compile(r"\d+\.0")


def read(name: str, content: bytes) -> Sheet:
    """The first sheet that has anything in it, a visible one if there is any. Refused as `read_all`
    does."""
    return min(read_all(name, content), key=lambda sheet: Sign.HIDDEN in sheet.rows[0].signs)


def read_all(name: str, content: bytes) -> list[Sheet]:
    """All sheets that have anything in them; of a CSV, the one it is. Rows that are hidden, all of
    them in a hidden sheet, are marked.

    Numbers become text without ".0", of long ones only that there was one, dates ISO text; what a
    merged cell says is said by each of the cells it covers. `name` is the file's, for the messages. Raises
    Refused (field "file") for anything that is not a spreadsheet, is damaged, locked, empty or far
    too large.
    """
    if not content.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise empty()
    raw = csv_sheets(name, content) if _is_text(content) else workbook_sheets(content)
    sheets, total = [], 0
    for title, rows in raw:
        sheet = _tidied(title, rows, MOST_ROWS - total)
        total += len(sheet.rows)
        if sheet.rows:
            sheets.append(sheet)
    if not sheets:
        raise empty()
    if _is_text(content) and not name.lower().endswith(_TEXT) and not _has_columns(sheets[0]):
        # Programs do write lists of text under a workbook's name, but those have columns.
        raise no_spreadsheet()
    return sheets


def half_width(text: str) -> str:
    """Full-width digits, letters and signs made half-width. Not for names."""
    return text.translate(_FULL_WIDTH)


def text_of(value: Any) -> str:
    """A cell's value as text, the way a person would type it."""
    if isinstance(value, str):
        text = _clean(value)
        return _number(text[: -len(".0")]) if _WHOLE_FLOAT.fullmatch(text) else text
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(f"{value:.0f}") if value.is_integer() else repr(value)
    if isinstance(value, int):
        return _number(str(value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return "" if value is None else str(value)


def _number(text: str) -> str:
    """A whole number. Of long ones a program keeps fifteen digits and makes the others up, so that
    an identity number kept as a number says another person's gender and birth: nothing is left."""
    return LOST_DIGITS + "*" * len(text) if len(text) >= _FEWEST_LOST else text


def _clean(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _INVISIBLE.sub("", text).strip()[:LONGEST_CELL]


def _tidied(title: str, rows: NumberedRows, room: int) -> Sheet:
    """The sheet without empty rows and trailing empty columns. Refused beyond `room` rows."""
    kept: list[Row] = []
    width = 0
    for number, values, signs in rows:
        cells = [text_of(value) for value in values[:MOST_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(kept) == room:
            raise too_long()
        width = max(width, len(cells))
        kept.append(Row(number, cells, signs))
    for row in kept:
        row.cells.extend([""] * (width - len(row.cells)))
    return Sheet(title, kept)


def _has_columns(sheet: Sheet) -> bool:
    """Whether most rows say more than one thing: prose has a comma here and there."""
    several = sum(sum(map(bool, row.cells)) > 1 for row in sheet.rows)
    return 2 * several > len(sheet.rows)


def _is_text(content: bytes) -> bool:
    return not content.startswith((b"PK\x03\x04", b"PK\x05\x06", old_workbooks.SIGNATURE))
