"""Where things are, and how far an actor reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, Select, false, or_, select

from app.core.access import Capability
from app.core.db import db, rows
from app.core.errors import NotFoundError
from app.core.stand_ins import end_of, ids_along
from app.places.models import Level, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.core.access import Actor


class Reached(NamedTuple):
    """A community in reach."""

    id: int
    name: str


def inside(path: str, column: Any = Place.path) -> ColumnElement[bool]:
    """Places whose path begins with `path`, as a range of the index."""
    return (column >= path) & (column < end_of(path))


def reached_places(actor: Actor, capability: Capability) -> Select[tuple[int]]:
    """Ids of all places where the actor has the capability."""
    paths = actor.paths(capability)
    return select(Place.id).where(or_(*(inside(path) for path in paths)) if paths else false())


def reached_communities(actor: Actor, *capabilities: Capability) -> Select[tuple[int]]:
    """Ids of the communities whose common affairs the actor reaches with one of the capabilities.

    Topics, meetings, tasks and points are kept per community. Those who work in a part
    of it (a grid, a building) take part in these, so the community around a granted place
    counts as well; people and households are scoped by `reached_places` instead.
    """
    paths = {path for capability in capabilities for path in actor.paths(capability)}
    if not paths:
        return select(Place.id).where(false())
    around = {id_ for path in paths for id_ in ids_along(path)}
    return select(Place.id).where(
        Place.level == Level.COMMUNITY,
        or_(Place.id.in_(around), *(inside(path) for path in sorted(paths))),
    )


def in_reach(column: Any, actor: Actor, *capabilities: Capability) -> ColumnElement[bool]:
    """Condition on a `community_id` column: rows the actor reaches with one of the capabilities.

    Most actors work or live in one community: named in the condition, it lets an index that
    begins with the community give the rows in their order.
    """
    named: set[int] = set()
    for capability in capabilities:
        granted = actor.communities(capability)
        if granted is None:
            return column.in_(reached_communities(actor, *capabilities))
        named.update(granted)
    if not named:
        return false()
    return column == named.pop() if len(named) == 1 else column.in_(sorted(named))


def reached_place(actor: Actor, capability: Capability, place_id: int) -> Place:
    """The place, if the actor has the capability there; else NotFoundError."""
    place = db.session.scalar(
        select(Place).where(Place.id == place_id, Place.id.in_(reached_places(actor, capability)))
    )
    if place is None:
        raise NotFoundError
    return place


def communities(actor: Actor, capability: Capability) -> Sequence[Reached]:
    """The communities in reach, for a choice in a form."""
    return rows(
        select(Place.id, Place.name)
        .where(Place.id.in_(reached_communities(actor, capability)))
        .order_by(Place.path),
        Reached,
    )


def reached_community(
    actor: Actor, capability: Capability, community_id: int | None = None
) -> Place:
    """The community asked for, or the only/first one in reach; NotFoundError if out of reach."""
    statement = (
        select(Place)
        .where(Place.id.in_(reached_communities(actor, capability)))
        .order_by(Place.path)
    )
    if community_id is not None:
        statement = statement.where(Place.id == community_id)
    place = db.session.scalar(statement.limit(1))
    if place is None:
        raise NotFoundError
    return place


def ancestors(place: Place) -> Sequence[Place]:
    """From the city down to the place itself."""
    return db.session.scalars(
        select(Place).where(Place.id.in_(place.ancestor_ids)).order_by(Place.path)
    ).all()


def community_of(place: Place) -> Place:
    """The community a place lies in; NotFoundError above that level."""
    found = db.session.scalar(
        select(Place).where(Place.id.in_(place.ancestor_ids), Place.level == Level.COMMUNITY)
    )
    if found is None:
        raise NotFoundError
    return found


def may_change_general(actor: Actor) -> bool:
    """Whether the actor manages the rules of every community there is: only then may they
    change what holds for all of them."""
    if not actor.may(Capability.MANAGE_RULES):
        return False
    beyond = select(Place.id).where(
        Place.level == Level.COMMUNITY,
        Place.id.not_in(reached_communities(actor, Capability.MANAGE_RULES)),
    )
    return db.session.scalar(beyond.limit(1)) is None
