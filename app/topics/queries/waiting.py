"""Topics that wait for staff to screen them, or for their authors to improve them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from app.core.access import Actor, Capability
from app.core.db import built_once, rows
from app.core.i18n import Phrase, marked
from app.core.statements import Asked
from app.core.waiting import Waiting
from app.places.interface import in_reach
from app.topics.models import Topic
from app.topics.queries.sight import wrote
from app.topics.states import TopicState


def waiting(actor: Actor, limit: int = 20) -> list[Waiting]:
    """Submitted topics the actor can screen, longest waiting first, and own ones sent back."""
    found: list[Waiting] = []
    if actor.may(Capability.SCREEN_TOPIC):
        found += _waiting(Phrase(marked("Screen a topic")), _to_screen(actor, limit))
    text = Phrase(marked("Improve a topic that was returned"))
    found += _waiting(text, _to_improve(actor, limit))
    return found[:limit]


def _waiting(text: Phrase, statement: Asked[Select[Any]]) -> list[Waiting]:
    return [
        Waiting(text, row.title, "topics.show", {"topic_id": row.id}) for row in rows(statement)
    ]


@built_once
def _to_screen(actor: Actor, limit: int) -> Select[Any]:
    here = in_reach(Topic.community_id, actor, Capability.SCREEN_TOPIC)
    return _longest_first(limit).where(Topic.state == TopicState.SUBMITTED, here)


@built_once
def _to_improve(actor: Actor, limit: int) -> Select[Any]:
    return _longest_first(limit).where(Topic.state == TopicState.RETURNED, wrote(actor))


def _longest_first(limit: int) -> Select[Any]:
    return select(Topic.id, Topic.title).order_by(Topic.moved_at, Topic.id).limit(limit)
