"""The rows of lists have the fields that their types name."""

from __future__ import annotations

from app.core.access import Capability
from app.rosters import queries


def test_a_list_of_imports_selects_the_fields_of_its_type(cast):
    statement = queries.imports_of(cast.actor("staff"), Capability.MANAGE_PEOPLE)
    assert tuple(statement.selected_columns.keys()) == queries.ListedImport._fields
