from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.inbox.models import Message
from app.points.models import Award, AwardStatus
from app.tasks.models.tasks import Difficulty
from app.tasks.services import checking, dispatching, working
from app.tasks.states import TaskState
from tests.resolutions import given


def awards(task):
    of_task = Award.fact.startswith(f"task:{task.id}:")
    rows = db.session.query(Award).filter(of_task).order_by(Award.id).all()
    return [(row.points, row.status) for row in rows]


def test_staff_find_the_work_done(cast, resolution):
    task = given.verified(cast, resolution)
    assert task.state is TaskState.VERIFIED
    assert task.verified_by_id == cast.staff.id


def test_those_concerned_are_asked_how_it_turned_out(cast, resolution):
    task = given.verified(cast, resolution)
    asked = db.session.query(Message).filter_by(key=f"task:{task.id}:evaluate:0").all()
    people = {cast.zhang.id, cast.li.id, cast.wang.id}
    assert {message.person_id for message in asked} == people


def test_a_unit_earns_no_points(cast, resolution):
    assert awards(given.verified(cast, resolution)) == []


@pytest.mark.parametrize(
    ("difficulty", "points"),
    [(Difficulty.ORDINARY, [5, 1]), (Difficulty.HARD, [10, 2]), (Difficulty.COMPLEX, [20, 4])],
)
def test_a_person_earns_by_difficulty_and_a_fifth_more_in_time(
    cast, resolution, difficulty, points
):
    task = given.verified(cast, resolution, person=cast.zhang, difficulty=difficulty)
    assert awards(task) == [(n, AwardStatus.POSTED) for n in points]


def test_handed_in_late_it_earns_nothing_on_top(cast, resolution):
    task = given.accepted(cast, resolution, person=cast.zhang)
    with clock.frozen(clock.at(date(2026, 11, 27), 9)):
        given.hand_in(cast, task)
        checking.verify(cast.actor("staff"), task)
    assert [points for points, _status in awards(task)] == [5]


def test_verifying_late_does_not_cost_the_handler_anything(cast, resolution):
    task = given.submitted(cast, resolution, person=cast.zhang)
    with clock.frozen(clock.at(date(2026, 12, 27), 9)):
        checking.verify(cast.actor("staff"), task)
    assert [points for points, _status in awards(task)] == [5, 1]


def test_whoever_handed_it_in_for_somebody_does_not_verify_it(cast, resolution):
    task = given.accepted(cast, resolution)
    working.submit(cast.actor("staff"), task, text="代录", photos=[given.photo()])
    with pytest.raises(Refused):
        checking.verify(cast.actor("staff"), task)
    with pytest.raises(Refused):
        checking.send_back(cast.actor("staff"), task, reason="不行")
    checking.verify(cast.actor("second_staff"), task)


def test_staff_who_handled_it_as_a_resident_do_not_verify_it(cast, resolution):
    cast.staff.person_id = cast.chen.id
    task = given.dispatched(cast, resolution, person=cast.chen)
    dispatching.accept(cast.actor("second_staff"), task)
    working.submit(cast.actor("second_staff"), task, text="好了", photos=[given.photo()])
    with pytest.raises(Refused):
        checking.verify(cast.actor("staff"), task)


@pytest.mark.parametrize("who", ["host", "grid_worker", "unit_contact", "neighbour_staff"])
def test_others_do_not_verify(cast, resolution, who):
    task = given.submitted(cast, resolution)
    with pytest.raises(Refused):
        checking.verify(cast.actor(who), task)


def test_work_is_sent_back_with_a_reason(cast, resolution):
    task = given.submitted(cast, resolution)
    checking.send_back(cast.actor("staff"), task, reason="灯还没有装")
    assert task.state is TaskState.IN_PROGRESS
    assert (task.rework_count, task.submitted_at) == (1, None)
    assert task.due_on == date(2026, 11, 26)


def test_sent_back_on_the_last_day_it_gets_one_more(cast, resolution):
    task = given.submitted(cast, resolution)
    with clock.frozen(clock.at(date(2026, 12, 1), 9)):
        checking.send_back(cast.actor("staff"), task, reason="灯还没有装")
    assert task.due_on == date(2026, 12, 2)


def test_sending_back_says_why(cast, resolution):
    task = given.submitted(cast, resolution)
    with pytest.raises(Refused):
        checking.send_back(cast.actor("staff"), task, reason="")


def test_work_that_was_handed_in_late_stays_late_when_it_is_done_again(cast):
    task = given.submitted(cast)
    due_on = task.due_on
    with clock.frozen(clock.at(due_on + timedelta(days=5), 10)):
        task.submitted_on = due_on + timedelta(days=3)
        db.session.flush()
        checking.send_back(cast.actor("staff"), task, reason="没有照片")
        assert task.due_on == due_on
