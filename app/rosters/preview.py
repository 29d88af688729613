"""How a roster and its plan are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.core.i18n import gettext as _
from app.core.labels import label
from app.core.masking import masked_phone
from app.core.paging import Page
from app.rosters.columns import NOT_KEPT, Field, Layout
from app.rosters.plan import FATE_LABELS, Fate, Plan, Verdict
from app.rosters.roster import Roster
from app.rosters.sheets.rows import Row, Sheet

PER_PAGE = 50
WARNED = "warned"
LEFT_OUT = "left_out"
CHOICES = ("all", *Fate, LEFT_OUT, WARNED)

# In Chinese in every language: the file goes round in the community.
TEMPLATE_HEAD = (
    "姓名", "性别", "出生日期", "联系电话", "小区", "楼栋", "单元", "房号", "政治面貌", "备注",
)  # fmt: skip
TEMPLATE_ROWS: tuple[Sequence[Any], ...] = ()

_SAMPLES = 3
_OPENING_ROWS = 8


@dataclass(frozen=True)
class RowsPage(Page):
    """A page of rows that are all at hand: every one of them can be reached."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def more(self) -> bool:
        return False


def chosen(plan: Plan, shown: str) -> list[Verdict]:
    """The verdicts of one fate, or those left out, or those with warnings, or all."""
    if shown == LEFT_OUT:
        return [verdict for verdict in plan.verdicts if verdict.is_left_out]
    if shown == WARNED:
        return [verdict for verdict in plan.verdicts if verdict.entry.warnings]
    return [verdict for verdict in plan.verdicts if shown in {"all", verdict.fate}]


def choices_of(plan: Plan) -> list[tuple[str, str]]:
    """(value, text) for choosing which rows are shown."""
    counts = plan.counts
    fates = [
        (fate.value, _("%(fate)s (%(count)s)", fate=FATE_LABELS[fate], count=f"{counts[fate]:,}"))
        for fate in Fate
    ]
    return [
        ("all", _("All rows (%(count)s)", count=f"{len(plan.verdicts):,}")),
        *fates,
        (LEFT_OUT, _("All that are left out (%(count)s)", count=f"{plan.left_out:,}")),
        (WARNED, _("With remarks (%(count)s)", count=f"{plan.warned:,}")),
    ]


def in_words(what: Field, value: Any, *, masked: bool) -> str:
    """One side of a change; a telephone number that is in the register `masked`."""
    if what in {Field.LEFT, Field.DIED} and value is None:
        return _("lives here")
    if value is None or value == "":
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if what is Field.GENDER:
        return label(value)
    return masked_phone(value) if masked and what is Field.PHONE else str(value)


def page_of(verdicts: list[Verdict], number: int) -> RowsPage:
    empty = RowsPage((), 1, PER_PAGE, len(verdicts))
    number = min(number, empty.pages)
    rows = verdicts[(number - 1) * PER_PAGE : number * PER_PAGE]
    return RowsPage(rows, number, PER_PAGE, len(verdicts))


def columns(sheet: Sheet, layout: Layout) -> list[tuple[str, list[str]]]:
    """For each column its letter and the first few different things that people have in it."""
    rows = [row for row in sheet.rows if row.number >= layout.first][:200]
    found = []
    for place in range(sheet.width):
        samples: list[str] = []
        for row in rows:
            cell = row.cells[place]
            if cell and cell not in samples:
                samples.append(cell)
            if len(samples) == _SAMPLES:
                break
        found.append((letter(place), samples))
    return found


def opening(sheet: Sheet, layout: Layout) -> list[tuple[int, list[tuple[str, int]]]]:
    """The first rows, to see where the people begin: of each its number and its cells, each with
    how many columns it is wide. Among people nothing is merged: 2栋 and 2 may be neighbours."""
    return [
        (row.number, _merged(row) if row.number < layout.first else [(c, 1) for c in row.cells])
        for row in sheet.rows[:_OPENING_ROWS]
    ]


def _merged(row: Row) -> list[tuple[str, int]]:
    """What a merged cell says stands in all its columns (`app.rosters.sheets`): here it is one again."""
    runs = (list(run) for _key, run in groupby(enumerate(row.cells), lambda c: c[1] or c))
    return [(run[0][1], len(run)) for run in runs]


def letter(place: int) -> str:
    """What the spreadsheet program calls the column: A to Z, then AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def reading_of(layout: Layout) -> Iterator[tuple[str, Field | None, bool]]:
    """(head, what it holds, whether that is kept) of each column that has a head."""
    for head, field in zip(layout.heads, layout.fields, strict=True):
        if head or field:
            yield head, field, field is not None and field not in NOT_KEPT


def left_out(roster: Roster, plan: Plan) -> list[tuple[str, list[str], list[list[Any]]]]:
    """(name, head, rows) of a sheet for each that has rows which are not taken over: their own
    columns, so that they can be corrected and uploaded as they are, and behind these where they
    stood and why they are left out. The headings above them come along: they may name a building."""
    found = []
    for sheet, layout in zip(roster.sheets, roster.layouts, strict=True):
        rows: list[list[Any]] = []
        headings: list[list[Any]] = []
        last = 0
        for verdict in (v for v in plan.verdicts if v.entry.sheet == sheet.name):
            entry = verdict.entry
            if verdict.fate is Fate.HEADING:
                headings.append([*entry.cells, "", ""])
            elif verdict.is_left_out and entry.number != last:
                rows += [*headings, [*entry.cells, entry.number, str(verdict.reason)]]
                headings, last = [], entry.number
        if rows:
            heads = [head or letter(place) for place, head in enumerate(layout.heads)]
            found.append((sheet.name, [*heads, *_WHERE_AND_WHY], rows))
    return found


# In Chinese in every language, as the file's other heads are.
_WHERE_AND_WHY = ("原表行号", "未录入原因")
