"""Slips with which residents make their account."""

from __future__ import annotations

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.people import codes
from app.people.models import Activation, Person


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
