"""One person as a row of a roster says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from app.core.i18n import Phrase, marked
from app.people.interface import LONGEST_ROOM
from app.people.models import Gender
from app.rosters.cells import Birth
from app.rosters.departures import Gone
from app.rosters.homes import Building


@dataclass(slots=True)
class Entry:
    """One person as a row says. None and "" mean that it does not say.

    `fault` is why the row can't be taken at all, `doubts` why not without being asked about,
    `warnings` say what was left out of it. `place` tells several people of one row apart.
    """

    sheet: str
    number: int
    cells: list[str]
    name: str = ""
    place: int = 0
    fault: Phrase | None = None
    doubts: list[Phrase] = field(default_factory=list)
    gone: Gone | None = None
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
        """What tells the entry from all others of the file."""
        return f"{self.number}{f'.{self.place}' if self.place else ''} {self.sheet}"

    @property
    def phone(self) -> str | None:
        return self.phones[0] if self.phones else None

    def warn(self, msgid: str, **params: str) -> None:
        self.warnings.append(Phrase(msgid, **params))


def agree(born: Birth, day: date) -> bool:
    """Whether a date is the same, as far as it is known."""
    return born.day == (day if born.exact else day.replace(day=1))


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
