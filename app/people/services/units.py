"""Units are registered, corrected and ended."""

from __future__ import annotations

from sqlalchemy import select

from app.audit import interface as audit
from app.core import clock
from app.core.access import Actor
from app.core.db import db, flushing, hold
from app.core.errors import Refused, Stale
from app.core.i18n import lazy_gettext as _l
from app.people.models import Unit, UnitKind
from app.people.phones import checked_phone
from app.people.services.roles import record_roles
from app.places.models import Place

LONGEST_NAME = 80


def register_unit(
    actor: Actor,
    *,
    community: Place,
    name: str,
    kind: UnitKind,
    contact_name: str | None = None,
    contact_phone: str | None = None,
) -> Unit:
    """A unit begins to take part in a community. Refused (field "name") if another unit is called so,
    or the name is empty or too long; (field "contact_phone") if that is no telephone number."""
    unit = Unit(
        name=_checked_name(community.id, name),
        kind=kind,
        community_id=community.id,
        contact_name=contact_name or None,
        contact_phone=_contact(contact_phone),
    )
    with flushing(_same_name()):
        db.session.add(unit)
    audit.record(actor, "unit.register", kind="unit", id=unit.id, path=community.path, name=name)
    return unit


def correct_unit(
    actor: Actor,
    unit: Unit,
    *,
    version: int,
    name: str,
    kind: UnitKind,
    contact_name: str | None,
    contact_phone: str | None = None,
    without_phone: bool = False,
) -> None:
    """No `contact_phone` keeps the number there is, since the form doesn't show it. Stale if
    another user has changed it since `version`; Refused as `register_unit`
    is."""
    hold(unit)
    if unit.version != version:
        raise Stale(_l("Somebody else has changed this in the meantime. Please look again."))
    name = _checked_name(unit.community_id, name, itself=unit.id)
    with flushing(_same_name()):
        unit.name = name
        unit.kind = kind
        unit.contact_name = contact_name or None
        if contact_phone or without_phone:
            unit.contact_phone = None if without_phone else _contact(contact_phone)
        unit.version += 1
    audit.record(actor, "unit.correct", kind="unit", id=unit.id, path=_path(unit), name=name)


def end_unit(actor: Actor, unit: Unit) -> None:
    """A unit takes part no longer, and its contacts can't act for it while it does not (`accounts`
    looks at the day here). Refused if it has been ended."""
    hold(unit)
    if unit.ended_on is not None:
        raise Refused(_l("This unit has already been ended."))
    unit.ended_on = clock.today()
    unit.version += 1
    db.session.flush()
    audit.record(actor, "unit.end", kind="unit", id=unit.id, path=_path(unit), name=unit.name)


def resume_unit(actor: Actor, unit: Unit) -> None:
    """Take an end back: contacts whose role was not withdrawn meanwhile act for the unit again,
    which is in the trail, like a role that is given. Refused if it takes part."""
    hold(unit)
    if unit.ended_on is None:
        raise Refused(_l("This unit takes part."))
    unit.ended_on = None
    unit.version += 1
    db.session.flush()
    audit.record(actor, "unit.resume", kind="unit", id=unit.id, path=_path(unit), name=unit.name)
    record_roles(actor, unit)


def _checked_name(community_id: int, name: str, itself: int | None = None) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused(_l("Please fill this in."), field="name")
    if len(name) > LONGEST_NAME:
        raise Refused(_l("This name is too long."), field="name")
    twin = select(Unit.id).where(
        Unit.community_id == community_id, Unit.name == name, Unit.id != (itself or 0)
    )
    if db.session.scalar(twin) is not None:
        raise _same_name()
    return name


def _same_name() -> Refused:
    return Refused(_l("There is already a unit of this name in the community."), field="name")


def _contact(phone: str | None) -> str | None:
    try:
        return checked_phone(phone)
    except Refused as refused:
        raise Refused(refused.message, field="contact_phone") from refused


def _path(unit: Unit) -> str:
    return db.session.scalar(select(Place.path).where(Place.id == unit.community_id)) or ""
