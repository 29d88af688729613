"""What a task comes from, by kind and number. A further kind of source is a case in each of these."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, case, func, select

from app.core.db import db, hold
from app.resolutions import interface as resolutions
from app.resolutions.models import Resolution
from app.tasks.models.tasks import SourceKind, Task
from app.topics.models import Topic


def of_resolution(resolution_id: Any = Resolution.id) -> ColumnElement[bool]:
    """Condition on Task: it comes from this resolution, or that of the statement around it."""
    return and_(Task.source_kind == SourceKind.RESOLUTION, Task.source_id == resolution_id)


def of_resolutions(resolution_ids: Any) -> ColumnElement[bool]:
    """Condition on Task: it comes from one of these resolutions; ids or a select of them."""
    return and_(Task.source_kind == SourceKind.RESOLUTION, Task.source_id.in_(resolution_ids))


def concerning(person_id: int) -> ColumnElement[bool]:
    """Condition on Task: what it comes from concerns this person."""
    return of_resolutions(resolutions.resolutions_concerning(person_id))


def resolution_id(task: Task) -> int | None:
    """The number of the resolution that the task comes from, if it comes from one."""
    return {SourceKind.RESOLUTION: task.source_id}.get(task.source_kind)


def people_concerned(task: Task | None = None) -> CompoundSelect[Any]:
    """Ids of the people whom the source of a task concerns: a select, to be nested in one from
    Task unless the task is given."""
    if task is not None:
        return resolutions.people_concerned(resolution_id(task))
    its_own = case((Task.source_kind == SourceKind.RESOLUTION, Task.source_id))
    return resolutions.people_concerned(its_own)


def ids_concerned(task: Task) -> set[int]:
    """Ids of the people whom the source of a task concerns."""
    return set(db.session.scalars(people_concerned(task)))


def how_many_without_source() -> int:
    """Tasks whose source is not there, as only a damaged backup can have them: what they come from
    is no foreign key."""
    there = select(Resolution.id).where(
        Resolution.id == Task.source_id, Resolution.community_id == Task.community_id
    )
    lost = (Task.source_kind == SourceKind.RESOLUTION) & ~there.exists()
    return db.session.scalar(select(func.count()).select_from(Task).where(lost)) or 0


def topic_of(task: Task) -> Topic | None:
    """The topic that the task's source goes back to, if it does."""
    return task.resolution.topic if task.resolution is not None else None


def hold_unreported(task: Task) -> bool:
    """Hold the task's source until the transaction ends; False if its result has been reported
    back. The result can't be reported at the same moment: both hold the source."""
    if task.resolution is None:
        return True
    hold(task.resolution)
    return task.resolution.fed_back_at is None
