from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conventions.states import VersionState
from app.core import clock
from app.core.db import Model, UtcDateTime, choice
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.places.models import Place


class ConventionKind(StrEnum):
    CONVENTION = auto()
    SERVICE_STANDARD = auto()


CONVENTION_KIND_LABELS = labelled(
    {
        ConventionKind.CONVENTION: _l("Residents' convention"),
        ConventionKind.SERVICE_STANDARD: _l("Property service standard"),
    }
)


class ClauseClass(StrEnum):
    """The five classes of content (2018 guidance of seven ministries)."""

    CONDUCT = auto()
    ORDER = auto()
    RIGHTS = auto()
    DISPUTES = auto()
    CUSTOMS = auto()


CLAUSE_CLASS_LABELS = labelled(
    {
        ClauseClass.CONDUCT: _l("Everyday conduct"),
        ClauseClass.ORDER: _l("Public order"),
        ClauseClass.RIGHTS: _l("Residents' rights and interests"),
        ClauseClass.DISPUTES: _l("Settling disputes"),
        ClauseClass.CUSTOMS: _l("Good customs"),
    }
)


class Convention(Model):
    """A convention of a community, estate or building, or a service standard. Its text is in its
    versions."""

    __tablename__ = "convention"
    __table_args__ = (UniqueConstraint("place_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    kind: Mapped[ConventionKind] = mapped_column(choice(ConventionKind))
    title: Mapped[str] = mapped_column(String(100))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    place: Mapped[Place] = relationship(foreign_keys=[place_id])


class ConventionVersion(Model):
    """One version on its way from draft to being in force. At most one of a convention is in
    force, at most one on its way. The text put to the vote is frozen by `digest`. What was
    adopted is to be filed by `file_by`, its last day.
    """

    __tablename__ = "convention_version"
    __table_args__ = (
        UniqueConstraint("convention_id", "number"),
        CheckConstraint(
            "state NOT IN ('voting', 'adopted', 'filed', 'in_force') OR digest IS NOT NULL",
            name="frozen_for_vote",
        ),
        CheckConstraint(
            "state NOT IN ('filed', 'in_force') OR (filing_number IS NOT NULL AND filed_on IS NOT NULL)",
            name="filed_how",
        ),
        Index(
            "uq_convention_version_in_force", "convention_id", unique=True,
            sqlite_where=text("state = 'in_force'"), postgresql_where=text("state = 'in_force'"),
        ),
        Index(
            "uq_convention_version_under_way", "convention_id", unique=True,
            sqlite_where=text("state NOT IN ('in_force', 'superseded', 'repealed')"),
            postgresql_where=text("state NOT IN ('in_force', 'superseded', 'repealed')"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    convention_id: Mapped[int] = mapped_column(ForeignKey("convention.id"))
    number: Mapped[int]
    state: Mapped[VersionState] = mapped_column(choice(VersionState), default=VersionState.DRAFTING)
    preamble: Mapped[str] = mapped_column(Text, default="")
    legal_basis: Mapped[str] = mapped_column(Text, default="")
    comment_until: Mapped[date | None]
    lawyer_opinion: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    review_opinion: Mapped[str | None] = mapped_column(Text)
    review_number: Mapped[str | None] = mapped_column(String(60))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    digest: Mapped[str | None] = mapped_column(String(64))
    adopted_on: Mapped[date | None]
    file_by: Mapped[date | None]
    filing_number: Mapped[str | None] = mapped_column(String(60))
    filed_on: Mapped[date | None]
    in_force_from: Mapped[date | None]
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str | None] = mapped_column(String(300))
    ended_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    version: Mapped[int] = mapped_column(default=1)

    convention: Mapped[Convention] = relationship()
    clauses: Mapped[list[Clause]] = relationship(
        primaryjoin="and_(Clause.version_id == ConventionVersion.id, Clause.position.is_not(None))",
        order_by="Clause.position",
        viewonly=True,
    )


class Clause(Model):
    """A clause. `origin_id` is the clause of an earlier version that it began as: two versions are
    compared by it, even if their clauses were renumbered. A clause taken out of a draft loses its
    position and keeps its row, because opinions refer to it.
    """

    __tablename__ = "clause"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("convention_version.id"), index=True)
    position: Mapped[int | None]
    heading: Mapped[str] = mapped_column(String(60), default="")
    text: Mapped[str] = mapped_column(Text)
    clause_class: Mapped[ClauseClass | None] = mapped_column(choice(ClauseClass))
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))


class Verdict(StrEnum):
    ADOPTED = auto()
    PARTLY = auto()
    NOT_ADOPTED = auto()


VERDICT_LABELS = labelled(
    {
        Verdict.ADOPTED: _l("Taken up"),
        Verdict.PARTLY: _l("Taken up in part"),
        Verdict.NOT_ADOPTED: _l("Not taken up"),
    }
)


# What is wholly or partly taken up has to get into the text.
TAKEN_UP = (Verdict.ADOPTED, Verdict.PARTLY)


class Opinion(Model):
    """A resident's opinion on a version, and what was answered, with the reason.

    One that was taken up is in the text from `in_text_at` on; `in_text_clause_id` is the clause
    that says it, or was taken out because of it, empty where the text as a whole does.
    """

    __tablename__ = "opinion"
    __table_args__ = (
        CheckConstraint("(verdict IS NULL) = (answered_at IS NULL)", name="answered_when"),
        CheckConstraint(
            "verdict IS NULL OR verdict = 'adopted' OR reason <> ''", name="refusal_has_reason"
        ),
        CheckConstraint(
            "in_text_at IS NULL OR verdict IN ('adopted', 'partly')", name="in_text_if_taken_up"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("convention_version.id"), index=True)
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    verdict: Mapped[Verdict | None] = mapped_column(choice(Verdict))
    reason: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    in_text_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    in_text_clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))


class FilingRule(Model):
    """Within how many days of its adoption a text is filed, from a date on. The 2025 law
    (art. 31) asks for filing without naming days; ten are customary."""

    __tablename__ = "filing_rule"
    __table_args__ = (
        UniqueConstraint("effective_from"),
        CheckConstraint("days > 0", name="some_days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    days: Mapped[int]
    effective_from: Mapped[date]
    source: Mapped[str] = mapped_column(String(200))


class VersionStep(Model):
    """A step in a version's life. Append-only."""

    __tablename__ = "version_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("convention_version.id"), index=True)
    state: Mapped[VersionState] = mapped_column(choice(VersionState))
    text: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by_name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
