"""What waits for somebody: staff, whoever handles a task, and those who should say how it went."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, or_, select

from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import built_once, rows
from app.core.i18n import Phrase, marked
from app.core.waiting import Waiting
from app.places.queries import in_reach
from app.resolutions.models import Evaluation, Extension, Resolution, Task, TaskStep
from app.resolutions.policy import UNEVALUATED_DAYS
from app.resolutions.queries.deadlines import deadline, late, near
from app.resolutions.queries.resolutions import everything_done
from app.resolutions.queries.tasks import HANDLING, own, to_evaluate
from app.resolutions.states import OPEN, UNDER_WAY, TaskState

S = TaskState

# In the order in which one reason goes before another for the same task.
_REASONS = {
    "accept": marked("Accept this task or return it"),
    "late": marked("This task of yours is overdue"),
    "near": marked("This task of yours is due soon"),
    "evaluate": marked("Say how this work turned out"),
    "extension": marked("More time is asked for"),
    "returned": marked("This task was returned"),
    "verify": marked("Verify the work handed in"),
    "overdue": marked("This task is overdue"),
    "close": marked("This task can be closed"),
    "dispatch": marked("Dispatch this task"),
}
_FEED_BACK = marked("Report the result back")


def waiting(actor: Actor, limit: int = 20) -> list[Waiting]:
    """What the actor should do next, the nearest deadline first, in at most two queries."""
    found = _tasks(actor, limit) + _resolutions(actor, limit)
    last = clock.today() + timedelta(days=10_000)
    return sorted(found, key=lambda one: one.due or last)[:limit]


def _tasks(actor: Actor, limit: int) -> list[Waiting]:
    statement = _waiting_tasks(actor, limit)
    return [
        Waiting(Phrase(_REASONS[r.reason]), r.title, "resolutions.task", {"task_id": r.id}, r.due)
        for r in (rows(statement) if statement is not None else ())
    ]


@built_once
def _waiting_tasks(actor: Actor, limit: int) -> Select[Any] | None:
    reasons = _reasons(actor)
    if not reasons:
        return None
    reason = case(*((reasons[name], name) for name in _REASONS if name in reasons), else_="")
    due = deadline().label("due")
    return (
        select(Task.id, Task.title, reason.label("reason"), due)
        .where(or_(*reasons.values()))
        .order_by(due.nulls_last(), Task.id)
        .limit(limit)
    )


def _reasons(actor: Actor) -> dict[str, ColumnElement[bool]]:
    today = clock.today()
    found: dict[str, ColumnElement[bool]] = {}
    if actor.may(Capability.HANDLE_TASK) and (actor.unit_id or actor.person_id):
        mine = own(actor)
        found["accept"] = and_(mine, Task.state == S.DISPATCHED)
        found["late"] = and_(mine, Task.state.in_(UNDER_WAY), late(today))
        found["near"] = and_(mine, Task.state.in_(UNDER_WAY), near(today))
    if actor.may(Capability.EVALUATE) and actor.person_id is not None:
        found["evaluate"] = to_evaluate(actor)
    if actor.may(Capability.DISPATCH):
        found |= _to_manage(actor)
    return found


def _to_manage(actor: Actor) -> dict[str, ColumnElement[bool]]:
    here = in_reach(Task.community_id, actor, Capability.DISPATCH)
    asked = _of_round(Extension.id, Extension).where(Extension.decided_at.is_(None)).exists()
    evaluated = _of_round(Evaluation.id, Evaluation).where(Evaluation.score.is_not(None)).exists()
    long_ago = Task.verified_at < clock.at(clock.today() - timedelta(days=UNEVALUATED_DAYS - 1))
    had_a_hand = (
        select(TaskStep.id)
        .where(TaskStep.task_id == Task.id, TaskStep.event.in_(HANDLING))
        .where(TaskStep.by_id == actor.id)
        .correlate(Task)
        .exists()
    )
    return {
        "extension": and_(here, Task.state.in_(UNDER_WAY), asked),
        "returned": and_(here, Task.state == S.RETURNED),
        "verify": and_(here, Task.state == S.SUBMITTED, ~had_a_hand, ~own(actor)),
        "overdue": and_(here, late(clock.today())),
        "close": and_(here, Task.state == S.VERIFIED, or_(evaluated, long_ago)),
        "dispatch": and_(here, Task.state == S.DRAFTED),
    }


def _of_round(column: Any, model: Any) -> Any:
    return (
        select(column)
        .where(model.task_id == Task.id, model.round == Task.rework_count)
        .correlate(Task)
    )


def _has_open_tasks() -> ColumnElement[bool]:
    return (
        select(Task.id)
        .where(Task.resolution_id == Resolution.id, Task.state.in_(OPEN))
        .correlate(Resolution)
        .exists()
    )


def _resolutions(actor: Actor, limit: int) -> list[Waiting]:
    if not actor.may(Capability.DISPATCH):
        return []
    return [
        Waiting(
            Phrase(_FEED_BACK),
            row.title,
            "resolutions.show",
            {"resolution_id": row.id},
            row.feedback_due_on,
        )
        for row in rows(_waiting_resolutions(actor, limit))
    ]


@built_once
def _waiting_resolutions(actor: Actor, limit: int) -> Select[Any]:
    return (
        select(Resolution.id, Resolution.title, Resolution.feedback_due_on)
        .where(
            in_reach(Resolution.community_id, actor, Capability.DISPATCH),
            Resolution.fed_back_at.is_(None),
            Resolution.superseded_by_id.is_(None),
            # While its tasks are open nothing can be reported back: they wait themselves.
            or_(
                (Resolution.feedback_due_on <= clock.today()) & ~_has_open_tasks(),
                everything_done(),
            ),
        )
        .order_by(Resolution.feedback_due_on.nulls_last(), Resolution.id)
        .limit(limit)
    )
