"""Slips with which residents make their account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from app.accounts import codes
from app.accounts.models import Activation, User
from app.core import clock
from app.core.db import db
from app.people.interface import adult, present
from app.people.models import Household, Person


def open_activation(code: str, *, lock: bool = False) -> Activation | None:
    """The slip with this code, unless it has been used or has expired."""
    statement = select(Activation).where(
        Activation.code_hash == codes.digest(code),
        Activation.used_at.is_(None),
        Activation.expires_at > clock.now(),
    )
    return db.session.scalar(statement.with_for_update() if lock else statement)


def person_of_slip(slip: Activation) -> Person:
    return db.session.get_one(Person, slip.person_id)


MOST_SLIPS = 300  # printed at once, two to a sheet


def adults_without_account(building_id: int, *, again: bool) -> Sequence[Person]:
    """Adults who live in a building and have no account, room by room, at most `MOST_SLIPS`.

    Those who hold a valid slip are among them only `again`. Whose date of birth is unknown counts
    as adult here too. Children don't get a slip: under 14 their guardians have to agree first
    (Personal Information Protection Law, art. 31).
    """
    found = _without_account(select(Person), building_id)
    return db.session.scalars(
        (found if again else found.where(~_holds_slip()))
        .order_by(func.length(Household.room), Household.room, Person.born_on, Person.id)
        .limit(MOST_SLIPS)
    ).all()


def slips_wanted(building_id: int) -> tuple[int, int]:
    """How many slips a building's adults still need and are printed next; how many hold one."""
    holding = case((_holds_slip(), 1), else_=0)
    found = select(func.count(Person.id), func.coalesce(func.sum(holding), 0))
    everybody, holders = db.session.execute(_without_account(found, building_id)).one()
    return min(everybody - holders, MOST_SLIPS), holders


def _without_account(statement: Select[Any], building_id: int) -> Select[Any]:
    return statement.join(Household, Household.id == Person.household_id).where(
        Household.building_id == building_id,
        present(clock.today()),
        adult(clock.today()),
        ~select(User.id).where(User.person_id == Person.id).exists(),
    )


def _holds_slip() -> ColumnElement[bool]:
    return (
        select(Activation.id)
        .where(
            Activation.person_id == Person.id,
            Activation.used_at.is_(None),
            Activation.expires_at > clock.now(),
        )
        .exists()
    )
