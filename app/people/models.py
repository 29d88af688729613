from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import Model, UtcDateTime, choice
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.places.models import Place


class Gender(StrEnum):
    FEMALE = auto()
    MALE = auto()


GENDER_LABELS = labelled({Gender.FEMALE: _l("Female"), Gender.MALE: _l("Male")})


class UnitKind(StrEnum):
    STATIONED = auto()
    PROPERTY_FIRM = auto()
    OWNERS_COMMITTEE = auto()
    DEPARTMENT = auto()
    SOCIAL_ORGANISATION = auto()
    NEW_ORGANISATION = auto()


UNIT_KIND_LABELS = labelled(
    {
        UnitKind.STATIONED: _l("Stationed unit"),
        UnitKind.PROPERTY_FIRM: _l("Property firm"),
        UnitKind.OWNERS_COMMITTEE: _l("Owners' committee"),
        UnitKind.DEPARTMENT: _l("Government department"),
        UnitKind.SOCIAL_ORGANISATION: _l("Social organisation"),
        UnitKind.NEW_ORGANISATION: _l("New economic or social organisation"),
    }
)


class AppointmentKind(StrEnum):
    RESPONSIBLE = auto()
    COMMITTEE_MEMBER = auto()
    RESIDENT_REP = auto()
    BUILDING_HEAD = auto()
    GRID_WORKER = auto()
    HOUSEHOLD_LIAISON = auto()
    PART_TIME_MEMBER = auto()
    OVERSIGHT_MEMBER = auto()


APPOINTMENT_LABELS = labelled(
    {
        AppointmentKind.RESPONSIBLE: _l("Person responsible"),
        AppointmentKind.COMMITTEE_MEMBER: _l("Residents' committee member"),
        AppointmentKind.RESIDENT_REP: _l("Resident representative"),
        AppointmentKind.BUILDING_HEAD: _l("Building head"),
        AppointmentKind.GRID_WORKER: _l("Grid worker"),
        AppointmentKind.HOUSEHOLD_LIAISON: _l("Household liaison"),
        AppointmentKind.PART_TIME_MEMBER: _l("Part-time committee member"),
        AppointmentKind.OVERSIGHT_MEMBER: _l("Oversight committee member"),
    }
)


def _searched(length: int) -> String:
    """Text that is searched by its beginning: compared character by character on both engines,
    so that everything with one beginning is a range of the index."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Household(Model):
    """A household (户) in a room of a building."""

    __tablename__ = "household"
    __table_args__ = (UniqueConstraint("building_id", "room"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    building_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    room: Mapped[str] = mapped_column(String(40))

    building: Mapped[Place] = relationship()


class Person(Model):
    """A resident, or a person from elsewhere who works here (then without a household).

    `code` is the resident's number in this community, shown as a QR code at the counter
    instead of an identity number. They live here until `moved_out_on`, which is the day of death
    of those who are `deceased`. `pinyin` is without tones and spaces ("zhangsan"), `initials` its
    first letters ("zs"); both can be corrected by hand.
    """

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_community_initials", "community_id", "initials"),
        Index("ix_person_community_pinyin", "community_id", "pinyin"),
        Index("ix_person_community_phone_tail", "community_id", "phone_tail"),
        Index("ix_person_community_name", "community_id", "name"),
        CheckConstraint("phone IS NULL OR length(phone) BETWEEN 5 AND 20", name="phone_length"),
        CheckConstraint("NOT deceased OR moved_out_on IS NOT NULL", name="deceased_since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(_searched(12), unique=True)
    name: Mapped[str] = mapped_column(_searched(60))
    pinyin: Mapped[str] = mapped_column(_searched(120), default="")
    initials: Mapped[str] = mapped_column(_searched(30), default="")
    gender: Mapped[Gender | None] = mapped_column(choice(Gender))
    born_on: Mapped[date | None]
    phone: Mapped[str | None] = mapped_column(String(20))
    phone_tail: Mapped[str | None] = mapped_column(_searched(4))
    community_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"), index=True)
    party_member: Mapped[bool] = mapped_column(default=False)
    works_at_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    moved_out_on: Mapped[date | None]
    deceased: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    household: Mapped[Household | None] = relationship()
    community: Mapped[Place] = relationship(foreign_keys=[community_id])


class Unit(Model):
    """An organisation that takes part: it is invited, takes tasks, is assessed."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("community_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[UnitKind] = mapped_column(choice(UnitKind))
    community_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    contact_name: Mapped[str | None] = mapped_column(String(60))
    contact_phone: Mapped[str | None] = mapped_column(String(20))
    ended_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)


class Appointment(Model):
    """An office that a person holds at a place for a term, e.g. building head of building 3.

    `title` says more where the kind does not ("党委书记"). Ended, never deleted.
    """

    __tablename__ = "appointment"
    __table_args__ = (CheckConstraint("until IS NULL OR until >= since", name="term_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[AppointmentKind] = mapped_column(choice(AppointmentKind))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    title: Mapped[str | None] = mapped_column(String(60))
    since: Mapped[date]
    until: Mapped[date | None]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(String(200))

    person: Mapped[Person] = relationship()
    place: Mapped[Place] = relationship()
