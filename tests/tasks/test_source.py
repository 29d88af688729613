"""A task says what it comes from, by kind and number, and the database holds that it is there."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from app.core.db import db
from app.resolutions import interface as resolutions
from app.resolutions.models import Resolution
from app.tasks.models.tasks import SourceKind, Task
from app.tasks.queries import concerned, sources, tasks
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


def test_a_resolution_keeps_its_number(cast, resolution):
    table = Resolution.__table__
    changed = sa.update(table).where(table.c.id == resolution.id).values(id=987_654)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(changed)


@pytest.fixture
def of_another_kind(cast, resolution, engine):
    """A verified task whose source has the number of a resolution and isn't one."""
    task = given.verified(cast, resolution)
    connection = db.session.connection()
    if engine == "sqlite":
        run = ["DROP TRIGGER task_unchangeable", "PRAGMA ignore_check_constraints = ON"]
    else:
        run = ["DROP TRIGGER task_unchangeable ON task",
               "ALTER TABLE task DROP CONSTRAINT ck_task_source_kind"]  # fmt: skip
    for statement in [*run, f"UPDATE task SET source_kind = 'grid' WHERE id = {task.id}"]:
        connection.exec_driver_sql(statement)
    set_committed_value(task, "source_kind", "grid")
    yield task
    if engine == "sqlite":
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")


def test_another_kinds_number_is_not_taken_for_a_resolutions(cast, resolution, of_another_kind):
    task = of_another_kind
    assert resolutions.ids_concerned(resolution.id)
    assert sources.ids_concerned(task) == set()
    assert concerned.people_to_ask(task) == []
    for condition in (
        concerned.somebody_to_ask(), sources.of_resolution(resolution.id),
        tasks.to_evaluate(cast.actor("resident")), tasks.visible(cast.actor("other_resident")),
    ):  # fmt: skip
        assert db.session.scalars(sa.select(Task.id).where(condition)).all() == []


def test_the_result_of_a_resolution_closes_no_task_of_another_kind(
    cast, resolution, of_another_kind
):
    table = Resolution.__table__
    reported = sa.update(table).where(table.c.id == resolution.id)
    reported = reported.values(
        fed_back_at=given.NOW, fed_back_by_id=cast.staff.id, result="已建成。"
    )
    db.session.execute(reported)
    of_this = sa.select(Task.id).where(Task.id == of_another_kind.id)
    assert db.session.scalar(of_this.where(tasks.open_for_evaluation()))
    assert not tasks.facts(cast.actor("staff"), of_another_kind).fed_back
