"""Places are added, corrected and retired."""

from __future__ import annotations

import unicodedata

from sqlalchemy import select

from app.audit import interface as audit
from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import db, flushing, hold
from app.core.errors import Refused, Stale
from app.core.i18n import lazy_gettext as _l
from app.core.slots import answers
from app.places.models import PARENT_LEVELS, EstateKind, Level, Place

LONGEST_NAME = 80
LONGEST_CODE = 20
# How many digits the official codes have (GB/T 2260, GB/T 10114); a city's is also written with four,
# and the statistical list writes every code with twelve. Below the street codes are free.
CODE_LENGTHS = {Level.CITY: (4, 6, 12), Level.DISTRICT: (6, 12), Level.STREET: (9, 12)}
MOST_BUILDINGS = 200  # added at once


def add(
    actor: Actor | None,
    *,
    parent: Place | None,
    level: Level,
    name: str,
    code: str | None = None,
    estate_kind: EstateKind | None = None,
    address: str | None = None,
) -> Place:
    """A new place under `parent` (None only for a city, which only the system itself adds).

    Refused (field "level") if such a place can't lie there, (field "name") if the name is missing,
    too long or taken, and if the parent is retired.
    """
    if level is Level.CITY and (actor is not None or parent is not None):
        raise Refused(_l("Cities are added when the system is set up."), field="level")
    if level is not Level.CITY and (parent is None or parent.level not in PARENT_LEVELS[level]):
        raise Refused(_l("A place of this level can't lie here."), field="level")
    if parent is not None and parent.retired_on is not None:
        raise Refused(_l("This place has been retired; nothing can be added to it."))
    name = clean_name(name)
    code = (code or "").strip() or None
    _check_code(level, code)
    _check_free(parent.id if parent else None, name, code)
    place = Place(
        parent_id=parent.id if parent else None,
        level=level,
        name=name,
        code=code,
        estate_kind=estate_kind if level is Level.ESTATE else None,
        address=address or None,
    )
    with flushing(Refused(_l("There is already a place with this name here."), field="name")):
        db.session.add(place)
        db.session.flush()
        place.path = f"{parent.path if parent else '/'}{place.id}/"
    audit.record(actor, "place.add", kind="place", id=place.id, path=place.path, name=name)
    return place


def add_buildings(
    actor: Actor, *, parent: Place, first: int, last: int, suffix: str
) -> tuple[int, int]:
    """Buildings "1栋" to "19栋" in one go. Returns (added, there already). Refused (field "last") if
    the numbers run backwards or are too many."""
    if last < first:
        raise Refused(_l("The last number is smaller than the first."), field="last")
    if last - first >= MOST_BUILDINGS:
        message = _l("At most %(count)s buildings can be added at once.", count=MOST_BUILDINGS)
        raise Refused(message, field="last")
    taken = set(db.session.scalars(select(Place.name).where(Place.parent_id == parent.id)))
    wanted = [f"{number}{suffix}" for number in range(first, last + 1)]
    new = [name for name in wanted if clean_name(name) not in taken]
    for name in new:
        add(actor, parent=parent, level=Level.BUILDING, name=name)
    return len(new), len(wanted) - len(new)


def rename(
    actor: Actor,
    place: Place,
    *,
    name: str,
    code: str | None = None,
    estate_kind: EstateKind | None = None,
    address: str | None = None,
    version: int | None = None,
) -> None:
    """Correct what a place is called and how it is described; its position stays.

    Stale if another user has changed it since `version`; Refused (field "name") if the name is
    missing, too long or taken.
    """
    hold(place)
    if version is not None and place.version != version:
        raise Stale(_l("Somebody else has changed this in the meantime. Please look again."))
    before = place.name
    name = clean_name(name)
    code = (code or "").strip() or None
    if code != place.code:
        _check_code(place.level, code)
    _check_free(place.parent_id, name, code, itself=place.id)
    with flushing(Refused(_l("There is already a place with this name here."), field="name")):
        place.name = name
        place.code = code
        place.estate_kind = estate_kind if place.level is Level.ESTATE else None
        place.address = address or None
        place.version += 1
    audit.record(
        actor, "place.rename", kind="place", id=place.id, path=place.path, before=before, name=name
    )


def retire(actor: Actor, place: Place) -> None:
    """Close a place: nothing new can be put in it, what happened there stays.

    Refused while one of the floors above still has residents or offices in it, and at the top of
    the actor's own reach: those who reach further do that, so that nobody locks themselves out.
    """
    if place.path in actor.paths(Capability.MANAGE_PLACES):
        raise Refused(_l("This has to be done by whoever manages the level above."))
    hold(place)
    for left in answers("places.in_use", place):
        if left is not None:
            raise Refused(left)
    if place.retired_on is not None:
        raise Refused(_l("This place has already been retired."))
    inside = select(Place.id).where(Place.parent_id == place.id, Place.retired_on.is_(None))
    if db.session.scalar(inside.limit(1)) is not None:
        raise Refused(_l("Retire the places inside first."))
    place.retired_on = clock.today()
    place.version += 1
    db.session.flush()
    audit.record(actor, "place.retire", kind="place", id=place.id, path=place.path, name=place.name)


def reopen(actor: Actor, place: Place) -> None:
    """Take a retirement back. Refused if it is in use, or lies in a place that is retired."""
    hold(place)
    if place.retired_on is None:
        raise Refused(_l("This place is in use."))
    parent = db.session.get(Place, place.parent_id) if place.parent_id else None
    if parent is not None and parent.retired_on is not None:
        raise Refused(_l("The place around it has been retired; reopen that one first."))
    place.retired_on = None
    place.version += 1
    db.session.flush()
    audit.record(actor, "place.reopen", kind="place", id=place.id, path=place.path, name=place.name)


def clean_name(name: str) -> str:
    """The name without blanks around it. Refused (field "name") if nothing is left or it is too
    long."""
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not name:
        raise Refused(_l("Please fill this in."), field="name")
    if len(name) > LONGEST_NAME:
        raise Refused(_l("The name is longer than 80 characters."), field="name")
    return name


def _check_code(level: Level, code: str | None) -> None:
    lengths = CODE_LENGTHS.get(level)
    if code is None or lengths is None:
        return
    if not (code.isascii() and code.isdigit() and len(code) in lengths):
        message = _l(
            "An official code has digits only, here so many: %(lengths)s.",
            lengths="、".join(map(str, lengths)),
        )
        raise Refused(message, field="code")


def _check_free(
    parent_id: int | None, name: str, code: str | None, itself: int | None = None
) -> None:
    others = select(Place.id).where(Place.id != (itself or 0)).limit(1)
    twin = others.where(Place.parent_id.is_not_distinct_from(parent_id), Place.name == name)
    if db.session.scalar(twin) is not None:
        raise Refused(_l("There is already a place with this name here."), field="name")
    if code is None:
        return
    if len(code) > LONGEST_CODE:
        raise Refused(_l("A code has at most 20 characters."), field="code")
    if db.session.scalar(others.where(Place.code == code)) is not None:
        raise Refused(_l("Another place has this code."), field="code")
