"""Excel 97 workbooks (.xls), looked through before anything opens them.

They are small file systems of sectors chained by a table; one of the files in them, "Workbook",
is a sequence of records. A wrong byte in a cell's coordinates is enough to make the reader ask
for more memory than there is, which ends the whole server process, so they are checked first.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from app.rosters.sheets.archives import LARGEST_AREA, BrokenArchiveError, UnsafeArchiveError

SIGNATURE = b"\xd0\xcf\x11\xe0"

_LAST_REGULAR_SECTOR = 0xFFFFFFFA
_ENTRY = 128  # bytes of a directory entry
_ROWS, _COLUMNS = 65_536, 256  # the most a sheet of this format has

_BOF = {0x0009, 0x0209, 0x0409, 0x0809}
_FILEPASS = 0x002F
_DIMENSIONS = 0x0200
_RUN_OF_CELLS = 0x00BD
# Records of one cell each: number, text, truth value, compact number, formula, shared text.
_CELLS = {0x0203, 0x0204, 0x0205, 0x027E, 0x0006, 0x0206, 0x0406, 0x00FD, 0x00D6}


class LockedWorkbookError(Exception):
    """It is locked with a password."""


def check(content: bytes) -> None:
    """Raises LockedWorkbookError, BrokenArchiveError or UnsafeArchiveError."""
    try:
        container = _Container(content)
        if "EncryptedPackage" in container.files:
            raise LockedWorkbookError  # an .xlsx with a password is wrapped like this
        stream = container.read("Workbook" if "Workbook" in container.files else "Book")
    except (struct.error, KeyError, IndexError) as error:
        raise BrokenArchiveError from error
    _check_records(stream)


class _Container:
    """Sectors, the table that chains them, and the files that are in them: name → (start, size)."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        shift, small_shift = struct.unpack_from("<HH", content, 30)
        if shift not in {9, 12} or small_shift != 6:  # noqa: PLR2004 - the only sizes there are
            raise BrokenArchiveError
        self.size = 1 << shift
        first, self.cutoff, small_table = struct.unpack_from("<I4xII", content, 48)
        self.table = self._table()
        self.files = dict(self._entries(self._chained(first)))
        self.small_table = self._numbers(self._chained(small_table))

    def read(self, name: str) -> bytes:
        start, size = self.files[name]
        if size >= self.cutoff:
            return self._chained(start)[:size]
        inside = self._chained(self.files["Root Entry"][0])
        pieces = [inside[64 * s : 64 * s + 64] for s in _follow(self.small_table, start)]
        return b"".join(pieces)[:size]

    def _table(self) -> list[int]:
        """For each sector the one that follows it."""
        parts = list(struct.unpack_from("<109I", self.content, 76))
        further, count = struct.unpack_from("<II", self.content, 68)
        for _ in range(min(count, len(self.content) // self.size)):
            numbers = self._numbers(self._sector(further))
            parts += numbers[:-1]
            further = numbers[-1]
        regular = [part for part in parts if part < _LAST_REGULAR_SECTOR]
        return [n for part in regular for n in self._numbers(self._sector(part))]

    def _entries(self, directory: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            length, start, size = struct.unpack_from("<H50xII", directory, at + 64)
            name = directory[at : at + max(min(length, 64) - 2, 0)]
            yield name.decode("utf-16-le", "replace"), (start, size)

    def _chained(self, start: int) -> bytes:
        return b"".join(self._sector(sector) for sector in _follow(self.table, start))

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self.size
        if at >= len(self.content):
            raise BrokenArchiveError
        return self.content[at : at + self.size]

    @staticmethod
    def _numbers(raw: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4]))


def _follow(table: list[int], sector: int) -> Iterator[int]:
    """The chain of sectors that begins there. BrokenArchiveError if it goes in circles."""
    for _ in range(len(table)):
        if sector >= _LAST_REGULAR_SECTOR:
            return
        yield sector
        sector = table[sector]
    if sector < _LAST_REGULAR_SECTOR:
        raise BrokenArchiveError


def _check_records(stream: bytes) -> None:
    """Raises if a sheet spans too many cells, or the workbook is locked."""
    top, bottom, left, right = _ROWS, 0, _COLUMNS, 0
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        data = stream[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == _FILEPASS:
            raise LockedWorkbookError
        if kind in _BOF:
            top, bottom, left, right = _ROWS, 0, _COLUMNS, 0
        elif kind == _DIMENSIONS:
            _check_dimensions(data)
        elif len(data) >= 6 and (kind in _CELLS or kind == _RUN_OF_CELLS):  # noqa: PLR2004
            row, first = struct.unpack_from("<HH", data)
            last = struct.unpack_from("<H", data, length - 2)[0] if kind not in _CELLS else first
            top, bottom = min(top, row), max(bottom, row)
            left, right = min(left, first), max(right, last)
            if right >= _COLUMNS:
                raise BrokenArchiveError
            if (bottom - top + 1) * (right - left + 1) > LARGEST_AREA:
                raise UnsafeArchiveError


def _check_dimensions(data: bytes) -> None:
    """Raises if a sheet says it spans too many cells: the reader reserves them unseen."""
    shape = "<IIHH" if len(data) >= 12 else "<HHHH"  # noqa: PLR2004 - Excel 97, Excel 95
    if len(data) < struct.calcsize(shape):
        return
    _first_row, last_row, _first_column, last_column = struct.unpack_from(shape, data)
    if last_row > _ROWS or last_column > _COLUMNS:
        raise BrokenArchiveError
