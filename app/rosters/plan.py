"""What taking a roster over would do to each of its rows, given who is there already.

Nothing is read from or written to the database here, so that the preview and the taking over
come to the same conclusions: the one shows the plan, the other makes it again and carries it out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum, auto
from typing import Any, NamedTuple

from app.core import clock
from app.core.i18n import Phrase
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.people.interface import EARLIEST_BIRTH
from app.people.models import Gender
from app.rosters import homes
from app.rosters.cells import Birth
from app.rosters.columns import Field
from app.rosters.entry import Entry


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = auto()
    CHANGED = auto()
    SAME = auto()
    ASKED = auto()
    DUPLICATE = auto()
    REFUSED = auto()
    HEADING = auto()


FATE_LABELS = labelled({
    Fate.NEW: _l("To be entered"),
    Fate.CHANGED: _l("To be corrected"),
    Fate.SAME: _l("Nothing to change"),
    Fate.ASKED: _l("Yours to decide"),
    Fate.DUPLICATE: _l("Twice in the file"),
    Fate.REFUSED: _l("Not taken over"),
    Fate.HEADING: _l("Heading, nobody"),
})  # fmt: skip


class TakenAs(StrEnum):
    """What a row is taken for of which it has to be decided by hand, see `Entry.doubts`."""

    RESIDENT = auto()
    MOVED_OUT = auto()
    DECEASED = auto()


TAKEN_AS_LABELS = labelled({
    TakenAs.RESIDENT: _l("As a resident"),
    TakenAs.MOVED_OUT: _l("As moved out"),
    TakenAs.DECEASED: _l("As deceased"),
})  # fmt: skip


class Resident(NamedTuple):
    """A person who is there already."""

    id: int
    name: str
    phone: str | None
    gender: Gender | None
    born_on: date | None
    party_member: bool
    moved_out_on: date | None
    household_id: int | None
    building_id: int | None
    room: str | None

    @property
    def home(self) -> HomeKey | None:
        if self.building_id is None or self.room is None:
            return None
        return self.building_id, homes.room_of(self.room)


class Standing(NamedTuple):
    """A building of the community, `around` the names of the places it lies in there."""

    id: int
    name: str
    parent_id: int
    around: str
    retired: bool


class NewBuilding(NamedTuple):
    """A building to be made under the place `parent_id`."""

    parent_id: int
    key: str
    name: str


Ref = int | NewBuilding
HomeKey = tuple[Ref, str]


@dataclass(frozen=True)
class There:
    """A community as it is. `estates` maps the places that buildings can lie in to their names;
    `create_in` is the one in which missing buildings are to be made, None if they are not;
    `estate` the one that rows mean which name none, None if they have to name it."""

    residents: list[Resident]
    buildings: list[Standing]
    estates: dict[int, str]
    create_in: int | None = None
    estate: int | None = None


class Change(NamedTuple):
    """One thing that becomes another. Homes are given as text."""

    what: Field
    before: Any
    after: Any


@dataclass(slots=True)
class Verdict:
    """An entry and its fate. `resident` is who it is about, if they are there already; `home`
    where they live, `where` the same in words. `by_hand`: it was decided by hand, to
    leave it out or to take it for `taken_as`."""

    entry: Entry
    fate: Fate = Fate.NEW
    reason: Phrase | None = None
    changes: list[Change] = field(default_factory=list)
    resident: Resident | None = None
    home: HomeKey | None = None
    where: str = ""
    by_hand: bool = False
    taken_as: TakenAs = TakenAs.RESIDENT

    @property
    def is_a_choice(self) -> bool:
        """Whether it can be decided by hand, or has been."""
        return self.by_hand or self.fate in {Fate.NEW, Fate.CHANGED, Fate.ASKED}

    @property
    def leaves(self) -> bool:
        """Whether a resident who is registered moves out or has died by this."""
        return self.fate is Fate.CHANGED and self.taken_as is not TakenAs.RESIDENT

    @property
    def is_left_out(self) -> bool:
        """Whether a person who may live here is not taken over."""
        return self.fate in {Fate.ASKED, Fate.DUPLICATE, Fate.REFUSED}

    @property
    def gone_on(self) -> date:
        """The day on which they moved out or died as far as the row says, else today."""
        today, gone = clock.today(), self.entry.gone
        day = gone.on if gone and gone.on else today
        born = self.entry.born or (self.resident and self.resident.born_on)
        earliest = born.day if isinstance(born, Birth) else born or EARLIEST_BIRTH
        return day if earliest <= day <= today else today

    def refuse(self, msgid: str, **params: Any) -> None:
        self.fate, self.reason = Fate.REFUSED, Phrase(msgid, **params)


@dataclass
class Plan:
    """All verdicts, in the order of the file, and what has to be made for them."""

    verdicts: list[Verdict] = field(default_factory=list)
    missing: Counter[str] = field(default_factory=Counter)  # names of buildings → rows
    missing_estates: Counter[str] = field(default_factory=Counter)  # as the rows say → rows
    new_buildings: dict[NewBuilding, int] = field(default_factory=dict)  # → rows
    passed_over: int = 0

    @property
    def counts(self) -> Counter[Fate]:
        return Counter(verdict.fate for verdict in self.verdicts)

    @property
    def left_out(self) -> int:
        return sum(verdict.is_left_out for verdict in self.verdicts)

    @property
    def warned(self) -> int:
        return sum(bool(verdict.entry.warnings) for verdict in self.verdicts)

    @property
    def months_only(self) -> int:
        """How many would be entered as born on the first of their month, for want of a day."""
        taken = (v.entry.born for v in self.verdicts if v.fate in {Fate.NEW, Fate.CHANGED})
        return sum(born is not None and not born.exact for born in taken)

    @property
    def digest(self) -> str:
        """Equal for plans that do the same, so that what was looked at is what is done."""
        whole = hashlib.sha256()
        for verdict in self.verdicts:
            entry = verdict.entry
            done = (
                entry.sheet, entry.number, entry.name, entry.phones, entry.gender, entry.born,
                entry.party_member, entry.room, verdict.fate,
                verdict.resident and verdict.resident.id, verdict.changes, verdict.home,
                verdict.taken_as,
            )  # fmt: skip
            whole.update(repr(done).encode("utf-8", "replace"))
        return whole.hexdigest()[:32]
