"""Whom a resolution concerns: who raised the topic (or one merged into it), who signed it, who
attended the meeting."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, or_, select, union

from app.core.access import Actor
from app.core.db import db
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.attendance import Invitation
from app.meetings.models.meetings import Meeting
from app.resolutions.models import Resolution
from app.topics.models import Topic, TopicCosigner


def attended() -> ColumnElement[bool]:
    """Condition on Invitation: came, and the check-in was not taken back."""
    return Invitation.present_at.is_not(None) & Invitation.voided_at.is_(None)


def is_sensitive() -> ColumnElement[bool]:
    """Condition on Resolution: its topic is for staff alone."""
    about = select(Topic.id).where(Topic.id == Resolution.topic_id, Topic.sensitive)
    return about.correlate(Resolution).exists()


def about_sensitive(actor: Actor) -> ColumnElement[bool]:
    """Condition on Resolution: on a sensitive topic, unless the actor led the meeting or kept its
    minutes. Asked row by row: a list of all such resolutions would be read for every page."""
    led = (
        select(AgendaItem.id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            AgendaItem.id == Resolution.item_id,
            or_(Meeting.host_id == actor.id, Meeting.recorder_id == actor.id),
        )
    )
    return and_(is_sensitive(), ~led.correlate(Resolution).exists())


def resolutions_concerning(person_id: int) -> Select[tuple[int]]:
    """Ids of the resolutions that concern a person."""
    topics: CompoundSelect[Any] = union(
        select(Topic.id).where(Topic.author_id == person_id),
        select(Topic.merged_into_id).where(
            Topic.author_id == person_id, Topic.merged_into_id.is_not(None)
        ),
        select(TopicCosigner.topic_id).where(
            TopicCosigner.person_id == person_id, TopicCosigner.withdrawn_at.is_(None)
        ),
    )
    items = (
        select(AgendaItem.id)
        .join(Invitation, Invitation.meeting_id == AgendaItem.meeting_id)
        .where(Invitation.person_id == person_id, attended())
    )
    return select(Resolution.id).where(
        or_(Resolution.topic_id.in_(topics), Resolution.item_id.in_(items))
    )


def people_concerned(resolution_id: Any) -> CompoundSelect[Any]:
    """Ids of the people a resolution concerns, each once; a select to be executed or nested, also
    in one around it that has the resolution's id in a column."""
    of_item = (
        select(AgendaItem.meeting_id)
        .join(Resolution, Resolution.item_id == AgendaItem.id)
        .where(Resolution.id == resolution_id)
        .correlate_except(AgendaItem, Resolution)
    )
    of_topic = (
        select(Resolution.topic_id)
        .where(Resolution.id == resolution_id)
        .correlate_except(Resolution)
    )
    # Two selects, each from its index: with OR, PostgreSQL reads all topics.
    authors = [
        select(Topic.author_id).where(topic.in_(of_topic), Topic.author_id.is_not(None))
        for topic in (Topic.id, Topic.merged_into_id)
    ]
    signed = select(TopicCosigner.person_id).where(
        TopicCosigner.topic_id.in_(of_topic),
        TopicCosigner.withdrawn_at.is_(None),
    )
    came = select(Invitation.person_id).where(
        Invitation.meeting_id.in_(of_item),
        Invitation.person_id.is_not(None),
        attended(),
    )
    return union(*authors, signed, came)


def ids_concerned(resolution_id: int) -> set[int]:
    return set(db.session.scalars(people_concerned(resolution_id)))
