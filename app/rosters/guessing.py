"""What a roster does not say in so many words, to be confirmed by hand: what columns without a
head that we know hold, and which estate a list is of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from app.core import clock
from app.rosters import cells, homes, telephones
from app.rosters.columns import Field, Layout
from app.rosters.sheets.rows import Sheet

_LOOKED_AT = 100  # rows
_SHARE = 2  # of the cells that say something, at least one in so many has to fit
_NO_LARGER_PLACE = "(?!社区|街道|街|路|镇|乡|区|县|市)"
_CHINESE_NAME = range(2, 5)  # characters


def completed(sheet: Sheet, layout: Layout) -> Layout:
    """The layout with the columns it does not know guessed from what is in them."""
    fields = list(layout.fields)
    for place, field in enumerate(fields):
        if field is None:
            guess = _guess(sheet, layout, place)
            fields[place] = guess if guess not in fields or guess is Field.PHONE else None
    return Layout(layout.first, tuple(fields), layout.heads)


def estate_in(texts: Iterable[str], estates: dict[int, str]) -> int | None:
    """The only one of the estates that the texts name: a list of one estate says so in its title
    rather than in each row. 桂花苑二期 does not name 桂花苑 as well, nor 桂花社区 the estate 桂花."""
    said, named = "\n".join(texts), set()
    bare = {id_: name.removesuffix("小区") for id_, name in estates.items()}
    for name in sorted(set(bare.values()) - {""}, key=len, reverse=True):
        said, found = re.subn(re.escape(name) + _NO_LARGER_PLACE, "\n", said)
        if found:
            named.add(name)
    meant = [id_ for id_, name in bare.items() if name in named]
    return meant[0] if len(meant) == 1 else None


def _guess(sheet: Sheet, layout: Layout, place: int) -> Field | None:
    rows = [row for row in sheet.rows if row.number >= layout.first][:_LOOKED_AT]
    said = [row.cells[place] for row in rows if row.cells[place]]
    for field, fits in _SIGNS.items():
        if said and sum(map(fits, said)) * _SHARE >= len(said):
            return field
    return None


def _is_name(text: str) -> bool:
    name = cells.name_of(text)
    return len(name) in _CHINESE_NAME and not name.isascii() and cells.fault_of_name(name) is None


_SIGNS: dict[Field, Callable[[str], bool]] = {
    Field.IDENTITY: lambda text: cells.identity_of(text) is not None,
    Field.PHONE: lambda text: bool(telephones.phones_of(text)[0]),
    Field.GENDER: lambda text: text in {"男", "女"},
    Field.PARTY: lambda text: text in {"群众", "党员", "中共党员", "共青团员"},
    Field.ADDRESS: lambda text: bool((home := homes.home_of(text)) and home.room),
    Field.BUILDING: homes.names_building,
    Field.BORN: lambda text: cells.birth_of(text, clock.today()) is not None,
    Field.NAME: _is_name,
}
