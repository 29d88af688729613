from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core import clock
from app.core.db import Model, UtcDateTime, choice
from app.meetings.models.rules import Composition, MeetingKind, MeetingRule
from app.meetings.states import MeetingState
from app.places.models import Place
from app.platforms.models import Platform


class Meeting(Model):
    """A meeting on a platform. With its notice the agenda is locked: later items may only be
    discussed. `expected` (应到) is frozen when it is convened; the rule in force on the day
    of the meeting is kept as `rule_id` then, and again when it opens.

    `version` guards the draft against two editors. `archive_number` is the running number of
    the confirmed minutes among those of its kind in the community and year.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("community_id", "number"),
        CheckConstraint("expected IS NULL OR expected > 0", name="somebody_expected"),
        CheckConstraint("state IN ('draft', 'cancelled') OR convened_at IS NOT NULL", name="convened_when"),
        CheckConstraint("state IN ('draft', 'cancelled') OR expected IS NOT NULL", name="expected_known"),
        CheckConstraint("state NOT IN ('open', 'closed', 'confirmed') OR opened_at IS NOT NULL", name="opened_when"),
        CheckConstraint("state NOT IN ('closed', 'confirmed') OR closed_at IS NOT NULL", name="closed_when"),
        CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", name="confirmed_when"),
        CheckConstraint("state <> 'cancelled' OR cancel_reason IS NOT NULL", name="cancelled_why"),
        Index("ix_meeting_community_starts", "community_id", "starts_at"),
        Index("ix_meeting_state_starts", "state", "starts_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20))
    community_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), index=True)
    kind: Mapped[MeetingKind] = mapped_column(choice(MeetingKind))
    title: Mapped[str] = mapped_column(String(100))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    venue: Mapped[str] = mapped_column(String(120))
    composition: Mapped[Composition] = mapped_column(choice(Composition))
    expected: Mapped[int | None]
    host_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    recorder_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    state: Mapped[MeetingState] = mapped_column(choice(MeetingState), default=MeetingState.DRAFT)
    urgent_reason: Mapped[str | None] = mapped_column(String(300))
    cancel_reason: Mapped[str | None] = mapped_column(String(300))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_rule.id"))
    check_in_code: Mapped[str | None] = mapped_column(String(32), unique=True)
    archive_number: Mapped[str | None] = mapped_column(String(20))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    convened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)

    platform: Mapped[Platform] = relationship()
    community: Mapped[Place] = relationship(foreign_keys=[community_id])
    host: Mapped[User | None] = relationship(foreign_keys=[host_id])
    recorder: Mapped[User | None] = relationship(foreign_keys=[recorder_id])
    rule: Mapped[MeetingRule | None] = relationship()

    @property
    def day(self) -> date:
        """The day of the meeting, by the clock in China."""
        return clock.local(self.starts_at).date()
