from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Model, UtcDateTime, choice
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled


class NoticeKind(StrEnum):
    AFFAIRS = auto()
    RESOLUTION = auto()
    RESULT = auto()
    CONVENTION = auto()
    POINTS = auto()


NOTICE_KIND_LABELS = labelled(
    {
        NoticeKind.AFFAIRS: _l("Committee affairs"),
        NoticeKind.RESOLUTION: _l("Resolution notice"),
        NoticeKind.RESULT: _l("Result of implementation"),
        NoticeKind.CONVENTION: _l("Convention notice"),
        NoticeKind.POINTS: _l("Points notice"),
    }
)


class NoticeRule(Model):
    """The fewest days a kind of notice hangs, from a date on. Law: art. 34, fifteen days."""

    __tablename__ = "notice_rule"
    __table_args__ = (
        UniqueConstraint("kind", "effective_from"),
        CheckConstraint("minimum_days > 0", name="some_days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(choice(NoticeKind))
    minimum_days: Mapped[int]
    effective_from: Mapped[date]
    source: Mapped[str] = mapped_column(String(200))


class Notice(Model):
    """A public notice. `subject_kind` and `subject_id` name what it is about (a resolution,
    a convention) without a foreign key: notices lie under all of these.

    It hangs from `published_on` up to and including `ends_on`; whether it still does is
    computed from the clock. A notice is withdrawn with a reason, never removed.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("community_id", "number"),
        CheckConstraint("ends_on > published_on", name="period_in_order"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn_with_reason"
        ),
        Index(
            "uq_notice_subject_in_force", "kind", "subject_kind", "subject_id", unique=True,
            sqlite_where=text("withdrawn_at IS NULL AND subject_id IS NOT NULL"),
            postgresql_where=text("withdrawn_at IS NULL AND subject_id IS NOT NULL"),
        ),
        Index("ix_notice_board", "community_id", "ends_on"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30))
    community_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    kind: Mapped[NoticeKind] = mapped_column(choice(NoticeKind))
    title: Mapped[str] = mapped_column(String(150))
    basis: Mapped[str] = mapped_column(String(300), default="")
    body: Mapped[str] = mapped_column(Text)
    published_on: Mapped[date]
    ends_on: Mapped[date]
    contact: Mapped[str] = mapped_column(String(200))
    subject_kind: Mapped[str | None] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    published_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_reason: Mapped[str | None] = mapped_column(String(300))


class Objection(Model):
    """An objection (异议) to a notice, by a resident or entered for a person by staff.

    `received_on` is the day it reached the committee, which counts; `raised_at` is when it was
    typed, possibly days later from a letter.
    """

    __tablename__ = "objection"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered_with_words"),
        CheckConstraint("(answered_at IS NULL) = (upheld IS NULL)", name="answered_with_outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    received_on: Mapped[date]
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    answer: Mapped[str | None] = mapped_column(Text)
    upheld: Mapped[bool | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
