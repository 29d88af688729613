"""Who may do what with a task, and when.

A task's buttons are `Action`s; `actions` gives those the actor may press now. Services ask the
same predicates, so that what a page offers and what is accepted never differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum, auto

from app.core import clock
from app.core.access import Actor, Capability
from app.tasks.deadlines import Light, light
from app.tasks.models.tasks import Task
from app.tasks.states import DONE, OPEN, UNDER_WAY, TaskState, tasks

UNEVALUATED_DAYS = 7  # after which a verified task can be closed without any evaluation
POOR_SCORE = 2  # this or less opens the task again, and so does "not solved"
LONGEST_DUE_DAYS = 366  # calendar days, where staff choose the day themselves
C = Capability
S = TaskState


class Action(StrEnum):
    EDIT = auto()
    DISPATCH = auto()
    OFFER = auto()
    UPHOLD = auto()
    CLAIM_FOR_UNIT = auto()
    CLAIM_FOR_ONESELF = auto()
    ACCEPT = auto()
    RETURN = auto()
    REPORT = auto()
    ASK_EXTENSION = auto()
    DECIDE_EXTENSION = auto()
    SUBMIT = auto()
    WITHDRAW = auto()
    VERIFY = auto()
    SEND_BACK = auto()
    EVALUATE = auto()
    ENTER_EVALUATION = auto()
    CLOSE = auto()
    REMIND = auto()
    VOID = auto()
    CANCEL = auto()


@dataclass(frozen=True)
class Facts:
    """What around a task decides who may do what next.

    Of the actor: `had_a_hand` says whether they accepted, reported or handed in, `handed_in`
    whether they did so last, `to_evaluate` whether it stands on their list of what to evaluate,
    `extension_to_decide` whether another person has asked for more time. `evaluations` counts
    everybody's valid ones of this round. Of the handler: `reminded` today, and `reachable` by
    messages, which a unit without an account is not.
    """

    extension_asked: bool = False
    extension_to_decide: bool = False
    evaluations: int = 0
    to_evaluate: bool = False
    had_a_hand: bool = False
    fed_back: bool = False
    handed_in: bool = False
    reminded: bool = False
    reachable: bool = False


def manages(actor: Actor, task: Task) -> bool:
    """Whether the actor dispatches and closes tasks here."""
    return actor.may_at(C.DISPATCH, task.community.path)


def is_handler(actor: Actor, task: Task) -> bool:
    """Whether the actor speaks for the unit, or is the person, that handles the task."""
    if not actor.may(C.HANDLE_TASK):
        return False
    return (task.unit_id is not None and task.unit_id == actor.unit_id) or (
        task.person_id is not None and task.person_id == actor.person_id
    )


def may_handle(actor: Actor, task: Task) -> bool:
    """The handler, or staff who enter it for a handler without an account."""
    return is_handler(actor, task) or manages(actor, task)


def by_proxy(actor: Actor, task: Task) -> bool:
    return not is_handler(actor, task)


def may_edit(task: Task) -> bool:
    """Its words, while nobody has been given it."""
    return task.state is S.DRAFTED


def may_return(task: Task, on: date) -> bool:
    """派单异议: within the days of the service level, five unless changed, also when the day to
    accept has passed; never twice, once the dispatch was upheld."""
    return task.state is S.DISPATCHED and task.return_by is not None and on <= task.return_by


def may_ask_extension(task: Task, facts: Facts, on: date) -> bool:
    """Once, however often the work is done again, and before the task is overdue."""
    if task.state not in UNDER_WAY or facts.extension_asked:
        return False
    return task.due_on is not None and on <= task.due_on


def may_decide_extension(actor: Actor, task: Task, facts: Facts) -> bool:
    """Staff, but never about a request of their own."""
    open_one = facts.extension_to_decide and task.state in UNDER_WAY
    return open_one and not is_handler(actor, task)


def handled(actor: Actor, task: Task, facts: Facts) -> bool:
    """Whether the actor had a hand in the work, so that another person has to judge it."""
    return is_handler(actor, task) or facts.had_a_hand


def may_verify(actor: Actor, task: Task, facts: Facts) -> bool:
    if task.state is not S.SUBMITTED or handled(actor, task, facts):
        return False
    return actor.may_at(C.VERIFY_TASK, task.community.path)


def may_remind(task: Task, facts: Facts, on: date) -> bool:
    """催办: remind the handler of what is overdue, once a day."""
    if task.state is S.RETURNED or not facts.reachable or facts.reminded:
        return False
    return is_late(task, on)


def is_to_verify(task: Task) -> bool:
    """Whether staff will have to verify its work, now or once it is handed in."""
    return task.state in OPEN and (task.unit_id is not None or task.person_id is not None)


def may_withdraw(task: Task, facts: Facts) -> bool:
    """The one who handed the work in takes it back until it is verified."""
    return task.state is S.SUBMITTED and facts.handed_in


def is_open_for_evaluation(task: Task, facts: Facts) -> bool:
    """Verified or closed, and the matter not yet reported back."""
    return task.state in DONE and not facts.fed_back


def may_enter_evaluation(actor: Actor, task: Task, facts: Facts) -> bool:
    if not is_open_for_evaluation(task, facts) or handled(actor, task, facts):
        return False
    return actor.may_around(C.ENTER_EVALUATION, task.community.path)


def may_close(task: Task, facts: Facts, on: date) -> bool:
    """After a valid evaluation, or after a week without any."""
    if task.state is not S.VERIFIED or task.verified_at is None:
        return False
    return facts.evaluations > 0 or on >= closes_unevaluated_on(task)


def may_void(task: Task, facts: Facts) -> bool:
    """Work that was found done and turns out not to be; until the result is reported back."""
    return task.state in DONE and not facts.fed_back


def closes_unevaluated_on(task: Task) -> date:
    """From this day on a verified task can be closed without an evaluation."""
    verified = clock.local(task.verified_at or clock.now()).date()
    return verified + timedelta(days=UNEVALUATED_DAYS)


def is_poor(score: int, *, solved: bool) -> bool:
    return score <= POOR_SCORE or not solved


def is_late(task: Task, on: date) -> bool:
    return light(task, on) is Light.RED


def was_on_time(task: Task) -> bool:
    """Whether the work was handed in on its last day or before."""
    if task.submitted_on is None or task.due_on is None:
        return False
    return task.submitted_on <= task.due_on


def actions(actor: Actor, task: Task, facts: Facts, on: date | None = None) -> frozenset[Action]:
    """Everything the actor may do with the task now."""
    on = on or clock.today()
    allowed = _managing(actor, task, facts, on) | _handling(actor, task, facts, on)
    if may_verify(actor, task, facts):
        allowed |= {Action.VERIFY, Action.SEND_BACK}
    if facts.to_evaluate:
        allowed.add(Action.EVALUATE)
    if may_enter_evaluation(actor, task, facts):
        allowed.add(Action.ENTER_EVALUATION)
    return frozenset(allowed)


def _managing(actor: Actor, task: Task, facts: Facts, on: date) -> set[Action]:
    if not manages(actor, task):
        return set()
    possible = {
        Action.EDIT: may_edit(task),
        Action.DISPATCH: tasks.can(task.state, "dispatch"),
        Action.OFFER: tasks.can(task.state, "offer"),
        Action.UPHOLD: tasks.can(task.state, "uphold"),
        Action.DECIDE_EXTENSION: may_decide_extension(actor, task, facts),
        Action.REMIND: may_remind(task, facts, on) and not is_handler(actor, task),
        Action.CLOSE: may_close(task, facts, on),
        Action.VOID: may_void(task, facts),
        Action.CANCEL: tasks.can(task.state, "cancel"),
    }
    return {action for action, can in possible.items() if can}


def _handling(actor: Actor, task: Task, facts: Facts, on: date) -> set[Action]:
    allowed: set[Action] = set()
    if task.state is S.OFFERED and actor.may_around(C.HANDLE_TASK, task.community.path):
        if actor.unit_id is not None:
            allowed.add(Action.CLAIM_FOR_UNIT)
        if actor.person_id is not None:
            allowed.add(Action.CLAIM_FOR_ONESELF)
    if not may_handle(actor, task):
        return allowed
    possible = {
        Action.ACCEPT: task.state is S.DISPATCHED,
        Action.RETURN: may_return(task, on),
        Action.REPORT: task.state in UNDER_WAY,
        Action.ASK_EXTENSION: may_ask_extension(task, facts, on),
        Action.SUBMIT: task.state in UNDER_WAY,
        Action.WITHDRAW: may_withdraw(task, facts),
    }
    return allowed | {action for action, can in possible.items() if can}
