"""Whom a resolution concerns: who raised the topic (or one merged into it), who signed it, who
attended the meeting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, or_, select, union

from app.core.access import Actor
from app.core.db import db
from app.meetings.models import AgendaItem, Invitation, Meeting
from app.people.models import Person
from app.platforms.models import Topic, TopicCosigner
from app.resolutions.models import Evaluation, Resolution, Task


def attended() -> ColumnElement[bool]:
    """Condition on Invitation: came, and the check-in was not taken back."""
    return Invitation.present_at.is_not(None) & Invitation.voided_at.is_(None)


def about_sensitive(actor: Actor) -> Select[tuple[int]]:
    """Ids of the resolutions on sensitive topics, but for those of meetings the actor led or
    kept the minutes of."""
    led = or_(Meeting.host_id == actor.id, Meeting.recorder_id == actor.id)
    items = select(AgendaItem.id).join(Meeting, Meeting.id == AgendaItem.meeting_id).where(led)
    return (
        select(Resolution.id)
        .join(Topic, Topic.id == Resolution.topic_id)
        .where(Topic.sensitive, Resolution.item_id.not_in(items))
    )


def resolutions_concerning(person_id: int) -> Select[tuple[int]]:
    """Ids of the resolutions that concern somebody."""
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


def people_concerned(resolution_id: int) -> Any:
    """Ids of the people a resolution concerns, each once; a select to be executed or nested."""
    of_item = (
        select(AgendaItem.meeting_id)
        .join(Resolution, Resolution.item_id == AgendaItem.id)
        .where(Resolution.id == resolution_id)
    )
    of_topic = select(Resolution.topic_id).where(Resolution.id == resolution_id)
    author = select(Topic.author_id).where(
        or_(Topic.id.in_(of_topic), Topic.merged_into_id.in_(of_topic)),
        Topic.author_id.is_not(None),
    )
    signed = select(TopicCosigner.person_id).where(
        TopicCosigner.topic_id.in_(of_topic),
        TopicCosigner.withdrawn_at.is_(None),
    )
    came = select(Invitation.person_id).where(
        Invitation.meeting_id.in_(of_item),
        Invitation.person_id.is_not(None),
        attended(),
    )
    return union(author, signed, came)


def ids_concerned(resolution_id: int) -> set[int]:
    return set(db.session.scalars(people_concerned(resolution_id)))


def people_to_ask(task: Task) -> Sequence[Any]:
    """(id, name, phone, called_in_vain) of those concerned who have not evaluated this round yet.

    `called_in_vain` says that a call has reached nobody. Whoever handles the task, and who works
    for the unit that does, is not asked.
    """
    evaluated = select(Evaluation.person_id).where(
        Evaluation.task_id == task.id,
        Evaluation.round == task.rework_count,
        Evaluation.score.is_not(None),
    )
    calls = (
        select(Evaluation.id)
        .where(
            Evaluation.task_id == task.id,
            Evaluation.round == task.rework_count,
            Evaluation.person_id == Person.id,
            Evaluation.reached.is_(False),
        )
        .correlate(Person)
    )
    statement = select(
        Person.id, Person.name, Person.phone, calls.exists().label("called_in_vain")
    ).where(
        Person.id.in_(people_concerned(task.resolution_id).subquery().select()),
        Person.id.not_in(evaluated),
    )
    if task.person_id is not None:
        statement = statement.where(Person.id != task.person_id)
    if task.unit_id is not None:
        statement = statement.where(
            or_(Person.works_at_id.is_(None), Person.works_at_id != task.unit_id)
        )
    return db.session.execute(statement.order_by(Person.pinyin, Person.id)).all()
