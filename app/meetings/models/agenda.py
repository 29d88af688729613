from __future__ import annotations

from datetime import datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Model, UtcDateTime, choice
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.meetings.models.meetings import Meeting
from app.meetings.states import ItemState
from app.topics.models import Topic


class ItemKind(StrEnum):
    REPORT = auto()
    DISCUSSION = auto()
    VOTE = auto()


ITEM_KIND_LABELS = labelled(
    {
        ItemKind.REPORT: _l("Report"),
        ItemKind.DISCUSSION: _l("Discussion"),
        ItemKind.VOTE: _l("Decision by vote"),
    }
)


class Outcome(StrEnum):
    """How the meeting disposed of an item, beside the figures of a vote."""

    AGREED = auto()
    DEFERRED = auto()
    TO_REPS_ASSEMBLY = auto()
    TO_RESIDENTS_ASSEMBLY = auto()
    DROPPED = auto()


OUTCOME_LABELS = labelled(
    {
        Outcome.AGREED: _l("Agreed"),
        Outcome.DEFERRED: _l("Deferred to a later meeting"),
        Outcome.TO_REPS_ASSEMBLY: _l("To be decided by the representatives' assembly"),
        Outcome.TO_RESIDENTS_ASSEMBLY: _l("To be decided by the residents' assembly"),
        Outcome.DROPPED: _l("Not taken further"),
    }
)


class AgendaItem(Model):
    """A point of the agenda. `planned` is in minutes. `motion` is the exact text put to the
    vote, frozen by its digest when the vote opens. `notes` are the item's minutes; `version`
    guards them against two writers. Items added after the notice can't be voted on.
    """

    __tablename__ = "agenda_item"
    __table_args__ = (
        CheckConstraint("NOT (added_late AND kind = 'vote')", name="late_items_are_not_voted"),
        CheckConstraint("planned BETWEEN 1 AND 600", name="planned_minutes"),
        Index("ix_agenda_item_meeting_position", "meeting_id", "position"),
        Index(
            "uq_agenda_item_current", "meeting_id", unique=True,
            sqlite_where=text("state = 'current'"), postgresql_where=text("state = 'current'"),
        ),
        Index(
            "uq_agenda_item_topic", "meeting_id", "topic_id", unique=True,
            sqlite_where=text("topic_id IS NOT NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("topic_id IS NOT NULL AND withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    position: Mapped[int]
    kind: Mapped[ItemKind] = mapped_column(choice(ItemKind))
    title: Mapped[str] = mapped_column(String(120))
    planned: Mapped[int] = mapped_column(default=10)
    motion: Mapped[str] = mapped_column(Text, default="")
    added_late: Mapped[bool] = mapped_column(default=False)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdraw_reason: Mapped[str | None] = mapped_column(String(300))
    state: Mapped[ItemState] = mapped_column(choice(ItemState), default=ItemState.WAITING)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome))
    outcome_reason: Mapped[str | None] = mapped_column(String(300))
    notes: Mapped[str] = mapped_column(Text, default="")
    dissent: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    meeting: Mapped[Meeting] = relationship()
    topic: Mapped[Topic | None] = relationship()
