from __future__ import annotations

from datetime import datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import Model, UtcDateTime, choice
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.people.models import Person, Unit
from app.places.models import Place
from app.platforms.models import Platform
from app.topics.states import TopicState


class TopicSource(StrEnum):
    OPINION_POINT = auto()
    CO_SIGNED = auto()
    GRID = auto()
    PARTY = auto()
    UNIT = auto()
    SUPERIOR = auto()


TOPIC_SOURCE_LABELS = labelled(
    {
        TopicSource.OPINION_POINT: _l("Opinion point"),
        TopicSource.CO_SIGNED: _l("Co-signed by residents"),
        TopicSource.GRID: _l("Reported by the grid"),
        TopicSource.PARTY: _l("Party organisation"),
        TopicSource.UNIT: _l("Raised by a stationed unit"),
        TopicSource.SUPERIOR: _l("Assigned from above"),
    }
)


class ContentClass(StrEnum):
    """The five classes of consultation content (2015 Opinions on urban and rural community
    consultation)."""

    PUBLIC_AFFAIRS = auto()
    DIFFICULTIES = auto()
    POLICY = auto()
    LEGAL = auto()
    PARTIES = auto()


CONTENT_CLASS_LABELS = labelled(
    {
        ContentClass.PUBLIC_AFFAIRS: _l(
            "Public affairs and welfare that touch residents' interests"
        ),
        ContentClass.DIFFICULTIES: _l(
            "Difficulties and disputes that residents urgently want solved"
        ),
        ContentClass.POLICY: _l("Carrying out policies and key work in the community"),
        ContentClass.LEGAL: _l("Matters that law or policy requires to be consulted on"),
        ContentClass.PARTIES: _l("Matters that the parties to consultation raise"),
    }
)


# The same in few characters, where a list has no room for more.
CONTENT_CLASS_SHORT = {
    ContentClass.PUBLIC_AFFAIRS: _l("Public affairs"),
    ContentClass.DIFFICULTIES: _l("Difficulties and disputes"),
    ContentClass.POLICY: _l("Policies"),
    ContentClass.LEGAL: _l("Required by law"),
    ContentClass.PARTIES: _l("Raised by the parties"),
}
_MERGED = text("merged_into_id IS NOT NULL")


class Topic(Model):
    """A matter that was raised. `number` is year-sequence within the community, e.g. 2026-013.

    `author_id` is the resident it came from (none for party, superiors and units);
    `entered_by_id` the user who typed it, another person than the author if `by_proxy`.
    A merged topic points to the one that goes on (`merged_into_id`). `moved_at` is when it
    came into its present state.
    """

    __tablename__ = "topic"
    __table_args__ = (
        UniqueConstraint("community_id", "number"),
        CheckConstraint(
            "(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into_something"
        ),
        CheckConstraint("merged_into_id <> id", name="not_into_itself"),
        Index("ix_topic_community_state", "community_id", "state", "id"),
        # Few are merged: an index of all would be taken for one that finds nothing in particular.
        Index(
            "ix_topic_merged_into_id",
            "merged_into_id",
            sqlite_where=_MERGED,
            postgresql_where=_MERGED,
        ),
        Index(
            "ix_topic_sensitive",
            "id",
            sqlite_where=text("sensitive = 1"),
            postgresql_where=text("sensitive"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20))
    community_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    platform_id: Mapped[int | None] = mapped_column(ForeignKey("platform.id"))
    title: Mapped[str] = mapped_column(String(100))
    body: Mapped[str] = mapped_column(Text)
    wish: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[TopicSource] = mapped_column(choice(TopicSource))
    content_class: Mapped[ContentClass | None] = mapped_column(choice(ContentClass))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    by_proxy: Mapped[bool] = mapped_column(default=False)
    sensitive: Mapped[bool] = mapped_column(default=False)
    state: Mapped[TopicState] = mapped_column(choice(TopicState))
    state_reason: Mapped[str | None] = mapped_column(Text)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    author: Mapped[Person | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    community: Mapped[Place] = relationship()
    platform: Mapped[Platform | None] = relationship()
    merged_into: Mapped[Topic | None] = relationship(remote_side="Topic.id")


class TopicCosigner(Model):
    """A resident who signed a topic together with its author.

    A signature that was taken back stays with the moment it was; signing again renews it.
    `entered_by_id` is set if staff entered it from a list of signatures on paper.
    """

    __tablename__ = "topic_cosigner"
    __table_args__ = (UniqueConstraint("topic_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TopicBuilding(Model):
    """A building the topic touches."""

    __tablename__ = "topic_building"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)


class TopicUnit(Model):
    """A unit the topic concerns: it has to be invited where the topic is deliberated, whether it
    raised it or not (2025 law, art. 46)."""

    __tablename__ = "topic_unit"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)


class TopicStep(Model):
    """A step in a topic's life, as its author sees it. Append-only."""

    __tablename__ = "topic_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    state: Mapped[TopicState] = mapped_column(choice(TopicState))
    reason: Mapped[str | None] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by_name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
