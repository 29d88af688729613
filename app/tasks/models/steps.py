from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import Model, UtcDateTime, choice
from app.core.files import StoredFile
from app.people.models import Person, Unit
from app.tasks.states import TaskState


class TaskStep(Model):
    """A step in a task's life. Append-only.

    `unit_id` or `person_id` is whom the step gave the task to, `due_on` the last day it set.
    `by_proxy`: it was entered for the handler, or says how it turned out.
    """

    __tablename__ = "task_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    event: Mapped[str] = mapped_column(String(30))
    state: Mapped[TaskState] = mapped_column(choice(TaskState))
    text: Mapped[str] = mapped_column(Text, default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by_name: Mapped[str] = mapped_column(String(60))
    by_proxy: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    unit: Mapped[Unit | None] = relationship()
    person: Mapped[Person | None] = relationship()


class Evidence(Model):
    """A photo handed in with a report or a submission (its step says which one)."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("step_id", "file_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("task_step.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))

    file: Mapped[StoredFile] = relationship()


class Extension(Model):
    """A request for more time, made before the task is due, granted or refused by staff. One
    per task, however often the work is done again (a trigger refuses a second); `round` is the
    task's rework count.

    A request that was overtaken, because the work was handed in or the task cancelled, is
    refused by nobody (`decided_by_id` is empty).
    """

    __tablename__ = "extension"
    __table_args__ = (
        UniqueConstraint("task_id", "round"),
        CheckConstraint("days > 0", name="some_days"),
        CheckConstraint("(decided_at IS NULL) = (granted IS NULL)", name="decided_has_outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    round: Mapped[int]
    days: Mapped[int]
    new_due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    granted: Mapped[bool | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_reason: Mapped[str | None] = mapped_column(String(300))
