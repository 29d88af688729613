"""Units: stationed units, property firms, departments and the like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import db
from app.core.errors import NotFoundError
from app.people.models import Unit
from app.places.queries import in_reach


def unit_in_reach(actor: Actor, capability: Capability, unit_id: int) -> Unit:
    """The unit, if the actor reaches its community with the capability; else NotFoundError."""
    unit = db.session.scalar(
        select(Unit).where(Unit.id == unit_id, in_reach(Unit.community_id, actor, capability))
    )
    if unit is None:
        raise NotFoundError
    return unit


def units_of(community_id: int) -> Sequence[Any]:
    """(id, name, kind, contact_name, contact_phone) of the units that take part today."""
    return db.session.execute(
        select(Unit.id, Unit.name, Unit.kind, Unit.contact_name, Unit.contact_phone)
        .where(
            Unit.community_id == community_id,
            or_(Unit.ended_on.is_(None), Unit.ended_on > clock.today()),
        )
        .order_by(Unit.kind, Unit.name)
    ).all()
