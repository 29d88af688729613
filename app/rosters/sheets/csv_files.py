"""CSV in the encodings that office programs in China write."""

from __future__ import annotations

import csv
import io
import re

from app.core.i18n import lazy_gettext as _l
from app.rosters.sheets.refusals import no_spreadsheet, refusal
from app.rosters.sheets.rows import NumberedRows

# Our own CSV has an apostrophe before what would be calculated, see app.core.downloads.
_DISARMED = re.compile("'\\s*[=+@＝＋－＠-]")
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def csv_sheets(name: str, content: bytes) -> list[tuple[str, NumberedRows]]:
    """The one sheet that a CSV is, with its name. Refused if it is something else."""
    text = _decoded(content)
    opening = text[:2000].lstrip().lower()
    if opening.startswith(("<", "{\\rtf", "%pdf")):
        raise refusal(
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
    raise no_spreadsheet()


def _csv_rows(text: str) -> NumberedRows:
    delimiter, skip = _delimiter(text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(lines, 1):
            if number > skip:
                yield number, [cell[1:] if _DISARMED.match(cell) else cell for cell in cells]
    except csv.Error as error:
        raise no_spreadsheet() from error


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
