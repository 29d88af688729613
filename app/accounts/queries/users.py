"""Accounts: who works where, and which account belongs to whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, select

from app.accounts.models import RoleGrant, User
from app.accounts.queries.roles import in_force, speaks_for_unit
from app.audit.models import AuditEntry
from app.core.access import Actor, Capability, Role
from app.core.db import db, rows
from app.core.errors import NotFoundError
from app.core.slots import fills
from app.people.models import Person
from app.places.interface import reached_places
from app.places.models import Place


class Holder(NamedTuple):
    """An account by its names."""

    id: int
    name: str
    username: str


class Officer(NamedTuple):
    """Who answers for a place by their account."""

    place_id: int
    user_id: int
    name: str
    role: Role


class ListedUser(NamedTuple):
    """An account in a list."""

    id: int
    username: str
    name: str
    last_sign_in_at: datetime | None
    locked_until: datetime | None
    disabled_at: datetime | None


class Account(NamedTuple):
    """The account of a resident."""

    id: int
    username: str
    last_sign_in_at: datetime | None
    disabled_at: datetime | None


class SignIn(NamedTuple):
    """A sign-in, or one that failed."""

    at: datetime
    action: str
    address: str | None


def called() -> ColumnElement[str]:
    """What a user is called: by their entry as a resident, if the account is tied to one."""
    entry = select(Person.name).where(Person.id == User.person_id).correlate(User)
    return func.coalesce(entry.scalar_subquery(), User.name)


def staff_of(community_id: int) -> Sequence[Holder]:
    """The users who are staff of the whole community, by id."""
    return _holders(Role.STAFF, community_id)


def user_ids_with(role: Role, community_id: int) -> list[int]:
    """Ids of the users who hold the role at the community or at a place above it."""
    return [row.id for row in _holders(role, community_id)]


def is_officer() -> ColumnElement[bool]:
    """Condition on RoleGrant joined with User: an officer who answers for the granted place.

    From the subdistrict upwards (ROLE_LEVELS) officials answer for a place. They are no residents
    who could be appointed: their account is how they were entered.
    """
    return and_(RoleGrant.role == Role.STREET, in_force(), User.disabled_at.is_(None))


@fills("places.attended")
def attended(on: date) -> ColumnElement[bool]:
    """Condition on Place: an officer's account is for it. That has no term."""
    del on
    return exists().where(
        RoleGrant.place_id == Place.id, User.id == RoleGrant.user_id, is_officer()
    )


@fills("places.answering")
def officers_of(place_ids: Sequence[int], on: date) -> Sequence[Officer]:
    """The officers who answer for exactly these places now."""
    del on
    return rows(
        select(RoleGrant.place_id, User.id.label("user_id"), User.name, RoleGrant.role)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.place_id.in_(place_ids), is_officer())
        .order_by(User.id),
        Officer,
    )


def users_by_person(person_ids: Iterable[int]) -> dict[int, int]:
    """{person id: user id} of those among these people who have an account in use."""
    rows = db.session.execute(
        select(User.person_id, User.id)
        .where(User.person_id.in_(list(person_ids)), User.disabled_at.is_(None))
        .order_by(User.id)
    )
    return {row.person_id: row.id for row in rows}


def user_ids_of_units(unit_ids: Iterable[int]) -> list[int]:
    """Ids of the accounts that speak for these units."""
    return list(
        db.session.scalars(
            select(User.id)
            .where(User.unit_id.in_(list(unit_ids)), User.disabled_at.is_(None), speaks_for_unit())
            .order_by(User.id)
        )
    )


def is_residents(user_id: Any) -> ColumnElement[bool]:
    """Condition: an account is a resident's own, who never had any other role."""
    held = select(RoleGrant.id).where(RoleGrant.user_id == user_id)
    as_resident = held.where(RoleGrant.role == Role.RESIDENT)
    return as_resident.exists() & ~held.where(RoleGrant.role != Role.RESIDENT).exists()


def user_in_reach(actor: Actor, user_id: int) -> User:
    """The account, if it has or had a role at a place where the actor manages users. NotFoundError
    if there is none."""
    user = db.session.scalar(select(User).where(User.id == user_id, User.id.in_(_managed(actor))))
    if user is None:
        raise NotFoundError
    return user


def users(
    actor: Actor, text: str | None = None, role: Role | None = None, *, closed: bool = False
) -> Select[Any]:
    """Rows (ListedUser) of the accounts that have or had a role where the actor manages users."""
    managed = _managed(actor, role)
    statement = select(
        User.id,
        User.username,
        User.name,
        User.last_sign_in_at,
        User.locked_until,
        User.disabled_at,
    ).where(User.id.in_(managed))
    if not closed:
        statement = statement.where(User.disabled_at.is_(None))
    if text and text.strip():
        text = text.strip()[:60]
        statement = statement.where(
            User.name.contains(text, autoescape=True)
            | User.username.contains(text.casefold(), autoescape=True)
        )
    return statement.order_by(User.username)


def account_of(person_id: int) -> Account | None:
    """A resident's account, if they have one."""
    found = rows(
        select(User.id, User.username, User.last_sign_in_at, User.disabled_at).where(
            User.person_id == person_id
        ),
        Account,
    )
    return found[0] if found else None


def sign_ins_of(user_id: int, limit: int = 10) -> Sequence[SignIn]:
    """The latest sign-ins and failed ones, so that the owner notices when it wasn't them."""
    return rows(
        select(AuditEntry.at, AuditEntry.action, AuditEntry.address)
        .where(
            AuditEntry.subject_kind == "user",
            AuditEntry.subject_id == user_id,
            AuditEntry.action.in_(["session.sign_in", "session.failed", "session.lock"]),
        )
        .order_by(AuditEntry.id.desc())
        .limit(limit),
        SignIn,
    )


def _managed(actor: Actor, role: Role | None = None) -> Select[tuple[int]]:
    """Ids of the users that have or had a role (this one not withdrawn, if one is named)."""
    statement = select(RoleGrant.user_id).where(
        RoleGrant.place_id.in_(reached_places(actor, Capability.MANAGE_USERS))
    )
    if role is not None:
        statement = statement.where(RoleGrant.role == role, RoleGrant.withdrawn_at.is_(None))
    return statement


def _holders(role: Role, community_id: int) -> Sequence[Holder]:
    path = db.session.scalar(select(Place.path).where(Place.id == community_id)) or ""
    around = [int(part) for part in path.split("/") if part]
    holding = select(RoleGrant.user_id).where(
        RoleGrant.role == role, RoleGrant.place_id.in_(around), in_force()
    )
    return rows(
        select(User.id, User.name, User.username)
        .where(User.id.in_(holding), User.disabled_at.is_(None))
        .order_by(User.id),
        Holder,
    )


def contacts_of(unit_id: int) -> Sequence[Holder]:
    """The accounts that speak for the unit, or will again if it has ended."""
    holding = select(RoleGrant.user_id).where(
        RoleGrant.role == Role.UNIT, RoleGrant.withdrawn_at.is_(None)
    )
    return rows(
        select(User.id, User.name, User.username)
        .where(User.unit_id == unit_id, User.disabled_at.is_(None), User.id.in_(holding))
        .order_by(User.id),
        Holder,
    )
