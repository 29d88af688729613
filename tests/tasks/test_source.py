"""A task says what it comes from, by kind and number, and the database holds that it is there."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.core.db import db
from app.tasks.models.tasks import SourceKind, Task
from tests.resolutions import given

pytestmark = pytest.mark.both_engines


def test_a_drafted_task_names_its_resolution(cast, resolution):
    task = given.drafted(cast, resolution)
    assert (task.source_kind, task.source_id) == (SourceKind.RESOLUTION, resolution.id)
    assert task.resolution is resolution


def test_a_task_of_nothing_is_refused(cast, resolution):
    task = given.drafted(cast, resolution)
    _refuse_a_copy(task, source_id=987_654)


def test_a_task_of_another_communitys_resolution_is_refused(cast, resolution):
    _refuse_a_copy(given.drafted(cast, resolution), community_id=cast.neighbour.id)


def _refuse_a_copy(task, **changed):
    columns = [column for column in Task.__table__.columns if column.name not in {"id", "number"}]
    copied = sa.select(
        *(
            sa.literal(changed[column.name]).label(column.name)
            if column.name in changed
            else column
            for column in columns
        ),
        sa.literal("桂花办〔2026〕99号").label("number"),
    ).where(Task.id == task.id)
    names = [*(column.name for column in columns), "number"]
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(sa.insert(Task.__table__).from_select(names, copied))


@pytest.mark.parametrize("column", ["source_id", "source_kind", "community_id"])
def test_a_task_keeps_its_source(cast, resolution, column):
    task = given.drafted(cast, resolution)
    table = Task.__table__
    changed = sa.update(table).where(table.c.id == task.id).values({column: table.c[column]})
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(changed)


def test_what_tasks_came_of_stays(cast, resolution):
    given.drafted(cast, resolution)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(sa.text("DELETE FROM resolution WHERE id = :id"), {"id": resolution.id})
