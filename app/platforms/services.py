"""Opening, changing and ending platforms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, insert, select

from app.audit import interface as audit
from app.core import clock
from app.core.access import Actor
from app.core.db import db, flushing, hold
from app.core.errors import Refused, Stale
from app.core.i18n import lazy_gettext as _l
from app.people.models import Person, UnitKind
from app.places.models import Place
from app.platforms.models import Platform, PlatformKind, PlatformParty


def open_platform(
    actor: Actor,
    *,
    community_id: int,
    name: str,
    kind: PlatformKind,
    place_id: int,
    venue: str,
    opening_hours: str = "",
    responsible_id: int | None = None,
    opened_on: date | None = None,
    parties: Iterable[UnitKind] = (),
) -> Platform:
    """Set up a venue in the community or a part of it (`place_id`). Refused (field "name",
    "place_id" or "responsible_id") if the name is taken, or the place or the person is of another
    community."""
    _check(community_id, place_id, responsible_id)
    platform = Platform(
        community_id=community_id,
        name=name,
        kind=kind,
        place_id=place_id,
        venue=venue,
        opening_hours=opening_hours,
        responsible_id=responsible_id,
        opened_on=opened_on or clock.today(),
    )
    with flushing(_name_taken()):
        db.session.add(platform)
    _set_parties(platform, parties)
    _record(actor, "platform.open", platform)
    return platform


def edit_platform(
    actor: Actor,
    platform: Platform,
    *,
    version: int,
    name: str,
    kind: PlatformKind,
    place_id: int,
    venue: str,
    opening_hours: str,
    responsible_id: int | None,
    parties: Iterable[UnitKind],
) -> None:
    """Change what is known of a platform. Stale if it was changed since `version`; Refused as
    `open_platform` is."""
    hold(platform)
    if platform.version != version:
        raise Stale(_l("Somebody else has changed this since you opened it. Please look again."))
    _check(platform.community_id, place_id, responsible_id)
    with flushing(_name_taken()):
        platform.name = name
        platform.kind = kind
        platform.place_id = place_id
        platform.venue = venue
        platform.opening_hours = opening_hours
        platform.responsible_id = responsible_id
        platform.version += 1
    _set_parties(platform, parties)
    _record(actor, "platform.edit", platform)


def end_platform(actor: Actor, platform: Platform) -> None:
    """Stop using it: from today on no meeting is convened there. What happened stays readable.
    Refused if it has been ended."""
    hold(platform)
    if platform.ended_on is not None:
        raise Refused(_l("This platform has already been ended."))
    platform.ended_on = max(clock.today(), platform.opened_on)
    platform.version += 1
    db.session.flush()
    _record(actor, "platform.end", platform)


def _name_taken() -> Refused:
    return Refused(_l("The community already has a platform of this name."), field="name")


def _check(community_id: int, place_id: int, responsible_id: int | None) -> None:
    place = db.session.get(Place, place_id)
    if place is None or community_id not in place.ancestor_ids:
        raise Refused(_l("This place is not in this community."), field="place_id")
    if responsible_id is None:
        return
    person = db.session.get(Person, responsible_id)
    if person is None or person.community_id != community_id:
        raise Refused(_l("This person is not of this community."), field="responsible_id")


def _set_parties(platform: Platform, parties: Iterable[UnitKind]) -> None:
    wanted = set(parties)
    there = set(
        db.session.scalars(
            select(PlatformParty.unit_kind).where(PlatformParty.platform_id == platform.id)
        )
    )
    gone = there - wanted
    if gone:
        db.session.execute(
            delete(PlatformParty).where(
                PlatformParty.platform_id == platform.id, PlatformParty.unit_kind.in_(gone)
            )
        )
    new = [{"platform_id": platform.id, "unit_kind": kind} for kind in sorted(wanted - there)]
    if new:
        db.session.execute(insert(PlatformParty), new)
    db.session.expire(platform, ["parties"])


def _record(actor: Actor, action: str, platform: Platform) -> None:
    path = db.session.get_one(Place, platform.community_id).path
    audit.record(
        actor,
        action,
        kind="platform",
        id=platform.id,
        path=path,
        name=platform.name,
        parties=sorted(party.unit_kind.value for party in platform.parties),
    )
