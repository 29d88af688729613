"""Topics that can be put on an agenda, and to which assembly they were referred."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from app.core.db import db
from app.topics import policy
from app.topics.models import ContentClass, Topic, TopicStep
from app.topics.queries.following import supports
from app.topics.queries.topics import GROUPS
from app.topics.states import TopicState


@dataclass(frozen=True)
class Schedulable:
    """A topic that can be put on an agenda. Those that have to be come first."""

    id: int
    number: str
    title: str
    state: TopicState
    content_class: ContentClass | None
    platform_id: int | None
    sensitive: bool
    referred_to: TopicState | None
    signers: int
    must_be_scheduled: bool


def schedulable(community_id: int) -> list[Schedulable]:
    """The topics that can be put on an agenda; those that must be by law or custom come first,
    then the longest waiting."""
    rows = db.session.execute(
        select(
            Topic.id,
            Topic.number,
            Topic.title,
            Topic.state,
            Topic.content_class,
            Topic.platform_id,
            Topic.sensitive,
        )
        .where(Topic.community_id == community_id, Topic.state.in_(GROUPS["waiting"]))
        .order_by(Topic.id)
    ).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    support, upward = supports(community_id, ids), referred(ids)
    found = [
        Schedulable(
            **row._mapping,  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
            referred_to=upward.get(row.id),
            signers=support[row.id].signers,
            must_be_scheduled=support[row.id].must_be_scheduled,
        )
        for row in rows
    ]
    return sorted(found, key=lambda topic: not topic.must_be_scheduled)


def referred(topic_ids: Collection[int]) -> dict[int, TopicState]:
    """{topic id: the assembly it was referred to, the higher one if to both}, also if it went
    on since. Topics never referred are left out."""
    steps = db.session.execute(
        select(TopicStep.topic_id, TopicStep.state)
        .where(TopicStep.topic_id.in_(topic_ids), TopicStep.state.in_(policy.REFERRED))
        .distinct()
    )
    found: dict[int, TopicState] = {}
    for topic_id, state in steps:
        found[topic_id] = max(found.get(topic_id, state), state, key=policy.REFERRED.index)
    return found
