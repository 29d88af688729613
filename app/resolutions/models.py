from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import Model, UtcDateTime, choice
from app.core.files import StoredFile
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.meetings.models import AgendaItem
from app.people.models import Person, Unit
from app.platforms.models import Topic
from app.resolutions.states import TaskState


class Resolution(Model):
    """What a passed item resolves: one per item. Its notice hangs on the board
    (`disclosure`, subject "resolution"). Superseded by a later one, never changed.
    """

    __tablename__ = "resolution"
    __table_args__ = (UniqueConstraint("community_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30))
    community_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), unique=True)
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    decided_on: Mapped[date]
    feedback_due_on: Mapped[date | None]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    result: Mapped[str | None] = mapped_column(Text)
    fed_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("resolution.id"))

    item: Mapped[AgendaItem] = relationship()
    topic: Mapped[Topic | None] = relationship()


class Difficulty(StrEnum):
    ORDINARY = auto()
    HARD = auto()
    COMPLEX = auto()


DIFFICULTY_LABELS = labelled({
    Difficulty.ORDINARY: _l("Ordinary"),
    Difficulty.HARD: _l("Rather hard"),
    Difficulty.COMPLEX: _l("Complex"),
})


class ServiceLevel(Model):
    """Time allowed per difficulty from a date on, in working days; `multiplier` times the
    points of the rule "task done". Extensions: one, at most `extension_percent` of the time.
    """

    __tablename__ = "service_level"
    __table_args__ = (
        UniqueConstraint("difficulty", "effective_from"),
        CheckConstraint("accept_days > 0 AND handle_days > 0 AND multiplier > 0", name="positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    difficulty: Mapped[Difficulty] = mapped_column(choice(Difficulty))
    effective_from: Mapped[date]
    accept_days: Mapped[int]
    handle_days: Mapped[int]
    extension_percent: Mapped[int]
    multiplier: Mapped[int]
    source: Mapped[str] = mapped_column(String(300))


class Task(Model):
    """A piece of work from a resolution. Handled by a unit or by a person (a party member, a
    volunteer, staff as a resident entry), by nobody while it is open for claiming.

    `due_on` is the last day, `accept_by` the last day to accept; lateness is computed from
    the clock. `version` rises with every step, so that an old page can't act on a new state.
    """

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("community_id", "number"),
        CheckConstraint("unit_id IS NULL OR person_id IS NULL", name="one_handler"),
        CheckConstraint(
            "state IN ('drafted', 'offered', 'cancelled') OR unit_id IS NOT NULL OR person_id IS NOT NULL",
            name="somebody_handles",
        ),
        CheckConstraint("state NOT IN ('submitted', 'verified', 'closed') OR submitted_at IS NOT NULL", name="submitted_when"),
        CheckConstraint("state NOT IN ('verified', 'closed') OR verified_at IS NOT NULL", name="verified_when"),
        Index("ix_task_community_state_due", "community_id", "state", "due_on"),
        Index("ix_task_unit_state", "unit_id", "state"),
        Index("ix_task_person_state", "person_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30))
    community_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    detail: Mapped[str] = mapped_column(Text, default="")
    difficulty: Mapped[Difficulty] = mapped_column(choice(Difficulty))
    state: Mapped[TaskState] = mapped_column(choice(TaskState), default=TaskState.DRAFTED)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    dispatched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accept_by: Mapped[date | None]
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None]
    original_due_on: Mapped[date | None]
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rework_count: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    resolution: Mapped[Resolution] = relationship()
    unit: Mapped[Unit | None] = relationship()
    person: Mapped[Person | None] = relationship()


class TaskStep(Model):
    """A step in a task's life. Append-only."""

    __tablename__ = "task_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    event: Mapped[str] = mapped_column(String(30))
    state: Mapped[TaskState] = mapped_column(choice(TaskState))
    text: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by_name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Evidence(Model):
    """A photo handed in with a submission (its step says which one)."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("step_id", "file_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("task_step.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))

    file: Mapped[StoredFile] = relationship()


class Extension(Model):
    """A request for more time, made before the task is due, granted or refused by staff."""

    __tablename__ = "extension"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (granted IS NULL)", name="decided_has_outcome"),
        Index(
            "uq_extension_pending", "task_id", unique=True,
            sqlite_where=text("decided_at IS NULL"), postgresql_where=text("decided_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    new_due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    granted: Mapped[bool | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_reason: Mapped[str | None] = mapped_column(String(300))


class Channel(StrEnum):
    SELF = auto()
    PHONE = auto()
    VISIT = auto()


CHANNEL_LABELS = labelled({
    Channel.SELF: _l("Evaluated by themselves"),
    Channel.PHONE: _l("By phone call"),
    Channel.VISIT: _l("By visit"),
})


class Evaluation(Model):
    """What somebody concerned says of the work: `score` 1 to 5, and whether it is solved.

    A call that reached nobody is `reached = false` without a score: it does not count in
    any rate. One valid evaluation per person and round (`round` is the task's rework count).
    """

    __tablename__ = "evaluation"
    __table_args__ = (
        CheckConstraint("score IS NULL OR score BETWEEN 1 AND 5", name="score_range"),
        CheckConstraint("reached = (score IS NOT NULL)", name="reached_has_score"),
        CheckConstraint("(score IS NULL) = (solved IS NULL)", name="score_with_solved"),
        Index(
            "uq_evaluation_valid", "task_id", "person_id", "round", unique=True,
            sqlite_where=text("score IS NOT NULL"), postgresql_where=text("score IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    round: Mapped[int]
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    reached: Mapped[bool] = mapped_column(default=True)
    solved: Mapped[bool | None]
    score: Mapped[int | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    person: Mapped[Person] = relationship()
