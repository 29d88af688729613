"""In any order of buttons that people press, a task stays a task."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.points.models import Award, AwardStatus
from app.tasks import policy
from app.tasks.models.evaluations import Channel
from app.tasks.models.steps import TaskStep
from app.tasks.models.tasks import Difficulty
from app.tasks.policy import Action
from app.tasks.queries import tasks as queries
from app.tasks.services import checking, dispatching, drafting, reminding, working
from app.tasks.states import DONE, OPEN, TaskState, tasks
from tests.resolutions import given as made

ACTORS = ("staff", "second_staff", "unit_contact", "resident", "other_resident", "grid_worker")


def press(cast, who, task, action):
    """Press a button as its form would, with what it needs."""
    actor = cast.actor(who)
    people = {"resident": cast.zhang, "other_resident": cast.li}
    score = 1 if task.rework_count == 0 and task.id % 2 else 5
    calls = {
        Action.EDIT: lambda: drafting.edit_task(
            actor, task, title="搭建雨棚", difficulty=Difficulty.HARD
        ),
        Action.DISPATCH: lambda: dispatching.dispatch(actor, task, person=cast.zhang),
        Action.OFFER: lambda: dispatching.offer(actor, task),
        Action.UPHOLD: lambda: dispatching.decide_return(actor, task, reason="合同写明"),
        Action.CLAIM_FOR_UNIT: lambda: dispatching.claim(actor, task, for_unit=True),
        Action.CLAIM_FOR_ONESELF: lambda: dispatching.claim(actor, task),
        Action.ACCEPT: lambda: dispatching.accept(actor, task),
        Action.RETURN: lambda: dispatching.return_task(actor, task, reason="不归我"),
        Action.REPORT: lambda: working.report(actor, task, text="进行中"),
        Action.ASK_EXTENSION: lambda: working.ask_extension(actor, task, days=1, reason="下雨"),
        Action.DECIDE_EXTENSION: lambda: working.decide_extension(actor, task, granted=True),
        Action.SUBMIT: lambda: working.submit(actor, task, text="好了", photos=[made.photo()]),
        Action.WITHDRAW: lambda: working.withdraw(actor, task, reason="传错了照片"),
        Action.VERIFY: lambda: checking.verify(actor, task),
        Action.SEND_BACK: lambda: checking.send_back(actor, task, reason="不行"),
        Action.EVALUATE: lambda: checking.evaluate(
            actor, task, person=people[who], channel=Channel.SELF, score=score, solved=True
        ),
        Action.ENTER_EVALUATION: lambda: checking.evaluate(
            actor, task, person=cast.wang, channel=Channel.PHONE, score=score, solved=True
        ),
        Action.REMIND: lambda: reminding.remind(actor, task),
        Action.CLOSE: lambda: checking.close_task(actor, task),
        Action.VOID: lambda: checking.void_completion(actor, task, reason="没有装灯"),
        Action.CANCEL: lambda: checking.cancel_task(actor, task, reason="算了"),
    }
    calls[action]()


def check(task):
    """What holds of every task at every moment."""
    db.session.flush()
    db.session.refresh(task)
    assert (task.unit_id is None) or (task.person_id is None)
    if task.state in OPEN - {TaskState.DRAFTED, TaskState.OFFERED}:
        assert task.unit_id or task.person_id
        assert task.started_on <= task.warn_on <= task.due_on
    if task.state in DONE:
        assert task.submitted_on is not None
        assert task.verified_by_id is not None
    last = (
        db.session.query(TaskStep).filter_by(task_id=task.id).order_by(TaskStep.id.desc()).first()
    )
    assert last.state is task.state
    credited = (
        db.session.query(Award)
        .filter(Award.fact.startswith(f"task:{task.id}:"), Award.status == AwardStatus.POSTED)
        .all()
    )
    # Points stand for verified work of this round and for nothing else.
    for award in credited:
        assert task.state in DONE
        assert award.person_id == task.person_id
        assert f":round:{task.rework_count}:" in award.fact


@pytest.mark.slow
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_order_of_buttons_keeps_every_promise(cast, resolution, data):
    task = made.drafted(cast, resolution, difficulty=data.draw(st.sampled_from(Difficulty)))
    now = made.NOW
    for _ in range(data.draw(st.integers(1, 14))):
        now += timedelta(hours=data.draw(st.integers(0, 60)))
        with clock.frozen(now):
            who = data.draw(st.sampled_from(ACTORS))
            actor = cast.actor(who)
            facts = queries.facts(actor, task)
            allowed = policy.actions(actor, task, facts)
            action = data.draw(st.sampled_from(list(Action)))
            before = task.state
            try:
                press(cast, who, task, action)
            except KeyError:
                # Only residents of the cast evaluate for themselves.
                assert action is Action.EVALUATE
                assert action not in allowed
            except Refused:
                # Of a follow-up the button can't know that this person has evaluated already.
                assert action not in allowed - {Action.ENTER_EVALUATION}, (who, action)
                db.session.refresh(task)
                assert task.state is before
            else:
                assert action in allowed, f"{who} could {action} though it was not offered"
            check(task)


def test_every_state_can_be_reached_and_only_giving_up_is_final():
    reached = set(tasks.table.values()) | {TaskState.DRAFTED}
    assert reached == set(TaskState)
    final = set(TaskState) - {source for source, _event in tasks.table}
    assert final == {TaskState.CANCELLED}


@pytest.mark.parametrize("state", list(TaskState))
@pytest.mark.parametrize("event", sorted({event for _state, event in tasks.table}))
def test_an_event_out_of_turn_is_refused(state, event):
    if tasks.can(state, event):
        assert tasks.after(state, event) in set(TaskState)
    else:
        with pytest.raises(Refused):
            tasks.after(state, event)
