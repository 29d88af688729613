"""What each reader may see of topics, and of what came of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from app.core.access import Actor, Capability
from app.core.db import db
from app.core.errors import NotFoundError
from app.places.interface import in_reach
from app.topics import policy
from app.topics.models import Topic, TopicCosigner
from app.topics.states import TopicState


def topic_in_reach(actor: Actor, capability: Capability, topic_id: int) -> Topic:
    """The topic, if it has been submitted, the actor has the capability in its community and, of
    a sensitive one, may read it; else NotFoundError."""
    reached = in_reach(Topic.community_id, actor, capability) & (Topic.state != TopicState.DRAFT)
    return _one(topic_id, reached & (Topic.sensitive.is_(False) | visible_to(actor)))


def topic_seen_by(actor: Actor, topic_id: int) -> Topic:
    """The topic, if the actor may read it; else NotFoundError."""
    return _one(topic_id, visible_to(actor))


def may_read(actor: Actor, topic_id: int) -> bool:
    """Whether the actor may read the topic."""
    statement = select(Topic.id).where(Topic.id == topic_id, visible_to(actor))
    return db.session.scalar(statement) is not None


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Condition on Topic: what the actor raised, entered or signed; for staff everything that
    was submitted; for others in the community what is before it and not sensitive."""
    # Only what the actor needs: SQLite uses no index for an OR of which a part is plainly false.
    seen = [followed_by(actor)]
    if actor.may(Capability.SEE_TOPICS):
        reached = reached_openly(
            Topic.community_id, actor, Capability.SEE_TOPICS, Topic.sensitive.is_(True)
        )
        seen.append(and_(reached, Topic.state != TopicState.DRAFT))
    if not actor.reaches_no_further(Capability.RAISE_TOPIC, Capability.SEE_TOPICS):
        reached = in_reach(Topic.community_id, actor, Capability.RAISE_TOPIC)
        before_all = Topic.state.not_in(policy.UNSEEN_BY_OTHERS)
        seen.append(and_(reached, before_all, Topic.sensitive.is_(False)))
    return or_(*seen)


def reached_openly(
    community: Any, actor: Actor, capability: Capability, sensitive: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Condition on a `community_id` column: reached with the capability and, of what is
    `sensitive`, only where the actor screens topics too. What a sensitive topic says is for staff
    and its author, also where it stands in a meeting, a resolution or a task."""
    reached = in_reach(community, actor, capability)
    screened = Capability.SCREEN_TOPIC
    if actor.reaches_no_further(capability, screened):
        return reached
    return and_(reached, or_(~sensitive, in_reach(community, actor, screened)))


def followed_by(actor: Actor) -> ColumnElement[bool]:
    """Raised, entered or signed by the actor or their unit, or gone into by such a topic."""
    behind = [wrote(actor)]
    if actor.unit_id is not None:
        behind.append(Topic.unit_id == actor.unit_id)
    if actor.person_id is not None:
        behind.append(
            Topic.id.in_(
                select(TopicCosigner.topic_id).where(
                    TopicCosigner.person_id == actor.person_id, TopicCosigner.withdrawn_at.is_(None)
                )
            )
        )
    merged = aliased(Topic)
    mine = merged.entered_by_id == actor.id
    if actor.person_id is not None:
        mine |= merged.author_id == actor.person_id
    if actor.unit_id is not None:
        mine |= merged.unit_id == actor.unit_id
    onward = (
        select(merged.merged_into_id.label("id"))
        .where(mine, merged.merged_into_id.is_not(None))
        .cte(recursive=True)
    )
    further = aliased(Topic)
    # The last of each is nowhere merged into. It is left out at the end: asked for in each step,
    # SQLite reads all topics first (a Bloom filter).
    onward = onward.union(select(further.merged_into_id).join(onward, onward.c.id == further.id))
    return or_(*behind, Topic.id.in_(select(onward.c.id).where(onward.c.id.is_not(None))))


def wrote(actor: Actor) -> ColumnElement[bool]:
    entered = Topic.entered_by_id == actor.id
    return entered if actor.person_id is None else entered | (Topic.author_id == actor.person_id)


def _one(topic_id: int, condition: ColumnElement[bool]) -> Topic:
    # Without joined relations: services lock the row, and PostgreSQL locks no outer join.
    topic = db.session.scalar(select(Topic).where(Topic.id == topic_id, condition))
    if topic is None:
        raise NotFoundError
    return topic
