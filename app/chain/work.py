"""The second half of the chain: tasks, evidence, evaluations, points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, String, cast, func, literal, select

from app.chain.story import Entry, Link, Reader
from app.core.access import Capability
from app.core.db import db, rows
from app.core.i18n import lazy_gettext as _l
from app.core.labels import label
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.attendance import Invitation
from app.meetings.models.meetings import Meeting
from app.people.models import Person, Unit
from app.points.models import Award, AwardStatus, EarningRule
from app.resolutions.models import Resolution
from app.tasks import interface as policy
from app.tasks.interface import TaskState, of_resolutions
from app.tasks.models.evaluations import Evaluation
from app.tasks.models.steps import TaskStep
from app.tasks.models.tasks import Task

# What of a task's life belongs to the story; the rest is on its own page.
_TOLD: dict[str, tuple[Link, Any, str]] = {
    "dispatch": (Link.TASK, _l("Task dispatched"), ""),
    "offer": (Link.TASK, _l("Task opened for claiming"), ""),
    "claim": (Link.TASK, _l("Task claimed"), ""),
    "return": (Link.TASK, _l("Task returned"), "wait"),
    "submit": (Link.EVIDENCE, _l("Work handed in"), ""),
    "withdraw": (Link.EVIDENCE, _l("What was handed in has been withdrawn"), "wait"),
    "verify": (Link.EVIDENCE, _l("Work verified"), "good"),
    "rework": (Link.EVIDENCE, _l("Sent back to be done again"), "wait"),
    "reopen": (Link.EVALUATION, _l("Opened again by an evaluation"), "wait"),
    "void": (Link.EVALUATION, _l("Completion voided by the community"), "wait"),
    "close": (Link.EVALUATION, _l("Task completed"), "good"),
    "cancel": (Link.TASK, _l("Task given up"), "late"),
}
_BY_HANDLER = {"submit", "withdraw", "return"}


class MatterTask(NamedTuple):
    """A task of a matter."""

    id: int
    number: str
    title: str
    state: TaskState
    rework_count: int
    unit: str | None
    person_id: int | None
    person: str | None
    evaluated: bool
    seen: bool


def tasks(reader: Reader) -> Sequence[MatterTask]:
    """(id, number, title, state, rework_count, unit, person_id, person, evaluated, seen) of the
    matter's tasks; `evaluated` says whether any resident has in this round, `seen` whether the reader
    may open them."""
    evaluated = (
        select(Evaluation.id)
        .where(
            Evaluation.task_id == Task.id,
            Evaluation.round == Task.rework_count,
            Evaluation.score.is_not(None),
        )
        .correlate(Task)
        .exists()
    )
    return rows(
        select(
            Task.id,
            Task.number,
            Task.title,
            Task.state,
            Task.rework_count,
            Unit.name.label("unit"),
            Task.person_id,
            Person.name.label("person"),
            evaluated.label("evaluated"),
            policy.visible(reader.actor).label("seen"),
        )
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .outerjoin(Person, Person.id == Task.person_id)
        .where(of_resolutions(_of_topic(reader)))
        .order_by(Task.id),
        MatterTask,
    )


def steps(reader: Reader, found: Sequence[MatterTask]) -> Iterable[Entry]:
    """What happened to these tasks, with the photos handed in (two queries)."""
    by_id = {task.id: task for task in found}
    photos: dict[int, list[tuple[int, int, str]]] = {}
    for photo in policy.evidence_of(by_id):
        photos.setdefault(photo.step_id, []).append((photo.task_id, photo.id, photo.name))
    rows = db.session.execute(
        select(
            TaskStep.id,
            TaskStep.task_id,
            TaskStep.event,
            TaskStep.text,
            TaskStep.at,
            Unit.name.label("unit"),
            TaskStep.person_id,
            Person.name.label("person"),
        )
        .outerjoin(Unit, Unit.id == TaskStep.unit_id)
        .outerjoin(Person, Person.id == TaskStep.person_id)
        .where(TaskStep.task_id.in_(by_id), TaskStep.event.in_(_TOLD))
        .order_by(TaskStep.id)
    ).all()
    for row in rows:
        task = by_id[row.task_id]
        link, title, tone = _TOLD[row.event]
        given_to = row.unit or reader.name(row.person, row.person_id)
        handler = task.unit or reader.name(task.person, task.person_id)
        yield Entry(
            row.at,
            link,
            title,
            f"{task.title}\n{row.text}" if row.text else task.title,
            actor=given_to or (handler if row.event in _BY_HANDLER else ""),
            page=("tasks.show", {"task_id": task.id}) if task.seen else None,
            photos=tuple(photos.get(row.id, ())) if task.seen else (),
            tone=tone,
        )


def evaluations(reader: Reader) -> Iterable[Entry]:
    rows = db.session.execute(
        select(
            Evaluation.at,
            Evaluation.score,
            Evaluation.solved,
            Evaluation.comment,
            Evaluation.person_id,
            Person.name,
            Task.title,
        )
        .join(Task, Task.id == Evaluation.task_id)
        .join(Person, Person.id == Evaluation.person_id)
        .where(of_resolutions(_of_topic(reader)), Evaluation.score.is_not(None))
        .order_by(Evaluation.id)
    ).all()
    for row in rows:
        title = (
            _l("Evaluated with %(score)s of 5: solved", score=row.score)
            if row.solved
            else _l("Evaluated with %(score)s of 5: not solved", score=row.score)
        )
        yield Entry(
            row.at,
            Link.EVALUATION,
            title,
            f"{row.title}\n{row.comment}" if row.comment else row.title,
            actor=reader.masked(row.name, row.person_id),
            tone="late" if policy.is_poor(row.score, solved=row.solved) else "good",
        )


def awards(reader: Reader, found: Sequence[MatterTask]) -> Iterable[Entry]:
    """Points of the topic's author and of those who carried the tasks out."""
    topic = reader.topic.id
    facts = [f"topic:{topic}:valid", f"topic:{topic}:adopted"]
    for task in found:
        for round_ in range(task.rework_count + 1):
            facts += [f"task:{task.id}:round:{round_}:{what}" for what in ("done", "on-time")]
    rows = db.session.execute(
        select(
            Award.points,
            Award.requested_at,
            Award.status,
            EarningRule.name.label("rule"),
            Award.person_id,
            Person.name,
        )
        .join(EarningRule, EarningRule.id == Award.rule_id)
        .join(Person, Person.id == Award.person_id)
        .where(Award.fact.in_(facts), Award.status.in_((AwardStatus.POSTED, AwardStatus.REVERSED)))
        .order_by(Award.id)
    ).all()
    named = reader.may(Capability.SEE_POINTS)
    for row in rows:
        taken_back = row.status is AwardStatus.REVERSED
        yield Entry(
            row.requested_at,
            Link.POINTS,
            row.rule,
            label(row.status) if taken_back else "",
            actor=row.name if named else reader.masked(row.name, row.person_id),
            tone="quiet" if taken_back else "good",
            points=row.points,
        )


def attendance(reader: Reader) -> Iterable[Entry]:
    """Points for having been at the meetings: one entry per meeting, not one per person."""
    # The key under which meetings award attendance, as an expression that finds it by index.
    fact = (
        literal("meeting:").concat(cast(Invitation.meeting_id, String)).concat(":attendance:")
    ).concat(cast(Invitation.person_id, String))
    on_agenda = select(AgendaItem.meeting_id).where(
        AgendaItem.topic_id == reader.topic.id, AgendaItem.withdrawn_at.is_(None)
    )
    rows = db.session.execute(
        select(
            Meeting.title,
            Meeting.closed_at,
            func.count(Award.id),
            func.sum(Award.points),
        )
        .join(Invitation, Invitation.meeting_id == Meeting.id)
        .join(Award, Award.fact == fact)
        .where(Meeting.id.in_(on_agenda), Award.status == AwardStatus.POSTED)
        .group_by(Meeting.id, Meeting.title, Meeting.closed_at)
    ).all()
    for title, at, people, points in rows:
        yield Entry(
            at,
            Link.POINTS,
            _l("Points for attending"),
            str(_l("%(people)s people, %(meeting)s", people=people, meeting=title)),
            tone="good",
            points=int(points),
        )


def _of_topic(reader: Reader) -> Select[tuple[int]]:
    return select(Resolution.id).where(Resolution.topic_id == reader.topic.id)
