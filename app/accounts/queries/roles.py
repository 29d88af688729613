"""Roles: which of them count, and who was given which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from app.accounts.models import RoleGrant, User
from app.core.access import Actor, Capability, Role
from app.core.db import db, rows
from app.core.errors import NotFoundError
from app.core.slots import fills
from app.people.models import Person, Unit
from app.places.interface import reached_places
from app.places.models import Place


class Granted(NamedTuple):
    """A role of a user; `counts` says whether it is in force."""

    user_id: int
    id: int
    role: Role
    place_id: int
    place: str
    path: str
    granted_at: datetime
    counts: bool


class Tied(NamedTuple):
    """A role that depends on the entry of a person or a unit."""

    user_id: int
    role: Role
    path: str


def in_force() -> ColumnElement[bool]:
    """Condition on RoleGrant: the role counts now.

    A resident's role counts while the person lives here, a contact's while the unit takes part:
    with the move or the end itself, so that no other step can be forgotten.
    """
    moved_out = select(User.id).join(Person, Person.id == User.person_id)
    moved_out = moved_out.where(User.id == RoleGrant.user_id, Person.moved_out_on.is_not(None))
    ended = select(User.id).join(Unit, Unit.id == User.unit_id)
    ended = ended.where(User.id == RoleGrant.user_id, Unit.ended_on.is_not(None))
    gone = or_(
        and_(RoleGrant.role == Role.RESIDENT, moved_out.correlate(RoleGrant).exists()),
        and_(RoleGrant.role == Role.UNIT, ended.correlate(RoleGrant).exists()),
    )
    return and_(RoleGrant.withdrawn_at.is_(None), ~gone)


def speaks_for_unit() -> ColumnElement[bool]:
    """Condition on User: the account acts for its unit. `unit_id` alone doesn't say so: it stays
    when the role of a contact is withdrawn or the unit has ended."""
    return User.id.in_(select(RoleGrant.user_id).where(RoleGrant.role == Role.UNIT, in_force()))


def grant_in_reach(actor: Actor, user_id: int, grant_id: int) -> RoleGrant:
    """A role of a user that has not been withdrawn, at a place where the actor manages users.
    NotFoundError if there is none."""
    given = db.session.scalar(
        select(RoleGrant).where(
            RoleGrant.id == grant_id,
            RoleGrant.user_id == user_id,
            RoleGrant.withdrawn_at.is_(None),
            RoleGrant.place_id.in_(reached_places(actor, Capability.MANAGE_USERS)),
        )
    )
    if given is None:
        raise NotFoundError
    return given


def grants_of(user_ids: Iterable[int], *, asleep: bool = False) -> dict[int, list[Granted]]:
    """The roles in force by the id of their user; with `asleep` also those that would count again
    if a person moved back or a unit took part again."""
    found: dict[int, list[Granted]] = {}
    shown = RoleGrant.withdrawn_at.is_(None) if asleep else in_force()
    got = rows(
        select(
            RoleGrant.user_id,
            RoleGrant.id,
            RoleGrant.role,
            RoleGrant.place_id,
            Place.name.label("place"),
            Place.path,
            RoleGrant.granted_at,
            in_force().label("counts"),
        )
        .join(Place, Place.id == RoleGrant.place_id)
        .where(RoleGrant.user_id.in_(list(user_ids)), shown)
        .order_by(RoleGrant.user_id, RoleGrant.id),
        Granted,
    )
    for row in got:
        found.setdefault(row.user_id, []).append(row)
    return found


@fills("people.roles")
def roles_tied_to(whom: Person | Unit) -> Sequence[Tied]:
    """The roles that count only while the person lives here or the unit takes part (`in_force`)."""
    if isinstance(whom, Person):
        tied = and_(RoleGrant.role == Role.RESIDENT, User.person_id == whom.id)
    else:
        tied = and_(RoleGrant.role == Role.UNIT, User.unit_id == whom.id)
    return rows(
        select(RoleGrant.user_id, RoleGrant.role, Place.path)
        .join(User, User.id == RoleGrant.user_id)
        .join(Place, Place.id == RoleGrant.place_id)
        .where(tied, RoleGrant.withdrawn_at.is_(None))
        .order_by(RoleGrant.id),
        Tied,
    )
