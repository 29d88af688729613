from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core import clock
from app.core.db import Model, UtcDateTime
from app.meetings.models.agenda import AgendaItem
from app.places.models import Place
from app.topics.models import Topic


class Resolution(Model):
    """What a passed item resolves: one per item. Its notices hang on the board (`notices`,
    subject "resolution"). Superseded by a later one, never changed.

    `result` is what is reported back to all concerned once the work is done.
    """

    __tablename__ = "resolution"
    __table_args__ = (
        UniqueConstraint("community_id", "number"),
        CheckConstraint("(result IS NULL) = (fed_back_at IS NULL)", name="fed_back_with_result"),
        CheckConstraint("closed_at IS NULL OR fed_back_at IS NOT NULL", name="closed_after_result"),
        CheckConstraint("superseded_by_id <> id", name="not_by_itself"),
        Index("ix_resolution_community_decided", "community_id", "decided_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30))
    community_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
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
    fed_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("resolution.id"), index=True)

    community: Mapped[Place] = relationship()
    item: Mapped[AgendaItem] = relationship()
    topic: Mapped[Topic | None] = relationship()
    made_by: Mapped[User] = relationship(foreign_keys=[made_by_id])
    superseded_by: Mapped[Resolution | None] = relationship(remote_side="Resolution.id")
