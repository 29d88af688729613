"""How long a task may take, in working days, and how near its end it is (domain.md 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto
from typing import Any

from app.core import clock, workdays
from app.core.dated import in_force
from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l
from app.tasks.models.tasks import Difficulty, ServiceLevel
from app.tasks.states import UNDER_WAY, TaskState

WARN_SHARE = 5  # yellow once at most a fifth of the time is left …
WARN_DAYS = 1  # … or one working day


class Light(StrEnum):
    """How a deadline stands: far off, near, or passed."""

    GREEN = auto()
    YELLOW = auto()
    RED = auto()


@dataclass(frozen=True)
class Period:
    """From `started_on` (which does not count) to `due_on`; little is left from `warn_on` on."""

    started_on: date
    warn_on: date
    due_on: date


def level_of(difficulty: Difficulty, on: date) -> ServiceLevel:
    """The service level in force that day; Refused if there is none."""
    level = in_force(ServiceLevel, on, difficulty=difficulty)
    if level is None:
        raise Refused(_l("No rule says how long such a task may take."), field="difficulty")
    return level


def period(started_on: date, days: int) -> Period:
    """So many working days after a day."""
    return _warned(started_on, workdays.add_working_days(started_on, days), days)


def until(started_on: date, due_on: date) -> Period:
    """From a day to a last day, both given."""
    return _warned(started_on, due_on, workdays.working_days_between(started_on, due_on))


def longest_extension(started_on: date, original_due_on: date, percent: int) -> int:
    """Whole working days by which a task may be extended: `percent` of its original time."""
    return workdays.working_days_between(started_on, original_due_on) * percent // 100


def due_if_claimed(task: Any, on: date) -> date | None:
    """The last day if an offered task is claimed that day; None for all others, and where no
    rule says how long such a task may take."""
    if task.state is not TaskState.OFFERED:
        return None
    level = in_force(ServiceLevel, on, difficulty=task.difficulty)
    return period(on, level.handle_days).due_on if level else None


def current_deadline(task: Any) -> date | None:
    """The day by which the handler or staff have to act now: to accept, to hand in, or to decide about a
    return. None where nobody's time is running. `task` is a Task or a row with its columns."""
    if task.state is TaskState.DISPATCHED:
        return task.accept_by
    if task.state is TaskState.RETURNED:
        return task.decide_by
    return task.due_on if task.state in UNDER_WAY else None


def light(task: Any, on: date | None = None) -> Light | None:
    """How the task stands that day (today), None where nobody's time is running.

    Red from the day after the last day on; yellow while at most a fifth of the working days
    or one of them is left, and on the last day to accept or to decide.
    """
    on = on or clock.today()
    deadline = current_deadline(task)
    if deadline is None:
        return None
    if on > deadline:
        return Light.RED
    warn_on = task.warn_on if task.state in UNDER_WAY else deadline
    return Light.YELLOW if on >= warn_on else Light.GREEN


def _warned(started_on: date, due_on: date, days: int) -> Period:
    left = max(WARN_DAYS, days // WARN_SHARE)
    warn_on = workdays.add_working_days(started_on, max(days - left, 0))
    return Period(started_on, min(warn_on, due_on), due_on)
