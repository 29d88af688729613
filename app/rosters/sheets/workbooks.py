"""Workbooks: Excel (.xlsx, .xls) and OpenDocument (.ods)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from app.core.i18n import lazy_gettext as _l
from app.rosters.sheets import archives, old_workbooks
from app.rosters.sheets.refusals import damaged, locked, no_spreadsheet, refusal, too_long
from app.rosters.sheets.rows import NO_VALUE, NumberedRows, RawRow, Sign
from app.rosters.sheets.unseen import Unseen, unseen_in


def workbook_sheets(content: bytes) -> Iterator[tuple[str, NumberedRows]]:
    """The sheets with their names, the rows of a hidden one marked as hidden. Refused if it is no
    workbook, damaged, locked or enormous."""
    _check_kind(content)
    is_archive = not content.startswith(old_workbooks.SIGNATURE)
    unseen = dict(enumerate(unseen_in(content))) if is_archive else {}
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            for place, meta in enumerate(book.sheets_metadata):
                if meta.typ is not SheetTypeEnum.WorkSheet:
                    continue
                sheet = book.get_sheet_by_index(place)
                rows = _sheet_rows(sheet, unseen.get(place) or Unseen())
                is_seen = meta.visible is SheetVisibleEnum.Visible
                yield meta.name, rows if is_seen else map(_hidden, rows)
    except PasswordError as error:
        raise locked() from error
    except (CalamineError, ValueError, OverflowError, OSError) as error:
        raise damaged() from error
    except BaseException as error:
        # The reader is a Rust program: where it gives up in mid-air, Python gets a
        # PanicException, which is no Exception on purpose. It is only a bad file to us.
        if type(error).__name__ == "PanicException":
            raise damaged() from error
        raise


def _check_kind(content: bytes) -> None:
    """Refuses what is no workbook, or must not be opened."""
    try:
        if content.startswith(old_workbooks.SIGNATURE):
            old_workbooks.check(content)
            return
        names = archives.parts(content)
        if "xl/workbook.bin" in names:
            raise refusal(_l("Binary workbooks (.xlsb) are not read. Save it as .xlsx."))
        if "xl/workbook.xml" not in names and "content.xml" not in names:
            raise no_spreadsheet()
        archives.check(content)
    except old_workbooks.LockedWorkbookError as error:
        raise locked() from error
    except archives.UnsafeArchiveError as error:
        enormous = _l("This file would unpack to an enormous size. Copy the list into a new one.")
        raise refusal(enormous) from error
    except archives.BrokenArchiveError as error:
        raise damaged() from error


def _hidden(row: RawRow) -> RawRow:
    return row._replace(signs=(Sign.HIDDEN,))


def _sheet_rows(sheet: CalamineSheet, unseen: Unseen) -> NumberedRows:
    if not sheet.height or sheet.start is None:
        return []
    if sheet.height * sheet.width > archives.LARGEST_AREA:
        raise too_long()
    first_row, first_column = sheet.start
    rows = sheet.to_python(skip_empty_area=True)
    for row, column in unseen.without_value:
        above, before = row - 1 - first_row, column - 1 - first_column
        if 0 <= above < len(rows) and 0 <= before < len(rows[above]):
            rows[above][before] = NO_VALUE
    _fill_merged(rows, sheet.merged_cell_ranges or [], first_row, first_column)
    return (
        RawRow(number, values, (Sign.HIDDEN,) if number in unseen.hidden else ())
        for number, values in enumerate(rows, first_row + 1)
    )


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
