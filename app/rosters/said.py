"""What the cells of a row say, by what their columns hold."""

from __future__ import annotations

from collections.abc import Iterator

from app.rosters.columns import Field, Layout, may_say_who_is_gone, of_whom


class Said:
    """What the cells of a row say, by what their columns hold."""

    def __init__(self, row: list[str], layout: Layout) -> None:
        self.fields: dict[Field, list[str]] = {}
        self.heads: dict[Field, list[str]] = {}
        self.unknown: list[str] = []
        self.has_homes = bool({Field.ADDRESS, Field.BUILDING, Field.ROOM} & set(layout.fields))
        self.members: list[tuple[str, str]] = []  # the cell, and the telephone beside it
        for column, cell in enumerate(row):
            what = layout.fields[column]
            if what and cell:
                self.fields.setdefault(what, []).append(cell)
                self.heads.setdefault(what, []).append(layout.heads[column])
            elif cell and may_say_who_is_gone(layout.heads[column]):
                self.unknown.append(cell)
            if what is Field.MEMBER and cell:
                self.members.append(
                    (cell, row[phone] if (phone := _phone_of(column, layout)) else "")
                )

    @property
    def is_about_somebody(self) -> bool:
        told = {Field.NAME, Field.PHONE, Field.IDENTITY, Field.MEMBER}
        return bool(self.fields.keys() & told)

    def one(self, what: Field) -> str:
        return self.fields[what][0] if what in self.fields else ""

    def all(self, *fields: Field) -> Iterator[str]:
        for what in fields:
            yield from self.fields.get(what, ())


def _phone_of(member: int, layout: Layout) -> int | None:
    """The column of the telephone of those in the column `member`: the one whose head names them,
    else the next before another member."""
    phones = [c for c, what in enumerate(layout.fields) if what is Field.MEMBER_PHONE]
    whose = of_whom(layout.heads[member])
    named = [c for c in phones if whose and whose in layout.heads[c]]
    after = [c for c in phones if c == member + 1]
    return next(iter(named or after), None)
