from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.points.models import AwardStatus
from app.resolutions import services
from app.tasks.models.evaluations import Channel, Evaluation
from app.tasks.models.steps import TaskStep
from app.tasks.queries import history, tasks
from app.tasks.services import checking
from app.tasks.states import TaskState
from app.topics.models import TopicStep
from app.topics.states import TopicState
from tests.resolutions import given
from tests.tasks.test_verify import awards


def by_phone(cast, task, person, *, by="staff", **said):
    said = {"score": 5, "solved": True} | said
    return checking.evaluate(cast.actor(by), task, person=person, channel=Channel.PHONE, **said)


def test_the_author_says_how_it_turned_out(cast, resolution):
    task = given.verified(cast, resolution)
    given.evaluated(cast, task, by="resident")
    assert task.state is TaskState.VERIFIED


def test_once_per_person_and_round(cast, resolution):
    task = given.verified(cast, resolution)
    given.evaluated(cast, task)
    with pytest.raises(Refused):
        by_phone(cast, task, cast.li)


def test_who_has_nothing_to_do_with_it_does_not_evaluate(cast, resolution):
    task = given.verified(cast, resolution)
    with pytest.raises(Refused) as refused:
        by_phone(cast, task, cast.chen)
    assert refused.value.field == "person_id"


def test_nobody_evaluates_their_own_work(cast, resolution):
    task = given.verified(cast, resolution, person=cast.zhang)
    with pytest.raises(Refused):
        given.evaluated(cast, task, by="resident")
    with pytest.raises(Refused):
        by_phone(cast, task, cast.zhang)


def test_nor_that_of_the_unit_they_work_for(cast, resolution):
    cast.li.works_at_id = cast.property_firm.id
    task = given.verified(cast, resolution)
    with pytest.raises(Refused):
        by_phone(cast, task, cast.li)


def test_nobody_evaluates_for_somebody_else_as_if_they_were_them(cast, resolution):
    task = given.verified(cast, resolution)
    with pytest.raises(Refused):
        checking.evaluate(
            cast.actor("resident"),
            task,
            person=cast.li,
            channel=Channel.SELF,
            score=5,
            solved=True,
        )


@pytest.mark.parametrize("who", ["staff", "grid_worker"])
def test_staff_and_grid_workers_ask_by_phone(cast, resolution, who):
    task = given.verified(cast, resolution)
    by_phone(cast, task, cast.wang, by=who)
    assert history.evaluations_of(task.id)[0].channel is Channel.PHONE


@pytest.mark.parametrize("who", ["host", "unit_contact", "resident", "neighbour_staff"])
def test_others_do_not(cast, resolution, who):
    task = given.verified(cast, resolution)
    with pytest.raises(Refused):
        by_phone(cast, task, cast.wang, by=who)


def test_a_call_that_reached_nobody_is_kept_and_counts_for_nothing(cast, resolution):
    task = given.verified(cast, resolution)
    by_phone(cast, task, cast.wang, reached=False, score=None, solved=None)
    by_phone(cast, task, cast.wang, reached=False, score=None, solved=None)
    facts = tasks.facts(cast.actor("staff"), task)
    assert facts.evaluations == 0
    by_phone(cast, task, cast.wang)
    assert tasks.facts(cast.actor("staff"), task).evaluations == 1


@pytest.mark.parametrize("said", [{"score": None}, {"solved": None}])
def test_a_valid_evaluation_has_a_score_and_says_whether_it_is_solved(cast, resolution, said):
    task = given.verified(cast, resolution)
    with pytest.raises(Refused):
        by_phone(cast, task, cast.wang, **said)


def test_unverified_work_is_not_evaluated(cast, resolution):
    task = given.submitted(cast, resolution)
    with pytest.raises(Refused):
        given.evaluated(cast, task)


@pytest.mark.parametrize("said", [{"score": 2}, {"score": 1}, {"score": 5, "solved": False}])
def test_a_poor_evaluation_opens_the_task_again(cast, resolution, said):
    task = given.verified(cast, resolution, person=cast.zhang)
    with clock.frozen(clock.at(date(2026, 12, 7), 9)):
        given.evaluated(cast, task, **said)
    assert task.state is TaskState.IN_PROGRESS
    assert task.due_on == date(2026, 12, 10)
    assert (task.rework_count, task.submitted_at, task.verified_at) == (1, None, None)
    assert {status for _points, status in awards(task)} == {AwardStatus.REVERSED}


def test_the_second_round_is_awarded_and_evaluated_anew(cast, resolution):
    task = given.verified(cast, resolution, person=cast.zhang)
    given.evaluated(cast, task, score=1)
    given.hand_in(cast, task)
    checking.verify(cast.actor("staff"), task)
    given.evaluated(cast, task, score=4)
    posted = [points for points, status in awards(task) if status is AwardStatus.POSTED]
    assert posted == [5, 1]


def test_a_closed_task_is_opened_again_and_its_topic_with_it(cast, resolution):
    task = given.closed(cast, resolution)
    assert resolution.topic.state is TopicState.IMPLEMENTED
    given.evaluated(cast, task, by="resident", score=1, solved=False)
    assert (task.state, task.closed_at) == (TaskState.IN_PROGRESS, None)
    assert resolution.topic.state is TopicState.CONSENSUS
    last = db.session.query(TopicStep).order_by(TopicStep.id.desc()).first()
    assert last.by_name == "张*国"


def test_what_was_reported_back_is_not_evaluated_any_more(cast, resolution):
    task = given.closed(cast, resolution)
    services.feed_back(cast.actor("staff"), resolution, result="建成", contact="0830-1234567")
    with pytest.raises(Refused):
        given.evaluated(cast, task, by="resident", score=1)


@pytest.mark.both_engines
def test_evaluations_and_steps_stay(cast, resolution):
    task = given.verified(cast, resolution)
    given.evaluated(cast, task)
    for model in (Evaluation, TaskStep):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(delete(model))
