"""The rows of lists have the fields that their types name."""

from __future__ import annotations

from app.accounts.queries import users


def test_a_list_of_users_selects_the_fields_of_its_type(cast):
    statement = users.users(cast.actor("admin"))
    assert tuple(statement.selected_columns.keys()) == users.ListedUser._fields
