"""CSV in the encodings that office programs in China write."""

from __future__ import annotations

import csv
import io
import re

from app.core.i18n import lazy_gettext as _l
from app.rosters.sheets.refusals import no_spreadsheet, refusal
from app.rosters.sheets.rows import NumberedRows, RawRow, Sign

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
    """The text, in the first encoding that holds for all of it, else each line in its own: files
    are put together from others. Refused if it is no text."""
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
            return _line_by_line(content) if encoding == "gb18030" else text
    text = _line_by_line(content) if encodings[-1] == "gb18030" else ""
    if not text or _BINARY.search(text) or text.count("\ufffd") * 4 > len(text):
        raise no_spreadsheet()
    return text


def _line_by_line(content: bytes) -> str:
    """Lines of Chinese text in UTF-8 as such, the others as GB18030; what is neither is marked."""
    return "".join(_line(line) for line in content.splitlines(keepends=True))


def _line(line: bytes) -> str:
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("gb18030", "replace")
    if text.isascii() or any("\u4e00" <= character <= "\u9fff" for character in text):
        return text
    return line.decode("gb18030", "replace")  # 联通 in GB18030 is Latin text in UTF-8


def _csv_rows(text: str) -> NumberedRows:
    delimiter, skip = _delimiter(text)
    lines = _Lines(text)
    records = csv.reader(lines, delimiter=delimiter)
    number = width = 0
    while lines.left:
        began = lines.at
        try:
            cells = next(records)
        except csv.Error:
            cells = []  # longer than any cell is: it has swallowed half the file
        taken = lines.all[began : lines.at]
        torn = _is_torn(taken, cells, width, delimiter)
        if torn:
            lines.at = began + 1
            cells = [cell.strip('"') for cell in taken[0].rstrip("\r\n").split(delimiter)]
        number += 1
        width = width or len(cells)
        if number > skip:
            disarmed = [cell[1:] if _DISARMED.match(cell) else cell for cell in cells]
            yield RawRow(number, disarmed, (Sign.TORN,) if torn else ())


class _Lines:
    """The lines of a text for a reader that may have to go back."""

    def __init__(self, text: str) -> None:
        self.all = list(io.StringIO(text, newline=""))
        self.at = 0

    @property
    def left(self) -> bool:
        return self.at < len(self.all)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if not self.left:
            raise StopIteration
        self.at += 1
        return self.all[self.at - 1]


def _is_torn(lines: list[str], cells: list[str], width: int, delimiter: str) -> bool:
    """Whether a quotation mark that is not closed has joined these lines, or runs to the end of the
    file. Cells of several lines are fine as long as their row has as many cells as the head."""
    if len(lines) == 1 and lines[0].count('"') % 2 == 0:
        return False
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    joined = any(delimiter in cell and "\n" in cell for cell in cells)
    return len(lines) > 1 and joined and len(cells) != width


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
