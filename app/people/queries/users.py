"""Accounts: who works where, and which account belongs to whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from app.core.access import Role
from app.core.db import db
from app.people.models import RoleGrant, User
from app.places.models import Place


def staff_of(community_id: int) -> Sequence[Any]:
    """(id, name, username) of the users who are staff of the whole community, by id."""
    return _holders(Role.STAFF, community_id)


def user_ids_with(role: Role, community_id: int) -> list[int]:
    """Ids of the users who hold the role at the community or at a place above it."""
    return [row.id for row in _holders(role, community_id)]


def user_ids_of_person(person_ids: Iterable[int]) -> list[int]:
    """Ids of the accounts these people have; most people have none."""
    return list(users_by_person(person_ids).values())


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
            .where(User.unit_id.in_(list(unit_ids)), User.disabled_at.is_(None))
            .order_by(User.id)
        )
    )


def _holders(role: Role, community_id: int) -> Sequence[Any]:
    path = db.session.scalar(select(Place.path).where(Place.id == community_id)) or ""
    around = [int(part) for part in path.split("/") if part]
    holding = select(RoleGrant.user_id).where(
        RoleGrant.role == role, RoleGrant.place_id.in_(around), RoleGrant.withdrawn_at.is_(None)
    )
    return db.session.execute(
        select(User.id, User.name, User.username)
        .where(User.id.in_(holding), User.disabled_at.is_(None))
        .order_by(User.id)
    ).all()
