"""The whole life of one matter on one page: topic → agenda → vote → resolution → tasks →
evidence → evaluation → points. Read in a fixed number of queries, however long it is.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.chain import deliberation, work
from app.chain.story import Chain, Link, Reader
from app.core import clock
from app.core.access import Actor
from app.core.db import db, rows
from app.core.errors import NotFoundError
from app.resolutions.models import Resolution
from app.tasks import interface as queries
from app.tasks.interface import DONE, TaskState
from app.tasks.models.tasks import Task
from app.topics.interface import visible_to
from app.topics.models import Topic


def topic_for(actor: Actor, topic_id: int) -> Topic:
    """The topic, if the actor may read its chain, else NotFoundError."""
    topic = db.session.scalar(select(Topic).where(Topic.id == topic_id, readable_by(actor)))
    if topic is None:
        raise NotFoundError
    return topic


def is_open_to(actor: Actor, topic_id: int | None) -> bool:
    """Whether the actor may read the chain of a topic, so that a link to it leads somewhere."""
    if topic_id is None:
        return False
    found = select(Topic.id).where(Topic.id == topic_id, readable_by(actor))
    return db.session.scalar(found) is not None


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """Condition on Topic: who may read the topic reads its chain, and so may those
    who handle one of its tasks, unless it is sensitive."""
    handles = (
        select(Task.id)
        .join(Resolution, queries.of_resolution())
        .where(Resolution.topic_id == Topic.id, queries.own(actor))
        .correlate(Topic)
        .exists()
    )
    return or_(visible_to(actor), and_(handles, Topic.sensitive.is_(False)))


def chain(actor: Actor, topic: Topic) -> Chain:
    """Everything about the topic's matter, as this reader may see it."""
    reader = Reader(actor, topic)
    tasks = work.tasks(reader)
    entries = [
        *deliberation.topic_steps(reader),
        *deliberation.agenda(reader),
        *deliberation.resolutions(reader),
        *work.steps(reader, tasks),
        *work.evaluations(reader),
        *work.awards(reader, tasks),
        *work.attendance(reader),
    ]
    # Several things can happen in one second; then the order of the links decides.
    order = {link: n for n, link in enumerate(Link)}
    entries.sort(key=lambda entry: (entry.at, order[entry.link]))
    return Chain(topic, entries, tasks)


class Summary(NamedTuple):
    """What the page of a topic says of its chain."""

    resolutions: int
    number: str
    tasks: int
    done: int
    overdue: int
    fed_back_at: datetime | None


def summary(topic_id: int) -> Summary | None:
    """(resolutions, number, tasks, done, overdue, fed_back_at) of a topic's matter in one query,
    or None while nothing has been resolved: what its page says of the chain."""
    of_topic = select(Resolution.id).where(Resolution.topic_id == topic_id)
    tasks = select(func.count()).where(
        queries.of_resolutions(of_topic), Task.state != TaskState.CANCELLED
    )
    found = rows(
        select(
            func.count().label("resolutions"),
            func.max(Resolution.number).label("number"),
            tasks.scalar_subquery().label("tasks"),
            tasks.where(Task.state.in_(DONE)).scalar_subquery().label("done"),
            tasks.where(queries.late(clock.today())).scalar_subquery().label("overdue"),
            func.max(Resolution.fed_back_at).label("fed_back_at"),
        ).where(Resolution.topic_id == topic_id),
        Summary,
    )[0]
    return found if found.resolutions else None
