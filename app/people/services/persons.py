"""Residents are entered, corrected, and leave; their numbers are shown for a reason only."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from app.audit import interface as audit
from app.core import clock
from app.core.access import Actor
from app.core.db import db, flushing, hold
from app.core.errors import Refused, Stale
from app.core.i18n import lazy_gettext as _l
from app.people import codes
from app.people.models import Appointment, Gender, Household, Person, Unit
from app.people.names import pinyin_of, spelt
from app.people.phones import checked_phone, tail
from app.people.services.roles import record_roles
from app.places.models import Level, Place

EARLIEST_BIRTH = date(1900, 1, 1)
LONGEST_NAME = 60
LONGEST_ROOM = 40
_AT_ONCE = 5_000  # values in one IN (…)


def create_person(
    actor: Actor | None,
    *,
    community: Place,
    name: str,
    gender: Gender | None = None,
    born_on: date | None = None,
    phone: str | None = None,
    building: Place | None = None,
    room: str | None = None,
    party_member: bool = False,
    works_at: Unit | None = None,
) -> Person:
    """Enter a resident; without building and room, a person who only works here.

    Refused if the same name with the same phone number and home is there already, so that a
    form sent twice enters one person.
    """
    # Two who enter the same person at once: the second waits here and then finds the first's.
    db.session.execute(select(Place.id).where(Place.id == community.id).with_for_update())
    known = _columns(
        community, name=name, gender=gender, born_on=born_on, phone=checked_phone(phone),
        building=building, room=room, party_member=party_member, works_at=works_at,
    )  # fmt: skip
    _check_not_there(community.id, known)
    person = Person(code=new_person_codes(1)[0], community_id=community.id, **known)
    db.session.add(person)
    db.session.flush()
    audit.record(actor, "person.create", kind="person", id=person.id, path=community.path)
    return person


def correct_person(
    actor: Actor,
    person: Person,
    *,
    version: int,
    name: str,
    gender: Gender | None,
    born_on: date | None,
    building: Place | None,
    room: str | None,
    party_member: bool,
    works_at: Unit | None,
    phone: str | None = None,
    without_phone: bool = False,
    pinyin: str | None = None,
    initials: str | None = None,
) -> None:
    """Change what is known of a person. No `phone` keeps the number there is, since the form
    doesn't show it; no `pinyin` or `initials` reads them from the name again.

    Stale if another user has changed it since `version`; Refused beside the field that is wrong.
    """
    hold(person)
    if person.version != version:
        raise Stale(_l("Somebody else has changed this in the meantime. Please look again."))
    changes = _columns(
        person.community, name=name, gender=gender, born_on=born_on,
        phone=None if without_phone else checked_phone(phone) or person.phone,
        building=building, room=room, party_member=party_member, works_at=works_at,
        pinyin=pinyin, initials=initials,
    )  # fmt: skip
    changed = sorted(field for field, value in changes.items() if getattr(person, field) != value)
    for field in changed:
        setattr(person, field, changes[field])
    person.version += 1
    db.session.flush()
    audit.record(
        actor, "person.correct", kind="person", id=person.id, path=person.community.path,
        changed=changed,
    )  # fmt: skip


def move_out(actor: Actor | None, person: Person, *, on: date, deceased: bool = False) -> None:
    """A person has left, or has died: the offices they hold end. Their account no longer acts as a resident's
    (`accounts` looks at the day here), also in sessions that are open: these go on, as signing in
    does, to what is the person's own. What they did and earned stays with their entry.

    Refused if they have moved out already, or (field "on") if the day is to come, too long
    ago or before they were born.
    """
    hold(person)
    if person.moved_out_on is not None:
        raise Refused(_l("This person has already moved out."))
    if on > clock.today():
        raise Refused(_l("The day can't lie in the future."), field="on")
    if on < EARLIEST_BIRTH:
        raise Refused(_l("This day is too long ago."), field="on")
    if person.born_on is not None and on < person.born_on:
        raise Refused(_l("This day is before the date of birth."), field="on")
    person.moved_out_on, person.deceased = on, deceased
    person.version += 1
    reason = str(_l("Deceased") if deceased else _l("Moved out"))
    for office in db.session.scalars(
        select(Appointment).where(
            Appointment.person_id == person.id,
            Appointment.ended_on.is_(None),
            or_(Appointment.until.is_(None), Appointment.until >= on),
        )
    ):
        office.ended_on = max(on, office.since)
        office.end_reason = reason
    db.session.flush()
    audit.record(
        actor, "person.die" if deceased else "person.move_out", kind="person", id=person.id,
        path=person.community.path, on=on.isoformat(),
    )  # fmt: skip


def move_back(actor: Actor, person: Person) -> None:
    """Take a move back, and with it the account's role, unless it was withdrawn meanwhile: that is
    in the trail, like a role that is given. Offices have to be given anew. Refused if the person has not moved out."""
    hold(person)
    if person.moved_out_on is None:
        raise Refused(_l("This person has not moved out."))
    person.moved_out_on, person.deceased = None, False
    person.version += 1
    db.session.flush()
    audit.record(actor, "person.move_back", kind="person", id=person.id, path=person.community.path)
    record_roles(actor, person)


def household_at(community: Place, building: Place | None, room: str | None) -> Household | None:
    """The household in that room, made if it is new; None if neither is given. Refused (field
    "building_id" or "room") if one of them is missing or the building is of another community."""
    room = clean_room(room)
    if building is None and not room:
        return None
    if building is None:
        raise Refused(_l("Choose the building of this room."), field="building_id")
    if not room:
        raise Refused(_l("Enter the room, or leave the building empty as well."), field="room")
    if building.level is not Level.BUILDING or not building.path.startswith(community.path):
        raise Refused(_l("This is not a building of the community."), field="building_id")
    there = select(Household).where(Household.building_id == building.id, Household.room == room)
    household = db.session.scalar(there)
    if household is None:
        household = Household(building_id=building.id, room=room)
        with flushing(Refused(_l("Somebody is just entering this room. Please send it again."))):
            db.session.add(household)
    return household


def new_person_codes(count: int) -> list[str]:
    """So many residents' numbers that nobody has."""
    found: set[str] = set()
    while len(found) < count:
        drawn = {codes.new_person_code() for _ in range(min(count - len(found), _AT_ONCE))}
        found |= drawn - set(db.session.scalars(select(Person.code).where(Person.code.in_(drawn))))
    return list(found)


def clean_name(name: str) -> str:
    """A name as it is kept: one kind of dot in 阿依古丽·买买提, no doubled space. Or Refused."""
    name = " ".join(unicodedata.normalize("NFC", name).split())
    for dot in "•‧∙⋅・･．":
        name = name.replace(dot, "·")
    if not name:
        raise Refused(_l("Please fill this in."), field="name")
    if len(name) > LONGEST_NAME:
        raise Refused(_l("This name is too long."), field="name")
    return name


def clean_room(room: str | None) -> str:
    """A room as it is kept: half-width, without spaces. May be Refused."""
    room = "".join(unicodedata.normalize("NFKC", room or "").split())
    if len(room) > LONGEST_ROOM:
        raise Refused(_l("This room is too long."), field="room")
    return room


def _check_birth(born_on: date | None) -> None:
    if born_on is not None and not EARLIEST_BIRTH <= born_on <= clock.today():
        raise Refused(_l("This can't be a date of birth."), field="born_on")


def _columns(
    community: Place,
    *,
    name: str,
    gender: Gender | None,
    born_on: date | None,
    phone: str | None,
    building: Place | None,
    room: str | None,
    party_member: bool,
    works_at: Unit | None,
    pinyin: str | None = None,
    initials: str | None = None,
) -> dict[str, Any]:
    """What is entered of a person, checked, as columns; `phone` is checked already."""
    _check_birth(born_on)
    name = clean_name(name)
    read, read_initials = pinyin_of(name)
    household = household_at(community, building, room)
    return {
        "name": name,
        "pinyin": spelt(pinyin) or read,
        "initials": spelt(initials) or read_initials,
        "gender": gender,
        "born_on": born_on,
        "phone": phone,
        "phone_tail": tail(phone),
        "household_id": household.id if household else None,
        "party_member": party_member,
        "works_at_id": _unit_id(community.id, works_at),
    }


def _check_not_there(community_id: int, known: dict[str, Any]) -> None:
    twin = db.session.scalar(
        select(Person.id)
        .where(
            Person.community_id == community_id,
            Person.name == known["name"],
            Person.phone.is_not_distinct_from(known["phone"]),
            Person.household_id.is_not_distinct_from(known["household_id"]),
            Person.moved_out_on.is_(None),
        )
        .limit(1)
    )
    if twin is not None:
        raise Refused(_l("This person has already been entered."), field="name")


def _unit_id(community_id: int, unit: Unit | None) -> int | None:
    if unit is not None and unit.community_id != community_id:
        raise Refused(_l("This unit belongs to another community."), field="works_at_id")
    return unit.id if unit else None
