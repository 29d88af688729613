"""Lists written for spreadsheet programs, and files handed to the browser under safe names.

What people typed is never a formula: in workbooks text is written as text, and in CSV, where
there is no such thing, a cell that a spreadsheet program would calculate gets an apostrophe.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask import send_file

from app.core import clock

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_FILE_NAMES = re.compile(r'[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\ud800-\udfff<>:"/\\|?*]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
_CALCULATED = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # as a cell's first visible character
_LONGEST_TEXT = 32_767  # characters of a cell in Excel
_LONGEST_SHEET_NAME = 31
_LONGEST_FILE_NAME = 120
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}$")
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
_WIDEST = 40  # columns are made as wide as their text, up to this


def workbook(title: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> bytes:
    """An .xlsx: the title, the head of the columns (which stays when scrolling), the rows.

    Dates and numbers are dates and numbers, moments as a clock in China shows them; everything
    else is text, also where it looks like a formula, a link or a number.
    """
    return workbook_of([(title, head, rows)])


def workbook_of(sheets: Iterable[tuple[str, Sequence[Any], Iterable[Sequence[Any]]]]) -> bytes:
    """An .xlsx of several sheets, each of them like the one of `workbook`."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - as long to import as ten pages to answer

    out = io.BytesIO()
    book = Workbook(out, _OPTIONS)
    for title, head, rows in sheets:
        _add_sheet(book, title, head, rows)
    book.close()
    return out.getvalue()


def _add_sheet(book: Any, title: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.add_worksheet(_sheet_name(title))
    head_format = {"bold": True, "bottom": 1, "bg_color": "#E6F2F0"}
    sheet.write_string(0, 0, _plain(title), book.add_format({"bold": True, "font_size": 14}))
    widths = [_width(str(label)) for label in head]
    for column, label in enumerate(head):
        sheet.write_string(1, column, _plain(label), book.add_format(head_format))
    write = _writer(sheet, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    last = 1
    for last, cells in enumerate(rows, 2):
        for column, value in enumerate(cells):
            write(last, column, value)
            widths[column] = max(widths[column], _width(str(value)))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width, _WIDEST) + 2)
    sheet.freeze_panes(2, 0)
    if head:
        sheet.autofilter(1, 0, last, len(head) - 1)


def _writer(sheet: Any, moment_format: Any) -> Callable[[int, int, Any], None]:
    def write(row: int, column: int, value: Any) -> None:
        if isinstance(value, datetime):
            local = clock.local(value).replace(tzinfo=None)
            sheet.write_datetime(row, column, local, moment_format)
        elif isinstance(value, (int, float, date)) and not isinstance(value, bool):
            sheet.write(row, column, value)
        else:
            sheet.write_string(row, column, _plain(value))

    return write


def comma_separated(head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV in UTF-8, marked as such so that Excel in China does not read it as GBK."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_uncalculated(label) for label in head])
    writer.writerows([_uncalculated(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "ignore")


def send(content: bytes, name: str, media_type: str) -> Response:
    """The content as a file to be saved under that name, which may be Chinese (RFC 5987)."""
    return send_file(
        io.BytesIO(content),
        mimetype=media_type,
        as_attachment=True,
        download_name=safe_name(name),
        max_age=0,
    )


def safe_name(name: str) -> str:
    """A file name that every system takes, with its extension kept."""
    name = _NOT_IN_FILE_NAMES.sub("_", unicodedata.normalize("NFC", name)).strip(" .")
    found = _EXTENSION.search(name)
    extension = found[0] if found else ""
    stem = name.removesuffix(extension)[: _LONGEST_FILE_NAME - len(extension)].strip(" .") or "file"
    return ("_" if _RESERVED.match(stem + ".") else "") + stem + extension


def _uncalculated(value: Any) -> str:
    """A cell of CSV. Numbers and dates of ours are harmless, also negative ones."""
    if isinstance(value, datetime):
        return f"{clock.local(value):%Y-%m-%d %H:%M}"
    text = _plain(value)
    if isinstance(value, (int, float)):
        return text
    calculated = text.startswith(("\t", "\r", "\n")) or text.lstrip().startswith(_CALCULATED)
    return "'" + text if calculated else text


def _plain(value: Any) -> str:
    return "" if value is None else _NOT_IN_XML.sub("", str(value))[:_LONGEST_TEXT]


def _sheet_name(title: str) -> str:
    name = _NOT_IN_SHEET_NAMES.sub(" ", _plain(title))[:_LONGEST_SHEET_NAME].strip(" '")
    return "Sheet1" if not name or name.lower() == "history" else name


def _width(text: str) -> int:
    """Columns a text takes up: Chinese characters are twice as wide as Latin letters."""
    longest = max(text.split("\n"), key=len) if "\n" in text else text
    return len(longest) + sum(character > "\u2e7f" for character in longest)
