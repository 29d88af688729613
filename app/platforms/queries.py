"""Platforms: in reach, in use, and what belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, literal, or_, select

from app.core.access import Actor, Capability
from app.core.db import built_once, db, rows
from app.core.errors import NotFoundError
from app.core.slots import answers
from app.people.models import Person
from app.places.interface import in_reach, inside
from app.places.models import Level, Place
from app.platforms.models import Platform, PlatformKind

# All who take part in a community may know where and when its people deliberate.
_READERS = (Capability.SEE_TOPICS, Capability.RAISE_TOPIC, Capability.MANAGE_PLATFORMS)


def running(on: date) -> ColumnElement[bool]:
    """Condition on Platform: in use that day."""
    return (Platform.opened_on <= on) & _not_ended(on)


def _not_ended(on: date) -> ColumnElement[bool]:
    return or_(Platform.ended_on.is_(None), Platform.ended_on > on)


def platform_in_reach(actor: Actor, capability: Capability, platform_id: int) -> Platform:
    """The platform, if the actor has the capability in its community; else NotFoundError."""
    return _one(platform_id, in_reach(Platform.community_id, actor, capability))


def platform_seen_by(actor: Actor, platform_id: int) -> Platform:
    """The platform, if the actor may read it; else NotFoundError."""
    return _one(platform_id, _readable(actor))


@built_once
def platforms_for(actor: Actor, on: date, *, ended: bool = False) -> Select[Any]:
    """Rows (id, name, kind, venue, opening_hours, opened_on, ended_on, place, level, community,
    responsible, topics) of the platforms in use that day or from a later one on, or of those that
    are not any more."""
    topics = sum(answers("platforms.topics"), start=literal(0))
    here = Place.__table__.alias("here")
    community = Place.__table__.alias("community")
    return (
        select(
            Platform.id,
            Platform.name,
            Platform.kind,
            Platform.venue,
            Platform.opening_hours,
            Platform.opened_on,
            Platform.ended_on,
            here.c.name.label("place"),
            here.c.level.label("level"),
            community.c.name.label("community"),
            Person.name.label("responsible"),
            topics.label("topics"),
        )
        .join(here, here.c.id == Platform.place_id)
        .join(community, community.c.id == Platform.community_id)
        .outerjoin(Person, Person.id == Platform.responsible_id)
        .where(_readable(actor), ~_not_ended(on) if ended else _not_ended(on))
        .order_by(here.c.path, Platform.name)
    )


class RunningPlatform(NamedTuple):
    """A platform in use, for a choice in a form."""

    id: int
    name: str
    kind: PlatformKind


def running_platforms(community_id: int, on: date) -> Sequence[RunningPlatform]:
    """(id, name, kind) of the community's platforms in use that day, for a choice in a form."""
    return rows(
        select(Platform.id, Platform.name, Platform.kind)
        .where(Platform.community_id == community_id, running(on))
        .order_by(Platform.name),
        RunningPlatform,
    )


class Part(NamedTuple):
    """A community or a part of it, and the place it is in."""

    id: int
    name: str
    level: Level
    parent: str | None


def parts_of(community_id: int, *levels: Level) -> Sequence[Part]:
    """(id, name, level, parent) of the community and the parts of it, or of those of some levels."""
    path = db.session.scalar(select(Place.path).where(Place.id == community_id))
    if path is None:
        return []
    parent = Place.__table__.alias("parent")
    statement = (
        select(Place.id, Place.name, Place.level, parent.c.name.label("parent"))
        .outerjoin(parent, parent.c.id == Place.parent_id)
        .where(inside(path), Place.retired_on.is_(None))
        .order_by(Place.path)
    )
    if levels:
        statement = statement.where(Place.level.in_(levels))
    return rows(statement, Part)


def _readable(actor: Actor) -> ColumnElement[bool]:
    return in_reach(Platform.community_id, actor, *_READERS)


def _one(platform_id: int, condition: ColumnElement[bool]) -> Platform:
    # Without joined relations: services lock the row, and PostgreSQL locks no outer join.
    platform = db.session.scalar(select(Platform).where(Platform.id == platform_id, condition))
    if platform is None:
        raise NotFoundError
    return platform
