"""Who lives behind which door."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from app.core import clock
from app.core.db import db, rows
from app.core.i18n import Phrase, marked
from app.core.slots import fills
from app.people.models import Household, Person
from app.people.queries.residents import present
from app.places.interface import inside
from app.places.models import Place


class Home(NamedTuple):
    """Where a person lives."""

    building_id: int
    estate: str | None
    building: str
    room: str


class Housemate(NamedTuple):
    """Who lives in the same household."""

    id: int
    name: str
    born_on: date | None


class Room(NamedTuple):
    """A household, by its room."""

    id: int
    room: str


class Member(NamedTuple):
    """Who lives in a household."""

    household_id: int
    id: int
    name: str
    phone: str | None
    party_member: bool


def home_of(person: Person) -> Home | None:
    """A person's home, or None if they only work here."""
    building, estate = aliased(Place), aliased(Place)
    found = rows(
        select(
            building.id.label("building_id"),
            estate.name.label("estate"),
            building.name.label("building"),
            Household.room,
        )
        .select_from(Household)
        .join(building, building.id == Household.building_id)
        .outerjoin(estate, estate.id == building.parent_id)
        .where(Household.id == person.household_id),
        Home,
    )
    return found[0] if found else None


def housemates_of(person: Person) -> Sequence[Housemate]:
    """Those who live in the same household now."""
    if person.household_id is None:
        return []
    return rows(
        select(Person.id, Person.name, Person.born_on)
        .where(
            Person.household_id == person.household_id,
            Person.id != person.id,
            present(clock.today()),
        )
        .order_by(Person.born_on, Person.id),
        Housemate,
    )


def rooms_of(building_id: int) -> Select[Any]:
    """Rows (Room) of the households in a building, 101 before 1001."""
    return (
        select(Household.id, Household.room)
        .where(Household.building_id == building_id)
        .order_by(func.length(Household.room), Household.room)
    )


def residents_per_building(building_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """{building id: (households, residents)} of those in which people live."""
    rows = db.session.execute(
        select(
            Household.building_id,
            func.count(Household.id.distinct()).label("households"),
            func.count(Person.id).label("residents"),
        )
        .join(Person, Person.household_id == Household.id)
        .where(Household.building_id.in_(list(building_ids)), present(clock.today()))
        .group_by(Household.building_id)
    )
    return {row.building_id: (row.households, row.residents) for row in rows}


def people_in(household_ids: Iterable[int]) -> dict[int, list[Member]]:
    """Those who live there now, by the id of their household."""
    found: dict[int, list[Member]] = {}
    got = rows(
        select(Person.household_id, Person.id, Person.name, Person.phone, Person.party_member)
        .where(Person.household_id.in_(list(household_ids)), present(clock.today()))
        .order_by(Person.household_id, Person.born_on, Person.id),
        Member,
    )
    for row in got:
        found.setdefault(row.household_id, []).append(row)
    return found


@fills("places.in_use")
def resident_left(place: Place) -> Phrase | None:
    """Why the place can't be retired: residents are still entered in it."""
    homes = select(Household.id).join(Place, Place.id == Household.building_id)
    residents = select(Person.id).where(
        Person.moved_out_on.is_(None),
        (Person.community_id == place.id)
        | Person.household_id.in_(homes.where(inside(place.path))),
    )
    if db.session.scalar(residents.limit(1)) is None:
        return None
    return Phrase(marked("People are still entered here. Move them first."))


def lives_in(place: Place) -> tuple[int, int]:
    """(residents, households) of a community or a part of it."""
    people = (
        select(func.count(Person.id), func.count(Person.household_id.distinct()))
        .join(Household, Household.id == Person.household_id)
        .join(Place, Place.id == Household.building_id)
        .where(inside(place.path), Person.moved_out_on.is_(None))
    )
    residents, households = db.session.execute(people).one()
    return residents, households
