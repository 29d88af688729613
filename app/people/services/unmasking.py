"""Looking at a telephone number in full, against a reason that goes into the trail."""

from __future__ import annotations

from app.audit import interface as audit
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l
from app.people.models import Person, Unit
from app.places.models import Place


def unmask(actor: Actor, person: Person, *, reason: str) -> str:
    """A person's number. Refused as `look_at` is."""
    path = person.community.path
    return look_at(actor, "person", person.id, person.phone, path=path, reason=reason)


def unmask_contact(actor: Actor, unit: Unit, *, reason: str) -> str:
    """The number of a unit's contact. Refused as `look_at` is."""
    path = db.session.get_one(Place, unit.community_id).path
    return look_at(actor, "unit", unit.id, unit.contact_phone, path=path, reason=reason)


def look_at(
    actor: Actor, kind: str, row_id: int, phone: str | None, *, path: str, reason: str
) -> str:
    """The number that belongs to a row of this kind, at the place with this path. Refused (field
    "reason") without a reason, and if no number is known."""
    reason = reason.strip()
    if not reason:
        raise Refused(_l("Say what you need the number for."), field="reason")
    if phone is None:
        raise Refused(_l("No telephone number is known."))
    audit.record(actor, f"{kind}.unmask", kind=kind, id=row_id, path=path, reason=reason)
    return phone
