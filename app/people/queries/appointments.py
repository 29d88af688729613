"""Who holds which office where, on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import built_once, db, rows
from app.core.errors import NotFoundError
from app.core.i18n import Phrase, marked
from app.core.slots import fills
from app.core.waiting import Waiting
from app.people.models import Appointment, AppointmentKind, Gender, Person
from app.people.policy import EXPIRES_SOON
from app.places.interface import inside, reached_places
from app.places.models import Level, Place

K = AppointmentKind

# Who answers for a place, per level: "每一层都不能挂空挡", no level may be left without a person.
APPOINTED_PER_LEVEL: dict[Level, frozenset[AppointmentKind]] = {
    Level.CITY: frozenset({K.RESPONSIBLE}),
    Level.DISTRICT: frozenset({K.RESPONSIBLE}),
    Level.STREET: frozenset({K.RESPONSIBLE}),
    Level.COMMUNITY: frozenset({K.RESPONSIBLE}),
    Level.GRID: frozenset({K.RESPONSIBLE, K.GRID_WORKER}),
    Level.ESTATE: frozenset({K.RESPONSIBLE}),
    Level.BUILDING: frozenset({K.RESPONSIBLE, K.BUILDING_HEAD}),
}


class Appointed(NamedTuple):
    """A person in office, and where."""

    person_id: int
    name: str
    phone: str | None
    gender: Gender | None
    kind: AppointmentKind
    title: str | None
    place_id: int
    place: str


class Responsible(NamedTuple):
    """Who answers for a place."""

    place_id: int
    person_id: int
    name: str
    phone: str | None
    kind: AppointmentKind
    title: str | None
    until: date | None


class Office(NamedTuple):
    """An office that a person holds or held."""

    id: int
    kind: AppointmentKind
    title: str | None
    place_id: int
    place: str
    since: date
    until: date | None
    ended_on: date | None
    end_reason: str | None


class ListedOffice(NamedTuple):
    """An `Office` in a list, with the person who holds it."""

    id: int
    kind: AppointmentKind
    title: str | None
    place_id: int
    place: str
    since: date
    until: date | None
    ended_on: date | None
    end_reason: str | None
    person_id: int
    name: str


def in_force(on: date) -> ColumnElement[bool]:
    """Condition on Appointment: held on that day. The day it ended no longer counts."""
    return and_(
        Appointment.since <= on,
        or_(Appointment.until.is_(None), Appointment.until >= on),
        or_(Appointment.ended_on.is_(None), Appointment.ended_on > on),
    )


def answering() -> ColumnElement[bool]:
    """Condition on Appointment joined with Place: of a kind that answers for that level."""
    return or_(
        *(
            and_(Place.level == level, Appointment.kind.in_(kinds))
            for level, kinds in APPOINTED_PER_LEVEL.items()
        )
    )


def appointed(
    community_id: int, kinds: Iterable[AppointmentKind], on: date, place_id: int | None = None
) -> Sequence[Appointed]:
    """Those in office in the community or in a part of it (or at one place of it). A person
    appears once per office."""
    path = db.session.scalar(select(Place.path).where(Place.id == (place_id or community_id)))
    return [] if path is None else rows(_appointed(path, tuple(kinds), on), Appointed)


@built_once
def _appointed(path: str, kinds: tuple[AppointmentKind, ...], on: date) -> Select[Any]:
    return (
        select(
            Person.id.label("person_id"),
            Person.name,
            Person.phone,
            Person.gender,
            Appointment.kind,
            Appointment.title,
            Appointment.place_id,
            Place.name.label("place"),
        )
        .join(Appointment, Appointment.person_id == Person.id)
        .join(Place, Place.id == Appointment.place_id)
        .where(Appointment.kind.in_(kinds), in_force(on), inside(path))
        .order_by(Place.path, Person.pinyin, Appointment.id)
    )


def representatives(community_id: int, on: date) -> Sequence[Appointed]:
    """The resident representatives (art. 13, 28) on that day, each person once even if two parts
    of the community chose them."""
    return _once(appointed(community_id, [K.RESIDENT_REP], on))


def committee_members(community_id: int, on: date) -> Sequence[Appointed]:
    """The members of the residents' committee (art. 8) on that day, each person once."""
    return _once(appointed(community_id, [K.COMMITTEE_MEMBER], on))


@fills("places.answering")
def responsible_for(place_ids: Iterable[int], on: date) -> Sequence[Responsible]:
    """Those who answer for the places.

    Which kinds answer depends on the level (APPOINTED_PER_LEVEL). A place that nobody answers
    for has no row.
    """
    return rows(
        select(
            Appointment.place_id,
            Appointment.person_id,
            Person.name,
            Person.phone,
            Appointment.kind,
            Appointment.title,
            Appointment.until,
        )
        .join(Person, Person.id == Appointment.person_id)
        .join(Place, Place.id == Appointment.place_id)
        .where(Appointment.place_id.in_(list(place_ids)), in_force(on), answering())
        .order_by(Appointment.place_id, Appointment.since, Appointment.id),
        Responsible,
    )


def offices_of(person_id: int) -> Sequence[Office]:
    """The offices of a person, the newest first."""
    return rows(
        _offices().where(Appointment.person_id == person_id).order_by(*_newest_first()),
        Office,
    )


@built_once
def offices(
    actor: Actor,
    capability: Capability,
    on: date,
    *,
    kind: AppointmentKind | None = None,
    state: str = "held",
    path: str | None = None,
) -> Select[Any]:
    """Rows (ListedOffice) of the offices within reach.

    `state` is "held" on the day, "expiring" soon, "over", or "all". `path` narrows them
    to a place and what is inside.
    """
    statement = (
        _offices()
        .add_columns(Person.id.label("person_id"), Person.name)
        .join(Person, Person.id == Appointment.person_id)
        .where(Appointment.place_id.in_(reached_places(actor, capability)))
    )
    if kind is not None:
        statement = statement.where(Appointment.kind == kind)
    if path is not None:
        statement = statement.where(inside(path))
    if state == "held":
        statement = statement.where(in_force(on))
    elif state == "expiring":
        statement = statement.where(in_force(on), Appointment.until <= on + EXPIRES_SOON)
    elif state == "over":
        statement = statement.where(~in_force(on), Appointment.since <= on)
    return statement.order_by(Place.path, Appointment.kind, Appointment.since, Appointment.id)


def office_in_reach(
    actor: Actor, capabilities: Iterable[Capability], office_id: int
) -> Appointment:
    """The office, if the actor reaches its place with one of the capabilities. NotFoundError if
    there is none."""
    reached = [Appointment.place_id.in_(reached_places(actor, each)) for each in capabilities]
    office = db.session.scalar(
        select(Appointment).where(Appointment.id == office_id, or_(*reached))
    )
    if office is None:
        raise NotFoundError
    return office


def waiting(actor: Actor, limit: int = 20) -> list[Waiting]:
    """Terms that end soon where the actor gives the offices: a person has to be chosen again."""
    if not actor.may(Capability.MANAGE_PEOPLE):
        return []
    return [
        Waiting(
            Phrase(marked("A term of office ends; appoint somebody again")),
            f"{row.name} · {row.place}",
            "people.person",
            {"person_id": row.person_id},
            row.until,
        )
        for row in rows(_ending(actor, limit), ListedOffice)
    ]


@built_once
def _ending(actor: Actor, limit: int) -> Select[Any]:
    ending = offices(actor, Capability.MANAGE_PEOPLE, clock.today(), state="expiring").select
    return ending.order_by(None).order_by(Appointment.until).limit(limit)


def _offices() -> Select[Any]:
    return select(
        Appointment.id,
        Appointment.kind,
        Appointment.title,
        Appointment.place_id,
        Place.name.label("place"),
        Appointment.since,
        Appointment.until,
        Appointment.ended_on,
        Appointment.end_reason,
    ).join(Place, Place.id == Appointment.place_id)


def _newest_first() -> tuple[ColumnElement[Any], ...]:
    return Appointment.since.desc(), Appointment.id.desc()


def _once(found: Sequence[Appointed]) -> list[Appointed]:
    return list({row.person_id: row for row in reversed(found)}.values())[::-1]


@fills("places.attended")
def attended(on: date) -> ColumnElement[bool]:
    """Condition on Place: a person in office answers for it that day."""
    return exists().where(Appointment.place_id == Place.id, in_force(on), answering())


@fills("places.in_use")
def office_left(place: Place) -> Phrase | None:
    """Why the place can't be retired: an office is still held in it."""
    offices = (
        select(Appointment.id)
        .join(Place, Place.id == Appointment.place_id)
        .where(inside(place.path), in_force(clock.today()))
    )
    if db.session.scalar(offices.limit(1)) is None:
        return None
    return Phrase(marked("Somebody still holds an office here. End it first."))
