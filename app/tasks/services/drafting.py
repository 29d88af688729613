"""Writing down what a resolution asks to be done, and correcting it before it is given to anyone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.access import Actor
from app.core.db import db, hold
from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l
from app.core.numbering import number_of_year
from app.people.models import Unit
from app.resolutions import interface as resolutions
from app.resolutions.models import Resolution
from app.tasks import policy
from app.tasks.models.tasks import Difficulty, SourceKind, Task
from app.tasks.services.dispatching import dispatch, offer
from app.tasks.services.steps import lock, note, refuse_others
from app.tasks.states import TaskState


@dataclass(frozen=True)
class Draft:
    """A task to be drafted, and perhaps dispatched or offered at once."""

    title: str
    detail: str = ""
    difficulty: Difficulty = Difficulty.ORDINARY
    unit: Unit | None = None
    offered: bool = False


def draft_task(
    actor: Actor,
    resolution: Resolution,
    *,
    title: str,
    detail: str = "",
    difficulty: Difficulty = Difficulty.ORDINARY,
) -> Task:
    """Write down a piece of work that the resolution asks for; nobody has it yet. Refused if the
    resolution is no longer being carried out, and beside the field that is wrong."""
    hold(resolution)
    if not resolutions.is_living(resolution) or resolution.fed_back_at is not None:
        raise Refused(_l("This resolution is no longer being carried out."))
    task = Task(
        number=number_of_year("task", resolution.community_id),
        community_id=resolution.community_id,
        source_kind=SourceKind.RESOLUTION,
        source_id=resolution.id,
        title=title,
        detail=detail,
        difficulty=difficulty,
        state=TaskState.DRAFTED,
        created_by_id=actor.id,
        version=0,
    )
    db.session.add(task)
    db.session.flush()
    note(actor, task, "draft")
    return task


def draft_tasks(actor: Actor, resolution: Resolution, drafts: Sequence[Draft]) -> list[Task]:
    """Several at once; those with a unit are dispatched, those `offered` opened for claiming.
    Refused if there is none, and as `draft_task`, `dispatch` and `offer` are."""
    if not drafts:
        raise Refused(_l("Write down at least one task."))
    made = []
    for draft in drafts:
        task = draft_task(
            actor, resolution, title=draft.title, detail=draft.detail, difficulty=draft.difficulty
        )
        if draft.unit is not None:
            dispatch(actor, task, unit=draft.unit)
        elif draft.offered:
            offer(actor, task)
        made.append(task)
    return made


def edit_task(
    actor: Actor,
    task: Task,
    *,
    title: str,
    detail: str = "",
    difficulty: Difficulty,
    version: int | None = None,
) -> None:
    """Correct a task that nobody has been given yet. What it read before stays in its course.
    Refused once it has been given to a person or a unit; Stale if it has moved on since `version`."""
    lock(task, version)
    refuse_others(actor, task)
    if not policy.may_edit(task):
        raise Refused(_l("Only a task that has not been dispatched yet can be changed."))
    before = "\n".join(part for part in (task.title, task.detail) if part)
    task.title, task.detail, task.difficulty = title, detail, difficulty
    note(actor, task, "edit", text=before)
