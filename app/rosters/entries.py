"""What each row of a roster says of one person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from app.core import clock
from app.core.i18n import Phrase, marked
from app.rosters import cells, homes, telephones
from app.rosters.above import Above
from app.rosters.cells import Birth
from app.rosters.columns import Field, Layout
from app.rosters.departures import (
    Departure,
    Gone,
    gone_in,
    gone_in_short,
    gone_since,
    split_name,
)
from app.rosters.entry import Entry, agree
from app.rosters.homes import Building
from app.rosters.nobody import is_head_again, is_section, is_signature, is_total
from app.rosters.said import Said
from app.rosters.sheets.rows import LOST_DIGITS, NO_VALUE, Row, Sheet, Sign


def entries_of(sheet: Sheet, layout: Layout) -> Iterator[Entry | None]:
    """The entries of each row below the head, be they people or a heading; None for a row that is
    about nobody: a total, the head again, an empty home."""
    today = clock.today()
    above = Above(sheet, layout)
    for row in sheet.rows:
        if row.number < layout.first:
            continue
        if is_total(row) or is_head_again(row, layout):
            yield None
            continue
        if is_signature(row, layout) or is_section(row):
            texts = list(dict.fromkeys(cell for cell in row.cells if cell))
            above.head(texts[0])
            yield Entry(sheet.name, row.number, row.cells, name=" ".join(texts), is_heading=True)
            continue
        cells_, remarks = above.filled(row)
        said = Said(cells_, layout)
        if not said.is_about_somebody:
            yield None
            continue
        entry = _entry(sheet.name, row._replace(cells=cells_), said, above, today)
        entry.warnings = remarks + entry.warnings
        if entry.name or not said.members:
            yield entry
        yield from _members(entry, row, said)


def _entry(sheet: str, row: Row, said: Said, above: Above, today: date) -> Entry:
    name, gone = split_name(said.one(Field.NAME))
    entry = Entry(sheet, row.number, row.cells, name=cells.name_of(name), gone=gone)
    entry.fault = cells.fault_of_name(entry.name)
    _read_signs(entry, row)
    _read_unreadable(entry, said)
    _read_phones(entry, said)
    _read_person(entry, said.one(Field.GENDER), said.one(Field.BORN), today)
    _read_identity(entry, said.one(Field.IDENTITY))
    party = said.one(Field.PARTY)
    entry.party_member = cells.party_of(party) if party else None
    _read_home(
        entry,
        building=said.one(Field.BUILDING),
        staircase=said.one(Field.STAIRCASE) or ("" if said.one(Field.ADDRESS) else above.staircase),
        room=said.one(Field.ROOM),
        address=said.one(Field.ADDRESS),
        standing=above.building,
    )
    if said.has_homes and not (entry.building or entry.room or entry.address):
        entry.warn(marked("The row names no home."))
    estate = said.one(Field.ESTATE)
    if estate and entry.building:
        entry.building = entry.building._replace(estate=estate)
        entry.estate_is_sure = True
    entry.gone = entry.gone or _gone(said)
    _doubt(entry, row)
    return entry


def _doubt(entry: Entry, row: Row) -> None:
    """Say why the entry can't be taken without being asked about."""
    if entry.gone:
        said = marked("The row says that they no longer live here: “%(text)s”.")
        entry.doubts.append(Phrase(said, text=entry.gone.said))
    if Sign.HIDDEN in row.signs:
        entry.doubts.append(Phrase(marked("The row is hidden in the spreadsheet.")))


def _gone(said: Said) -> Gone | None:
    """What columns of their own and remarks say of a person's being gone."""
    for what, how in ((Field.DIED, Departure.DECEASED), (Field.LEFT, Departure.MOVED_OUT)):
        for text in said.all(what):
            if found := gone_since(text, how):
                return found
    for text in said.all(Field.STATUS):
        if found := gone_in_short(text):
            return found
    elsewhere = (Field.REMARK, Field.RELATION, Field.PHONE, Field.ROOM, Field.ADDRESS, Field.PARTY)
    return next(filter(None, map(gone_in, [*said.all(*elsewhere), *said.unknown])), None)


def _members(entry: Entry, row: Row, said: Said) -> Iterator[Entry]:
    """Those whose names stand in columns of members, in the household of the row's person."""
    known = {entry.name}
    place = 0
    for cell, phone in said.members:
        names = cells.names_in(cell)
        for text in names:
            name, gone = split_name(text)
            name = cells.name_of(name)
            if name in known or cells.is_nobody(name):
                continue
            known.add(name)
            place += 1
            member = replace(
                entry, name=name, place=place, gone=gone, fault=cells.fault_of_name(name), doubts=[],
                phones=[], gender=None, born=None, party_member=None, warnings=[],
            )  # fmt: skip
            _doubt(member, row)
            if phone and len(names) == 1:
                _sort_phones(member, [phone])
            elif phone:
                member.warn(
                    marked("The number %(phone)s was left out: it is not said whose it is."),
                    phone=phone,
                )
            yield member


def _read_signs(entry: Entry, row: Row) -> None:
    if Sign.TORN in row.signs:
        entry.warn(
            marked(
                "A quotation mark in this row is not closed: check where its columns begin and end."
            )
        )


def _read_unreadable(entry: Entry, said: Said) -> None:
    """Cells without a value, or garbled ones, are not read, and that is said."""
    for what, texts in said.fields.items():
        for place, text in enumerate(texts):
            head = said.heads[what][place]
            if text == NO_VALUE or text.startswith(_ERRORS):
                entry.warn(
                    marked("%(column)s could not be read: a formula without a value. Open the file in Excel or WPS "
                           "and save it again."),
                    column=head,
                )  # fmt: skip
                texts[place] = ""
            elif what is not Field.NAME and cells.looks_garbled(text):
                entry.warn(marked("“%(text)s” is garbled and was left out."), text=text)
                texts[place] = ""


# What a formula that has failed says.
_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")


def _read_phones(entry: Entry, said: Said) -> None:
    _sort_phones(entry, said.all(Field.PHONE))
    for place, text in enumerate(said.all(Field.CONTACT)):
        found = telephones.phones_of(text)
        for number in [*found.own, *(number for number, _whose in found.others), *found.leftover]:
            _leave_out(entry, number, said.heads[Field.CONTACT][place])
    if len(entry.phones) > 1:
        left_out = ", ".join(entry.phones[1:])
        entry.warn(marked("Only one telephone number is kept; without %(phone)s."), phone=left_out)


def _sort_phones(entry: Entry, texts: Iterable[str]) -> None:
    for text in texts:
        found = telephones.phones_of(text)
        entry.phones += [number for number in found.own if number not in entry.phones]
        for number, whose in found.others:
            _leave_out(entry, number, whose)
        for piece in found.leftover:
            entry.warn(marked("“%(text)s” is not a telephone number."), text=piece)


def _leave_out(entry: Entry, phone: str, whose: str) -> None:
    entry.warn(
        marked("The number %(phone)s was left out: it is not the resident's own (%(whose)s)."),
        phone=phone, whose=whose,
    )  # fmt: skip


def _read_person(entry: Entry, gender: str, born: str, today: date) -> None:
    entry.gender = cells.gender_of(gender)
    if gender and entry.gender is None:
        entry.warn(marked("“%(text)s” is not a gender."), text=gender)
    entry.born = cells.birth_of(born, today)
    if born and entry.born is None:
        entry.warn(marked("“%(text)s” is not a full date of birth."), text=born)


def _read_identity(entry: Entry, text: str) -> None:
    """What is written beside an identity number outweighs it: numbers are mistyped, and programs
    change them."""
    if not text:
        return
    if LOST_DIGITS in text:
        entry.warn(
            marked(
                "The identity number was kept as a number and has lost its last digits; nothing was taken from it."
            )
        )
        return
    identity = cells.identity_of(text)
    if identity is None:
        entry.warn(marked("The identity number is not valid; nothing was taken from it."))
        return
    if entry.gender not in {None, identity.gender}:
        entry.warn(
            marked(
                "The identity number says otherwise of the gender; what is written beside it was taken."
            )
        )
    else:
        entry.gender = identity.gender
    if entry.born and not agree(entry.born, identity.born_on):
        entry.warn(
            marked(
                "The identity number says otherwise of the date of birth; what is written beside it was taken."
            )
        )
    else:
        entry.born = Birth(identity.born_on, exact=True)


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
    if homes.room_of_date(room):
        entry.warn(
            marked("“%(text)s” was read as the room %(room)s: a spreadsheet program has made a date of it."),
            text=room, room=entry.room,
        )  # fmt: skip
    if homes.room_of_date(building):
        entry.fault = entry.fault or Phrase(
            marked("“%(text)s” is no building: a spreadsheet program has made a date of it."),
            text=building,
        )
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
