"""One task: whether an actor may see it, and what decides who may do what with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from app.accounts.interface import speaks_for_unit, staff_of
from app.accounts.models import User
from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import db, rows
from app.core.errors import NotFoundError
from app.core.files import StoredFile
from app.people.models import Person
from app.places.interface import in_reach
from app.resolutions.interface import about_sensitive
from app.resolutions.models import Resolution
from app.tasks.models.evaluations import Evaluation
from app.tasks.models.steps import Evidence, Extension, TaskStep
from app.tasks.models.tasks import Task
from app.tasks.policy import Facts
from app.tasks.queries.concerned import had_a_hand, took_part
from app.tasks.queries.sources import concerning, of_resolution, resolution_id
from app.tasks.states import DONE, TaskState
from app.topics.interface import reached_openly

C = Capability


class Verifier(NamedTuple):
    """Who may verify a task's work."""

    id: int
    name: str


def visible(actor: Actor) -> ColumnElement[bool]:
    """Condition on Task: what the actor may see at all.

    Who works here sees the tasks of the communities in reach; a unit's contact those of the
    unit; a resident their own, and those of resolutions that concern them once there was
    something to evaluate. Open ones show to everybody who may claim them.
    """
    seen: list[ColumnElement[bool]] = []
    if actor.may(C.SEE_TASKS):
        seen.append(worked_on(actor))
    if actor.may(C.HANDLE_TASK):
        seen.append(own(actor))
        if not actor.reaches_no_further(C.HANDLE_TASK, C.SEE_TASKS):
            seen.append(claimable(actor))
    if actor.may(C.EVALUATE) and actor.person_id is not None:
        seen.append(
            and_(
                or_(Task.state.in_(DONE), Task.rework_count > 0),
                concerning(actor.person_id),
            )
        )
    return or_(*seen) if seen else false()


def worked_on(actor: Actor) -> ColumnElement[bool]:
    """Condition on Task: of the communities whose tasks the actor sees."""
    return reached_openly(Task.community_id, actor, C.SEE_TASKS, _on_sensitive(actor))


def _on_sensitive(actor: Actor) -> ColumnElement[bool]:
    resolved = select(Resolution.id).where(of_resolution(), about_sensitive(actor))
    return resolved.correlate(Task).exists()


def own(actor: Actor) -> ColumnElement[bool]:
    """Condition on Task: handled by the actor's unit or by the actor."""
    handled = []
    if actor.unit_id is not None:
        handled.append(Task.unit_id == actor.unit_id)
    if actor.person_id is not None:
        handled.append(Task.person_id == actor.person_id)
    return or_(*handled) if handled else false()


def claimable(actor: Actor) -> ColumnElement[bool]:
    """Condition on Task: open for claiming where the actor may handle tasks; what is sensitive is
    open to nobody."""
    open_ones = and_(Task.state == TaskState.OFFERED, ~_on_sensitive(actor))
    return and_(open_ones, in_reach(Task.community_id, actor, C.HANDLE_TASK))


def to_evaluate(actor: Actor) -> ColumnElement[bool]:
    """Condition on Task: the actor may say now how it turned out. As proposer, as who signed with
    them, or as who attended; once a round; never of work they took part in, or their unit."""
    if actor.person_id is None or not actor.may(C.EVALUATE):
        return false()
    return and_(
        open_for_evaluation(),
        concerning(actor.person_id),
        ~took_part(actor.person_id),
        ~_evaluations_of(actor).where(Evaluation.round == Task.rework_count).exists(),
    )


def open_for_evaluation() -> ColumnElement[bool]:
    """Condition on Task: verified or closed, and the matter not yet reported back."""
    reported = select(Resolution.id).where(of_resolution(), Resolution.fed_back_at.is_not(None))
    return and_(Task.state.in_(DONE), ~reported.correlate(Task).exists())


def evaluated_by(actor: Actor) -> ColumnElement[bool]:
    """Condition on Task: the actor has evaluated it, in any round."""
    return false() if actor.person_id is None else _evaluations_of(actor).exists()


def _evaluations_of(actor: Actor) -> Select[tuple[int]]:
    return (
        select(Evaluation.id)
        .where(
            Evaluation.task_id == Task.id,
            Evaluation.person_id == actor.person_id,
            Evaluation.score.is_not(None),
        )
        .correlate(Task)
    )


def task_in_reach(actor: Actor, task_id: int, capability: Capability | None = None) -> Task:
    """The task with its resolution, topic, community, unit and person, if the actor may see it
    (and, where a capability is named, reaches its community with that); else NotFoundError."""
    statement = (
        select(Task)
        .where(Task.id == task_id, visible(actor))
        .options(
            joinedload(Task.resolution).joinedload(Resolution.topic),
            joinedload(Task.community),
            joinedload(Task.unit),
            joinedload(Task.person),
        )
    )
    if capability is not None:
        statement = statement.where(in_reach(Task.community_id, actor, capability))
    task = db.session.scalar(statement)
    if task is None:
        raise NotFoundError
    return task


def facts(actor: Actor, task: Task) -> Facts:
    """What `policy` needs to know around a task, in one query."""
    asked = select(Extension.id).where(Extension.task_id == task.id)
    valid = select(Evaluation.id).where(
        Evaluation.task_id == task.id,
        Evaluation.round == task.rework_count,
        Evaluation.score.is_not(None),
    )
    this_task = select(Task.id).where(Task.id == task.id)
    this = Resolution.id == resolution_id(task)
    row = db.session.execute(
        select(
            asked.exists().label("extension_asked"),
            asked.where(Extension.decided_at.is_(None), Extension.asked_by_id != actor.id)
            .exists()
            .label("extension_to_decide"),
            select(func.count()).select_from(valid.subquery()).scalar_subquery(),
            this_task.where(to_evaluate(actor)).exists(),
            this_task.where(had_a_hand(actor.id)).exists().label("had_a_hand"),
            select(Resolution.id).where(this, Resolution.fed_back_at.is_not(None)).exists(),
            func.coalesce(_handed_in_by(task), 0) == actor.id,
            _reminded_today(task),
            _reachable(task),
        )
    ).one()
    return Facts(*row)


def _handed_in_by(task: Task) -> ScalarSelect[int | None]:
    """The id of the account that handed the work in last."""
    return (
        select(TaskStep.by_id)
        .where(TaskStep.task_id == task.id, TaskStep.event == "submit")
        .order_by(TaskStep.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _reminded_today(task: Task) -> ColumnElement[bool]:
    return (
        select(TaskStep.id)
        .where(
            TaskStep.task_id == task.id,
            TaskStep.event == "remind",
            TaskStep.at >= clock.at(clock.today()),
        )
        .exists()
    )


def _reachable(task: Task) -> ColumnElement[bool]:
    """Messages reach a resident, with or without an account, and the accounts of a unit."""
    account = select(User.id).where(
        User.unit_id == task.unit_id, User.disabled_at.is_(None), speaks_for_unit()
    )
    return true() if task.person_id is not None else account.exists()


def verifiers(task: Task) -> Sequence[Verifier]:
    """Those who may verify the task's work: staff of its community who neither handle it nor had a
    hand in it."""
    staff = [row.id for row in staff_of(task.community_id)]
    return rows(
        select(User.id, User.name)
        .join(Task, Task.id == task.id)
        .where(
            User.id.in_(staff),
            or_(
                Task.unit_id.is_(None),
                User.unit_id.is_(None),
                User.unit_id != Task.unit_id,
                ~speaks_for_unit(),
            ),
            or_(
                Task.person_id.is_(None), User.person_id.is_(None), User.person_id != Task.person_id
            ),
            ~had_a_hand(User.id),
        )
        .order_by(User.id),
        Verifier,
    )


def took_part_in(task: Task, person: Person) -> bool:
    """Whether a person may not say how this work turned out, because it is theirs."""
    statement = select(Task.id).where(Task.id == task.id, took_part(person.id))
    return db.session.scalar(statement) is not None


def photo_of(actor: Actor, task_id: int, evidence_id: int) -> StoredFile:
    """The file of a photo, if the actor may see its task; else NotFoundError."""
    file = db.session.scalar(
        select(StoredFile)
        .join(Evidence, Evidence.file_id == StoredFile.id)
        .join(Task, Task.id == Evidence.task_id)
        .where(Evidence.id == evidence_id, Task.id == task_id, visible(actor))
    )
    if file is None:
        raise NotFoundError
    return file
