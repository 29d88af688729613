from __future__ import annotations

from datetime import date
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, choice
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled


class MeetingKind(StrEnum):
    RESIDENTS_ASSEMBLY = auto()
    REPS_ASSEMBLY = auto()
    COUNCIL = auto()
    CO_CONSULTATION = auto()
    HEARING = auto()
    TALK = auto()
    COURTYARD = auto()
    JOINT = auto()


MEETING_KIND_LABELS = labelled(
    {
        MeetingKind.RESIDENTS_ASSEMBLY: _l("Residents' assembly"),
        MeetingKind.REPS_ASSEMBLY: _l("Representatives' assembly"),
        MeetingKind.COUNCIL: _l("Residents' council meeting"),
        MeetingKind.CO_CONSULTATION: _l("Party-building consultation"),
        MeetingKind.HEARING: _l("Hearing meeting"),
        MeetingKind.TALK: _l("Heart-to-heart talk meeting"),
        MeetingKind.COURTYARD: _l("Courtyard meeting of residents"),
        MeetingKind.JOINT: _l("Joint meeting"),
    }
)


class Composition(StrEnum):
    """Whom the expected number (应到) counts."""

    ADULTS = auto()
    HOUSEHOLDS = auto()
    REPS_AND_COMMITTEE = auto()
    INVITED = auto()


COMPOSITION_LABELS = labelled(
    {
        Composition.ADULTS: _l("Adult residents"),
        Composition.HOUSEHOLDS: _l("Households' representatives"),
        Composition.REPS_AND_COMMITTEE: _l("Representatives and committee members"),
        Composition.INVITED: _l("Invited members"),
    }
)


class Majority(StrEnum):
    """Of what the ayes must be more: of those present (abstentions stay in the
    denominator), or of the ayes and nays alone (a tie does not pass)."""

    OF_PRESENT = auto()
    OF_CAST = auto()


MAJORITY_LABELS = labelled(
    {
        Majority.OF_PRESENT: _l("of those present"),
        Majority.OF_CAST: _l("of ayes and nays"),
    }
)


class MeetingRule(Model):
    """Thresholds of a kind of meeting from a date on (domain.md 2.1).

    A threshold is the fraction numerator/denominator; `…_strict` says "more than" (过半数,
    超过), else "at least" (以上). `notice_days` is the fewest days between the notice and
    the meeting. `short_notice` says whether urgency may shorten that (art. 27). `every_months` is
    how often such a meeting has to be held at least, counted in calendar periods.
    """

    __tablename__ = "meeting_rule"
    __table_args__ = (
        UniqueConstraint("kind", "effective_from"),
        CheckConstraint(
            "quorum_denominator > 0 AND quorum_numerator BETWEEN 0 AND quorum_denominator",
            name="quorum_fraction",
        ),
        CheckConstraint(
            "pass_denominator > 0 AND pass_numerator BETWEEN 0 AND pass_denominator",
            name="pass_fraction",
        ),
        CheckConstraint("notice_days BETWEEN 0 AND 90", name="notice_days"),
        CheckConstraint("every_months IN (1, 3, 6, 12)", name="whole_periods"),
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
    every_months: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(300))
