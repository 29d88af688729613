"""The rows of lists have the fields that their types name."""

from __future__ import annotations

from app.core import clock
from app.notices import queries


def test_lists_of_notices_select_the_fields_of_their_types(cast):
    today, community = clock.today(), cast.community.id
    for asked, row in (
        (queries.running(community, today), queries.BoardNotice),
        (queries.of_community(community), queries.BoardNotice),
        (queries.notices_for(cast.actor("staff"), today), queries.ListedNotice),
    ):
        assert tuple(asked.select.selected_columns.keys()) == row._fields
