from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import Model, UtcDateTime, choice
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.meetings.states import ItemState, MeetingState, VoteState
from app.people.models import Person, Unit, User
from app.places.models import Place
from app.platforms.models import Platform, Topic


class MeetingKind(StrEnum):
    RESIDENTS_ASSEMBLY = auto()
    REPS_ASSEMBLY = auto()
    COUNCIL = auto()
    CO_CONSULTATION = auto()
    HEARING = auto()
    TALK = auto()
    COURTYARD = auto()
    JOINT = auto()


MEETING_KIND_LABELS = labelled({
    MeetingKind.RESIDENTS_ASSEMBLY: _l("Residents' assembly"),
    MeetingKind.REPS_ASSEMBLY: _l("Representatives' assembly"),
    MeetingKind.COUNCIL: _l("Residents' council meeting"),
    MeetingKind.CO_CONSULTATION: _l("Party-building consultation"),
    MeetingKind.HEARING: _l("Hearing meeting"),
    MeetingKind.TALK: _l("Heart-to-heart talk meeting"),
    MeetingKind.COURTYARD: _l("Courtyard meeting of residents"),
    MeetingKind.JOINT: _l("Joint meeting"),
})


class Composition(StrEnum):
    """Whom the expected number (应到) counts."""

    ADULTS = auto()
    HOUSEHOLDS = auto()
    REPS_AND_COMMITTEE = auto()
    INVITED = auto()


COMPOSITION_LABELS = labelled({
    Composition.ADULTS: _l("Adult residents"),
    Composition.HOUSEHOLDS: _l("Households' representatives"),
    Composition.REPS_AND_COMMITTEE: _l("Representatives and committee members"),
    Composition.INVITED: _l("Invited members"),
})


class Majority(StrEnum):
    """Of what the ayes must be more: of those present (abstentions stay in the
    denominator), or of the ayes and nays alone (a tie does not pass)."""

    OF_PRESENT = auto()
    OF_CAST = auto()


MAJORITY_LABELS = labelled({
    Majority.OF_PRESENT: _l("of those present"),
    Majority.OF_CAST: _l("of ayes and nays"),
})


class MeetingRule(Model):
    """Thresholds of a kind of meeting from a date on (domain.md §2.1).

    A threshold is the fraction numerator/denominator; `…_strict` says "more than" (过半数,
    超过), else "at least" (以上). `notice_days` is the fewest days between the notice and
    the meeting. `short_notice` says whether urgency may shorten that (art. 27).
    """

    __tablename__ = "meeting_rule"
    __table_args__ = (
        UniqueConstraint("kind", "effective_from"),
        CheckConstraint("quorum_denominator > 0 AND quorum_numerator BETWEEN 0 AND quorum_denominator", name="quorum_fraction"),
        CheckConstraint("pass_denominator > 0 AND pass_numerator BETWEEN 0 AND pass_denominator", name="pass_fraction"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MeetingKind] = mapped_column(choice(MeetingKind))
    effective_from: Mapped[date]
    composition: Mapped[Composition] = mapped_column(choice(Composition))
    notice_days: Mapped[int]
    short_notice: Mapped[bool]
    quorum_numerator: Mapped[int]
    quorum_denominator: Mapped[int]
    quorum_strict: Mapped[bool]
    pass_numerator: Mapped[int]
    pass_denominator: Mapped[int]
    pass_strict: Mapped[bool]
    majority: Mapped[Majority] = mapped_column(choice(Majority))
    source: Mapped[str] = mapped_column(String(300))


class Meeting(Model):
    """A meeting on a platform. With its notice the agenda is locked: later items may only be
    discussed. `expected` (应到) is frozen when it is convened; the rule in force on the day
    of the meeting is kept as `rule_id` when it opens.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("community_id", "number"),
        CheckConstraint("expected IS NULL OR expected > 0", name="somebody_expected"),
        CheckConstraint("state IN ('draft', 'cancelled') OR convened_at IS NOT NULL", name="convened_when"),
        CheckConstraint("state NOT IN ('open', 'closed', 'confirmed') OR opened_at IS NOT NULL", name="opened_when"),
        CheckConstraint("state NOT IN ('closed', 'confirmed') OR closed_at IS NOT NULL", name="closed_when"),
        Index("ix_meeting_community_starts", "community_id", "starts_at"),
    )

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
    scrutineer: Mapped[str] = mapped_column(String(60), default="")
    teller: Mapped[str] = mapped_column(String(60), default="")
    state: Mapped[MeetingState] = mapped_column(choice(MeetingState), default=MeetingState.DRAFT)
    urgent_reason: Mapped[str | None] = mapped_column(String(300))
    cancel_reason: Mapped[str | None] = mapped_column(String(300))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_rule.id"))
    check_in_code: Mapped[str | None] = mapped_column(String(32), unique=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    convened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    platform: Mapped[Platform] = relationship()
    community: Mapped[Place] = relationship(foreign_keys=[community_id])
    host: Mapped[User | None] = relationship(foreign_keys=[host_id])
    rule: Mapped[MeetingRule | None] = relationship()
    items: Mapped[list[AgendaItem]] = relationship(
        order_by="AgendaItem.position", back_populates="meeting", viewonly=True
    )


class ItemKind(StrEnum):
    REPORT = auto()
    DISCUSSION = auto()
    VOTE = auto()


ITEM_KIND_LABELS = labelled({
    ItemKind.REPORT: _l("Report"),
    ItemKind.DISCUSSION: _l("Discussion"),
    ItemKind.VOTE: _l("Decision by vote"),
})


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
    state: Mapped[ItemState] = mapped_column(choice(ItemState), default=ItemState.WAITING)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    notes: Mapped[str] = mapped_column(Text, default="")
    dissent: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    meeting: Mapped[Meeting] = relationship(back_populates="items")
    topic: Mapped[Topic | None] = relationship()


class Capacity(StrEnum):
    MEMBER = auto()
    OBSERVER = auto()


CAPACITY_LABELS = labelled({
    Capacity.MEMBER: _l("Member with a vote"),
    Capacity.OBSERVER: _l("Observer without a vote"),
})


class Reply(StrEnum):
    NONE = auto()
    COMING = auto()
    LEAVE = auto()


REPLY_LABELS = labelled({
    Reply.NONE: _l("No reply yet"),
    Reply.COMING: _l("Will come"),
    Reply.LEAVE: _l("Asked for leave"),
})


class CheckIn(StrEnum):
    LIST = auto()
    QR_CODE = auto()
    STAFF = auto()


CHECK_IN_LABELS = labelled({
    CheckIn.LIST: _l("On the host's list"),
    CheckIn.QR_CODE: _l("By QR code"),
    CheckIn.STAFF: _l("By staff"),
})


class Invitation(Model):
    """Somebody invited: a resident, a unit (which sends whom it likes), or a user of staff.

    Checking in is on the same row: `present_at` with how and by whom; `voided_at` takes a
    wrong check-in back. `representative` is the name of whoever came for a unit.
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
    present_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_in_method: Mapped[CheckIn | None] = mapped_column(choice(CheckIn))
    checked_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    representative: Mapped[str | None] = mapped_column(String(60))
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    void_reason: Mapped[str | None] = mapped_column(String(200))

    person: Mapped[Person | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])


class VoteMode(StrEnum):
    SHOW_OF_HANDS = auto()
    SECRET = auto()
    ROLL_CALL = auto()


VOTE_MODE_LABELS = labelled({
    VoteMode.SHOW_OF_HANDS: _l("Show of hands"),
    VoteMode.SECRET: _l("Secret ballot, counted"),
    VoteMode.ROLL_CALL: _l("Roll call"),
})


class Choice(StrEnum):
    AYE = auto()
    NAY = auto()
    ABSTENTION = auto()


CHOICE_LABELS = labelled({
    Choice.AYE: _l("Aye"),
    Choice.NAY: _l("Nay"),
    Choice.ABSTENTION: _l("Abstention"),
})


class Vote(Model):
    """One vote on one item. When it opens, who may vote is frozen (`VoteRoll`), and so are
    `present`, `expected`, the motion and the rule. Those who were present and neither said aye
    nor nay nor abstained stay in the denominator where the rule counts those present.
    """

    __tablename__ = "vote"
    __table_args__ = (
        CheckConstraint("ayes >= 0 AND nays >= 0 AND abstentions >= 0", name="counts_not_negative"),
        CheckConstraint("ayes + nays + abstentions <= present", name="not_more_than_present"),
        CheckConstraint("(state = 'closed') = (passed IS NOT NULL) OR state = 'voided'", name="closed_has_outcome"),
        Index(
            "uq_vote_item_valid", "item_id", unique=True,
            sqlite_where=text("state <> 'voided'"), postgresql_where=text("state <> 'voided'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    mode: Mapped[VoteMode] = mapped_column(choice(VoteMode))
    rule_id: Mapped[int] = mapped_column(ForeignKey("meeting_rule.id"))
    motion: Mapped[str] = mapped_column(Text)
    motion_digest: Mapped[str] = mapped_column(String(64))
    expected: Mapped[int]
    present: Mapped[int]
    present_women: Mapped[int | None]
    ayes: Mapped[int] = mapped_column(default=0)
    nays: Mapped[int] = mapped_column(default=0)
    abstentions: Mapped[int] = mapped_column(default=0)
    state: Mapped[VoteState] = mapped_column(choice(VoteState), default=VoteState.OPEN)
    passed: Mapped[bool | None]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    void_reason: Mapped[str | None] = mapped_column(String(300))

    item: Mapped[AgendaItem] = relationship()
    rule: Mapped[MeetingRule] = relationship()


class VoteRoll(Model):
    """Who could vote, frozen when the vote opened; `choice` only in a roll call."""

    __tablename__ = "vote_roll"
    __table_args__ = (UniqueConstraint("vote_id", "invitation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))
    choice: Mapped[Choice | None] = mapped_column(choice(Choice))


class Speech(Model):
    """A turn in the speaking queue of an item; at most two minutes by default."""

    __tablename__ = "speech"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MinutesCorrection(Model):
    """A numbered correction of confirmed minutes. Append-only; the minutes stay as they were."""

    __tablename__ = "minutes_correction"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    by_name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
