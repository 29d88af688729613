"""A place is retired only when nobody lives in it or answers for it any more."""

from __future__ import annotations

from sqlalchemy import select

from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import db
from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l
from app.people.models import Appointment, Household, Person
from app.people.queries import in_force
from app.places import services as places
from app.places.models import Place
from app.places.queries import inside


def retire_place(actor: Actor, place: Place) -> None:
    """Retire a place. Refused while residents or offices are left in it.

    The top of one's own reach is retired by whoever reaches further: nobody locks themselves out.
    """
    if place.path in actor.paths(Capability.MANAGE_PLACES):
        raise Refused(_l("This has to be done by whoever manages the level above."))
    homes = select(Household.id).join(Place, Place.id == Household.building_id)
    residents = select(Person.id).where(
        Person.moved_out_on.is_(None),
        (Person.community_id == place.id)
        | Person.household_id.in_(homes.where(inside(place.path))),
    )
    if db.session.scalar(residents.limit(1)) is not None:
        raise Refused(_l("People are still entered here. Move them first."))
    offices = (
        select(Appointment.id)
        .join(Place, Place.id == Appointment.place_id)
        .where(inside(place.path), in_force(clock.today()))
    )
    if db.session.scalar(offices.limit(1)) is not None:
        raise Refused(_l("Somebody still holds an office here. End it first."))
    places.retire(actor, place)
