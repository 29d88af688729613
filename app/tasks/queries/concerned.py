"""Whom a resolution concerns: who raised the topic (or one merged into it), who signed it, who
attended the meeting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.core.db import rows
from app.people.models import Person
from app.tasks.models.evaluations import Evaluation
from app.tasks.models.steps import TaskStep
from app.tasks.models.tasks import Task
from app.tasks.queries.sources import people_concerned

# What a handler does; a person who did any of it does not judge the work.
_HANDLING = ("claim", "accept", "report", "submit", "ask_extension")


class ToAsk(NamedTuple):
    """A person to ask how the work turned out; `called_in_vain`: a call has reached nobody."""

    id: int
    name: str
    phone: str | None
    called_in_vain: bool


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


def people_to_ask(task: Task) -> Sequence[ToAsk]:
    """Those concerned who have not evaluated this round yet; not those who took part in the work."""
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
            Person.id.in_(people_concerned(task).subquery().select()),
            Person.id.not_in(evaluated),
            ~took_part(Person.id),
        )
        .order_by(Person.pinyin, Person.id)
    )
    return rows(statement, ToAsk)


def somebody_to_ask() -> ColumnElement[bool]:
    """Condition on Task: the source concerns a person who took no part in the work."""
    return (
        select(Person.id)
        .where(Person.id.in_(people_concerned()), ~took_part(Person.id))
        .correlate(Task)
        .exists()
    )
