"""Spreadsheets as the ZIP archives they are, looked through before anything opens them.

A few kilobytes of ZIP can hold gigabytes, and a sheet with one value in its first and one in its
last cell makes the reader reserve room for all seventeen thousand million cells between them,
which ends the whole server process. Both are recognised here, in one pass over the packed data.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from xml.parsers import expat

LARGEST_UNPACKED = 256 * 1024 * 1024  # bytes of all parts together
LARGEST_RATIO = 300  # unpacked to packed; real workbooks reach about 50
LARGEST_AREA = 6_000_000  # cells between the first and the last one that has a value
_HARMLESS = 8 * 1024 * 1024  # below this much, a high ratio is only a lot of empty rows
_MOST_PARTS = 2_000
_CHUNK = 256 * 1024

# Cells of .xlsx that hold something; empty ones with only a format end in "/>".
_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^<>]*?\s)?r="([A-Z]{1,3})([0-9]{1,7})"[^<>]*(?<!/)>')
_NAMELESS_CELL = re.compile(rb'<(?:\w+:)?c(?:\s+(?!r=)[\w:]+="[^"<>]*")*\s*>')
_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)(\s[^<>]*)?>")
_PLACE = re.compile(rb'\sr="([A-Z]{0,3})([0-9]{1,7})"')
# Rows and cells of .ods, either of which may stand for many.
_ODS_TAG = re.compile(rb"<(/?)table:(table-row|table-cell|covered-table-cell|table)(\s[^<>]*)?>")
_ODS_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="([0-9]{1,9})"')


class UnsafeArchiveError(Exception):
    """It would unpack to more than any real spreadsheet holds."""


class BrokenArchiveError(Exception):
    """Its parts cannot be unpacked as its directory says."""


def parts(content: bytes) -> set[str]:
    """Names of the archive's parts. Raises BrokenArchiveError, also if they are written with
    backslashes, as some programs do against the format."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise BrokenArchiveError from error
    if any("\\" in name for name in names):
        raise BrokenArchiveError
    return names


def check(content: bytes) -> None:
    """Raises UnsafeArchiveError or BrokenArchiveError if the workbook must not be opened."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise BrokenArchiveError from error

    promised = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if promised > LARGEST_UNPACKED or len(members) > _MOST_PARTS:
        raise UnsafeArchiveError
    if promised > _HARMLESS and promised > packed * LARGEST_RATIO:
        raise UnsafeArchiveError
    for member in members:
        _check_part(content, member)


def _check_part(content: bytes, member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 1:
        raise BrokenArchiveError  # encrypted; office programs encrypt the whole file instead
    pieces = unpacked(content, member)
    if member.filename == "content.xml":
        _OdsArea().measure(_whole_tags(_well_formed(pieces)))
    else:
        _XlsxArea().measure(_whole_tags(pieces))


def _well_formed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, as long as they are XML: of other things the reader of .ods never sees
    the end, nor does the request."""
    parser = expat.ParserCreate()
    try:
        for piece in pieces:
            parser.Parse(piece, False)  # noqa: FBT003 - its only way to be called
            yield piece
        parser.Parse(b"", True)  # noqa: FBT003 - as above
    except expat.ExpatError as error:
        raise BrokenArchiveError from error


def unpacked(content: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part's bytes, in pieces, and no more of them than the directory promised. Raises
    UnsafeArchiveError or BrokenArchiveError."""
    start = _data_offset(content, member)
    packed = content[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise BrokenArchiveError
    inflate = zlib.decompressobj(-15)
    size = 0
    try:
        while piece := inflate.decompress(packed, _CHUNK):
            size += len(piece)
            if size > member.file_size:
                raise UnsafeArchiveError  # the directory lied about the size
            yield piece
            packed = inflate.unconsumed_tail
    except zlib.error as error:
        raise BrokenArchiveError from error
    if size != member.file_size:
        raise BrokenArchiveError


def _data_offset(content: bytes, member: zipfile.ZipInfo) -> int:
    header = content[member.header_offset : member.header_offset + 30]
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):  # noqa: PLR2004 - its fixed length
        raise BrokenArchiveError
    name, extra = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
    return member.header_offset + 30 + name + extra


def _whole_tags(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, cut so that no tag lies across two pieces."""
    rest = b""
    for piece in pieces:
        joined = rest + piece
        cut = joined.rfind(b"<")
        # A tag longer than any attribute list can be is no tag.
        if cut < 0 or len(joined) - cut > _CHUNK:
            cut = len(joined)
        rest = joined[cut:]
        yield joined[:cut]
    yield rest


class _XlsxArea:
    """The span of the cells that hold something, in one sheet of .xlsx."""

    def __init__(self) -> None:
        self.lowest, self.highest, self.width = 1 << 30, 0, 0
        self.row = self.column = 0

    def measure(self, pieces: Iterator[bytes]) -> None:
        """Raises UnsafeArchiveError if the sheet spans too many cells."""
        for piece in pieces:
            if _NAMELESS_CELL.search(piece):
                self._walk(piece)
            else:
                self._leap(piece)
            if (self.highest - self.lowest + 1) * self.width > LARGEST_AREA:
                raise UnsafeArchiveError

    def _leap(self, piece: bytes) -> None:
        """Nearly every file: each cell says where it is."""
        cells = _CELL.findall(piece)
        if not cells:
            return
        rows = {int(row) for _column, row in cells}
        self.lowest, self.highest = min(self.lowest, *rows), max(self.highest, *rows)
        self.width = max(self.width, *(column_number(letters) for letters in {c for c, _ in cells}))
        self.column, self.row = column_number(cells[-1][0]), int(cells[-1][1])

    def _walk(self, piece: bytes) -> None:
        """Some programs leave the places out: cells simply follow one another."""
        for found in _ROW_OR_CELL.finditer(piece):
            place = _PLACE.search(found[2] or b"")
            if found[1] == b"row":
                self.row, self.column = int(place[2]) if place else self.row + 1, 0
                continue
            self.column = column_number(place[1]) if place else self.column + 1
            if (found[2] or b"").endswith(b"/"):
                continue
            self.row = int(place[2]) if place else self.row
            self.lowest, self.highest = min(self.lowest, self.row), max(self.highest, self.row)
            self.width = max(self.width, self.column)


def column_number(letters: bytes) -> int:
    """A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


class _OdsArea:
    """Counts the cells of each table of an .ods as its reader would lay them out."""

    def __init__(self) -> None:
        self.rows = self.last_row = self.width = 0
        self.repeat = self.columns = self.last_column = 0

    def measure(self, pieces: Iterator[bytes]) -> None:
        """Raises UnsafeArchiveError if a table spans too many cells."""
        for piece in pieces:
            for closing, tag, attributes in _ODS_TAG.findall(piece):
                self._step(bool(closing), tag, attributes)

    def _step(self, closing: bool, tag: bytes, attributes: bytes) -> None:  # noqa: FBT001 - private
        if tag == b"table" and not closing:
            self.__init__()  # type: ignore[misc]
        elif tag == b"table-row" and not closing:
            self.repeat, self.columns, self.last_column = _repeated(attributes), 0, 0
            if attributes.endswith(b"/"):
                self.rows += self.repeat
        elif tag == b"table-row":
            self._end_row()
        elif not closing:
            self.columns += _repeated(attributes)
            if not attributes.endswith(b"/") or b"value" in attributes:
                self.last_column = self.columns

    def _end_row(self) -> None:
        self.rows += self.repeat
        if not self.last_column:
            return
        self.last_row, self.width = self.rows, max(self.width, self.last_column)
        if self.last_row * self.width > LARGEST_AREA:
            raise UnsafeArchiveError


def _repeated(attributes: bytes) -> int:
    found = _ODS_REPEATED.search(attributes)
    return int(found.group(1)) if found else 1
