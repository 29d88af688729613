"""Signing a topic that another resident raised: 我也支持."""

from __future__ import annotations

from sqlalchemy import select

from app.core import clock
from app.core.access import Actor
from app.core.db import db, flushing, hold
from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l
from app.people.models import Person
from app.topics import policy
from app.topics.models import Topic, TopicCosigner
from app.topics.services.steps import record


def cosign(actor: Actor, topic: Topic, *, person_id: int) -> None:
    """Sign a topic that is being collected for: a resident for themselves, or staff for a
    resident who signed on paper. Once per person; a signature that was taken back can be given again.

    Refused if it is not collected for, (field "person_id") for its author, for people of other
    communities, and for those who have signed.
    """
    hold(topic)
    _refuse_unless_open(topic)
    if person_id == topic.author_id:
        raise Refused(_l("The author of a topic has signed it already."), field="person_id")
    person = db.session.get(Person, person_id)
    if person is None or person.community_id != topic.community_id:
        raise Refused(_l("Only residents of this community can sign."), field="person_id")
    signature = _signature(topic, person_id)
    already = Refused(_l("This person has already signed."), field="person_id")
    if signature is not None and signature.withdrawn_at is None:
        raise already
    if signature is None:
        signature = TopicCosigner(topic_id=topic.id, person_id=person_id)
    signature.signed_at = clock.now()
    signature.withdrawn_at = None
    signature.entered_by_id = None if person_id == actor.person_id else actor.id
    with flushing(already):
        db.session.add(signature)
    record(actor, "topic.cosign", topic, person_id=person_id)


def take_back_signature(actor: Actor, topic: Topic, *, person_id: int) -> None:
    """Take a signature back while the topic is still being collected for: one's own, or one that
    was entered from paper by mistake. Refused if there is none, they signed themselves, or the
    topic is no longer collected for."""
    hold(topic)
    _refuse_unless_open(topic)
    signature = _signature(topic, person_id)
    if signature is None or signature.withdrawn_at is not None:
        raise Refused(_l("There is no signature to take back."))
    if signature.entered_by_id is None and person_id != actor.person_id:
        raise Refused(_l("They signed themselves; only they can take it back."))
    signature.withdrawn_at = clock.now()
    db.session.flush()
    record(actor, "topic.take_back_signature", topic, person_id=person_id)


def _refuse_unless_open(topic: Topic) -> None:
    if topic.state not in policy.CO_SIGNABLE:
        raise Refused(_l("Signatures are collected only until the topic is on an agenda."))


def _signature(topic: Topic, person_id: int) -> TopicCosigner | None:
    return db.session.scalar(
        select(TopicCosigner).where(
            TopicCosigner.topic_id == topic.id, TopicCosigner.person_id == person_id
        )
    )
