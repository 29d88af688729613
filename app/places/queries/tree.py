"""The tree of places with who answers for each: what the pages under /places show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, Select, case, false, func, or_, select
from sqlalchemy.orm import aliased

from app.core.access import Actor, Capability
from app.core.db import db
from app.core.slots import answers
from app.places.models import EstateKind, Level, Place
from app.places.queries.reach import inside, reached_places


class ListedPlace(NamedTuple):
    """A place in a list; `attended`: a person answers for it."""

    id: int
    name: str
    level: Level
    code: str | None
    estate_kind: EstateKind | None
    retired_on: date | None
    attended: bool


class Unattended(NamedTuple):
    """A `ListedPlace` that nobody answers for, with the name of the place around."""

    id: int
    name: str
    level: Level
    code: str | None
    estate_kind: EstateKind | None
    retired_on: date | None
    attended: bool
    parent: str | None


class FoundPlace(NamedTuple):
    """A place that was found, with the name of the place around."""

    id: int
    name: str
    level: Level
    parent: str | None


class Answering(Protocol):
    """Who answers for a place, as the floors above know them: also with (person_id, kind, title,
    until) by an office, or with (user_id, role) by an account."""

    @property
    def place_id(self) -> int: ...

    @property
    def name(self) -> str: ...


def tops(actor: Actor, capability: Capability) -> Sequence[Place]:
    """The highest places the actor reaches: where browsing begins."""
    paths = [
        path
        for path in actor.paths(capability)
        if not any(path != above and path.startswith(above) for above in actor.paths(capability))
    ]
    return db.session.scalars(select(Place).where(Place.path.in_(paths)).order_by(Place.path)).all()


def children(place: Place, on: date, *, retired: bool = False) -> Select[Any]:
    """Rows (ListedPlace) of the places directly inside.

    1栋, 2栋, 10栋: the shorter name first, then by character.
    """
    statement = _with_attendance(on).where(Place.parent_id == place.id)
    if not retired:
        statement = statement.where(Place.retired_on.is_(None))
    return statement.order_by(_from_the_top(), func.length(Place.name), Place.name)


def unattended(
    actor: Actor, capability: Capability, on: date, level: Level | None = None
) -> Select[Any]:
    """Rows (Unattended) of the places within reach that nobody answers for (每一层都不能“挂空挡”)."""
    around = aliased(Place)
    statement = (
        _with_attendance(on)
        .add_columns(around.name.label("parent"))
        .outerjoin(around, around.id == Place.parent_id)
        .where(
            Place.id.in_(reached_places(actor, capability)),
            Place.retired_on.is_(None),
            ~_attended(on),
        )
    )
    if level is not None:
        statement = statement.where(Place.level == level)
    return statement.order_by(_from_the_top(), Place.path)


def unattended_count(actor: Actor, capability: Capability, on: date) -> int:
    """How many places within reach nobody answers for."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Place)
            .where(
                Place.id.in_(reached_places(actor, capability)),
                Place.retired_on.is_(None),
                ~_attended(on),
            )
        )
        or 0
    )


def answering_for(place_ids: Sequence[int], on: date) -> dict[int, list[Answering]]:
    """Those who answer for the places on that day, by the place's id."""
    found: dict[int, list[Answering]] = {}
    for rows in answers("places.answering", place_ids, on):
        for row in rows:
            found.setdefault(row.place_id, []).append(row)
    return found


def search_places(
    actor: Actor, capability: Capability, text: str, levels: Iterable[Level]
) -> Select[Any]:
    """Rows (FoundPlace) of places in use within reach, at these levels, by name or code."""
    around = aliased(Place)
    text = text.strip()[:80]
    statement = (
        select(Place.id, Place.name, Place.level, around.name.label("parent"))
        .outerjoin(around, around.id == Place.parent_id)
        .where(
            Place.id.in_(reached_places(actor, capability)),
            Place.level.in_(list(levels)),
            Place.retired_on.is_(None),
        )
        .order_by(_from_the_top(), Place.path)
    )
    if text:
        statement = statement.where(
            or_(Place.name.contains(text, autoescape=True), Place.code == text)
        )
    return statement


def parts_of(path: str, levels: Iterable[Level]) -> list[tuple[int, str]]:
    """(id, "桂花苑 · 2栋") of what is in use at these levels in and under the place with that path.

    In the order of the tree, 2栋 before 10栋.
    """
    rows = db.session.execute(
        select(Place.id, Place.name, Place.level, Place.path).where(
            inside(path), Place.retired_on.is_(None)
        )
    ).all()
    by_id = {row.id: row for row in rows}
    wanted = frozenset(levels)
    parts: list[tuple[list[tuple[int, str]], int, str]] = []
    for row in rows:
        if row.level not in wanted:
            continue
        line = [by_id[int(part)] for part in row.path.split("/") if part and int(part) in by_id]
        names = [place.name for place in line]
        shown = names[1:] if len(names) > 1 else names
        parts.append(([(len(name), name) for name in names], row.id, " · ".join(shown)))
    return [(id_, name) for _order, id_, name in sorted(parts)]


def _with_attendance(on: date) -> Select[Any]:
    return select(
        Place.id,
        Place.name,
        Place.level,
        Place.code,
        Place.estate_kind,
        Place.retired_on,
        _attended(on).label("attended"),
    )


def _attended(on: date) -> ColumnElement[bool]:
    """Condition on Place: one of the floors above knows a person who answers for it that day."""
    return or_(false(), *answers("places.attended", on))


def _from_the_top() -> ColumnElement[Any]:
    """The levels in their order."""
    return case({level: rank for rank, level in enumerate(Level)}, value=Place.level)
