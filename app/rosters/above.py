"""What a row says by way of the rows above it: ditto marks, cells merged once and flattened, and
headings that name a building."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from app.core.i18n import Phrase, marked
from app.rosters import homes
from app.rosters.columns import Field, Layout
from app.rosters.homes import Building
from app.rosters.sheets.rows import Row, Sheet

_DITTO = re.compile("[〃″〞〟\"“”'’]{1,2}|同上|同|ditto|-?〃-?", re.IGNORECASE)
# Words for the one whose household it is; any other relation makes a person a member of it.
_HEADS = re.compile("户主|房主|业主|本人|承租人|租户|是")
_STAIRCASE = re.compile("([0-9一二三四五六七八九十A-Za-z]{1,2})单元")
_ONE_IN = 4  # rows at least has no home of its own where homes were merged
# What of a home a merged cell covers, the larger first.
_HOME = (Field.ADDRESS, Field.ESTATE, Field.BUILDING, Field.STAIRCASE, Field.ROOM)


@dataclass
class Above:
    """What stands above the row that is read."""

    sheet: Sheet
    layout: Layout
    cells: list[str] = field(default_factory=list)
    building: Building | None = None
    staircase: str = ""

    def __post_init__(self) -> None:
        self.flattened = _is_flattened(self.sheet, self.layout)
        if not {Field.BUILDING, Field.ADDRESS} & set(self.layout.fields):
            self.building = _building_over(self.sheet, self.layout)

    def filled(self, row: Row) -> tuple[list[str], list[Phrase]]:
        """The row's cells with what it takes from the row above, and remarks on that."""
        cells, remarks = list(row.cells), []
        copied = []
        for column, cell in enumerate(cells):
            what = self.layout.fields[column]
            if self.cells and what not in {None, Field.NAME} and _DITTO.fullmatch(cell):
                cells[column] = self.cells[column]
                copied += [cells[column]] if cells[column] else []
        if copied:
            remarks.append(
                Phrase(marked("Read as in the row above: %(text)s."), text=" ".join(copied))
            )
        is_member = self._is_member(cells)
        if self.cells and (self.flattened or is_member):
            taken = self._home(cells, is_member=is_member)
            if taken and not is_member:
                remarks.append(
                    Phrase(
                        marked("The home is that of the row above: %(home)s."),
                        home=" ".join(taken),
                    )
                )
        self.cells = cells
        return cells, remarks

    def _is_member(self, cells: list[str]) -> bool:
        """Members of a household often leave its columns empty below the head's row."""
        if Field.RELATION not in self.layout.fields:
            return False
        relation = cells[self.layout.fields.index(Field.RELATION)]
        return bool(relation) and not _HEADS.fullmatch(relation)

    def _home(self, cells: list[str], *, is_member: bool) -> list[str]:
        """Fill what is empty of the home, from its larger parts on; gives what was filled in."""
        taken: list[str] = []
        for what in _HOME:
            for column in (c for c, held in enumerate(self.layout.fields) if held is what):
                own, above = cells[column], self.cells[column]
                if own and not (is_member and own == above):
                    return taken  # what is smaller than this is the row's own
                cells[column] = above
                taken += [above] if above and not own else []
        return taken

    def head(self, text: str) -> None:
        """A heading between people: those below live in the building it names."""
        self.cells = []
        found = _STAIRCASE.search(text)
        building = homes.building_named_in(text)
        if building:
            self.building, self.staircase = building, ""
        if found:
            self.staircase = found[1]


def _is_flattened(sheet: Sheet, layout: Layout) -> bool:
    """Whether homes stand only in the first row of each, as when a program flattens merged cells:
    many rows have none, the first has, no two neighbours write out the same, nothing is a ditto."""
    if Field.NAME not in layout.fields or Field.RELATION in layout.fields:
        return False
    name = layout.fields.index(Field.NAME)
    columns = [c for c, what in enumerate(layout.fields) if what in _HOME]
    people = [row for row in sheet.rows if row.number >= layout.first and row.cells[name]]
    homes_written = [[row.cells[column] for column in columns] for row in people]
    empty = sum(not home[0] for home in homes_written if home)
    if (
        not empty
        or not (homes_written[0][0] and homes_written[0][-1])
        or empty * _ONE_IN < len(people)
    ):
        return False
    repeated = any(any(home) and home == before for before, home in pairwise(homes_written))
    return not repeated and not any(_DITTO.fullmatch(c) for row in people for c in row.cells if c)


def _building_over(sheet: Sheet, layout: Layout) -> Building | None:
    """The building the whole sheet is about: its name says so, or the title above its people."""
    home = homes.home_of(sheet.name)
    if home and not home.room:
        return home.building
    titles = {
        cell for row in sheet.rows if row.number < layout.first - 1 for cell in row.cells if cell
    }
    named = {building for title in titles if (building := homes.building_named_in(title))}
    return named.pop() if len(named) == 1 else None
