"""The rows of lists have the fields that their types name."""

from __future__ import annotations

from app.core import clock
from app.tasks.queries import lists, metrics


def test_lists_of_tasks_select_the_fields_of_their_types(cast):
    staff, year = cast.actor("staff"), clock.today().year
    for asked, row in (
        (lists.tasks(staff), lists.Listed),
        (
            metrics.evaluations_counted(staff, metrics.Measure.SOLVED, year),
            metrics.CountedEvaluation,
        ),
    ):
        assert tuple(asked.select.selected_columns.keys()) == row._fields
