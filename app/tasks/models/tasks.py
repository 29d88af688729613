from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from app.core import clock
from app.core.db import Model, UtcDateTime, choice
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.people.models import Person, Unit
from app.places.models import Place
from app.resolutions.models import Resolution
from app.tasks.states import TaskState


class Difficulty(StrEnum):
    ORDINARY = auto()
    HARD = auto()
    COMPLEX = auto()


DIFFICULTY_LABELS = labelled(
    {
        Difficulty.ORDINARY: _l("Ordinary"),
        Difficulty.HARD: _l("Rather hard"),
        Difficulty.COMPLEX: _l("Complex"),
    }
)


class ServiceLevel(Model):
    """Time allowed per difficulty from a date on, in working days; `multiplier` times the
    points of the rule "task done". Extensions: one, at most `extension_percent` of the time. A
    dispatch can be objected to within `return_days`, and the objection is decided on in as many.
    """

    __tablename__ = "service_level"
    __table_args__ = (
        UniqueConstraint("difficulty", "effective_from"),
        CheckConstraint(
            "accept_days > 0 AND handle_days > 0 AND multiplier > 0"
            " AND extension_percent BETWEEN 0 AND 100",
            name="positive",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    difficulty: Mapped[Difficulty] = mapped_column(choice(Difficulty))
    effective_from: Mapped[date]
    accept_days: Mapped[int]
    handle_days: Mapped[int]
    extension_percent: Mapped[int]
    multiplier: Mapped[int]
    return_days: Mapped[int] = mapped_column(default=5, server_default="5")
    source: Mapped[str] = mapped_column(String(300))


class SourceKind(StrEnum):
    """What tasks come from."""

    RESOLUTION = auto()


class Task(Model):
    """A piece of work. `source_kind` and `source_id` say what it comes from, and stay so.

    Handled by a unit or by a person (a party member, a volunteer, staff as a resident entry); by
    nobody while it is open for claiming.

    Time counts from `started_on` (the day it was dispatched, claimed or reopened) to `due_on`,
    its last day; from `warn_on` on little of it is left. `accept_by` is the last day to accept
    it, `return_by` to object to the dispatch; what was returned is to be decided on by `decide_by`.
    Lateness is computed from the clock. `original_due_on` is `due_on` before an extension, or
    before work that was sent back got some days more. `accepted_on` and `submitted_on` are the days
    of these moments on a calendar in China, to be compared with the deadlines. `rework_count` is
    how often the work had to be done again. `version` rises with every step, so that an old page
    can't act on a new state.
    """

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("community_id", "number"),
        CheckConstraint("unit_id IS NULL OR person_id IS NULL", name="one_handler"),
        CheckConstraint(
            "state IN ('drafted', 'offered', 'cancelled')"
            " OR unit_id IS NOT NULL OR person_id IS NOT NULL",
            name="somebody_handles",
        ),
        CheckConstraint(
            "state <> 'offered' OR (unit_id IS NULL AND person_id IS NULL)",
            name="offered_to_everybody",
        ),
        CheckConstraint(
            "state IN ('drafted', 'offered', 'cancelled') OR due_on IS NOT NULL", name="due_when"
        ),
        CheckConstraint("(due_on IS NULL) = (started_on IS NULL)", name="due_with_start"),
        CheckConstraint("(due_on IS NULL) = (warn_on IS NULL)", name="due_with_warning"),
        CheckConstraint("(due_on IS NULL) = (original_due_on IS NULL)", name="due_with_original"),
        CheckConstraint("due_on IS NULL OR due_on >= started_on", name="period_in_order"),
        CheckConstraint(
            "state NOT IN ('submitted', 'verified', 'closed') OR submitted_at IS NOT NULL",
            name="submitted_when",
        ),
        CheckConstraint(
            "state NOT IN ('verified', 'closed') OR verified_at IS NOT NULL", name="verified_when"
        ),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_when"),
        CheckConstraint("(accepted_at IS NULL) = (accepted_on IS NULL)", name="accepted_day"),
        CheckConstraint("(submitted_at IS NULL) = (submitted_on IS NULL)", name="submitted_day"),
        CheckConstraint("rework_count >= 0", name="rework_count_positive"),
        Index("ix_task_community_state_due", "community_id", "state", "due_on"),
        Index("ix_task_unit_state", "unit_id", "state"),
        Index("ix_task_person_state", "person_id", "state"),
        Index("ix_task_source", "source_kind", "source_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30))
    community_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    source_kind: Mapped[SourceKind] = mapped_column(choice(SourceKind))
    source_id: Mapped[int]
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
    return_by: Mapped[date | None]
    decide_by: Mapped[date | None]
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_on: Mapped[date | None]
    started_on: Mapped[date | None]
    warn_on: Mapped[date | None]
    due_on: Mapped[date | None]
    original_due_on: Mapped[date | None]
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_on: Mapped[date | None]
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rework_count: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    community: Mapped[Place] = relationship()
    resolution: Mapped[Resolution | None] = relationship(
        primaryjoin=lambda: and_(
            foreign(Task.source_id) == Resolution.id, Task.source_kind == SourceKind.RESOLUTION
        ),
        viewonly=True,
    )
    unit: Mapped[Unit | None] = relationship()
    person: Mapped[Person | None] = relationship()


# A number alone is no foreign key: that the source exists is held by triggers, and that its table
# is written before this one, where both are, by this.
Task.__table__.add_is_dependent_on(Resolution.__table__)  # type: ignore[attr-defined]
