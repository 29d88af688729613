"""Doing the work: reporting progress, asking for more time, handing in with evidence."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.core import clock, workdays
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Refused
from app.core.files import StoredFile
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.tasks import deadlines, policy
from app.tasks.models.steps import Extension
from app.tasks.models.tasks import Task
from app.tasks.queries import tasks as queries
from app.tasks.services.steps import (
    attach,
    lock,
    move,
    move_last_day,
    needed,
    note,
    refuse_others,
    refuse_strangers,
    tell_handler,
    tell_staff,
)
from app.tasks.states import UNDER_WAY, tasks


def report(
    actor: Actor,
    task: Task,
    *,
    text: str,
    photos: Sequence[StoredFile] = (),
    version: int | None = None,
) -> None:
    """Say how the work is going, with photos if there are any. Refused (field "text") without
    words, (field "photos") with too many, if it is not under way, and for those who don't handle it;
    Stale if it has moved on since `version`."""
    lock(task, version)
    refuse_strangers(actor, task)
    if not text.strip():
        raise Refused(_l("Say what has been done."), field="text")
    step = move(actor, task, "report", text=text.strip(), proxy=policy.by_proxy(actor, task))
    attach(task, step, photos)


def ask_extension(
    actor: Actor, task: Task, *, days: int, reason: str, version: int | None = None
) -> Extension:
    """延期: ask for more working days, once and before the task is overdue; at most half of the
    original time (the service level's `extension_percent`), rounded down.

    Refused (field "reason") without a reason, (field "days") if it is too long, if it was asked for
    before or the task is overdue, and for those who don't handle it; Stale if the task has moved on
    since `version`.
    """
    lock(task, version)
    refuse_strangers(actor, task)
    reason = needed(reason, "reason")
    today = clock.today()
    facts = queries.facts(actor, task)
    if facts.extension_asked:
        raise Refused(_l("More time can be asked for only once."))
    if not policy.may_ask_extension(task, facts, today):
        raise Refused(_l("More time can be asked for only while the task is not overdue."))
    longest = longest_extension(task)
    if not 1 <= days <= longest:
        raise Refused(
            _l("At most %(days)s more working days can be asked for.", days=longest), field="days"
        )
    asked = Extension(
        task_id=task.id,
        round=task.rework_count,
        days=days,
        new_due_on=workdays.add_working_days(task.due_on or today, days),
        reason=reason,
        asked_by_id=actor.id,
    )
    db.session.add(asked)
    note(
        actor,
        task,
        "ask_extension",
        text=reason,
        due_on=asked.new_due_on,
        proxy=policy.by_proxy(actor, task),
    )
    tell_staff(
        task,
        f"extension:{asked.id}",
        Phrase(
            marked("More time is asked for “%(title)s”: %(reason)s"),
            title=task.title,
            reason=reason,
        ),
    )
    return asked


def longest_extension(task: Task) -> int:
    """How many working days the task can be extended by at most. Refused if no service level is in
    force."""
    if task.started_on is None or task.original_due_on is None:
        return 0
    level = deadlines.level_of(task.difficulty, clock.today())
    return deadlines.longest_extension(
        task.started_on, task.original_due_on, level.extension_percent
    )


def decide_extension(
    actor: Actor, task: Task, *, granted: bool, reason: str = "", version: int | None = None
) -> None:
    """Grant more time, or refuse it with a reason. Refused (field "reason") if that is missing, if no
    request is open, it is the actor's own, or they don't manage the task; Stale if it has moved on
    since `version`."""
    lock(task, version)
    refuse_others(actor, task)
    asked = db.session.scalar(
        select(Extension).where(Extension.task_id == task.id, Extension.decided_at.is_(None))
    )
    if asked is None or task.state not in UNDER_WAY:
        raise Refused(_l("No request for more time is open."))
    if not policy.may_decide_extension(actor, task, queries.facts(actor, task)):
        raise Refused(_l("Somebody else has to decide about your own request."))
    reason = reason.strip() if granted else needed(reason, "reason")
    asked.granted = granted
    asked.decided_at = clock.now()
    asked.decided_by_id = actor.id
    asked.decision_reason = reason or None
    if granted and task.started_on is not None:
        move_last_day(task, deadlines.until(task.started_on, asked.new_due_on))
    event = "grant_extension" if granted else "refuse_extension"
    note(actor, task, event, text=reason, due_on=task.due_on)
    told = (
        marked("You have more time for “%(title)s”.")
        if granted
        else marked("More time for “%(title)s” was refused.")
    )
    tell_handler(task, f"extension:{asked.id}", Phrase(told, title=task.title))


def submit(
    actor: Actor,
    task: Task,
    *,
    text: str,
    photos: Sequence[StoredFile],
    version: int | None = None,
) -> None:
    """办结: hand the work in with a text and at least one photo, to be verified. Refused (field
    "text" or "photos") if one of them is missing or the photos are too many, if it can't be handed in
    now, and for those who don't handle it; Stale if it has moved on since `version`."""
    lock(task, version)
    refuse_strangers(actor, task)
    if not text.strip():
        raise Refused(_l("Say what has been done."), field="text")
    if not photos:
        raise Refused(_l("Add at least one photo of the finished work."), field="photos")
    overtake_extension(task)
    task.submitted_at, task.submitted_on = clock.now(), clock.today()
    step = move(actor, task, "submit", text=text.strip(), proxy=policy.by_proxy(actor, task))
    attach(task, step, photos)
    tell_staff(
        task,
        f"submit:{step.id}",
        Phrase(marked("Handed in, please verify: %(title)s"), title=task.title),
    )


def withdraw(actor: Actor, task: Task, *, reason: str, version: int | None = None) -> None:
    """Take back work that one has handed in, before it is verified. It stays in the course of the
    task; the time given runs on, and its last day is what it was.

    Refused (field "reason") without a reason, for those who didn't hand it in, and once it is
    verified; Stale if it has moved on since `version`.
    """
    lock(task, version)
    refuse_strangers(actor, task)
    reason = needed(reason, "reason")
    tasks.after(task.state, "withdraw")
    if not policy.may_withdraw(task, queries.facts(actor, task)):
        raise Refused(_l("Only whoever handed the work in can withdraw it."))
    task.submitted_at = task.submitted_on = None
    proxy = policy.by_proxy(actor, task)
    step = move(actor, task, "withdraw", text=reason, proxy=proxy)
    told = Phrase(
        marked("What was handed in for “%(title)s” has been withdrawn: %(reason)s"),
        title=task.title,
        reason=reason,
    )
    tell_staff(task, f"withdraw:{step.id}", told)
    if proxy:
        tell_handler(task, f"withdraw:{step.id}", told)


def overtake_extension(task: Task) -> None:
    """A request for more time that nobody has decided has no object any more."""
    asked = db.session.scalar(
        select(Extension).where(Extension.task_id == task.id, Extension.decided_at.is_(None))
    )
    if asked is not None:
        asked.granted = False
        asked.decided_at = clock.now()
