"""What happened to a task: its steps, photos, requests for more time, evaluations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select

from app.core.db import db, rows
from app.core.files import StoredFile
from app.people.models import Person, Unit
from app.tasks.models.evaluations import Channel, Evaluation
from app.tasks.models.steps import Evidence, Extension, TaskStep
from app.tasks.states import TaskState


class Step(NamedTuple):
    """A step in a task's course, and where it led. `unit` or `person` was given the task by it."""

    id: int
    event: str
    state: TaskState
    text: str
    by_id: int | None
    by_name: str
    by_proxy: bool
    at: datetime
    due_on: date | None
    unit: str | None
    person: str | None


class Photo(NamedTuple):
    """A photo that was handed in with a step; `name` is its file's."""

    id: int
    task_id: int
    step_id: int
    name: str


class Said(NamedTuple):
    """What a person concerned said of a round of the work, or that a call didn't reach them."""

    round: int
    channel: Channel
    reached: bool
    solved: bool | None
    score: int | None
    comment: str
    at: datetime
    person_id: int
    name: str


def steps_of(task_id: int) -> Sequence[Step]:
    """The steps of a task, the newest first."""
    return rows(
        select(
            TaskStep.id,
            TaskStep.event,
            TaskStep.state,
            TaskStep.text,
            TaskStep.by_id,
            TaskStep.by_name,
            TaskStep.by_proxy,
            TaskStep.at,
            TaskStep.due_on,
            Unit.name.label("unit"),
            Person.name.label("person"),
        )
        .outerjoin(Unit, Unit.id == TaskStep.unit_id)
        .outerjoin(Person, Person.id == TaskStep.person_id)
        .where(TaskStep.task_id == task_id)
        .order_by(TaskStep.id.desc()),
        Step,
    )


def evidence_of(task_ids: Iterable[int]) -> Sequence[Photo]:
    """The photos handed in, in their order."""
    return rows(
        select(Evidence.id, Evidence.task_id, Evidence.step_id, StoredFile.name)
        .join(StoredFile, StoredFile.id == Evidence.file_id)
        .where(Evidence.task_id.in_(list(task_ids)))
        .order_by(Evidence.id),
        Photo,
    )


def extensions_of(task_id: int) -> Sequence[Extension]:
    """The requests for more time, the newest first."""
    return db.session.scalars(
        select(Extension).where(Extension.task_id == task_id).order_by(Extension.id.desc())
    ).all()


def evaluations_of(task_id: int) -> Sequence[Said]:
    """What was said of the work, the newest first."""
    return rows(
        select(
            Evaluation.round,
            Evaluation.channel,
            Evaluation.reached,
            Evaluation.solved,
            Evaluation.score,
            Evaluation.comment,
            Evaluation.at,
            Evaluation.person_id,
            Person.name,
        )
        .join(Person, Person.id == Evaluation.person_id)
        .where(Evaluation.task_id == task_id)
        .order_by(Evaluation.id.desc()),
        Said,
    )
