"""Who holds which office where, on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from app.core.db import db
from app.people.models import Appointment, AppointmentKind, Person
from app.places.models import Level, Place
from app.places.queries import inside

K = AppointmentKind

# Who answers for a place, per level: "每一层都不能挂空挡", no level may be left without somebody.
APPOINTED_PER_LEVEL: dict[Level, frozenset[AppointmentKind]] = {
    Level.CITY: frozenset({K.RESPONSIBLE}),
    Level.DISTRICT: frozenset({K.RESPONSIBLE}),
    Level.STREET: frozenset({K.RESPONSIBLE}),
    Level.COMMUNITY: frozenset({K.RESPONSIBLE}),
    Level.GRID: frozenset({K.RESPONSIBLE, K.GRID_WORKER}),
    Level.ESTATE: frozenset({K.RESPONSIBLE}),
    Level.BUILDING: frozenset({K.RESPONSIBLE, K.BUILDING_HEAD}),
}


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
) -> Sequence[Any]:
    """(person_id, name, phone, gender, kind, title, place_id, place) of those in office in the
    community or in a part of it (or at one place of it). A person appears once per office."""
    path = db.session.scalar(select(Place.path).where(Place.id == (place_id or community_id)))
    if path is None:
        return []
    return db.session.execute(
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
        .where(Appointment.kind.in_(list(kinds)), in_force(on), inside(path))
        .order_by(Place.path, Person.pinyin, Appointment.id)
    ).all()


def representatives(community_id: int, on: date) -> Sequence[Any]:
    """The resident representatives (art. 13, 28) on that day; rows as of `appointed`, each
    person once even if two parts of the community chose them."""
    return _once(appointed(community_id, [K.RESIDENT_REP], on))


def committee_members(community_id: int, on: date) -> Sequence[Any]:
    """The members of the residents' committee (art. 8) on that day; rows as of `appointed`."""
    return _once(appointed(community_id, [K.COMMITTEE_MEMBER], on))


def responsible_for(place_ids: Iterable[int], on: date) -> Sequence[Any]:
    """(place_id, person_id, name, phone, kind, title, until) of those who answer for the places.

    Which kinds answer depends on the level (APPOINTED_PER_LEVEL). A place that nobody answers
    for has no row.
    """
    return db.session.execute(
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
        .order_by(Appointment.place_id, Appointment.since, Appointment.id)
    ).all()


def _once(rows: Sequence[Any]) -> list[Any]:
    return list({row.person_id: row for row in reversed(rows)}.values())[::-1]
