"""What an Excel workbook (.xlsx) holds and its reader does not tell: rows that are hidden, and
formulas whose value was never stored."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from app.rosters.sheets import archives

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^<>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]*>")
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row(?=[^<>]*\shidden="(?:1|true)")[^<>]*?\sr="(\d{1,7})"')
_NO_VALUE = re.compile(
    rb'<(?:\w+:)?c\s[^<>]*?\br="([A-Z]{1,3})(\d{1,7})"[^<>]*>'
    rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)"
    rb"(?:<(?:\w+:)?v(?:\s*/>|></(?:\w+:)?v>))?</(?:\w+:)?c>"
)


@dataclass
class Unseen:
    """Of one sheet: numbers of hidden rows, (row, column) of formulas without a value, from 1."""

    hidden: set[int] = field(default_factory=set)
    without_value: list[tuple[int, int]] = field(default_factory=list)


def unseen_in(content: bytes) -> list[Unseen]:
    """One for each sheet, in the workbook's order; none for workbooks of another kind."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        members = {member.filename: member for member in archive.infolist()}
    book, relations = members.get(_BOOK), members.get("xl/_rels/workbook.xml.rels")
    if book is None or relations is None:
        return []
    targets = {
        _attribute(b"Id", tag): _path(_attribute(b"Target", tag))
        for tag in _RELATION.findall(_whole(content, relations))
    }
    sheets = [
        targets.get(_attribute(rb"\w+:id", tag), "")
        for tag in _SHEET.findall(_whole(content, book))
    ]
    return [_of_sheet(content, members[s]) if s in members else Unseen() for s in sheets]


_BOOK = "xl/workbook.xml"


def _of_sheet(content: bytes, member: zipfile.ZipInfo) -> Unseen:
    found = Unseen()
    for piece in _whole_rows(archives.unpacked(content, member)):
        found.hidden.update(map(int, _HIDDEN_ROW.findall(piece)))
        if b"f>" in piece or b"f " in piece:
            found.without_value += [
                (int(row), archives.column_number(letters))
                for letters, row in _NO_VALUE.findall(piece)
            ]
    return found


def _whole_rows(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, cut where a row ends."""
    rest: list[bytes] = []
    for piece in pieces:
        cut = piece.rfind(b"row>") + len(b"row>")
        if cut < len(b"row>"):
            rest.append(piece)
            continue
        yield b"".join([*rest, piece[:cut]])
        rest = [piece[cut:]]
    yield b"".join(rest)


def _whole(content: bytes, member: zipfile.ZipInfo) -> bytes:
    return b"".join(archives.unpacked(content, member))


def _attribute(name: bytes, tag: bytes) -> str:
    found = re.search(rb"\s" + name + rb'="([^"]*)"', tag)
    return found[1].decode("utf-8", "replace") if found else ""


def _path(target: str) -> str:
    """Where a sheet lies in the archive: targets are given from its root or beside the workbook."""
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
