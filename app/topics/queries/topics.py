"""Topics in lists, and what belongs to a single one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import aliased

from app.core.access import Actor
from app.core.db import built_once, rows
from app.core.slots import fills
from app.people.models import Person, Unit
from app.places.models import Place
from app.platforms.models import Platform
from app.topics.models import (
    ContentClass,
    Topic,
    TopicBuilding,
    TopicCosigner,
    TopicSource,
    TopicStep,
    TopicUnit,
)
from app.topics.queries.sight import followed_by, visible_to
from app.topics.states import TopicState

S = TopicState

# The groups a list is filtered by: what has to be done with a topic rather than its exact state.
GROUPS: dict[str, frozenset[TopicState]] = {
    "own": frozenset({S.DRAFT, S.RETURNED}),
    "submitted": frozenset({S.SUBMITTED}),
    "waiting": frozenset({S.ACCEPTED, S.DEFERRED, S.TO_REPS_ASSEMBLY, S.TO_RESIDENTS_ASSEMBLY}),
    "scheduled": frozenset({S.SCHEDULED}),
    "agreed": frozenset({S.CONSENSUS}),
    "done": frozenset({S.IMPLEMENTED, S.FED_BACK, S.CLOSED}),
    "ended": frozenset({S.MERGED, S.OUT_OF_SCOPE, S.DROPPED}),
}


@dataclass(frozen=True)
class TopicFilter:
    """What a list of topics is narrowed to; nothing set means everything in sight."""

    group: str | None = None
    source: TopicSource | None = None
    content_class: ContentClass | None = None
    platform_id: int | None = None
    community_id: int | None = None
    text: str = ""
    mine: bool = False


@fills("platforms.topics")
def deliberated_there() -> ScalarSelect[int]:
    """Column of a select from Platform: how many topics are deliberated there."""
    return select(func.count()).where(Topic.platform_id == Platform.id).scalar_subquery()


@built_once
def topics_for(actor: Actor, wanted: TopicFilter) -> Select[Any]:
    """Rows (id, number, title, state, source, sensitive, by_proxy, raised_at, moved_at,
    community_id, community, platform, author, unit, signatures) of the topics the actor may read, newest first."""
    signatures = (
        select(func.count())
        .where(TopicCosigner.topic_id == Topic.id, TopicCosigner.withdrawn_at.is_(None))
        .scalar_subquery()
    )
    return (
        select(
            Topic.id,
            Topic.number,
            Topic.title,
            Topic.state,
            Topic.source,
            Topic.sensitive,
            Topic.by_proxy,
            Topic.raised_at,
            Topic.moved_at,
            Topic.community_id,
            Place.name.label("community"),
            Platform.name.label("platform"),
            Person.name.label("author"),
            Unit.name.label("unit"),
            signatures.label("signatures"),
        )
        .join(Place, Place.id == Topic.community_id)
        .outerjoin(Platform, Platform.id == Topic.platform_id)
        .outerjoin(Person, Person.id == Topic.author_id)
        .outerjoin(Unit, Unit.id == Topic.unit_id)
        .where(visible_to(actor), *_conditions(actor, wanted))
        .order_by(Topic.id.desc())
    )


class Step(NamedTuple):
    """A step of a topic, as its page tells it."""

    state: TopicState
    reason: str | None
    by_id: int | None
    by_name: str
    at: datetime


def steps_of(topic_id: int) -> Sequence[Step]:
    """(state, reason, by_id, by_name, at) in the order in which they happened."""
    return rows(
        select(TopicStep.state, TopicStep.reason, TopicStep.by_id, TopicStep.by_name, TopicStep.at)
        .where(TopicStep.topic_id == topic_id)
        .order_by(TopicStep.id),
        Step,
    )


class MergedTopic(NamedTuple):
    """A topic that was merged into another; `author` is a resident."""

    id: int
    number: str
    title: str
    sensitive: bool
    author: str | None


def merged_into(topic_id: int) -> Sequence[MergedTopic]:
    """(id, number, title, sensitive, author) of the topics that were merged into this one."""
    return rows(
        select(Topic.id, Topic.number, Topic.title, Topic.sensitive, Person.name.label("author"))
        .outerjoin(Person, Person.id == Topic.author_id)
        .where(Topic.merged_into_id == topic_id)
        .order_by(Topic.id),
        MergedTopic,
    )


class TouchedBuilding(NamedTuple):
    """A building that a topic touches, and the place it is in."""

    id: int
    name: str
    parent: str | None


def buildings_of(topic_id: int) -> Sequence[TouchedBuilding]:
    """(id, name, parent) of the buildings a topic touches."""
    parent = aliased(Place)
    return rows(
        select(Place.id, Place.name, parent.name.label("parent"))
        .join(TopicBuilding, TopicBuilding.place_id == Place.id)
        .outerjoin(parent, parent.id == Place.parent_id)
        .where(TopicBuilding.topic_id == topic_id)
        .order_by(Place.path),
        TouchedBuilding,
    )


class ConcernedUnit(NamedTuple):
    """A unit that a topic concerns."""

    id: int
    name: str


def units_concerned(topic_id: int) -> Sequence[ConcernedUnit]:
    """(id, name) of the units a topic concerns."""
    return rows(
        select(Unit.id, Unit.name)
        .join(TopicUnit, TopicUnit.unit_id == Unit.id)
        .where(TopicUnit.topic_id == topic_id)
        .order_by(Unit.kind, Unit.name),
        ConcernedUnit,
    )


def concerned_ids(topic_id: int) -> list[int]:
    """Ids of the units a topic concerns."""
    return [unit.id for unit in units_concerned(topic_id)]


@built_once
def topics_on(platform_id: int, actor: Actor) -> Select[Any]:
    """Rows as of `topics_for` of one platform."""
    return topics_for(actor, TopicFilter(platform_id=platform_id)).select


def _conditions(actor: Actor, wanted: TopicFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.group:
        conditions.append(Topic.state.in_(GROUPS[wanted.group]))
    if wanted.source is not None:
        conditions.append(Topic.source == wanted.source)
    if wanted.content_class is not None:
        conditions.append(Topic.content_class == wanted.content_class)
    if wanted.platform_id is not None:
        conditions.append(Topic.platform_id == wanted.platform_id)
    if wanted.community_id is not None:
        conditions.append(Topic.community_id == wanted.community_id)
    if wanted.mine:
        conditions.append(followed_by(actor))
    if wanted.text:
        conditions.append(
            or_(
                *(
                    column.icontains(wanted.text, autoescape=True)
                    for column in (Topic.title, Topic.number, Topic.body)
                )
            )
        )
    return conditions
