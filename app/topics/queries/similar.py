"""Topics that may be about the same matter, by the pairs of characters their titles share."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import select

from app.core.access import Actor
from app.core.db import db
from app.topics import policy
from app.topics.models import Topic
from app.topics.queries.sight import visible_to
from app.topics.states import TopicState

# Recent ones are compared in Python: a few hundred short titles take a millisecond.
_RECENT = 300
_SHOWN = 5
_SHORTEST = 2  # characters of a title worth comparing
_ALIKE = 0.2  # likeness from which two titles may mean the same
_COMMON = 2  # pairs they have to share at least: one is often just "坏了" or "小区"


@dataclass(frozen=True)
class SimilarTopic:
    id: int
    number: str
    title: str
    state: TopicState
    likeness: float


def similar_topics(
    actor: Actor, community_id: int, title: str, *, other_than: int | None = None
) -> list[SimilarTopic]:
    """Up to five open topics of the community with a title like this one, the most alike first,
    among those the actor may read."""
    wanted = pairs(title)
    if len(title.strip()) < _SHORTEST:
        return []
    rows = db.session.execute(
        select(Topic.id, Topic.number, Topic.title, Topic.state)
        .where(
            Topic.community_id == community_id,
            Topic.state.not_in(policy.ENDED | {TopicState.DRAFT}),
            visible_to(actor),
        )
        .order_by(Topic.id.desc())
        .limit(_RECENT)
    )
    found = [
        SimilarTopic(row.id, row.number, row.title, row.state, likeness(wanted, pairs(row.title)))
        for row in rows
        if row.id != other_than and len(wanted & pairs(row.title)) >= min(_COMMON, len(wanted))
    ]
    alike = [topic for topic in found if topic.likeness >= _ALIKE]
    return sorted(alike, key=lambda topic: (-topic.likeness, -topic.id))[:_SHOWN]


def merge_targets(topic: Topic) -> list[SimilarTopic]:
    """The open topics of the community into which this one can be merged, the most alike first."""
    wanted = pairs(topic.title)
    rows = db.session.execute(
        select(Topic.id, Topic.number, Topic.title, Topic.state)
        .where(
            Topic.community_id == topic.community_id,
            Topic.state.in_(policy.OPEN_FOR_MERGING),
            Topic.id != topic.id,
        )
        .order_by(Topic.id.desc())
        .limit(_RECENT)
    )
    found = [
        SimilarTopic(row.id, row.number, row.title, row.state, likeness(wanted, pairs(row.title)))
        for row in rows
    ]
    return sorted(found, key=lambda other: (-other.likeness, -other.id))


def pairs(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters, without what is neither letter nor figure."""
    letters = "".join(character for character in text.casefold() if character.isalnum())
    return frozenset(a + b for a, b in pairwise(letters))


def likeness(a: frozenset[str], b: frozenset[str]) -> float:
    """From 0 (nothing in common) to 1 (the same pairs); Dice's coefficient."""
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0
