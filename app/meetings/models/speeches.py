from __future__ import annotations

from datetime import datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Model, UtcDateTime, choice
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled


class Stance(StrEnum):
    """What a speaker says at the start: speakers for and against take turns."""

    FOR = auto()
    AGAINST = auto()
    NEUTRAL = auto()


STANCE_LABELS = labelled(
    {
        Stance.FOR: _l("In favour"),
        Stance.AGAINST: _l("Against"),
        Stance.NEUTRAL: _l("Question or remark"),
    }
)


class Speech(Model):
    """A turn in the speaking queue of an item: at most two minutes and twice per person.

    A turn has `ended_at` without `started_at` if the person gave up waiting.
    """

    __tablename__ = "speech"
    __table_args__ = (
        CheckConstraint("ended_at IS NULL OR ended_at >= asked_at", name="in_order"),
        Index(
            "uq_speech_running", "item_id", unique=True,
            sqlite_where=text("started_at IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=text("started_at IS NOT NULL AND ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))
    stance: Mapped[Stance] = mapped_column(choice(Stance), default=Stance.NEUTRAL)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
