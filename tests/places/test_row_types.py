"""The rows of lists have the fields that their types name."""

from __future__ import annotations

import pytest

from app.core import clock
from app.core.access import Capability
from app.places.models import Level
from app.places.queries import tree

SEE = Capability.SEE_PEOPLE


@pytest.mark.both_engines
def test_lists_of_places_select_the_fields_of_their_types(cast):
    staff, today = cast.actor("staff"), clock.today()
    for statement, row in (
        (tree.children(cast.community, today), tree.ListedPlace),
        (tree.unattended(staff, SEE, today), tree.Unattended),
        (tree.search_places(staff, SEE, "", [Level.BUILDING]), tree.FoundPlace),
    ):
        assert tuple(statement.selected_columns.keys()) == row._fields


def test_floors_above_tell_who_answers_for_a_place(cast):
    answering = tree.answering_for([cast.street.id, cast.building.id], clock.today())
    for place_id, people in answering.items():
        assert {person.place_id for person in people} == {place_id}
        assert all(person.name for person in people)
    assert [type(person).__name__ for person in answering[cast.street.id]] == ["Officer"]
