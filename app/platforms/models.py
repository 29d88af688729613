from __future__ import annotations

from datetime import date
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Model, choice
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.people.models import Person, UnitKind
from app.places.models import Place


class PlatformKind(StrEnum):
    TRIPARTITE = auto()
    MULTIPARTY = auto()
    COUNCIL = auto()
    HEARING = auto()
    TALK = auto()
    COURTYARD = auto()


PLATFORM_KIND_LABELS = labelled(
    {
        PlatformKind.TRIPARTITE: _l("Three-party consultation"),
        PlatformKind.MULTIPARTY: _l("Multi-party cooperation"),
        PlatformKind.COUNCIL: _l("Residents' council"),
        PlatformKind.HEARING: _l("Hearing"),
        PlatformKind.TALK: _l("Heart-to-heart talk"),
        PlatformKind.COURTYARD: _l("Courtyard meeting"),
    }
)


PLATFORM_KIND_ABOUT = {
    PlatformKind.TRIPARTITE: _l(
        "Matters of one estate: its owners' committee, its property firm and the residents, "
        "called together by the Party organisation."
    ),
    PlatformKind.MULTIPARTY: _l(
        "Matters of the whole community, together with the units stationed in it."
    ),
    PlatformKind.COUNCIL: _l("A standing council of residents that meets regularly."),
    PlatformKind.HEARING: _l("Before a decision that touches many: whoever is concerned is heard."),
    PlatformKind.TALK: _l("An open talk in which everybody says what is on their mind."),
    PlatformKind.COURTYARD: _l("A short meeting downstairs, in the courtyard or the stairwell."),
}


class Platform(Model):
    """A venue where people deliberate. From `ended_on` on no meeting is convened on it."""

    __tablename__ = "platform"
    __table_args__ = (
        UniqueConstraint("community_id", "name"),
        CheckConstraint("ended_on IS NULL OR ended_on >= opened_on", name="period_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[PlatformKind] = mapped_column(choice(PlatformKind))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    venue: Mapped[str] = mapped_column(String(120))
    opening_hours: Mapped[str] = mapped_column(String(120), default="")
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opened_on: Mapped[date]
    ended_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    place: Mapped[Place] = relationship(foreign_keys=[place_id])
    responsible: Mapped[Person | None] = relationship()
    parties: Mapped[list[PlatformParty]] = relationship(order_by="PlatformParty.id")


class PlatformParty(Model):
    """A kind of unit that must be invited to every meeting on the platform."""

    __tablename__ = "platform_party"
    __table_args__ = (UniqueConstraint("platform_id", "unit_kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    unit_kind: Mapped[UnitKind] = mapped_column(choice(UnitKind))
