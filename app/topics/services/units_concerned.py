"""The units a topic concerns, as several services set them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, insert, select

from app.core.db import db
from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l
from app.people.interface import units_of
from app.topics.models import Topic, TopicUnit


def set_concerned(topic: Topic, unit_ids: Iterable[int]) -> None:
    """Let the topic concern these units that take part today; one that was named before and has
    ended since may stay. Refused (field "concerned_ids") if one is of another community."""
    wanted = set(unit_ids)
    there = set(db.session.scalars(select(TopicUnit.unit_id).where(TopicUnit.topic_id == topic.id)))
    if not wanted <= there | {unit.id for unit in units_of(topic.community_id)}:
        raise Refused(_l("This unit is not of this community."), field="concerned_ids")
    if gone := there - wanted:
        db.session.execute(
            delete(TopicUnit).where(TopicUnit.topic_id == topic.id, TopicUnit.unit_id.in_(gone))
        )
    if new := sorted(wanted - there):
        db.session.execute(
            insert(TopicUnit), [{"topic_id": topic.id, "unit_id": id_} for id_ in new]
        )
