"""Who lives behind which door."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import aliased

from app.core import clock
from app.core.db import db
from app.people.models import Activation, Household, Person, User
from app.people.queries.residents import adult, present
from app.places.models import Place

MOST_SLIPS = 300  # printed at once, two to a sheet


def home_of(person: Person) -> Any | None:
    """(building_id, estate, building, room) of somebody's home, or None if they only work here."""
    building, estate = aliased(Place), aliased(Place)
    return db.session.execute(
        select(
            building.id.label("building_id"),
            estate.name.label("estate"),
            building.name.label("building"),
            Household.room,
        )
        .select_from(Household)
        .join(building, building.id == Household.building_id)
        .outerjoin(estate, estate.id == building.parent_id)
        .where(Household.id == person.household_id)
    ).one_or_none()


def housemates_of(person: Person) -> Sequence[Any]:
    """(id, name, born_on) of those who live in the same household now."""
    if person.household_id is None:
        return []
    return db.session.execute(
        select(Person.id, Person.name, Person.born_on)
        .where(
            Person.household_id == person.household_id,
            Person.id != person.id,
            present(clock.today()),
        )
        .order_by(Person.born_on, Person.id)
    ).all()


def rooms_of(building_id: int) -> Select[Any]:
    """(id, room) of the households in a building, 101 before 1001."""
    return (
        select(Household.id, Household.room)
        .where(Household.building_id == building_id)
        .order_by(func.length(Household.room), Household.room)
    )


def residents_per_building(building_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """{building id: (households, residents)} of those in which somebody lives."""
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


def people_in(household_ids: Iterable[int]) -> dict[int, list[Any]]:
    """{household id: [(id, name, phone, party_member), …]} of those who live there now."""
    found: dict[int, list[Any]] = {}
    rows = db.session.execute(
        select(Person.household_id, Person.id, Person.name, Person.phone, Person.party_member)
        .where(Person.household_id.in_(list(household_ids)), present(clock.today()))
        .order_by(Person.household_id, Person.born_on, Person.id)
    )
    for row in rows:
        found.setdefault(row.household_id, []).append(row)
    return found


def adults_without_account(building_id: int, *, again: bool) -> Sequence[Person]:
    """Adults who live in a building and have no account, room by room, at most `MOST_SLIPS`.

    Those who hold a valid slip are among them only `again`. Whose date of birth is unknown counts
    as adult here too. Children don't get a slip: under 14 their guardians have to agree first
    (Personal Information Protection Law, art. 31).
    """
    found = _without_account(select(Person), building_id)
    return db.session.scalars(
        (found if again else found.where(~_holds_slip()))
        .order_by(func.length(Household.room), Household.room, Person.born_on, Person.id)
        .limit(MOST_SLIPS)
    ).all()


def slips_wanted(building_id: int) -> tuple[int, int]:
    """How many slips a building's adults still need and are printed next; how many hold one."""
    holding = case((_holds_slip(), 1), else_=0)
    found = select(func.count(Person.id), func.coalesce(func.sum(holding), 0))
    everybody, holders = db.session.execute(_without_account(found, building_id)).one()
    return min(everybody - holders, MOST_SLIPS), holders


def _without_account(statement: Select[Any], building_id: int) -> Select[Any]:
    return statement.join(Household, Household.id == Person.household_id).where(
        Household.building_id == building_id,
        present(clock.today()),
        adult(clock.today()),
        ~select(User.id).where(User.person_id == Person.id).exists(),
    )


def _holds_slip() -> ColumnElement[bool]:
    return (
        select(Activation.id)
        .where(
            Activation.person_id == Person.id,
            Activation.used_at.is_(None),
            Activation.expires_at > clock.now(),
        )
        .exists()
    )
