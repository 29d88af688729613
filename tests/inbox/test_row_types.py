"""The rows of lists have the fields that their types name."""

from __future__ import annotations

from app.inbox import queries


def test_a_list_of_messages_selects_the_fields_of_its_type(cast):
    statement = queries.messages_for(cast.actor("resident"))
    assert tuple(statement.selected_columns.keys()) == queries.ListedMessage._fields
