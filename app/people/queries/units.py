"""Units: stationed units, property firms, departments and the like."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, or_, select

from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import db, rows
from app.core.errors import NotFoundError
from app.people.models import Person, Unit, UnitKind
from app.places.interface import in_reach
from app.places.models import Place


class ListedUnit(NamedTuple):
    """A unit in a list, with the name of its community."""

    id: int
    name: str
    kind: UnitKind
    contact_name: str | None
    contact_phone: str | None
    community: str
    ended_on: date | None


class TakingPart(NamedTuple):
    """A unit that takes part."""

    id: int
    name: str
    kind: UnitKind
    contact_name: str | None
    contact_phone: str | None


class Worker(NamedTuple):
    """Who works at a unit."""

    id: int
    name: str
    party_member: bool


def unit_in_reach(actor: Actor, capability: Capability, unit_id: int) -> Unit:
    """The unit, if the actor reaches its community with the capability; else NotFoundError."""
    unit = db.session.scalar(
        select(Unit).where(Unit.id == unit_id, in_reach(Unit.community_id, actor, capability))
    )
    if unit is None:
        raise NotFoundError
    return unit


def units(
    actor: Actor,
    capability: Capability,
    *,
    kind: UnitKind | None = None,
    community_id: int | None = None,
    ended: bool = False,
    text: str | None = None,
) -> Select[Any]:
    """Rows (ListedUnit) of the units within reach."""
    statement = (
        select(
            Unit.id,
            Unit.name,
            Unit.kind,
            Unit.contact_name,
            Unit.contact_phone,
            Place.name.label("community"),
            Unit.ended_on,
        )
        .join(Place, Place.id == Unit.community_id)
        .where(in_reach(Unit.community_id, actor, capability))
    )
    if not ended:
        statement = statement.where(Unit.ended_on.is_(None))
    if kind is not None:
        statement = statement.where(Unit.kind == kind)
    if community_id is not None:
        statement = statement.where(Unit.community_id == community_id)
    if text and text.strip():
        statement = statement.where(Unit.name.contains(text.strip()[:80], autoescape=True))
    return statement.order_by(Unit.community_id, Unit.kind, Unit.name)


def units_of(community_id: int) -> Sequence[TakingPart]:
    """The units that take part today."""
    return rows(
        select(Unit.id, Unit.name, Unit.kind, Unit.contact_name, Unit.contact_phone)
        .where(
            Unit.community_id == community_id,
            or_(Unit.ended_on.is_(None), Unit.ended_on > clock.today()),
        )
        .order_by(Unit.kind, Unit.name),
        TakingPart,
    )


def workers_of(unit_id: int) -> Sequence[Worker]:
    """The people entered as working there."""
    return rows(
        select(Person.id, Person.name, Person.party_member)
        .where(Person.works_at_id == unit_id, Person.moved_out_on.is_(None))
        .order_by(Person.pinyin, Person.id)
        .limit(200),
        Worker,
    )
