from __future__ import annotations

from datetime import datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import Model, UtcDateTime, choice
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.rules import MeetingRule
from app.meetings.states import VoteState


class VoteMode(StrEnum):
    SHOW_OF_HANDS = auto()
    SECRET = auto()
    ROLL_CALL = auto()


VOTE_MODE_LABELS = labelled(
    {
        VoteMode.SHOW_OF_HANDS: _l("Show of hands"),
        VoteMode.SECRET: _l("Secret ballot, counted"),
        VoteMode.ROLL_CALL: _l("Roll call"),
    }
)


class Choice(StrEnum):
    AYE = auto()
    NAY = auto()
    ABSTENTION = auto()


CHOICE_LABELS = labelled(
    {
        Choice.AYE: _l("Aye"),
        Choice.NAY: _l("Nay"),
        Choice.ABSTENTION: _l("Abstention"),
    }
)


class Vote(Model):
    """One vote on one item. When it opens, who may vote is frozen (`VoteRoll`), and so are
    `present`, `expected`, the motion and the rule. Those who were present and neither said aye
    nor nay nor abstained stay in the denominator where the rule counts those present.
    """

    __tablename__ = "vote"
    __table_args__ = (
        CheckConstraint("ayes >= 0 AND nays >= 0 AND abstentions >= 0", name="counts_not_negative"),
        CheckConstraint("ayes + nays + abstentions <= present", name="not_more_than_present"),
        CheckConstraint(
            "(state = 'closed') = (passed IS NOT NULL) OR state = 'voided'",
            name="closed_has_outcome",
        ),
        CheckConstraint("scrutineer = '' OR scrutineer <> teller", name="two_people"),
        CheckConstraint("state <> 'voided' OR void_reason IS NOT NULL", name="voided_why"),
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
    scrutineer: Mapped[str] = mapped_column(String(60), default="")
    teller: Mapped[str] = mapped_column(String(60), default="")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    void_reason: Mapped[str | None] = mapped_column(String(300))

    item: Mapped[AgendaItem] = relationship()
    rule: Mapped[MeetingRule] = relationship()

    @property
    def silent(self) -> int:
        """How many of those present are in none of the counts."""
        return self.present - self.ayes - self.nays - self.abstentions

    @property
    def silence(self) -> object:
        """What is said of the `silent`, within a sentence: a secret ballot doesn't tell whether
        they kept their paper or handed in an invalid one."""
        if self.mode is VoteMode.SECRET:
            return _l("did not vote or spoiled the paper")
        return _l("did not vote")


class VoteRoll(Model):
    """Who could vote, frozen when the vote opened; `choice` only in a roll call."""

    __tablename__ = "vote_roll"
    __table_args__ = (UniqueConstraint("vote_id", "invitation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))
    choice: Mapped[Choice | None] = mapped_column(choice(Choice))
