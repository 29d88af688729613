"""Points for carrying out a resolution: credited when work is verified, taken back if it turns
out not to have been done."""

from __future__ import annotations

from app.core import clock
from app.core.access import Actor
from app.core.i18n import Phrase, marked
from app.points import interface as points
from app.points.models import RuleCode
from app.tasks import deadlines, policy
from app.tasks.models.tasks import Task
from app.tasks.queries.sources import topic_of


def award_work(actor: Actor, task: Task) -> None:
    """Credit a person who handled the task; units get no points. By the rules and the service
    level in force on the day it was handed in. Refused if no level was."""
    if task.person_id is None:
        return
    done_on = task.submitted_on or clock.today()
    level = deadlines.level_of(task.difficulty, done_on)
    called = _called(task)
    done = points.award(
        actor,
        person_id=task.person_id,
        code=RuleCode.TASK_DONE,
        fact_key=done_key(task),
        happened_on=done_on,
        memo=Phrase(marked("Carried out: %(task)s"), task=called),
        times=level.multiplier,
    )
    if done is not None and policy.was_on_time(task):
        points.award(
            actor,
            person_id=task.person_id,
            code=RuleCode.TASK_ON_TIME,
            fact_key=on_time_key(task),
            happened_on=done_on,
            memo=Phrase(marked("Handed in on time: %(task)s"), task=called),
            on_top_of=done.points,
        )


def _called(task: Task) -> str:
    """What an award calls the work: awards are read by more people than a sensitive topic is."""
    topic = topic_of(task)
    return topic.number if topic is not None and topic.sensitive else task.title


def take_back(actor: Actor, task: Task, reason: str) -> None:
    """Reverse what this round's work was credited with, if anything."""
    for key in (on_time_key(task), done_key(task)):
        points.reverse_award(actor, fact_key=key, reason=reason)


def done_key(task: Task) -> str:
    return f"task:{task.id}:round:{task.rework_count}:done"


def on_time_key(task: Task) -> str:
    return f"task:{task.id}:round:{task.rework_count}:on-time"
