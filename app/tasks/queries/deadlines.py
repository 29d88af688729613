"""Deadlines as conditions on Task: the same as `deadlines.light`, for lists and counts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, case, or_

from app.tasks.models.tasks import Task
from app.tasks.states import UNDER_WAY, TaskState


def deadline() -> ColumnElement[date | None]:
    """The day by which the handler or staff have to act: to accept, to hand in, to decide; else NULL."""
    return case(
        (Task.state == TaskState.DISPATCHED, Task.accept_by),
        (Task.state == TaskState.RETURNED, Task.decide_by),
        (Task.state.in_(UNDER_WAY), Task.due_on),
        else_=None,
    )


def late(on: date) -> ColumnElement[bool]:
    """The day to accept, to hand in, or to decide is over."""
    return or_(
        and_(Task.state == TaskState.DISPATCHED, Task.accept_by < on),
        and_(Task.state == TaskState.RETURNED, Task.decide_by < on),
        and_(Task.state.in_(UNDER_WAY), Task.due_on < on),
    )


def near(on: date) -> ColumnElement[bool]:
    """Not late, but little time is left."""
    return or_(
        and_(Task.state == TaskState.DISPATCHED, Task.accept_by == on),
        and_(Task.state == TaskState.RETURNED, Task.decide_by == on),
        and_(Task.state.in_(UNDER_WAY), Task.warn_on <= on, Task.due_on >= on),
    )
