"""A roster as it is read: its sheets, what their columns hold, who is in their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core import files
from app.core.db import db
from app.rosters import stored_files
from app.rosters.columns import Field, Layout, layout_of
from app.rosters.entries import entries_of
from app.rosters.entry import Entry
from app.rosters.models import PersonImport
from app.rosters.sheets.rows import Sheet


@dataclass(frozen=True)
class Roster:
    """A file's name, and its sheets, each with its layout."""

    name: str
    sheets: list[Sheet]
    layouts: list[Layout]

    @property
    def has_names(self) -> bool:
        return any(layout.has_names for layout in self.layouts)

    @property
    def titles(self) -> Iterator[str]:
        """What stands over its people: the names of the file and its sheets, the rows above."""
        yield self.name
        for sheet, layout in zip(self.sheets, self.layouts, strict=True):
            yield sheet.name
            for row in sheet.rows:
                if row.number < layout.first:
                    yield from row.cells


def roster_of(uploaded: PersonImport, *, folder: Path) -> Roster:
    """The uploaded file with its columns as recognised, or as chosen by hand."""
    stored = db.session.get_one(files.StoredFile, uploaded.file_id)
    sheets = stored_files.opened(files.path_of(folder, stored.digest).read_bytes())
    chosen = uploaded.choices.get("layouts", {})
    return Roster(
        stored.name,
        sheets,
        [
            _chosen_layout(sheet, chosen[str(place)]) if str(place) in chosen else layout_of(sheet)
            for place, sheet in enumerate(sheets)
        ],
    )


def read(name: str, content: bytes) -> Roster:
    """A file that is not kept, with its columns as recognised. Refused (field "file") if it can't be
    read."""
    sheets = stored_files.opened(stored_files.kept(name, content))
    return Roster(name, sheets, [layout_of(sheet) for sheet in sheets])


def _chosen_layout(sheet: Sheet, chosen: dict[str, Any]) -> Layout:
    fields = tuple(Field(value) if value else None for value in chosen["fields"])
    above = [row.cells for row in sheet.rows if row.number < chosen["first"]]
    heads = tuple(above[-1]) if above else ("",) * sheet.width
    return Layout(chosen["first"], fields, heads)


def entries_in(roster: Roster) -> Iterator[Entry | None]:
    """`entries_of` all sheets that have names."""
    for sheet, layout in zip(roster.sheets, roster.layouts, strict=True):
        if layout.has_names:
            yield from entries_of(sheet, layout)
