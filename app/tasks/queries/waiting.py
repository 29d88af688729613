"""What waits for staff, for handlers of tasks, and for those who should say how it went."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, or_, select

from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import built_once, rows
from app.core.i18n import Phrase, marked
from app.core.waiting import Waiting
from app.places.interface import in_reach
from app.resolutions.interface import to_carry_out
from app.resolutions.models import Resolution
from app.tasks.models.evaluations import Evaluation
from app.tasks.models.steps import Extension
from app.tasks.models.tasks import Task
from app.tasks.policy import UNEVALUATED_DAYS
from app.tasks.queries.concerned import had_a_hand, somebody_to_ask
from app.tasks.queries.deadlines import deadline, late, near
from app.tasks.queries.progress import everything_done
from app.tasks.queries.sources import of_resolution
from app.tasks.queries.tasks import open_for_evaluation, own, to_evaluate
from app.tasks.states import OPEN, UNDER_WAY, TaskState

S = TaskState

# In the order in which one reason goes before another for the same task.
_REASONS = {
    "accept": marked("Accept this task or return it"),
    "late": marked("This task of yours is overdue"),
    "near": marked("This task of yours is due soon"),
    "redo": marked("This work of yours is to be done again"),
    "evaluate": marked("Say how this work turned out"),
    "extension": marked("More time is asked for"),
    "returned": marked("This task was returned"),
    "verify": marked("Verify the work handed in"),
    "overdue": marked("This task is overdue"),
    "close": marked("This task can be closed"),
    "dispatch": marked("Dispatch this task"),
    "call": marked("Ask those concerned how this work turned out"),
    "in_hand": marked("This task of yours is to be carried out"),
}
_OF_RESOLUTIONS = {
    "feed_back": marked("Report the result back"),
    "late": marked("The result is due and tasks are still open"),
    "tasks": marked("Nobody has been given anything to do yet"),
}


class TaskToActOn(NamedTuple):
    """A task that waits for the actor; `reason` is one of `_REASONS`."""

    id: int
    title: str
    reason: str
    due: date | None


class ResolutionToActOn(NamedTuple):
    """A resolution that waits for the actor; `reason` is one of `_OF_RESOLUTIONS`."""

    id: int
    title: str
    feedback_due_on: date | None
    reason: str


def waiting(actor: Actor, limit: int = 20) -> list[Waiting]:
    """What the actor should do next, the nearest deadline first, in at most two queries."""
    found = _tasks(actor, limit) + _resolutions(actor, limit)
    last = clock.today() + timedelta(days=10_000)
    return sorted(found, key=lambda one: one.due or last)[:limit]


def _tasks(actor: Actor, limit: int) -> list[Waiting]:
    return [
        Waiting(Phrase(_REASONS[r.reason]), r.title, "tasks.show", {"task_id": r.id}, r.due)
        for r in rows(_waiting_tasks(actor, limit), TaskToActOn)
    ]


@built_once
def _waiting_tasks(actor: Actor, limit: int) -> Select[Any] | None:
    reasons = _reasons(actor)
    if not reasons:
        return None
    reason = case(*((reasons[name], name) for name in _REASONS if name in reasons), else_="")
    # OFFSET 0 keeps the reasons where they are: put into the outer WHERE as well, they would be
    # planned and asked twice.
    found = (
        select(Task.id, Task.title, reason.label("reason"), deadline().label("due"))
        .where(_within_reach(actor))
        .offset(0)
        .subquery()
    )
    return (
        select(found)
        .where(found.c.reason != "")
        .order_by(found.c.due.nulls_last(), found.c.id)
        .limit(limit)
    )


def _within_reach(actor: Actor) -> ColumnElement[bool]:
    """Condition on Task: what any of the reasons may hold for, as the indexes find it."""
    found = [and_(own(actor), Task.state.in_(UNDER_WAY | {S.DISPATCHED})), to_evaluate(actor)]
    found += [
        and_(in_reach(Task.community_id, actor, may), Task.state.in_(OPEN | {S.VERIFIED}))
        for may in (Capability.DISPATCH, Capability.ENTER_EVALUATION)
        if actor.may(may)
    ]
    return or_(*found)


def _reasons(actor: Actor) -> dict[str, ColumnElement[bool]]:
    today = clock.today()
    found: dict[str, ColumnElement[bool]] = {}
    if actor.may(Capability.HANDLE_TASK) and (actor.unit_id or actor.person_id):
        mine = own(actor)
        found["accept"] = and_(mine, Task.state == S.DISPATCHED)
        in_hand = and_(mine, Task.state.in_(UNDER_WAY))
        found["late"] = and_(in_hand, late(today))
        found["near"] = and_(in_hand, near(today))
        found["redo"] = and_(in_hand, Task.rework_count > 0)
        if actor.person_id is not None:
            # A unit has many, and a list of them; a person who took one over has this one.
            found["in_hand"] = and_(in_hand, Task.person_id == actor.person_id)
    if actor.may(Capability.EVALUATE) and actor.person_id is not None:
        found["evaluate"] = to_evaluate(actor)
    if actor.may(Capability.DISPATCH):
        found |= _to_manage(actor)
    if actor.may(Capability.ENTER_EVALUATION):
        found["call"] = _to_call(actor)
    return found


def _to_manage(actor: Actor) -> dict[str, ColumnElement[bool]]:
    here = in_reach(Task.community_id, actor, Capability.DISPATCH)
    asked = _of_round(Extension.id, Extension).where(Extension.decided_at.is_(None)).exists()
    long_ago = Task.verified_at < clock.at(clock.today() - timedelta(days=UNEVALUATED_DAYS - 1))
    return {
        "extension": and_(here, Task.state.in_(UNDER_WAY), asked),
        "returned": and_(here, Task.state == S.RETURNED),
        "verify": and_(here, Task.state == S.SUBMITTED, _of_others(actor)),
        "overdue": and_(here, late(clock.today())),
        "close": and_(here, Task.state == S.VERIFIED, or_(_evaluated(), long_ago)),
        "dispatch": and_(here, Task.state == S.DRAFTED),
    }


def _to_call(actor: Actor) -> ColumnElement[bool]:
    """回访电话: verified work of others that nobody has said anything of yet. It waits for
    everybody who may enter what those concerned say, until one of them has."""
    return and_(
        in_reach(Task.community_id, actor, Capability.ENTER_EVALUATION),
        Task.state == S.VERIFIED,
        open_for_evaluation(),
        ~_evaluated(),
        _of_others(actor),
        somebody_to_ask(),
    )


def _evaluated() -> ColumnElement[bool]:
    return _of_round(Evaluation.id, Evaluation).where(Evaluation.score.is_not(None)).exists()


def _of_others(actor: Actor) -> ColumnElement[bool]:
    """The actor neither handles it nor had a hand in it, so that they may judge it."""
    # A comparison with nothing is neither true nor false, so that NOT would lose the row.
    return and_(~had_a_hand(actor.id), case((own(actor), 1), else_=0) == 0)


def _of_round(column: Any, model: Any) -> Any:
    return (
        select(column)
        .where(model.task_id == Task.id, model.round == Task.rework_count)
        .correlate(Task)
    )


def _has_tasks(states: Iterable[TaskState]) -> ColumnElement[bool]:
    return (
        select(Task.id)
        .where(of_resolution(), Task.state.in_(states))
        .correlate(Resolution)
        .exists()
    )


def _resolutions(actor: Actor, limit: int) -> list[Waiting]:
    if not actor.may(Capability.DISPATCH):
        return []
    return [
        Waiting(
            Phrase(_OF_RESOLUTIONS[row.reason]),
            row.title,
            "resolutions.show",
            {"resolution_id": row.id},
            row.feedback_due_on,
        )
        for row in rows(_waiting_resolutions(actor, limit), ResolutionToActOn)
    ]


@built_once
def _waiting_resolutions(actor: Actor, limit: int) -> Select[Any]:
    """What is due by today, with or without tasks; what is done; what nobody has begun."""
    due = Resolution.feedback_due_on <= clock.today()
    without_tasks = ~_has_tasks(set(TaskState) - {S.CANCELLED})
    reason = case(
        (and_(due, _has_tasks(OPEN)), "late"),
        (or_(due, everything_done()), "feed_back"),
        else_="tasks",
    )
    return (
        select(Resolution.id, Resolution.title, Resolution.feedback_due_on, reason.label("reason"))
        .where(
            in_reach(Resolution.community_id, actor, Capability.DISPATCH),
            Resolution.fed_back_at.is_(None),
            Resolution.superseded_by_id.is_(None),
            or_(due, everything_done(), without_tasks),
            to_carry_out(),
        )
        .order_by(Resolution.feedback_due_on.nulls_last(), Resolution.id)
        .limit(limit)
    )
