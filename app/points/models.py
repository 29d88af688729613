from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import Model, UtcDateTime, choice
from app.core.i18n import Phrase, PhraseType
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.people.models import Person


class Category(StrEnum):
    DELIBERATION = auto()
    RESOLUTION_WORK = auto()
    VOLUNTEERING = auto()
    CONVENTION = auto()
    NEIGHBOURLINESS = auto()
    PROPOSALS = auto()
    HONOURS = auto()


CATEGORY_LABELS = labelled(
    {
        Category.DELIBERATION: _l("Taking part in deliberation"),
        Category.RESOLUTION_WORK: _l("Carrying out resolutions"),
        Category.VOLUNTEERING: _l("Volunteer service"),
        Category.CONVENTION: _l("Living by the convention"),
        Category.NEIGHBOURLINESS: _l("Helping neighbours"),
        Category.PROPOSALS: _l("Proposals taken up"),
        Category.HONOURS: _l("Honours"),
    }
)


class Basis(StrEnum):
    PER_TIME = auto()
    PER_HOUR = auto()
    PER_DIFFICULTY = auto()
    PERCENT = auto()


BASIS_LABELS = labelled(
    {
        Basis.PER_TIME: _l("per time"),
        Basis.PER_HOUR: _l("per hour"),
        Basis.PER_DIFFICULTY: _l("by difficulty"),
        Basis.PERCENT: _l("per cent on top"),
    }
)


class AwardStatus(StrEnum):
    PENDING = auto()
    POSTED = auto()
    REFUSED = auto()
    WITHDRAWN = auto()
    REVERSED = auto()


AWARD_STATUS_LABELS = labelled(
    {
        AwardStatus.PENDING: _l("Awaiting a second person"),
        AwardStatus.POSTED: _l("Credited"),
        AwardStatus.REFUSED: _l("Not approved"),
        AwardStatus.WITHDRAWN: _l("Request withdrawn"),
        AwardStatus.REVERSED: _l("Reversed"),
    }
)


class RuleCode:
    """Codes of the rules that facts award by themselves. Others are free text."""

    ATTENDED = "attended"
    TOPIC_VALID = "topic_valid"
    TOPIC_ADOPTED = "topic_adopted"
    TASK_DONE = "task_done"
    TASK_ON_TIME = "task_on_time"


AUTOMATIC = frozenset(
    {
        RuleCode.ATTENDED,
        RuleCode.TOPIC_VALID,
        RuleCode.TOPIC_ADOPTED,
        RuleCode.TASK_DONE,
        RuleCode.TASK_ON_TIME,
    }
)

# A version of a rule that was cancelled before its day came leaves the day free again.
_VALID = text("cancelled_at IS NULL")
_VALID_GENERAL = text("cancelled_at IS NULL AND community_id IS NULL")
_ALIVE = text("status IN ('pending', 'posted')")


class EarningRule(Model):
    """What an act is worth, from a date on. The row in force on the day of the act applies.

    A rule of a community (`community_id`) goes before the general one of the same code, also
    when it says that the community has ended it. `points` is per `basis`: points a time, an
    hour, for tasks the points of an ordinary task (difficulty multiplies it), or per cent.
    `yearly_cap` is the most points one person gets under the code in a calendar year.
    `ended` marks the date from which nothing is awarded any more. `source` says where the
    figure comes from. A version never changes; one that is still to come can be cancelled.
    """

    __tablename__ = "earning_rule"
    __table_args__ = (
        Index(
            "uq_earning_rule_version",
            "code",
            "community_id",
            "effective_from",
            unique=True,
            sqlite_where=_VALID,
            postgresql_where=_VALID,
        ),
        # NULLs differ from each other in a unique index, so the general rules need their own.
        Index(
            "uq_earning_rule_general_version",
            "code",
            "effective_from",
            unique=True,
            sqlite_where=_VALID_GENERAL,
            postgresql_where=_VALID_GENERAL,
        ),
        CheckConstraint("points > 0", name="points_positive"),
        CheckConstraint("yearly_cap IS NULL OR yearly_cap > 0", name="cap_positive"),
        CheckConstraint("basis <> 'percent' OR points <= 100", name="percent_at_most_all"),
        CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)", name="cancelled_by_somebody"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), index=True)
    community_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    name: Mapped[str] = mapped_column(String(80))
    category: Mapped[Category] = mapped_column(choice(Category))
    basis: Mapped[Basis] = mapped_column(choice(Basis))
    points: Mapped[int]
    yearly_cap: Mapped[int | None]
    effective_from: Mapped[date]
    ended: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(300))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PointsPolicy(Model):
    """What holds for all awards from a date on.

    Manual awards that bring a person to `second_person_from` points or more wait for a second
    person (`policy.needs_second_person` says what is added up). Points expire
    `expires_after_months` months after the end of the month of the act (none: they never do).
    """

    __tablename__ = "points_policy"
    __table_args__ = (
        UniqueConstraint("effective_from"),
        CheckConstraint("second_person_from > 0", name="threshold_positive"),
        CheckConstraint(
            "expires_after_months IS NULL OR expires_after_months > 0", name="expiry_positive"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    effective_from: Mapped[date]
    second_person_from: Mapped[int]
    expires_after_months: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(300))


class Wallet(Model):
    """Ties a person to their accounts in the ledger: points, and minutes of service, which
    are kept apart and never spent."""

    __tablename__ = "wallet"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)
    minutes_account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), unique=True)


class Award(Model):
    """Points for one fact ("meeting:42:attendance:7"). A fact has one living award at most; if
    it was reversed and is awarded again, `fact_key` gets a number (":2").

    `times` is how often, how many hours or the difficulty's multiplier; `minutes` is the length
    of service where the rule is by the hour. `shortfall` is what a reversal could not take
    back because it had been spent, less what came back since, of points that had been reserved.
    """

    __tablename__ = "award"
    __table_args__ = (
        CheckConstraint("points > 0", name="points_positive"),
        CheckConstraint("times > 0", name="times_positive"),
        CheckConstraint("minutes IS NULL OR minutes > 0", name="minutes_positive"),
        CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> requested_by_id", name="two_people"
        ),
        CheckConstraint(
            "(status IN ('posted', 'reversed')) = (transaction_id IS NOT NULL)",
            name="posted_has_transaction",
        ),
        CheckConstraint("(status = 'reversed') = (reversed_at IS NOT NULL)", name="reversed_when"),
        CheckConstraint(
            "status <> 'refused' OR decision_reason IS NOT NULL", name="refused_with_reason"
        ),
        Index(
            "uq_award_fact_alive",
            "fact",
            unique=True,
            sqlite_where=_ALIVE,
            postgresql_where=_ALIVE,
        ),
        Index("ix_award_fact", "fact"),
        Index("ix_award_community_id", "community_id", "id"),
        Index("ix_award_community_status", "community_id", "status", "id"),
        Index("ix_award_person", "person_id", "rule_id", "happened_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fact: Mapped[str] = mapped_column(String(110))
    fact_key: Mapped[str] = mapped_column(String(120), unique=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("earning_rule.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    community_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    points: Mapped[int]
    times: Mapped[int] = mapped_column(default=1)
    minutes: Mapped[int | None]
    memo: Mapped[Phrase] = mapped_column(PhraseType)
    happened_on: Mapped[date]
    manual: Mapped[bool] = mapped_column(default=False)
    status: Mapped[AwardStatus] = mapped_column(choice(AwardStatus))
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_reason: Mapped[str | None] = mapped_column(String(300))
    transaction_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_transaction.id"))
    reversal_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_transaction.id"))
    reversed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reversed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reversal_reason: Mapped[str | None] = mapped_column(String(300))
    shortfall: Mapped[int] = mapped_column(default=0)

    rule: Mapped[EarningRule] = relationship()
    person: Mapped[Person] = relationship()
