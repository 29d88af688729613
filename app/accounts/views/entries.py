"""What the pages of people, units and buildings show of accounts."""

from __future__ import annotations

from flask import g, render_template

from app.accounts.queries.activation import slips_wanted
from app.accounts.queries.users import account_of, contacts_of
from app.core import clock
from app.core.access import Capability
from app.core.guard import actor
from app.core.slots import fills
from app.people.interface import may_have_account
from app.people.models import Person, Unit
from app.places.models import Place

MANAGE = Capability.MANAGE_PEOPLE


@fills("people.person_side")
def account_of_person(*, person: Person) -> str:
    """The person's account, and the slip to make one with."""
    return render_template(
        "accounts/_of_person.html",
        person=person,
        account=account_of(person.id),
        may_have=may_have_account(person.born_on, clock.today()),
        may_manage=actor().may_at(MANAGE, person.community.path),
    )


@fills("people.unit_side")
def accounts_of_unit(*, unit: Unit) -> str:
    """The accounts that speak for the unit."""
    return render_template("accounts/_of_unit.html", unit=unit, contacts=contacts_of(unit.id))


@fills("people.building_actions")
def slips_of_building(*, building: Place) -> str:
    """The buttons that print slips for the building's adults."""
    due, holders = _slips(building)
    if not due and not holders:
        return ""
    return render_template(
        "accounts/_slips_of_building.html", building=building, due=due, holders=holders
    )


@fills("people.building")
def slips_open_elsewhere(*, building: Place) -> str:
    """A warning where phones could not open the address on the slips."""
    return render_template("accounts/_slips_elsewhere.html") if any(_slips(building)) else ""


def _slips(building: Place) -> tuple[int, int]:
    """How many slips are wanted and held, for those who may print them; counted once a page."""
    if not actor().may_at(MANAGE, building.path):
        return 0, 0
    if "slips_wanted" not in g:
        g.slips_wanted = slips_wanted(building.id)
    counted: tuple[int, int] = g.slips_wanted
    return counted
