"""How far the work on resolutions is: what resolutions ask of the tasks."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Label, and_, func, select

from app.core.db import db
from app.core.slots import fills
from app.resolutions.interface import Work
from app.resolutions.models import Resolution
from app.tasks.models.tasks import Task
from app.tasks.queries.sources import of_resolution
from app.tasks.states import DONE, TaskState

_OVER = (TaskState.CLOSED, TaskState.CANCELLED)


@fills("resolutions.how_far")
def how_far() -> tuple[Label[int], Label[int]]:
    """Columns of a select from Resolution: its `tasks`, but for cancelled ones, and how many of
    these are `done`, as the rate of completion counts them."""
    tasks = select(func.count()).where(of_resolution())
    tasks = tasks.where(Task.state != TaskState.CANCELLED).correlate(Resolution)
    done = tasks.where(Task.state.in_(DONE))
    return tasks.scalar_subquery().label("tasks"), done.scalar_subquery().label("done")


@fills("resolutions.with_tasks")
def has_tasks() -> ColumnElement[bool]:
    """Condition on Resolution: tasks came of it that were not cancelled."""
    tasks = select(Task.id).where(of_resolution(), Task.state != TaskState.CANCELLED)
    return tasks.correlate(Resolution).exists()


def everything_done() -> ColumnElement[bool]:
    """Condition on Resolution: it has tasks and all of them are closed (or were cancelled)."""
    of_it = select(Task.id).where(of_resolution()).correlate(Resolution)
    closed = of_it.where(Task.state == TaskState.CLOSED)
    return and_(closed.exists(), ~of_it.where(Task.state.not_in(_OVER)).exists())


def open_beside(task: Task) -> int:
    """How many tasks of the same source are neither closed nor cancelled."""
    of_source = select(func.count()).where(
        Task.source_kind == task.source_kind,
        Task.source_id == task.source_id,
        Task.state.not_in(_OVER),
    )
    return db.session.scalar(of_source) or 0


@fills("resolutions.work")
def work_of(resolution_id: int) -> Work:
    """How many tasks of a resolution there are, done, and not closed yet."""
    counted = db.session.execute(
        select(
            func.count(),
            func.count().filter(Task.state.in_(DONE)),
            func.count().filter(Task.state != TaskState.CLOSED),
        ).where(of_resolution(resolution_id), Task.state != TaskState.CANCELLED)
    ).one()
    return Work(*counted)
