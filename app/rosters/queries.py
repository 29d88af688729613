"""Who and what is there already, and the imports in reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from app.accounts.models import User
from app.core.access import Actor, Capability
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.files import StoredFile
from app.people.models import Household, Person
from app.places.interface import inside, reached_places
from app.places.models import Level, Place
from app.rosters import homes
from app.rosters.models import PersonImport
from app.rosters.plan import Resident, Standing, There

_PARENTS = (Level.COMMUNITY, Level.GRID, Level.ESTATE)


class ListedImport(NamedTuple):
    """An import in a list, with the name of its file; `by` uploaded it."""

    id: int
    file: str
    community: str
    by: str
    uploaded_at: datetime
    applied_at: datetime | None
    added: int
    changed: int


def whole_communities(actor: Actor, capability: Capability) -> Select[tuple[int, str]]:
    """(id, name) of the communities that lie in the actor's reach as a whole."""
    return (
        select(Place.id, Place.name)
        .where(
            Place.level == Level.COMMUNITY,
            Place.retired_on.is_(None),
            Place.id.in_(reached_places(actor, capability)),
        )
        .order_by(Place.path)
    )


def import_in_reach(actor: Actor, capability: Capability, import_id: int) -> PersonImport:
    """The import, if its community is in reach as a whole; else NotFoundError."""
    found = db.session.scalar(
        select(PersonImport).where(
            PersonImport.id == import_id,
            PersonImport.community_id.in_(reached_places(actor, capability)),
        )
    )
    if found is None:
        raise NotFoundError
    return found


def imports_of(actor: Actor, capability: Capability) -> Select[Any]:
    """Rows (ListedImport) of the imports in reach, newest first."""
    return (
        select(
            PersonImport.id,
            StoredFile.name.label("file"),
            Place.name.label("community"),
            User.name.label("by"),
            PersonImport.uploaded_at,
            PersonImport.applied_at,
            PersonImport.added,
            PersonImport.changed,
        )
        .join(StoredFile, StoredFile.id == PersonImport.file_id)
        .join(Place, Place.id == PersonImport.community_id)
        .join(User, User.id == PersonImport.uploaded_by_id)
        .where(PersonImport.community_id.in_(reached_places(actor, capability)))
        .order_by(PersonImport.id.desc())
    )


def there(community: Place, create_in: int | None = None, estate: int | None = None) -> There:
    """A community's residents, buildings, and the places buildings can lie in. Two queries."""
    places = db.session.execute(
        select(Place.id, Place.name, Place.level, Place.parent_id, Place.path, Place.retired_on)
        .where(inside(community.path))
        .order_by(Place.path)
    ).all()
    names = {place.id: place.name for place in places if place.id != community.id}

    def around(path: str) -> str:
        above = (int(part) for part in path.split("/")[:-2] if part)
        return "/".join(names[id_] for id_ in above if id_ in names)

    buildings = [
        Standing(p.id, p.name, p.parent_id, around(p.path), p.retired_on is not None)
        for p in places
        if p.level is Level.BUILDING
    ]
    estates = {p.id: p.name for p in places if p.level in _PARENTS and p.retired_on is None}
    return There(_residents(community.id), buildings, estates, create_in, estate)


class State(NamedTuple):
    """What a plan depends on: equal as long as nothing else is decided about the roster, and no
    resident, home or place of the community changes."""

    choices: dict[str, Any]
    residents: int
    versions: int
    newest: int
    homes: int
    places: int
    retired: int


def state_of(uploaded: PersonImport, community: Place) -> State:
    """Three statements, however many residents there are."""
    people = select(
        func.count(),
        func.coalesce(func.sum(Person.version), 0),
        func.coalesce(func.max(Person.id), 0),
    ).where(Person.community_id == community.id)
    places = select(func.count(), func.count(Place.retired_on)).where(inside(community.path))
    homes = select(func.coalesce(func.max(Household.id), 0))
    (residents, versions, newest), (there, retired) = (
        db.session.execute(statement).one() for statement in (people, places)
    )
    return State(
        uploaded.choices,
        residents,
        int(versions),
        newest,
        db.session.scalar(homes) or 0,
        there,
        retired,
    )


def _residents(community_id: int) -> list[Resident]:
    rows = db.session.execute(
        select(
            Person.id,
            Person.name,
            Person.phone,
            Person.gender,
            Person.born_on,
            Person.party_member,
            Person.moved_out_on,
            Person.household_id,
            Household.building_id,
            Household.room,
        )
        .outerjoin(Household, Household.id == Person.household_id)
        .where(Person.community_id == community_id)
    )
    return [Resident(*row) for row in rows]


def households_in(building_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    """(building, room) → id of the households in these buildings, the room as rosters read it."""
    rows = db.session.execute(
        select(Household.building_id, Household.room, Household.id)
        .where(Household.building_id.in_(building_ids))
        .order_by(Household.id.desc())
    )
    return {(row.building_id, homes.room_of(row.room)): row.id for row in rows}


def parents_for_buildings(community: Place) -> Sequence[tuple[int, str]]:
    """(id, name) of the places in the community that a new building can be put in: its estates,
    or else its grids, or else the community itself."""
    return _lowest(community, _PARENTS)


def parents_for_estates(community: Place) -> Sequence[tuple[int, str]]:
    """(id, name) of the places in the community that a new estate can be put in: its grids, or
    else the community itself."""
    return _lowest(community, _PARENTS[:-1])


def estates(community: Place) -> Sequence[tuple[int, str]]:
    """(id, name) of the community's estates, of one of which a roster may be."""
    return _lowest(community, [Level.ESTATE])


def _lowest(community: Place, levels: Sequence[Level]) -> Sequence[tuple[int, str]]:
    rows = db.session.execute(
        select(Place.id, Place.name, Place.level)
        .where(inside(community.path), Place.level.in_(levels), Place.retired_on.is_(None))
        .order_by(Place.path)
    ).all()
    lowest = max((row.level for row in rows), key=levels.index, default=Level.COMMUNITY)
    return [(row.id, row.name) for row in rows if row.level is lowest]
