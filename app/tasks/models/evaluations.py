from __future__ import annotations

from datetime import datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import Model, UtcDateTime, choice
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.people.models import Person

_VALID = text("score IS NOT NULL")


class Channel(StrEnum):
    SELF = auto()
    PHONE = auto()
    VISIT = auto()


CHANNEL_LABELS = labelled(
    {
        Channel.SELF: _l("Evaluated by themselves"),
        Channel.PHONE: _l("By phone call"),
        Channel.VISIT: _l("By visit"),
    }
)


class Evaluation(Model):
    """What a person concerned says of the work: `score` 1 to 5, and whether it is solved.

    A call that reached nobody is `reached = false` without a score: it does not count in
    any rate. One valid evaluation per person and round (`round` is the task's rework count).
    """

    __tablename__ = "evaluation"
    __table_args__ = (
        CheckConstraint("score IS NULL OR score BETWEEN 1 AND 5", name="score_range"),
        CheckConstraint("reached = (score IS NOT NULL)", name="reached_has_score"),
        CheckConstraint("(score IS NULL) = (solved IS NULL)", name="score_with_solved"),
        CheckConstraint("channel <> 'self' OR reached", name="oneself_is_reached"),
        Index(
            "uq_evaluation_valid",
            "task_id",
            "person_id",
            "round",
            unique=True,
            sqlite_where=_VALID,
            postgresql_where=_VALID,
        ),
    )

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
