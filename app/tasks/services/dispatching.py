"""派 and 抢: dispatching tasks, offering, claiming, accepting, returning them."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from app.core import clock, workdays
from app.core.access import Actor, Capability
from app.core.db import db
from app.core.errors import Refused
from app.core.formats import day
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.people.models import Person, Unit
from app.tasks import deadlines, policy
from app.tasks.models.steps import TaskStep
from app.tasks.models.tasks import Task
from app.tasks.queries.sources import topic_of
from app.tasks.services.steps import (
    give_time,
    lock,
    move,
    needed,
    refuse_others,
    refuse_stale,
    refuse_strangers,
    tell_handler,
    tell_staff,
)
from app.tasks.states import TaskState


def dispatch(
    actor: Actor,
    task: Task,
    *,
    unit: Unit | None = None,
    person: Person | None = None,
    due_on: date | None = None,
    text: str = "",
    version: int | None = None,
) -> None:
    """Give a task that nobody has, or that was returned, to a unit or to a person.

    It has to be accepted or returned within the days of the service level in force, and handed
    in within its handling time, counted from today, unless `due_on` sets another last day.

    Refused (field "unit_id") unless it is exactly one of the two, and if it can't be dispatched
    now. Stale if it has moved on since `version`.
    """
    lock(task, version)
    refuse_others(actor, task)
    if (unit is None) == (person is None):
        raise Refused(_l("Choose who shall handle it: a unit or a person."), field="unit_id")
    _refuse_elsewhere(task, unit, person)
    today = clock.today()
    level = deadlines.level_of(task.difficulty, today)
    if due_on is None:
        give_time(task, deadlines.period(today, level.handle_days))
    else:
        give_time(task, _until(today, due_on))
    last = task.due_on or today
    task.accept_by = min(workdays.add_working_days(today, level.accept_days), last)
    task.return_by = min(workdays.add_working_days(today, level.return_days), last)
    task.decide_by = None
    task.unit, task.person = unit, person
    task.dispatched_at = clock.now()
    task.accepted_at = task.accepted_on = None
    step = move(
        actor,
        task,
        "dispatch",
        text=text.strip(),
        unit_id=unit.id if unit else None,
        person_id=person.id if person else None,
        due_on=task.due_on,
    )
    tell_handler(
        task,
        f"dispatch:{step.id}",
        Phrase(marked("A task has been dispatched to you: %(title)s"), title=task.title),
    )


def offer(actor: Actor, task: Task, *, version: int | None = None) -> None:
    """Open a task for claiming by the residents and units of the community. Refused if it can't be
    opened now, the matter is sensitive, or the actor doesn't manage it; Stale if it has moved on
    since `version`."""
    lock(task, version)
    refuse_others(actor, task)
    topic = topic_of(task)
    if topic is not None and topic.sensitive:
        raise Refused(_l("This matter is sensitive: dispatch the task to somebody instead."))
    task.unit = task.person = None
    task.dispatched_at = task.accept_by = task.return_by = task.decide_by = None
    task.started_on = task.warn_on = task.due_on = task.original_due_on = None
    move(actor, task, "offer")


def claim(actor: Actor, task: Task, *, for_unit: bool = False, version: int | None = None) -> None:
    """Take a task that is open for claiming, for oneself or for one's unit. Time counts from
    today. The first one gets it: the row is locked, so the second finds it taken.

    Refused if it is no longer open, or not for this account; Stale if it has moved on since `version`.
    """
    lock(task)
    if task.state is not TaskState.OFFERED and policy.is_handler(actor, task):
        raise Refused(_l("This task is yours already."))
    if task.state is not TaskState.OFFERED:
        raise Refused(_l("This task is no longer open for claiming: somebody else was faster."))
    refuse_stale(task, version)
    if not actor.may_around(Capability.HANDLE_TASK, task.community.path):
        raise Refused(_l("You can't claim tasks of this community."))
    unit = db.session.get(Unit, actor.unit_id) if for_unit and actor.unit_id else None
    person = None
    if not for_unit and actor.person_id is not None:
        person = db.session.get(Person, actor.person_id)
    if unit is None and person is None:
        raise Refused(_l("Your account belongs to no resident and no unit that could take it."))
    _refuse_elsewhere(task, unit, person)
    today = clock.today()
    level = deadlines.level_of(task.difficulty, today)
    give_time(task, deadlines.period(today, level.handle_days))
    task.unit, task.person = unit, person
    task.accepted_at, task.accepted_on = clock.now(), today
    step = move(
        actor,
        task,
        "claim",
        unit_id=unit.id if unit else None,
        person_id=person.id if person else None,
        due_on=task.due_on,
    )
    tell_staff(
        task,
        f"claim:{step.id}",
        Phrase(marked("A task has been claimed: %(title)s"), title=task.title),
    )


def accept(actor: Actor, task: Task, *, version: int | None = None) -> None:
    """签收: the handler takes it on. Also possible, and then late, after the
    last day to accept. Refused for those who don't handle it, and if it doesn't wait for this;
    Stale if it has moved on since `version`."""
    lock(task, version)
    refuse_strangers(actor, task)
    task.accepted_at, task.accepted_on = clock.now(), clock.today()
    move(actor, task, "accept", proxy=policy.by_proxy(actor, task))


def return_task(actor: Actor, task: Task, *, reason: str, version: int | None = None) -> None:
    """退回: object to the dispatch with a reason, within the days of the service level. The
    community has as many to dispatch it anew or let the dispatch stand.

    Refused (field "reason") without a reason, if the time is over, and as `accept` is.
    """
    lock(task, version)
    refuse_strangers(actor, task)
    reason = needed(reason, "reason")
    if task.state is TaskState.DISPATCHED and not policy.may_return(task, clock.today()):
        raise Refused(_l("The time to return this task is over. Accept it, or talk to the staff."))
    days = deadlines.level_of(task.difficulty, clock.today()).return_days
    task.decide_by = workdays.add_working_days(clock.today(), days)
    step = move(actor, task, "return", text=reason, proxy=policy.by_proxy(actor, task))
    tell_staff(
        task,
        f"return:{step.id}",
        Phrase(
            marked("A task was returned: %(title)s. Reason: %(reason)s"),
            title=task.title,
            reason=reason,
        ),
    )


def decide_return(actor: Actor, task: Task, *, reason: str, version: int | None = None) -> None:
    """Uphold the dispatch against a return: the handler who returned it has to do it after all.

    (A return that is granted is a new `dispatch`, an `offer` or a `cancel_task`.) The days it
    lay here undecided are not counted against them.

    Refused (field "reason") without a reason, if it was not returned, and for those who don't manage
    it; Stale if it has moved on since `version`.
    """
    lock(task, version)
    refuse_others(actor, task)
    reason = needed(reason, "reason")
    today = clock.today()
    level = deadlines.level_of(task.difficulty, today)
    step = move(actor, task, "uphold", text=reason)
    lost = workdays.working_days_between(_returned_on(task), today)
    if task.started_on is not None and task.due_on is not None:
        start = workdays.add_working_days(task.started_on, lost) if lost else task.started_on
        give_time(task, deadlines.until(start, workdays.add_working_days(task.due_on, lost)))
    task.accept_by = workdays.add_working_days(today, level.accept_days)
    task.return_by = task.decide_by = None
    db.session.flush()
    tell_handler(
        task,
        f"uphold:{step.id}",
        Phrase(
            marked("The dispatch of “%(title)s” stands: %(reason)s"),
            title=task.title,
            reason=reason,
        ),
    )


def _returned_on(task: Task) -> date:
    moment = db.session.scalar(
        select(TaskStep.at)
        .where(TaskStep.task_id == task.id, TaskStep.event == "return")
        .order_by(TaskStep.id.desc())
        .limit(1)
    )
    return clock.local(moment).date() if moment else clock.today()


def _until(today: date, due_on: date) -> deadlines.Period:
    if due_on <= today:
        raise Refused(_l("The last day has to be after today."), field="due_on")
    latest = today + timedelta(days=policy.LONGEST_DUE_DAYS)
    if due_on > latest:
        raise Refused(
            _l("The last day is too far away: %(day)s at the latest.", day=day(latest)),
            field="due_on",
        )
    if not workdays.is_working(due_on):
        raise Refused(_l("This day is not a working day."), field="due_on")
    return deadlines.until(today, due_on)


def _refuse_elsewhere(task: Task, unit: Unit | None, person: Person | None) -> None:
    """Tasks go to units that still take part and to people who still live or work here."""
    today = clock.today()
    if unit is not None and (
        unit.community_id != task.community_id or (unit.ended_on and unit.ended_on <= today)
    ):
        raise Refused(_l("This unit does not take part in this community."), field="unit_id")
    if person is not None and (
        person.community_id != task.community_id
        or (person.moved_out_on and person.moved_out_on <= today)
    ):
        raise Refused(_l("This person does not belong to this community."), field="person_id")
