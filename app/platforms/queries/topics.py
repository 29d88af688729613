"""Topics: what each reader may see of them, lists and single ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.core.access import Actor, Capability
from app.core.db import built_once, db, rows
from app.core.errors import NotFoundError
from app.core.i18n import Phrase, marked
from app.core.waiting import Waiting
from app.people.models import Person, Unit
from app.places.models import Place
from app.places.queries import in_reach
from app.platforms import policy
from app.platforms.models import (
    ContentClass,
    Platform,
    Topic,
    TopicBuilding,
    TopicCosigner,
    TopicSource,
    TopicStep,
    TopicUnit,
)
from app.platforms.queries.following import supports
from app.platforms.states import TopicState

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
SCHEDULABLE = GROUPS["waiting"]


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


def topic_in_reach(actor: Actor, capability: Capability, topic_id: int) -> Topic:
    """The topic, if it has been submitted, the actor has the capability in its community and, of
    a sensitive one, may read it; else NotFoundError."""
    reached = in_reach(Topic.community_id, actor, capability) & (Topic.state != S.DRAFT)
    return _one(topic_id, reached & (Topic.sensitive.is_(False) | visible_to(actor)))


def topic_seen_by(actor: Actor, topic_id: int) -> Topic:
    """The topic, if the actor may read it; else NotFoundError."""
    return _one(topic_id, visible_to(actor))


def may_read(actor: Actor, topic_id: int) -> bool:
    """Whether the actor may read the topic."""
    statement = select(Topic.id).where(Topic.id == topic_id, visible_to(actor))
    return db.session.scalar(statement) is not None


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Condition on Topic: whatever the actor raised, entered or signed; for staff everything that
    was submitted; for others in the community what is before it and not sensitive."""
    before_all = and_(
        Topic.sensitive.is_(False),
        in_reach(Topic.community_id, actor, Capability.RAISE_TOPIC),
        Topic.state.not_in(policy.UNSEEN_BY_OTHERS),
    )
    for_work = and_(
        Topic.state != S.DRAFT,
        or_(
            in_reach(Topic.community_id, actor, Capability.SCREEN_TOPIC),
            in_reach(Topic.community_id, actor, Capability.SEE_TOPICS) & Topic.sensitive.is_(False),
        ),
    )
    return or_(_followed_by(actor), before_all, for_work)


def reached_openly(
    community: Any, actor: Actor, capability: Capability, sensitive: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Condition on a `community_id` column: reached with the capability and, of what is
    `sensitive`, only where the actor screens topics too. What a sensitive topic says is for staff
    and its author, also where it stands in a meeting, a resolution or a task."""
    reached = in_reach(community, actor, capability)
    screened = Capability.SCREEN_TOPIC
    if set(actor.paths(capability)) <= set(actor.paths(screened)):
        return reached
    return and_(reached, or_(~sensitive, in_reach(community, actor, screened)))


@built_once
def topics_for(actor: Actor, wanted: TopicFilter) -> Select[Any]:
    """Rows (id, number, title, state, source, sensitive, by_proxy, raised_at, moved_at, community,
    platform, author, unit, signatures) of the topics the actor may read, newest first."""
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


def steps_of(topic_id: int) -> Sequence[Any]:
    """(state, reason, by_id, by_name, at) in the order in which they happened."""
    return db.session.execute(
        select(TopicStep.state, TopicStep.reason, TopicStep.by_id, TopicStep.by_name, TopicStep.at)
        .where(TopicStep.topic_id == topic_id)
        .order_by(TopicStep.id)
    ).all()


def merged_into(topic_id: int) -> Sequence[Any]:
    """(id, number, title, sensitive, author) of the topics that were merged into this one."""
    return db.session.execute(
        select(Topic.id, Topic.number, Topic.title, Topic.sensitive, Person.name.label("author"))
        .outerjoin(Person, Person.id == Topic.author_id)
        .where(Topic.merged_into_id == topic_id)
        .order_by(Topic.id)
    ).all()


def buildings_of(topic_id: int) -> Sequence[Any]:
    """(id, name, parent) of the buildings a topic touches."""
    parent = aliased(Place)
    return db.session.execute(
        select(Place.id, Place.name, parent.name.label("parent"))
        .join(TopicBuilding, TopicBuilding.place_id == Place.id)
        .outerjoin(parent, parent.id == Place.parent_id)
        .where(TopicBuilding.topic_id == topic_id)
        .order_by(Place.path)
    ).all()


def units_concerned(topic_id: int) -> Sequence[Any]:
    """(id, name) of the units a topic concerns."""
    return db.session.execute(
        select(Unit.id, Unit.name)
        .join(TopicUnit, TopicUnit.unit_id == Unit.id)
        .where(TopicUnit.topic_id == topic_id)
        .order_by(Unit.kind, Unit.name)
    ).all()


def concerned_ids(topic_id: int) -> list[int]:
    """Ids of the units a topic concerns."""
    return [unit.id for unit in units_concerned(topic_id)]


@built_once
def topics_on(platform_id: int, actor: Actor) -> Select[Any]:
    """Rows as of `topics_for` of one platform."""
    return topics_for(actor, TopicFilter(platform_id=platform_id))


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
        .where(Topic.community_id == community_id, Topic.state.in_(SCHEDULABLE))
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
    """{topic id: the assembly it was referred to, the higher one if to both}, whatever became of
    it since; of the others nothing."""
    steps = db.session.execute(
        select(TopicStep.topic_id, TopicStep.state)
        .where(TopicStep.topic_id.in_(topic_ids), TopicStep.state.in_(policy.REFERRED))
        .distinct()
    )
    found: dict[int, TopicState] = {}
    for topic_id, state in steps:
        found[topic_id] = max(found.get(topic_id, state), state, key=policy.REFERRED.index)
    return found


def waiting(actor: Actor, limit: int = 20) -> list[Waiting]:
    """Submitted topics the actor can screen, longest waiting first, and own ones sent back."""
    found: list[Waiting] = []
    if actor.may(Capability.SCREEN_TOPIC):
        found += _waiting(Phrase(marked("Screen a topic")), _to_screen(actor, limit))
    text = Phrase(marked("Improve a topic that was returned"))
    found += _waiting(text, _to_improve(actor, limit))
    return found[:limit]


def _waiting(text: Phrase, statement: Select[Any]) -> list[Waiting]:
    return [
        Waiting(text, row.title, "platforms.topic", {"topic_id": row.id}) for row in rows(statement)
    ]


@built_once
def _to_screen(actor: Actor, limit: int) -> Select[Any]:
    here = in_reach(Topic.community_id, actor, Capability.SCREEN_TOPIC)
    return _longest_first(limit).where(Topic.state == S.SUBMITTED, here)


@built_once
def _to_improve(actor: Actor, limit: int) -> Select[Any]:
    return _longest_first(limit).where(Topic.state == S.RETURNED, _wrote(actor))


def _longest_first(limit: int) -> Select[Any]:
    return select(Topic.id, Topic.title).order_by(Topic.moved_at, Topic.id).limit(limit)


def _wrote(actor: Actor) -> ColumnElement[bool]:
    entered = Topic.entered_by_id == actor.id
    return entered if actor.person_id is None else entered | (Topic.author_id == actor.person_id)


def _followed_by(actor: Actor) -> ColumnElement[bool]:
    """Raised, entered or signed by the actor or their unit, or gone into by such a topic."""
    behind = [_wrote(actor)]
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
    onward = onward.union(
        select(further.merged_into_id)
        .join(onward, onward.c.id == further.id)
        .where(further.merged_into_id.is_not(None))
    )
    return or_(*behind, Topic.id.in_(select(onward.c.id)))


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
        conditions.append(_followed_by(actor))
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


def _one(topic_id: int, condition: ColumnElement[bool]) -> Topic:
    # Without joined relations: services lock the row, and PostgreSQL locks no outer join.
    topic = db.session.scalar(select(Topic).where(Topic.id == topic_id, condition))
    if topic is None:
        raise NotFoundError
    return topic
