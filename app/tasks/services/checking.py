"""Judging the work: verification by staff, evaluation by those concerned, closing."""

from __future__ import annotations

from dataclasses import replace

from app.audit import interface as audit
from app.core import clock, workdays
from app.core.access import Actor, Capability
from app.core.db import db, flushing, hold
from app.core.errors import Refused
from app.core.formats import day
from app.core.i18n import Phrase, gettext, marked
from app.core.i18n import lazy_gettext as _l
from app.core.masking import masked_name
from app.people.models import Person
from app.tasks import deadlines, policy
from app.tasks.models.evaluations import Channel, Evaluation
from app.tasks.models.steps import TaskStep
from app.tasks.models.tasks import Task
from app.tasks.queries import progress, sources
from app.tasks.queries import tasks as tasks_queries
from app.tasks.services.awards import award_work, take_back
from app.tasks.services.steps import (
    give_time,
    lock,
    move,
    move_last_day,
    needed,
    refuse_others,
    tell_concerned,
    tell_handler,
    tell_staff,
)
from app.tasks.services.working import overtake_extension
from app.tasks.states import tasks
from app.topics import interface as topics
from app.topics.interface import TopicState


def verify(actor: Actor, task: Task, *, text: str = "", version: int | None = None) -> None:
    """核验: find the work done as it should be. Never by a person who had a hand in it.

    A person who handled it gets the points of its difficulty, and more if it was handed in by
    its last day; those concerned are asked how it turned out.

    Refused if there is nothing to verify, or the actor may not; Stale if the task has moved on since
    `version`.
    """
    lock(task, version)
    _refuse_unfit(actor, task)
    task.verified_at = clock.now()
    task.verified_by_id = actor.id
    step = move(actor, task, "verify", text=text.strip())
    award_work(actor, task)
    tell_handler(
        task,
        f"verify:{step.id}",
        Phrase(marked("Your work on “%(title)s” has been verified."), title=task.title),
    )
    tell_concerned(
        task,
        f"evaluate:{task.rework_count}",
        Phrase(marked("“%(title)s” is done. Please say how it turned out."), title=task.title),
        but=[task.person_id] if task.person_id is not None else [],
    )


def send_back(actor: Actor, task: Task, *, reason: str, version: int | None = None) -> None:
    """Have handed-in work done again. At least as much time is left as there is to accept a
    task; the last day moves only if it is nearer than that, and not for work that was handed in
    late: that stays late.

    Refused (field "reason") without a reason, and as `verify` is.
    """
    lock(task, version)
    _refuse_unfit(actor, task)
    reason = needed(reason, "reason")
    today = clock.today()
    level = deadlines.level_of(task.difficulty, today)
    earliest = workdays.add_working_days(today, level.accept_days)
    late = task.due_on is not None and (task.submitted_on or today) > task.due_on
    if not late and (task.due_on is None or task.due_on < earliest):
        move_last_day(task, deadlines.until(task.started_on or today, earliest))
    task.rework_count += 1
    task.submitted_at = task.submitted_on = None
    step = move(actor, task, "rework", text=reason, due_on=task.due_on)
    tell_handler(
        task,
        f"rework:{step.id}",
        Phrase(
            marked("“%(title)s” has to be done again: %(reason)s"),
            title=task.title,
            reason=reason,
        ),
    )


def evaluate(
    actor: Actor,
    task: Task,
    *,
    person: Person,
    channel: Channel,
    reached: bool = True,
    score: int | None = None,
    solved: bool | None = None,
    comment: str = "",
    version: int | None = None,
) -> Evaluation:
    """回访: take down what a person concerned says of the work, once per person and round.

    Themselves (`Channel.SELF`), or told to staff or a grid worker by phone or at a visit. A call
    that reached nobody is kept without a score and counts for nothing. A score of 2 or less,
    or "not solved", opens the task again.

    Refused (field "score" or "solved") if one of them is missing, (field "person_id") if this person
    is not concerned, handled it or has evaluated it already, and if nobody can evaluate now; Stale if
    the task has moved on since `version`.
    """
    lock(task, version)
    _refuse_evaluation(actor, task, person, channel)
    if not reached:
        score = solved = None
    elif score is None:
        raise Refused(_l("Choose a score from 1 to 5."), field="score")
    elif solved is None:
        raise Refused(_l("Say whether it is solved."), field="solved")
    said = Evaluation(
        task_id=task.id,
        person_id=person.id,
        round=task.rework_count,
        channel=channel,
        reached=reached,
        score=score,
        solved=solved,
        comment=comment.strip(),
        entered_by_id=actor.id,
    )
    with flushing(Refused(_l("This person has already evaluated this work."), field="person_id")):
        db.session.add(said)
    task.version += 1
    audit.record(
        actor,
        "task.evaluate",
        kind="task",
        id=task.id,
        path=task.community.path,
        evaluation=said.id,
        channel=channel.value,
        score=score,
    )
    if score is not None and policy.is_poor(score, solved=bool(solved)):
        _open_again(actor, task, said)
    return said


def _open_again(actor: Actor, task: Task, said: Evaluation) -> None:
    # The topic's course is before the community, and evaluations are not given by name. Staff who
    # enter one for a resident do it in office.
    proxy = said.channel is not Channel.SELF
    shown = actor if proxy else replace(actor, name=masked_name(actor.name))
    step = _reopen(
        actor,
        task,
        "reopen",
        said.comment,
        gettext("Reopened by an evaluation"),
        on_topic=shown,
        proxy=proxy,
    )
    told = Phrase(marked("“%(title)s” was opened again by an evaluation."), title=task.title)
    _tell_reopened(task, step, told)


def close_task(actor: Actor, task: Task, *, version: int | None = None) -> None:
    """办结归档: after a valid evaluation, or a week after verification without any.

    With its last open task the topic counts as carried out.

    Refused if it can't be closed yet, and for those who don't manage it; Stale if it has moved on since
    `version`.
    """
    lock(task, version)
    refuse_others(actor, task)
    tasks.after(task.state, "close")
    facts = tasks_queries.facts(actor, task)
    if not policy.may_close(task, facts, clock.today()):
        raise Refused(
            _l(
                "Nobody has evaluated this yet. Without an evaluation it can be closed from"
                " %(day)s on.",
                day=day(policy.closes_unevaluated_on(task)),
            )
        )
    task.closed_at = clock.now()
    move(actor, task, "close")
    _implement(actor, task)


def void_completion(actor: Actor, task: Task, *, reason: str, version: int | None = None) -> None:
    """撤销办结: work that was found done turns out not to be (弄虚作假). Points credited for it
    are reversed, and it is taken up again.

    Refused (field "reason") without a reason, if the work was not found done, and for those who don't
    manage the task; Stale if it has moved on since `version`.
    """
    lock(task, version)
    refuse_others(actor, task)
    reason = needed(reason, "reason")
    if not policy.may_void(task, tasks_queries.facts(actor, task)):
        raise Refused(_l("This work can't be opened again now."))
    step = _reopen(actor, task, "void", reason, reason)
    _tell_reopened(
        task,
        step,
        Phrase(
            marked("The completion of “%(title)s” was voided: %(reason)s"),
            title=task.title,
            reason=reason,
        ),
    )


def cancel_task(actor: Actor, task: Task, *, reason: str, version: int | None = None) -> None:
    """Give a task up for a reason that everybody concerned can read. Refused (field "reason") without
    one, if it is done or cancelled, and for those who don't manage it; Stale if it has moved on
    since `version`."""
    lock(task, version)
    refuse_others(actor, task)
    reason = needed(reason, "reason")
    overtake_extension(task)
    step = move(actor, task, "cancel", text=reason)
    tell_handler(
        task,
        f"cancel:{step.id}",
        Phrase(marked("“%(title)s” was cancelled: %(reason)s"), title=task.title, reason=reason),
    )


def _implement(actor: Actor, task: Task) -> None:
    """The topic counts as carried out once none of its tasks is open. Its row is locked first:
    of the last two tasks, closed at the same time, the second sees the first."""
    topic = sources.topic_of(task)
    if topic is None:
        return
    hold(topic)
    if topic.state is TopicState.CONSENSUS and not progress.open_beside(task):
        topics.implement(actor, topic)


def _reopen(
    actor: Actor,
    task: Task,
    event: str,
    text: str,
    points_back: str,
    *,
    on_topic: Actor | None = None,
    proxy: bool = False,
) -> TaskStep:
    """Back to work with the handling time of its difficulty; the round's points are reversed,
    and a topic that counted as carried out no longer does."""
    if not sources.hold_unreported(task):
        raise Refused(_l("This work can't be evaluated now."))
    today = clock.today()
    level = deadlines.level_of(task.difficulty, today)
    take_back(actor, task, points_back)
    give_time(task, deadlines.period(today, level.handle_days))
    task.rework_count += 1
    task.submitted_at = task.submitted_on = None
    task.verified_at = task.verified_by_id = task.closed_at = None
    step = move(actor, task, event, text=text, due_on=task.due_on, proxy=proxy)
    topic = sources.topic_of(task)
    if topic is not None and topic.state is TopicState.IMPLEMENTED:
        topics.reopen(on_topic or actor, topic)
    return step


def _tell_reopened(task: Task, step: TaskStep, told: Phrase) -> None:
    tell_handler(task, f"reopen:{step.id}", told)
    tell_staff(task, f"reopen:{step.id}", told)


def _refuse_unfit(actor: Actor, task: Task) -> None:
    tasks.after(task.state, "verify")
    if not actor.may_at(Capability.VERIFY_TASK, task.community.path):
        raise Refused(_l("Only the community's staff verify tasks."))
    if not policy.may_verify(actor, task, tasks_queries.facts(actor, task)):
        raise Refused(_l("Somebody else has to verify work that you had a hand in."))


def _refuse_evaluation(actor: Actor, task: Task, person: Person, channel: Channel) -> None:
    facts = tasks_queries.facts(actor, task)
    if not policy.is_open_for_evaluation(task, facts):
        raise Refused(_l("This work can't be evaluated now."))
    if channel is Channel.SELF:
        if person.id != actor.person_id or not actor.may(Capability.EVALUATE):
            raise Refused(_l("Everybody evaluates for themselves."))
    elif not policy.may_enter_evaluation(actor, task, facts):
        raise Refused(_l("Somebody else has to ask how work turned out that you had a hand in."))
    if person.id not in sources.ids_concerned(task):
        raise Refused(
            _l("Only who raised or signed the topic or attended the meeting evaluates."),
            field="person_id",
        )
    if tasks_queries.took_part_in(task, person):
        raise Refused(_l("Nobody evaluates their own work."), field="person_id")
