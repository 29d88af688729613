"""Lists of tasks: rows, narrowed by what the page's filters say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum, auto
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, extract, func, or_, select

from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import built_once, rows
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.core.workdays import CalendarDay
from app.people.models import Person, Unit
from app.places.interface import in_reach
from app.resolutions.models import Resolution
from app.tasks.models.tasks import Difficulty, Task
from app.tasks.queries.deadlines import deadline, late
from app.tasks.queries.metrics import Counted, counted_in
from app.tasks.queries.sources import of_resolution, of_resolutions
from app.tasks.queries.tasks import claimable, evaluated_by, own, to_evaluate, visible
from app.tasks.states import DONE, UNDER_WAY, TaskState

_LONGEST_SEARCH = 60


class Group(StrEnum):
    """What a list of tasks can be narrowed to: states that wait for the same person."""

    TO_DISPATCH = auto()
    OFFERED = auto()
    TO_ACCEPT = auto()
    UNDER_WAY = auto()
    TO_VERIFY = auto()
    TO_EVALUATE = auto()
    CLOSED = auto()
    CANCELLED = auto()


GROUP_LABELS = labelled(
    {
        Group.TO_DISPATCH: _l("To be dispatched"),
        Group.OFFERED: _l("To be claimed"),
        Group.TO_ACCEPT: _l("To be accepted"),
        Group.UNDER_WAY: _l("Under way"),
        Group.TO_VERIFY: _l("To be verified"),
        Group.TO_EVALUATE: _l("To be followed up"),
        # Not "completed": the rate of completion counts what is verified as well.
        Group.CLOSED: _l("Completed and closed"),
        Group.CANCELLED: _l("Cancelled"),
    }
)

ALL_LABEL = _l("All")

GROUPS: dict[Group, tuple[TaskState, ...]] = {
    Group.TO_DISPATCH: (TaskState.DRAFTED, TaskState.RETURNED),
    Group.OFFERED: (TaskState.OFFERED,),
    Group.TO_ACCEPT: (TaskState.DISPATCHED,),
    Group.UNDER_WAY: tuple(UNDER_WAY),
    Group.TO_VERIFY: (TaskState.SUBMITTED,),
    Group.TO_EVALUATE: (TaskState.VERIFIED,),
    Group.CLOSED: (TaskState.CLOSED,),
    Group.CANCELLED: (TaskState.CANCELLED,),
}


class HandlingUnit(NamedTuple):
    """A unit that has handled tasks."""

    id: int
    name: str


class Listed(NamedTuple):
    """A task in a list, with who handles it and the number of the resolution it comes from."""

    id: int
    number: str
    title: str
    state: TaskState
    difficulty: Difficulty
    accept_by: date | None
    decide_by: date | None
    started_on: date | None
    warn_on: date | None
    due_on: date | None
    submitted_on: date | None
    rework_count: int
    unit: str | None
    person: str | None
    resolution: str | None


@built_once
def tasks(
    actor: Actor,
    *,
    group: Group | None = None,
    unit_id: int | None = None,
    overdue: bool = False,
    mine: bool = False,
    reworked: bool = False,
    text: str | None = None,
    shelf: str | None = None,
    counted: Counted | None = None,
    on: date | None = None,
) -> Select[Any]:
    """Rows (Listed) of what the actor may see.

    What is unfinished comes first, by the day of the next deadline. `mine` is what the
    actor or their unit handles, `shelf` one of `shelves`, `counted` what a rate counts.
    """
    conditions = [visible(actor)]
    if group is not None:
        conditions.append(Task.state.in_(GROUPS[group]))
    if unit_id is not None:
        conditions.append(Task.unit_id == unit_id)
    if overdue:
        conditions.append(late(on or clock.today()))
    if mine:
        conditions.append(own(actor))
    if reworked:
        conditions.append(Task.rework_count > 0)
    if text and text.strip():
        wanted = text.strip()[:_LONGEST_SEARCH]
        conditions.append(
            or_(
                Task.title.contains(wanted, autoescape=True),
                Task.number.contains(wanted, autoescape=True),
            )
        )
    if shelf is not None:
        conditions.append(shelves(actor)[shelf])
    if counted is not None:
        conditions.append(counted_in(actor, counted))
    finished = case((Task.state.in_([*DONE, TaskState.CANCELLED]), 1), else_=0)
    return _rows().where(*conditions).order_by(finished, deadline().nulls_last(), Task.id.desc())


def tasks_of(resolution_ids: Iterable[int]) -> Sequence[Listed]:
    """The tasks of these resolutions, in the order in which they were drafted."""
    return rows(
        _rows().where(of_resolutions(list(resolution_ids))).order_by(Task.id),
        Listed,
    )


def group_counts(actor: Actor) -> dict[Group, int]:
    """How many tasks of each group the actor may see."""
    counted = {row[0]: row[1] for row in rows(_by_state(actor))}
    return {group: sum(counted.get(s, 0) for s in states) for group, states in GROUPS.items()}


@built_once
def _by_state(actor: Actor) -> Select[Any]:
    return select(Task.state, func.count()).where(visible(actor)).group_by(Task.state)


def shelves(actor: Actor) -> dict[str, ColumnElement[bool]]:
    """What a unit's contact or a resident finds under their tasks, as conditions on Task: their
    own unfinished ones, those open for claiming, those to evaluate, and what they have done."""
    mine = own(actor)
    finished = Task.state.in_([*DONE, TaskState.CANCELLED])
    return {
        "mine": and_(mine, ~finished),
        "open": claimable(actor),
        "evaluate": to_evaluate(actor),
        "done": or_(and_(mine, finished), evaluated_by(actor)),
    }


def on_shelves(actor: Actor) -> dict[str, int]:
    """How many tasks lie on each of the `shelves`, in one query."""
    return rows(_on_shelves(actor))[0]._asdict()


@built_once
def _on_shelves(actor: Actor) -> Select[Any]:
    counts = {name: select(func.count()).where(each) for name, each in shelves(actor).items()}
    return select(*(count.scalar_subquery().label(name) for name, count in counts.items()))


def handling_units(actor: Actor) -> Sequence[HandlingUnit]:
    """The units that have handled tasks where the actor sees all tasks."""
    return rows(_handling_units(actor), HandlingUnit)


@built_once
def _handling_units(actor: Actor) -> Select[Any]:
    reached = in_reach(Task.community_id, actor, Capability.SEE_TASKS)
    used = select(Task.unit_id).where(Task.unit_id.is_not(None), reached)
    return select(Unit.id, Unit.name).where(Unit.id.in_(used)).order_by(Unit.name)


def years_announced() -> frozenset[int]:
    """The years whose holidays are known, so that a deadline in another one can say so."""
    return frozenset(int(year) for (year,) in rows(_YEARS))


_YEARS = select(extract("year", CalendarDay.day)).distinct()


def _rows() -> Select[Any]:
    return (
        select(
            Task.id,
            Task.number,
            Task.title,
            Task.state,
            Task.difficulty,
            Task.accept_by,
            Task.decide_by,
            Task.started_on,
            Task.warn_on,
            Task.due_on,
            Task.submitted_on,
            Task.rework_count,
            Unit.name.label("unit"),
            Person.name.label("person"),
            Resolution.number.label("resolution"),
        )
        .outerjoin(Resolution, of_resolution())
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .outerjoin(Person, Person.id == Task.person_id)
    )
