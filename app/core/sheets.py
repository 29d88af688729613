"""Spreadsheets that people upload, as rows of plain text.

Excel (.xlsx, .xls), OpenDocument (.ods) and CSV in the encodings that office programs in China
write. What a file is, its content says; its name may say something else. Whatever is wrong with
a file is said in words its owner can act on, and nothing in it can take the server down.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from app.core import archives, old_workbooks
from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l

MOST_ROWS = 50_000
MOST_COLUMNS = 200
LONGEST_CELL = 2_000  # characters; longer ones are texts, and no list of ours has any

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# Control characters, and marks without width or for direction that come along when pasting.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufffe\uffff]"
)
# Our own CSV has an apostrophe before what would be calculated, see app.core.downloads.
_DISARMED = re.compile("'\\s*[=+@＝＋－＠-]")
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


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


def read(name: str, content: bytes) -> Sheet:
    """The first visible sheet that has anything in it. Refused as `read_all` does."""
    return read_all(name, content)[0]


def read_all(name: str, content: bytes) -> list[Sheet]:
    """All visible sheets that have anything in them; of a CSV, the one it is.

    Numbers become text without ".0", dates ISO text; what a merged cell says is said by each
    of the cells it covers. `name` is the file's, for the messages. Raises Refused (field
    "file") for anything that is not a spreadsheet, is damaged, locked, empty or far too large.
    """
    if not content.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise _empty()
    raw = _csv_sheets(name, content) if _is_text(content) else _workbook_sheets(content)
    sheets, total = [], 0
    for title, rows in raw:
        sheet = _tidied(title, rows, MOST_ROWS - total)
        total += len(sheet.rows)
        if sheet.rows:
            sheets.append(sheet)
    if not sheets:
        raise _empty()
    return sheets


# What programs that take every number for a float write: 103.0.
_WHOLE_FLOAT = re.compile(r"\d+\.0")


def half_width(text: str) -> str:
    """Full-width digits, letters and signs made half-width. Not for names."""
    return text.translate(_FULL_WIDTH)


def text_of(value: Any) -> str:
    """A cell's value as text, the way a person would type it."""
    if isinstance(value, str):
        text = _clean(value)
        return text[: -len(".0")] if _WHOLE_FLOAT.fullmatch(text) else text
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return "" if value is None else str(value)


def _clean(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _INVISIBLE.sub("", text).strip()[:LONGEST_CELL]


def _tidied(title: str, rows: NumberedRows, room: int) -> Sheet:
    """The sheet without empty rows and trailing empty columns. Refused beyond `room` rows."""
    kept: list[Row] = []
    width = 0
    for number, values in rows:
        cells = [text_of(value) for value in values[:MOST_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(kept) == room:
            raise _too_long()
        width = max(width, len(cells))
        kept.append(Row(number, cells))
    for row in kept:
        row.cells.extend([""] * (width - len(row.cells)))
    return Sheet(title, kept)


# --- workbooks ---


def _workbook_sheets(content: bytes) -> Iterator[tuple[str, NumberedRows]]:
    _check_kind(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            for place, meta in enumerate(book.sheets_metadata):
                is_list = meta.typ is SheetTypeEnum.WorkSheet
                if is_list and meta.visible is SheetVisibleEnum.Visible:
                    yield meta.name, _sheet_rows(book.get_sheet_by_index(place))
    except PasswordError as error:
        raise _locked() from error
    except (CalamineError, ValueError, OverflowError, OSError) as error:
        raise _damaged() from error
    except BaseException as error:
        # The reader is a Rust program: where it gives up in mid-air, Python gets a
        # PanicException, which is no Exception on purpose. It is only a bad file to us.
        if type(error).__name__ == "PanicException":
            raise _damaged() from error
        raise


def _check_kind(content: bytes) -> None:
    """Refuses what is no workbook, or must not be opened."""
    try:
        if content.startswith(old_workbooks.SIGNATURE):
            old_workbooks.check(content)
            return
        names = archives.parts(content)
        if "xl/workbook.bin" in names:
            raise _refusal(_l("Binary workbooks (.xlsb) are not read. Save it as .xlsx."))
        if "xl/workbook.xml" not in names and "content.xml" not in names:
            raise _no_spreadsheet()
        archives.check(content)
    except old_workbooks.LockedWorkbookError as error:
        raise _locked() from error
    except archives.UnsafeArchiveError as error:
        enormous = _l("This file would unpack to an enormous size. Copy the list into a new one.")
        raise _refusal(enormous) from error
    except archives.BrokenArchiveError as error:
        raise _damaged() from error


def _sheet_rows(sheet: CalamineSheet) -> NumberedRows:
    if not sheet.height or sheet.start is None:
        return []
    if sheet.height * sheet.width > archives.LARGEST_AREA:
        raise _too_long()
    first_row, first_column = sheet.start
    rows = sheet.to_python(skip_empty_area=True)
    _fill_merged(rows, sheet.merged_cell_ranges or [], first_row, first_column)
    return enumerate(rows, first_row + 1)


def _fill_merged(
    rows: list[list[Any]],
    ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]],
    first_row: int,
    first_column: int,
) -> None:
    """Write each merged cell's value into all the cells it covers."""
    room = 2 * len(rows) * len(rows[0])  # merged cells never overlap, except in a forged file
    for (top, left), (bottom, right) in ranges:
        if top < first_row or left < first_column:
            continue  # its value lies outside of everything that has one
        above, before = top - first_row, left - first_column
        below, behind = min(bottom - first_row + 1, len(rows)), right - first_column + 1
        if above >= len(rows) or before >= len(rows[above]) or rows[above][before] == "":
            continue
        value = rows[above][before]
        for row in rows[above:below]:
            row[before:behind] = [value] * (min(behind, len(row)) - before)
        room -= (below - above) * (behind - before)
        if room < 0:
            return


# --- CSV ---


def _is_text(content: bytes) -> bool:
    return not content.startswith((b"PK\x03\x04", b"PK\x05\x06", old_workbooks.SIGNATURE))


def _csv_sheets(name: str, content: bytes) -> list[tuple[str, NumberedRows]]:
    text = _decoded(content)
    opening = text[:2000].lstrip().lower()
    if opening.startswith(("<", "{\\rtf", "%pdf")):
        raise _refusal(
            _l("This is a web page or a document. Open it in Excel or WPS and save it as .xlsx.")
        )
    return [(name.rpartition(".")[0] or name, _csv_rows(text))]


def _decoded(content: bytes) -> str:
    """The text, in the first encoding that holds for all of it. Refused if it is no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif content[1:2] == b"\0" and content[3:4] == b"\0":
        encodings = ["utf-16-le"]
    else:
        # Chinese text in UTF-8 is hardly ever valid GB18030 as well, but the reverse is rarer.
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _BINARY.search(text):
            return text
    raise _no_spreadsheet()


def _csv_rows(text: str) -> NumberedRows:
    delimiter, skip = _delimiter(text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(lines, 1):
            if number > skip:
                yield number, [cell[1:] if _DISARMED.match(cell) else cell for cell in cells]
    except csv.Error as error:
        raise _no_spreadsheet() from error


def _delimiter(text: str) -> tuple[str, int]:
    """What separates the cells, and how many lines only say so ("sep=;")."""
    head = text[:20_000].splitlines()[:30]
    if head and head[0].lower().startswith("sep=") and len(head[0]) == 5:  # noqa: PLR2004
        return head[0][4], 1
    bare = [re.sub(r'"[^"]*"', "", line) for line in head]

    def lines_with(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in bare]
        return sum(count > 0 for count in counts), sum(counts)

    return max([",", "\t", ";"], key=lines_with), 0


# --- what can be wrong ---


def _refusal(message: object) -> Refused:
    return Refused(message, field="file")


def _empty() -> Refused:
    return _refusal(_l("There is nothing in this file."))


def _no_spreadsheet() -> Refused:
    return _refusal(_l("This is not a spreadsheet we can read (.xlsx, .xls, .ods or .csv)."))


def _locked() -> Refused:
    return _refusal(_l("This workbook is locked with a password. Save it without and try again."))


def _damaged() -> Refused:
    return _refusal(_l("This file is damaged. Open it in Excel or WPS, save it again and retry."))


def _too_long() -> Refused:
    return _refusal(_l("This file is too long: %(most)s rows at most.", most=MOST_ROWS))
