from __future__ import annotations

from datetime import datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.db import Model, UtcDateTime, choice
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.meetings.models.meetings import Meeting
from app.people.models import Person, Unit


class Capacity(StrEnum):
    MEMBER = auto()
    OBSERVER = auto()


CAPACITY_LABELS = labelled(
    {
        Capacity.MEMBER: _l("Member with a vote"),
        Capacity.OBSERVER: _l("Observer without a vote"),
    }
)


class Reply(StrEnum):
    NONE = auto()
    COMING = auto()
    LEAVE = auto()


REPLY_LABELS = labelled(
    {
        Reply.NONE: _l("No reply yet"),
        Reply.COMING: _l("Will come"),
        Reply.LEAVE: _l("Asked for leave"),
    }
)


class CheckIn(StrEnum):
    LIST = auto()
    QR_CODE = auto()
    STAFF = auto()


CHECK_IN_LABELS = labelled(
    {
        CheckIn.LIST: _l("On the host's list"),
        CheckIn.QR_CODE: _l("By QR code"),
        CheckIn.STAFF: _l("By staff"),
    }
)


class Invitation(Model):
    """The invitation of a resident, of a unit (which decides whom it sends), or of a user of staff.

    Checking in is on the same row: `present_at` with how and by whom; `voided_at` takes a
    wrong check-in back; `left_at` is when the person left before the end: they attended, but are
    not counted for a later vote. `representative` is the name of the person who came for a unit. A
    walk-in came without being invited; of a household's people who came, one is a member.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("meeting_id", "person_id"),
        UniqueConstraint("meeting_id", "unit_id"),
        UniqueConstraint("meeting_id", "user_id"),
        CheckConstraint(
            "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN user_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_invited",
        ),
        CheckConstraint("reply <> 'leave' OR leave_reason IS NOT NULL", name="leave_has_reason"),
        CheckConstraint("(present_at IS NULL) = (check_in_method IS NULL)", name="present_somehow"),
        CheckConstraint("voided_at IS NULL OR void_reason IS NOT NULL", name="voided_why"),
        CheckConstraint("left_at IS NULL OR left_at >= present_at", name="left_after_coming"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    capacity: Mapped[Capacity] = mapped_column(choice(Capacity))
    required: Mapped[bool] = mapped_column(default=False)
    walk_in: Mapped[bool] = mapped_column(default=False)
    reply: Mapped[Reply] = mapped_column(choice(Reply), default=Reply.NONE)
    leave_reason: Mapped[str | None] = mapped_column(String(200))
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replied_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    present_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_in_method: Mapped[CheckIn | None] = mapped_column(choice(CheckIn))
    checked_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    representative: Mapped[str | None] = mapped_column(String(60))
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    void_reason: Mapped[str | None] = mapped_column(String(200))
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    meeting: Mapped[Meeting] = relationship()
    person: Mapped[Person | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])

    @property
    def is_present(self) -> bool:
        """Came, whether or not they have left since."""
        return self.present_at is not None and self.voided_at is None

    @property
    def is_here(self) -> bool:
        """In the room now."""
        return self.is_present and self.left_at is None
