"""What each row of a roster says of one person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from app.core import clock
from app.core.i18n import Phrase, marked
from app.people.interface import LONGEST_ROOM
from app.people.models import Gender
from app.rosters import cells, homes
from app.rosters.cells import Birth
from app.rosters.columns import Field, Layout, is_head_again, is_section, is_total
from app.rosters.homes import Building, Home
from app.rosters.sheets.rows import Row, Sheet

# Words for the one whose household it is; any other relation makes a person a member of it.
_HEADS = re.compile("户主|房主|业主|本人|承租人|租户|是")


@dataclass(slots=True)
class Entry:
    """One person as a row says. None and "" mean that it does not say.

    `fault` is why the row can't be taken at all, `warnings` say what was left out of it.
    """

    sheet: str
    number: int
    cells: list[str]
    name: str = ""
    fault: Phrase | None = None
    phones: list[str] = field(default_factory=list)
    gender: Gender | None = None
    born: Birth | None = None
    party_member: bool | None = None
    building: Building | None = None
    room: str = ""
    estate_is_sure: bool = False
    address: str = ""
    warnings: list[Phrase] = field(default_factory=list)
    is_heading: bool = False

    @property
    def key(self) -> str:
        """What tells the row from all others of the file."""
        return f"{self.number} {self.sheet}"

    @property
    def phone(self) -> str | None:
        return self.phones[0] if self.phones else None

    def warn(self, msgid: str, **params: str) -> None:
        self.warnings.append(Phrase(msgid, **params))


def entries_of(sheet: Sheet, layout: Layout) -> Iterator[Entry | None]:
    """The entry of each row below the head, be it a person or a heading; None for a row that is
    about nobody: a total, the head again, an empty home."""
    today = clock.today()
    standing = _building_of_sheet(sheet, layout)
    previous: Entry | None = None
    for row in sheet.rows:
        if row.number < layout.first:
            continue
        said = _said(row, layout)
        about_somebody = said.keys() & {Field.NAME, Field.PHONE, Field.IDENTITY}
        if is_total(row) or is_head_again(row, layout):
            yield None
            continue
        if is_section(row):
            text = next(cell for cell in row.cells if cell)
            yield Entry(sheet.name, row.number, row.cells, name=text, is_heading=True)
            continue
        if not about_somebody:
            yield None
            continue
        entry = _entry(sheet.name, row, said, standing, today)
        _join_household(entry, previous, said.get(Field.RELATION, [""])[0])
        previous = entry
        yield entry


def _said(row: Row, layout: Layout) -> dict[Field, list[str]]:
    said: dict[Field, list[str]] = {}
    for what, cell in zip(layout.fields, row.cells, strict=False):
        if what and cell:
            said.setdefault(what, []).append(cell)
    return said


def _entry(
    sheet: str, row: Row, said: dict[Field, list[str]], standing: Building | None, today: date
) -> Entry:
    def one(what: Field) -> str:
        return said[what][0] if what in said else ""

    entry = Entry(sheet, row.number, row.cells, name=cells.name_of(one(Field.NAME)))
    entry.fault = cells.fault_of_name(entry.name)
    _read_phones(entry, said.get(Field.PHONE, []))
    _read_person(entry, one(Field.GENDER), one(Field.BORN), today)
    _read_identity(entry, one(Field.IDENTITY))
    party = one(Field.PARTY)
    entry.party_member = cells.party_of(party) if party else None
    _read_home(
        entry,
        building=one(Field.BUILDING),
        staircase=one(Field.STAIRCASE),
        room=one(Field.ROOM),
        address=one(Field.ADDRESS),
        standing=standing,
    )
    estate = one(Field.ESTATE)
    if estate and entry.building:
        entry.building = entry.building._replace(estate=estate)
        entry.estate_is_sure = True
    return entry


def _read_phones(entry: Entry, texts: Iterable[str]) -> None:
    for text in texts:
        numbers, leftover = cells.phones_of(text)
        entry.phones += [number for number in numbers if number not in entry.phones]
        for piece in leftover:
            entry.warn(marked("“%(text)s” is not a telephone number."), text=piece)
    if len(entry.phones) > 1:
        left_out = ", ".join(entry.phones[1:])
        entry.warn(marked("Only one telephone number is kept; without %(phone)s."), phone=left_out)


def _read_person(entry: Entry, gender: str, born: str, today: date) -> None:
    entry.gender = cells.gender_of(gender)
    if gender and entry.gender is None:
        entry.warn(marked("“%(text)s” is not a gender."), text=gender)
    entry.born = cells.birth_of(born, today)
    if born and entry.born is None:
        entry.warn(marked("“%(text)s” is not a full date of birth."), text=born)


def _read_identity(entry: Entry, text: str) -> None:
    """The identity number outweighs what other columns say."""
    if not text:
        return
    identity = cells.identity_of(text)
    if identity is None:
        entry.warn(marked("The identity number is not valid; nothing was taken from it."))
        return
    if entry.gender not in {None, identity.gender}:
        entry.warn(marked("The gender is taken from the identity number, which says otherwise."))
    born = entry.born
    if born and not agree(born, identity.born_on):
        entry.warn(
            marked("The date of birth is taken from the identity number, which says otherwise.")
        )
    entry.gender = identity.gender
    entry.born = Birth(identity.born_on, exact=True)


def agree(born: Birth, day: date) -> bool:
    """Whether a date is the same, as far as it is known."""
    return born.day == (day if born.exact else day.replace(day=1))


def _read_home(
    entry: Entry,
    *,
    building: str,
    staircase: str,
    room: str,
    address: str,
    standing: Building | None,
) -> None:
    entry.room = homes.room_of(room, staircase)
    if building:
        whole = homes.home_of(building) if not room else None
        entry.building = homes.building_of(building)
        if whole and whole.room and not staircase:
            entry.building, entry.room = whole  # the column holds the room as well
    elif address and (found := homes.home_of(address)):
        entry.building, entry.room = found.building, found.room or entry.room
    elif (found := homes.home_of(room)) and found.room and not (standing or staircase):
        entry.building, entry.room = found
    else:
        entry.building, entry.address = standing, address


def _building_of_sheet(sheet: Sheet, layout: Layout) -> Building | None:
    """The building a sheet is about, if it is named after one and has no column for it."""
    if {Field.BUILDING, Field.ADDRESS} & set(layout.fields):
        return None
    home: Home | None = homes.home_of(sheet.name)
    return home.building if home and not home.room else None


def _join_household(entry: Entry, previous: Entry | None, relation: str) -> None:
    """Members of a household often leave its columns empty below the head's row."""
    if entry.room or not relation or previous is None or _HEADS.fullmatch(relation):
        return
    if entry.building is None or entry.building == previous.building:
        entry.building, entry.room = previous.building, previous.room
        entry.estate_is_sure, entry.address = previous.estate_is_sure, previous.address


def check_room(entry: Entry) -> None:
    """Warn about half an address, which is left out; a fault if the room is no room."""
    if len(entry.room) > LONGEST_ROOM:
        entry.fault = entry.fault or Phrase(
            marked("The room is longer than %(most)s characters."), most=LONGEST_ROOM
        )
    elif entry.room and not entry.building:
        entry.warn(marked("The room %(room)s was left out: no building is named."), room=entry.room)
    elif entry.building and not entry.room:
        entry.warn(
            marked("The building %(building)s was left out: no room is named."),
            building=entry.building.name,
        )
    elif entry.address and not entry.building:
        entry.warn(marked("No building was found in “%(text)s”."), text=entry.address)
