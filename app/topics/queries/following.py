"""Who is behind a topic: its author, who signed it, and who raised what was merged into it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import CTE, Select, select
from sqlalchemy.orm import aliased

from app.core import clock
from app.core.db import built_once, db, rows
from app.people.interface import adult, adults_of, present, representatives
from app.people.models import Person
from app.topics import policy
from app.topics.models import Topic, TopicCosigner


@dataclass(frozen=True)
class Behind:
    """Who is told what happens to a topic."""

    people: frozenset[int]
    unit_ids: frozenset[int]
    users: frozenset[int]


@dataclass(frozen=True)
class Support:
    """How many signed a topic, of how many: adult residents and resident representatives."""

    residents: int
    signers: int
    reps: int
    rep_signers: int

    @property
    def must_be_scheduled(self) -> bool:
        return policy.must_be_scheduled(
            residents=self.residents,
            signers=self.signers,
            reps=self.reps,
            rep_signers=self.rep_signers,
        )

    @property
    def signers_needed(self) -> int:
        """One tenth of the residents, rounded up."""
        return -(-self.residents // 10)

    @property
    def reps_needed(self) -> int:
        """One fifth of the representatives, rounded up."""
        return -(-self.reps // 5)


def behind(topic_id: int) -> Behind:
    """All who follow a topic. For those that came from no resident: the unit they came
    from, or else the user who entered them."""
    chain = _merged_into(Topic.id == topic_id)
    raised = db.session.execute(
        select(Topic.author_id, Topic.unit_id, Topic.entered_by_id).join(
            chain, chain.c.topic_id == Topic.id
        )
    ).all()
    authorless = [row for row in raised if row.author_id is None]
    return Behind(
        people=frozenset(row.author_id for row in raised if row.author_id is not None)
        | frozenset(cosigner_ids(topic_id)),
        unit_ids=frozenset(row.unit_id for row in authorless if row.unit_id is not None),
        users=frozenset(row.entered_by_id for row in authorless if row.unit_id is None),
    )


def cosigner_ids(topic_id: int) -> Sequence[int]:
    return db.session.scalars(
        select(TopicCosigner.person_id).where(
            TopicCosigner.topic_id == topic_id, TopicCosigner.withdrawn_at.is_(None)
        )
    ).all()


class Cosigner(NamedTuple):
    """A resident who signed a topic; `entered_by_id` if staff entered it from paper."""

    person_id: int
    name: str
    signed_at: datetime
    entered_by_id: int | None


def cosigners(topic_id: int) -> Sequence[Cosigner]:
    """(person_id, name, signed_at, entered_by_id) in the order in which they signed."""
    return rows(
        select(
            TopicCosigner.person_id,
            Person.name,
            TopicCosigner.signed_at,
            TopicCosigner.entered_by_id,
        )
        .join(Person, Person.id == TopicCosigner.person_id)
        .where(TopicCosigner.topic_id == topic_id, TopicCosigner.withdrawn_at.is_(None))
        .order_by(TopicCosigner.signed_at, TopicCosigner.id),
        Cosigner,
    )


def support_of(topic: Topic) -> Support:
    """How many residents stand behind one topic, measured today."""
    return supports(topic.community_id, [topic.id])[topic.id]


def supports(community_id: int, topic_ids: Collection[int]) -> dict[int, Support]:
    """The support of several topics of a community, in four queries however many they are."""
    today = clock.today()
    signers = _signers(topic_ids, today)
    residents = adults_of(community_id, today)
    reps = {row.person_id for row in representatives(community_id, today)}
    return {
        topic_id: Support(
            residents=residents,
            signers=len(signers[topic_id]),
            reps=len(reps),
            rep_signers=len(signers[topic_id] & reps),
        )
        for topic_id in topic_ids
    }


def _signers(topic_ids: Collection[int], on: date) -> defaultdict[int, set[int]]:
    """{topic id: ids of the adult residents living here who raised or signed it}."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for topic_id, person_id in rows(_signed(tuple(topic_ids), on)):
        found[topic_id].add(person_id)
    return found


@built_once
def _signed(topic_ids: tuple[int, ...], on: date) -> Select[Any]:
    chain = _merged_into(Topic.id.in_(topic_ids))
    authors = select(chain.c.root_id, Topic.author_id.label("person_id")).join(
        Topic, Topic.id == chain.c.topic_id
    )
    cosigners = select(TopicCosigner.topic_id, TopicCosigner.person_id).where(
        TopicCosigner.topic_id.in_(topic_ids), TopicCosigner.withdrawn_at.is_(None)
    )
    signed = authors.union(cosigners).subquery()
    return (
        select(signed.c.root_id, signed.c.person_id)
        .join(Person, Person.id == signed.c.person_id)
        .where(Person.household_id.is_not(None), present(on), adult(on))
    )


def _merged_into(condition: Any) -> CTE:
    """(root_id, topic_id): the topics that fulfil the condition and, under each, those that were
    merged into it, directly or through others."""
    chain = (
        select(Topic.id.label("root_id"), Topic.id.label("topic_id"))
        .where(condition)
        .cte(recursive=True)
    )
    merged = aliased(Topic)
    return chain.union(
        select(chain.c.root_id, merged.id).join(merged, merged.merged_into_id == chain.c.topic_id)
    )
