"""Roles that count again, because a person moved back or a unit takes part again."""

from __future__ import annotations

from app.audit import interface as audit
from app.core.access import Actor
from app.core.slots import answers
from app.people.models import Person, Unit


def record_roles(actor: Actor, whom: Person | Unit) -> None:
    """Enter each role in the trail of its account: it says who may act again, and by whose doing."""
    for held in (held for found in answers("people.roles", whom) for held in found):
        audit.record(
            actor, "role.resume", kind="user", id=held.user_id, path=held.path,
            role=held.role.value,
        )  # fmt: skip
