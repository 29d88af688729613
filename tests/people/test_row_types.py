"""The rows of lists have the fields that their types name."""

from __future__ import annotations

import pytest

from app.core import clock
from app.core.access import Capability
from app.people.queries import appointments, households, persons, units

SEE = Capability.SEE_PEOPLE


@pytest.mark.both_engines
def test_lists_of_people_select_the_fields_of_their_types(cast):
    staff, today = cast.actor("staff"), clock.today()
    building = cast.building.id
    for statement, row in (
        (persons.search_people(staff, SEE, "zh").select, persons.PersonFound),
        (persons.candidates(staff, SEE, "zh", building), persons.PersonFound),
        (appointments.offices(staff, SEE, today).select, appointments.ListedOffice),
        (households.rooms_of(building), households.Room),
        (units.units(staff, SEE), units.ListedUnit),
    ):
        assert tuple(statement.selected_columns.keys()) == row._fields
