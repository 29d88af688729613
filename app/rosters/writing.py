"""A plan carried out: buildings, households, people. Part of the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, bindparam, insert, select, update

from app.core import clock
from app.core.access import Actor
from app.core.db import db
from app.people.interface import move_out, new_person_codes, pinyin_of, tail
from app.people.models import Household, Person
from app.places import interface as places
from app.places.models import Level, Place
from app.rosters import queries
from app.rosters.columns import Field
from app.rosters.plan import Fate, NewBuilding, Plan, Ref, Resident, TakenAs, Verdict

# The tables rather than the classes: thousands of rows are written without an object for each.
_PERSON = cast("Table", Person.__table__)
_HOUSEHOLD = cast("Table", Household.__table__)


@dataclass(frozen=True)
class Taken:
    """How many residents were added and changed, and how many rows were left out."""

    added: int
    changed: int
    left_out: int


def carry_out(actor: Actor | None, community: Place, plan: Plan) -> Taken:
    """Make the buildings and households that are missing, then enter and correct the people.

    A handful of statements however many rows there are. The caller holds the community's lock.
    Refused if a building can't be made, as `places.add` says.
    """
    counts = plan.counts
    to_do = [verdict for verdict in plan.verdicts if verdict.fate in {Fate.NEW, Fate.CHANGED}]
    built = _build(actor, plan)
    homes = _households(to_do, built)

    def household(verdict: Verdict) -> int | None:
        if verdict.home is None:
            return None
        ref, room = verdict.home
        return homes[_building_id(ref, built), room]

    stays = [verdict for verdict in to_do if not verdict.leaves]
    _enter(community, [(v, household(v)) for v in to_do if v.fate is Fate.NEW])
    _correct([(v, household(v)) for v in stays if v.fate is Fate.CHANGED])
    _move_out(actor, [verdict for verdict in to_do if verdict.leaves])
    return Taken(counts[Fate.NEW], counts[Fate.CHANGED], plan.left_out)


def _build(actor: Actor | None, plan: Plan) -> dict[Ref, int]:
    """The new buildings' ids."""
    parents = {building.parent_id for building in plan.new_buildings}
    around = {
        place.id: place for place in db.session.scalars(select(Place).where(Place.id.in_(parents)))
    }
    return {
        building: places.add(
            actor, parent=around[building.parent_id], level=Level.BUILDING, name=building.name
        ).id
        for building in plan.new_buildings
    }


def _households(to_do: list[Verdict], built: dict[Ref, int]) -> dict[tuple[int, str], int]:
    """The ids of all households that are needed, made where they were not there."""
    wanted = dict.fromkeys(
        (_building_id(verdict.home[0], built), verdict.home[1]) for verdict in to_do if verdict.home
    )
    building_ids = sorted({building_id for building_id, _room in wanted})
    found = queries.households_in(building_ids)
    missing = [key for key in wanted if key not in found]
    if not missing:
        return found
    db.session.execute(
        insert(_HOUSEHOLD), [{"building_id": building, "room": room} for building, room in missing]
    )
    return queries.households_in(building_ids)


def _building_id(ref: Ref, built: dict[Ref, int]) -> int:
    return built[ref] if isinstance(ref, NewBuilding) else ref


def _enter(community: Place, new: list[tuple[Verdict, int | None]]) -> None:
    if not new:
        return
    now = clock.now()
    rows = []
    for code, (verdict, household_id) in zip(new_person_codes(len(new)), new, strict=True):
        entry = verdict.entry
        pinyin, initials = pinyin_of(entry.name)
        rows.append(
            {
                "code": code,
                "name": entry.name,
                "pinyin": pinyin,
                "initials": initials,
                "gender": entry.gender,
                "born_on": entry.born.day if entry.born else None,
                "phone": entry.phone,
                "phone_tail": tail(entry.phone),
                "community_id": community.id,
                "household_id": household_id,
                "party_member": bool(entry.party_member),
                "moved_out_on": None if verdict.taken_as is TakenAs.RESIDENT else verdict.gone_on,
                "deceased": verdict.taken_as is TakenAs.DECEASED,
                "created_at": now,
            }
        )
    db.session.execute(insert(_PERSON), rows)


def _move_out(actor: Actor | None, leaving: list[Verdict]) -> None:
    """Residents of whom it was decided by hand, one by one, that they are gone."""
    if not leaving:
        return
    ids = [cast("Resident", verdict.resident).id for verdict in leaving]
    people = {p.id: p for p in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
    for id_, verdict in zip(ids, leaving, strict=True):
        deceased = verdict.taken_as is TakenAs.DECEASED
        move_out(actor, people[id_], on=verdict.gone_on, deceased=deceased)


def _correct(changed: list[tuple[Verdict, int | None]]) -> None:
    """One statement with all columns for everybody: what does not change is written as it is."""
    if not changed:
        return
    rows = []
    for verdict, household_id in changed:
        resident = cast("Resident", verdict.resident)
        values = {change.what: change.after for change in verdict.changes}
        phone = values.get(Field.PHONE, resident.phone)
        rows.append(
            {
                "person_id": resident.id,
                "gender": values.get(Field.GENDER, resident.gender),
                "born_on": values.get(Field.BORN, resident.born_on),
                "phone": phone,
                "phone_tail": tail(phone),
                "party_member": values.get(Field.PARTY, resident.party_member),
                "household_id": household_id or resident.household_id,
            }
        )
    db.session.execute(
        update(_PERSON)
        .where(_PERSON.c.id == bindparam("person_id"))
        .values(version=_PERSON.c.version + 1),
        rows,
    )
    db.session.expire_all()
