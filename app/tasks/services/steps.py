"""What every step of a task has in common: the lock, the record of it, and who is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from app.accounts.interface import user_ids_of_units
from app.audit import interface as audit
from app.core.access import Actor
from app.core.db import db, hold
from app.core.errors import Refused, Stale
from app.core.files import StoredFile
from app.core.i18n import Phrase
from app.core.i18n import lazy_gettext as _l
from app.inbox import interface as inbox
from app.tasks import policy
from app.tasks.deadlines import Period
from app.tasks.models.steps import Evidence, TaskStep
from app.tasks.models.tasks import Task
from app.tasks.queries.sources import ids_concerned
from app.tasks.states import tasks

MOST_PHOTOS = 9


def lock(task: Task, version: int | None = None) -> None:
    """Hold the task's row until the transaction ends, and see it as it is now.

    Of two who act at once the second waits here and then finds the new state. `version` is
    what the page showed: another one now means that the page is old (Stale).
    """
    hold(task)
    refuse_stale(task, version)


def refuse_stale(task: Task, version: int | None) -> None:
    """Stale if the task has moved on since this version of it was shown."""
    if version is not None and version != task.version:
        raise Stale(
            _l("This task has moved on since you opened the page. Please look at it as it is now.")
        )


def move(
    actor: Actor,
    task: Task,
    event: str,
    *,
    text: str = "",
    unit_id: int | None = None,
    person_id: int | None = None,
    due_on: date | None = None,
    proxy: bool = False,
) -> TaskStep:
    """Take the task, already locked, to its next state and write the step down.

    Refused if the event can't happen in the present state.
    """
    task.state = tasks.after(task.state, event)
    return note(
        actor,
        task,
        event,
        text=text,
        unit_id=unit_id,
        person_id=person_id,
        due_on=due_on,
        proxy=proxy,
    )


def note(actor: Actor, task: Task, event: str, *, proxy: bool = False, **said: Any) -> TaskStep:
    """Write a step down that leaves the state as it is."""
    task.version += 1
    made = TaskStep(
        task_id=task.id,
        event=event,
        state=task.state,
        by_id=actor.id,
        by_name=actor.name,
        by_proxy=proxy,
        **said,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        actor,
        f"task.{event}",
        kind="task",
        id=task.id,
        path=task.community.path,
        number=task.number,
        state=task.state.value,
    )
    return made


def give_time(task: Task, period: Period) -> None:
    """Start the task's time anew: the first period of this round."""
    task.started_on = period.started_on
    task.warn_on = period.warn_on
    task.due_on = task.original_due_on = period.due_on


def move_last_day(task: Task, period: Period) -> None:
    """Another last day for the time that runs already; `original_due_on` stays what half of it may
    be asked for on top."""
    task.warn_on, task.due_on = period.warn_on, period.due_on


def attach(task: Task, step: TaskStep, photos: Sequence[StoredFile]) -> None:
    """Keep photos with a step of the task. Refused (field "photos") if they are too many."""
    if len(photos) > MOST_PHOTOS:
        raise Refused(_l("At most %(most)s photos.", most=MOST_PHOTOS), field="photos")
    for photo in photos:
        db.session.add(Evidence(task_id=task.id, step_id=step.id, file_id=photo.id))
    db.session.flush()


def refuse_strangers(actor: Actor, task: Task) -> None:
    """Only the handler of the task, or staff for them. Refused for all others."""
    if not policy.may_handle(actor, task):
        raise Refused(_l("This task is handled by somebody else."))


def refuse_others(actor: Actor, task: Task) -> None:
    """Only staff who dispatch and close tasks in its community. Refused for all others."""
    if not policy.manages(actor, task):
        raise Refused(_l("Only the community's staff can do this."))


def needed(text: str, field: str) -> str:
    """The text, or Refused if there is none."""
    if not text.strip():
        raise Refused(_l("Please say why."), field=field)
    return text.strip()


def tell_handler(task: Task, key: str, text: Phrase) -> None:
    """Tell the unit's contacts or the person who handles the task."""
    inbox.tell(
        key=f"task:{task.id}:{key}",
        text=text,
        url=f"/tasks/{task.id}",
        people=[task.person_id] if task.person_id is not None else [],
        users=user_ids_of_units([task.unit_id]) if task.unit_id is not None else [],
    )


def tell_staff(task: Task, key: str, text: Phrase) -> None:
    """Tell those of the staff who drafted and dispatched the task; what waits for any of
    them stands on everybody's page of today."""
    senders = db.session.scalars(
        select(TaskStep.by_id).where(
            TaskStep.task_id == task.id, TaskStep.event.in_(("dispatch", "offer", "uphold"))
        )
    )
    users = {task.created_by_id, *(sender for sender in senders if sender is not None)}
    inbox.tell(key=f"task:{task.id}:{key}", text=text, url=f"/tasks/{task.id}", users=users)


def tell_concerned(task: Task, key: str, text: Phrase, *, but: Iterable[int] = ()) -> None:
    """Tell those whom the task's source concerns, except these people."""
    inbox.tell(
        key=f"task:{task.id}:{key}",
        text=text,
        url=f"/tasks/{task.id}",
        people=ids_concerned(task) - set(but),
    )
