"""The uploaded file as it is kept: the text of its rows, without identity numbers.

An identity number is read for gender and date of birth when the file comes in and is reduced to
these before anything is stored (Personal Information Protection Law, art. 6: no more data than
the purpose needs). The file as uploaded is not kept; the person who uploaded it still has it.
"""

from __future__ import annotations

import json

from app.core import clock
from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l
from app.rosters import sheets
from app.rosters.cells import masked
from app.rosters.sheets.rows import Row, Sheet, Sign

MEDIA_TYPE = "application/json"


def kept(name: str, content: bytes) -> bytes:
    """What is kept of an upload. Refused (field "file") if it is no spreadsheet."""
    today = clock.today()
    read = [
        (
            sheet.name,
            [
                (row.number, [masked(cell, today) for cell in row.cells], row.signs)
                for row in sheet.rows
            ],
        )
        for sheet in sheets.read_all(name, content)
    ]
    if all(len(rows) < 2 for _name, rows in read):  # noqa: PLR2004 - a head and one person
        raise Refused(_l("There is nothing in this file but the head of a list."), field="file")
    return json.dumps(read, ensure_ascii=False, separators=(",", ":")).encode()


def opened(content: bytes) -> list[Sheet]:
    """The sheets again."""
    return [
        Sheet(name, [Row(number, cells, tuple(map(Sign, signs))) for number, cells, signs in rows])
        for name, rows in json.loads(content)
    ]
