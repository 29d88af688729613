"""Whom a resolution concerns: who raised the topic (or one merged into it), who signed it, who
attended the meeting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, or_, select, union
from sqlalchemy.orm import aliased

from app.core.access import Actor
from app.core.db import db
from app.meetings.models import AgendaItem, Invitation, Meeting
from app.people.models import Person, User
from app.platforms.models import Topic, TopicCosigner
from app.resolutions.models import Evaluation, Resolution, Task, TaskStep

# What a handler does; whoever did any of it does not judge the work.
_HANDLING = ("claim", "accept", "report", "submit", "ask_extension")


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


def people_concerned(resolution_id: Any) -> Any:
    """Ids of the people a resolution concerns, each once; a select to be executed or nested, also
    in one from Task with its column."""
    of_item = (
        select(AgendaItem.meeting_id)
        .join(Resolution, Resolution.item_id == AgendaItem.id)
        .where(Resolution.id == resolution_id)
        .correlate(Task)
    )
    of_topic = select(Resolution.topic_id).where(Resolution.id == resolution_id).correlate(Task)
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


def had_a_hand(account: Any) -> ColumnElement[bool]:
    """Condition on Task: this account (its id, User.id of the statement around it, or a select of
    several) did some of it. What was handed in and withdrawn again is not judged, and doesn't count.
    """
    by = TaskStep.by_id.in_(account) if isinstance(account, Select) else TaskStep.by_id == account
    steps = select(TaskStep.id).where(
        TaskStep.task_id == Task.id, TaskStep.event.in_(_HANDLING), by, ~_withdrawn()
    )
    return steps.correlate(Task, User).exists()


def _withdrawn() -> ColumnElement[bool]:
    """Condition on TaskStep: work handed in, and what happened next is that it was withdrawn."""
    later = aliased(TaskStep)
    next_event = (
        select(later.event)
        .where(later.task_id == TaskStep.task_id, later.id > TaskStep.id)
        .order_by(later.id)
        .limit(1)
        .correlate(TaskStep)
        .scalar_subquery()
    )
    return and_(TaskStep.event == "submit", func.coalesce(next_event, "") == "withdraw")


def took_part(person_id: Any) -> ColumnElement[bool]:
    """Condition on Task: this person (an id, or Person.id of the statement around it) handles it,
    works or speaks for the unit that does, or had a hand in the work. Who did does not judge it."""
    employed, account = aliased(Person), aliased(User)
    works_there = select(employed.id).where(
        employed.id == person_id, employed.works_at_id == Task.unit_id
    )
    speaks_for_it = select(account.id).where(
        account.person_id == person_id, account.unit_id == Task.unit_id
    )
    accounts = select(account.id).where(account.person_id == person_id).correlate(Person)
    return or_(
        func.coalesce(Task.person_id, 0) == person_id,
        *(each.correlate(Task, Person).exists() for each in (works_there, speaks_for_it)),
        had_a_hand(accounts),
    )


def people_to_ask(task: Task) -> Sequence[Any]:
    """(id, name, phone, called_in_vain) of those concerned who have not evaluated this round yet.

    `called_in_vain` says that a call has reached nobody. Who took part in the work is not asked.
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
    statement = (
        select(Person.id, Person.name, Person.phone, calls.exists().label("called_in_vain"))
        .join(Task, Task.id == task.id)
        .where(
            Person.id.in_(people_concerned(task.resolution_id).subquery().select()),
            Person.id.not_in(evaluated),
            ~took_part(Person.id),
        )
        .order_by(Person.pinyin, Person.id)
    )
    return db.session.execute(statement).all()


def somebody_to_ask() -> ColumnElement[bool]:
    """Condition on Task: the resolution concerns somebody who took no part in the work."""
    return (
        select(Person.id)
        .where(Person.id.in_(people_concerned(Task.resolution_id)), ~took_part(Person.id))
        .correlate(Task)
        .exists()
    )
