"""How well resolutions are carried out, each rate with what it is a rate of (domain.md 6).

A rate is a numerator and a denominator, never a stored figure. Tasks are those created in the
year; what was cancelled, or is being returned, counts in none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, auto
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from app.core import clock
from app.core.access import Actor
from app.core.db import built_once, rows
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.people.models import Person
from app.tasks.models.evaluations import Channel, Evaluation
from app.tasks.models.tasks import Task
from app.tasks.queries.tasks import worked_on
from app.tasks.states import DONE, TaskState

SATISFIED_FROM = 3  # 5 very satisfied, 4 satisfied, 3 basically satisfied


class Measure(StrEnum):
    ACCEPTED = auto()
    ON_TIME = auto()
    COMPLETED = auto()
    SOLVED = auto()
    SATISFIED = auto()
    REWORKED = auto()


MEASURE_LABELS = labelled(
    {
        Measure.ACCEPTED: _l("Accepted in time"),
        Measure.ON_TIME: _l("Completed in time"),
        Measure.COMPLETED: _l("Completion rate"),
        Measure.SOLVED: _l("Solved rate"),
        Measure.SATISFIED: _l("Satisfaction rate"),
        Measure.REWORKED: _l("Rework rate"),
    }
)


@dataclass(frozen=True)
class Rate:
    """`part` of `whole`; no percentage of nothing."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        return None if not self.whole else round(100 * self.part / self.whole, 1)


class CountedEvaluation(NamedTuple):
    """An evaluation that a rate counts, with who gave it; `task` is the title of its task, `number`
    that task's."""

    id: int
    at: datetime
    score: int
    solved: bool | None
    channel: Channel
    comment: str
    round: int
    name: str
    task_id: int
    task: str
    number: str


class Said(NamedTuple):
    """How many valid evaluations there are, and how many of them each rate counts as good."""

    valid: int
    solved: int | None
    satisfied: int | None


def metrics(
    actor: Actor, *, year: int, unit_id: int | None = None, on: date | None = None
) -> dict[Measure, Rate]:
    """The rates of the communities whose tasks the actor sees, in two queries."""
    row = rows(_done(actor, year, unit_id, on or clock.today()))[0]
    rates = {m: Rate(row[2 * n] or 0, row[2 * n + 1] or 0) for n, m in enumerate(OF_TASKS)}
    said = rows(_said(actor, year, unit_id), Said)[0]
    rates[Measure.SOLVED] = Rate(said.solved or 0, said.valid)
    rates[Measure.SATISFIED] = Rate(said.satisfied or 0, said.valid)
    return {measure: rates[measure] for measure in Measure}


OF_TASKS = (Measure.ACCEPTED, Measure.ON_TIME, Measure.COMPLETED, Measure.REWORKED)
OF_EVALUATIONS = (Measure.SOLVED, Measure.SATISFIED)


def _scope(actor: Actor, year: int, unit_id: int | None) -> list[ColumnElement[bool]]:
    scope = [worked_on(actor), in_year(year)]
    return scope if unit_id is None else [*scope, Task.unit_id == unit_id]


@built_once
def _done(actor: Actor, year: int, unit_id: int | None, on: date) -> Select[Any]:
    """The numerator and the denominator of each rate of `OF_TASKS`."""
    sums: list[ColumnElement[int]] = []
    for measure in OF_TASKS:
        counted, good = conditions(measure, on)
        sums += [_sum(and_(counted, good)), _sum(counted)]
    return select(*sums).where(*_scope(actor, year, unit_id))


def conditions(measure: Measure, on: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What a rate of `OF_TASKS` counts, and which of these are its numerator.

    ACCEPTED 签收率: accepted by the last day to accept / dispatched, once accepted or once that
    day is over. What was claimed was never dispatched and does not count.
    ON_TIME 按时办结率: handed in by the last day / tasks that are completed or whose last day is
    over. An extension that was granted moves the last day.
    COMPLETED 办结率: verified or closed / the same.
    REWORKED 重办率: tasks that had to be done again / tasks handed in at least once.

    ValueError for any other measure.
    """
    alive = Task.state.not_in([TaskState.CANCELLED, TaskState.RETURNED])
    due = and_(alive, or_(Task.state.in_(DONE), Task.due_on < on))
    handed_in = or_(Task.submitted_at.is_not(None), Task.rework_count > 0)
    match measure:
        case Measure.ACCEPTED:
            known = or_(Task.accepted_on.is_not(None), Task.accept_by < on)
            counted = and_(alive, Task.dispatched_at.is_not(None), known)
            return counted, Task.accepted_on <= Task.accept_by
        case Measure.ON_TIME:
            states = Task.state.in_([*DONE, TaskState.SUBMITTED])
            return due, and_(states, Task.submitted_on <= Task.due_on)
        case Measure.COMPLETED:
            return due, Task.state.in_(DONE)
        case Measure.REWORKED:
            return and_(alive, handed_in), Task.rework_count > 0
    raise ValueError(measure)


class Counted(NamedTuple):
    """What a rate of `OF_TASKS` counts in a year; with `others` only those it went ill with: not in
    its numerator, or of the rework rate those in it."""

    measure: Measure
    year: int
    on: date
    others: bool = False


def counted_in(actor: Actor, wanted: Counted) -> ColumnElement[bool]:
    """Condition on Task: it is counted, for the actor."""
    measure, year, on, others = wanted
    counted, good = conditions(measure, on)
    every = and_(counted, *_scope(actor, year, None))
    if not others:
        return every
    if measure is Measure.REWORKED:
        return and_(every, good)
    # A comparison with nothing is neither true nor false, so that NOT would lose the row.
    return and_(every, case((good, 0), else_=1) == 1)


def in_year(year: int) -> ColumnElement[bool]:
    return and_(
        Task.created_at >= clock.at(date(year, 1, 1)),
        Task.created_at < clock.at(date(year + 1, 1, 1)),
    )


@built_once
def evaluations_counted(
    actor: Actor, measure: Measure, year: int, *, unit_id: int | None = None, others: bool = False
) -> Select[Any]:
    """Rows (CountedEvaluation) of what a rate of `OF_EVALUATIONS` counts, the newest first; with
    `others` only those not in its numerator."""
    statement = _valid(
        select(
            Evaluation.id,
            Evaluation.at,
            Evaluation.score,
            Evaluation.solved,
            Evaluation.channel,
            Evaluation.comment,
            Evaluation.round,
            Person.name,
            Task.id.label("task_id"),
            Task.title.label("task"),
            Task.number,
        ),
        actor,
        year,
        unit_id,
    ).join(Person, Person.id == Evaluation.person_id)
    if others:
        statement = statement.where(~_GOOD[measure])
    return statement.order_by(Evaluation.id.desc())


# SOLVED 解决率: those that say "solved"; SATISFIED 满意率: scores of 3 and more. Both of all valid
# evaluations of all rounds; calls that reached nobody are none.
_GOOD = {
    Measure.SOLVED: Evaluation.solved.is_(True),
    Measure.SATISFIED: Evaluation.score >= SATISFIED_FROM,
}


@built_once
def _said(actor: Actor, year: int, unit_id: int | None) -> Select[Any]:
    columns = [_sum(_GOOD[measure]).label(measure.value) for measure in OF_EVALUATIONS]
    return _valid(select(func.count().label("valid"), *columns), actor, year, unit_id)


def _valid(statement: Select[Any], actor: Actor, year: int, unit_id: int | None) -> Select[Any]:
    return (
        statement.select_from(Evaluation)
        .join(Task, Task.id == Evaluation.task_id)
        .where(
            Evaluation.score.is_not(None),
            Task.state != TaskState.CANCELLED,
            *_scope(actor, year, unit_id),
        )
    )


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
