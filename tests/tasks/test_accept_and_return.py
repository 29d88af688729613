from __future__ import annotations

from datetime import date

import pytest

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.inbox.models import Message
from app.tasks.models.steps import TaskStep
from app.tasks.models.tasks import Difficulty
from app.tasks.services import dispatching as services
from app.tasks.states import TaskState
from tests.resolutions import given

WEDNESDAY = clock.at(date(2026, 11, 25), 10)


def test_the_unit_accepts(cast, resolution):
    task = given.accepted(cast, resolution)
    assert task.state is TaskState.ACCEPTED
    assert task.accepted_on == clock.today()


def test_a_stranger_does_not(cast, resolution):
    task = given.dispatched(cast, resolution)
    with pytest.raises(Refused):
        services.accept(cast.actor("resident"), task)


def test_staff_enter_it_for_a_handler_without_an_account(cast, resolution):
    task = given.dispatched(cast, resolution, person=cast.chen)
    services.accept(cast.actor("staff"), task)
    step = TaskStep.__table__.select().where(TaskStep.task_id == task.id, TaskStep.by_proxy)
    assert db.session.execute(step).one().event == "accept"


def test_and_are_named_for_it_before_everybody(cast, sign_in, resolution):
    task = given.verified(cast, resolution, person=cast.chen)
    db.session.commit()
    page = sign_in(cast.resident).get(f"/tasks/{task.id}").text
    assert f"{cast.second_staff.name}</span> · 代录" in page


def test_accepting_late_is_possible(cast, resolution):
    task = given.dispatched(cast, resolution)
    with clock.frozen(WEDNESDAY):
        services.accept(cast.actor("unit_contact"), task)
    assert task.accepted_on > task.accept_by


def test_the_unit_returns_it_with_a_reason(cast, resolution):
    task = given.dispatched(cast, resolution)
    services.return_task(cast.actor("unit_contact"), task, reason="不属于物业服务范围")
    assert task.state is TaskState.RETURNED
    told = db.session.query(Message).filter_by(user_id=cast.staff.id).all()
    assert "不属于物业服务范围" in str(told[-1].text)


def test_without_a_reason_it_is_refused(cast, resolution):
    task = given.dispatched(cast, resolution)
    with pytest.raises(Refused) as refused:
        services.return_task(cast.actor("unit_contact"), task, reason="  ")
    assert refused.value.field == "reason"


def test_it_can_be_objected_to_for_five_working_days(cast, resolution):
    """domain.md 6: later than it has to be accepted, and no later than the work is due."""
    task = given.dispatched(cast, resolution, difficulty=Difficulty.COMPLEX)
    assert (task.accept_by, task.return_by) == (date(2026, 11, 24), date(2026, 11, 30))
    with clock.frozen(clock.at(date(2026, 11, 30), 10)):
        services.return_task(cast.actor("unit_contact"), task, reason="不属于物业服务范围")


def test_no_later_than_the_work_is_due(cast, resolution):
    task = given.dispatched(cast, resolution)
    assert task.return_by == task.due_on


def test_afterwards_it_is_refused(cast, resolution):
    task = given.dispatched(cast, resolution)
    with clock.frozen(clock.at(date(2026, 12, 1), 10)), pytest.raises(Refused):
        services.return_task(cast.actor("unit_contact"), task, reason="太晚")


def test_what_stands_is_not_objected_to_again(cast, resolution):
    task = given.dispatched(cast, resolution)
    services.return_task(cast.actor("unit_contact"), task, reason="不属于物业服务范围")
    services.decide_return(cast.actor("staff"), task, reason="合同第5条写明")
    with pytest.raises(Refused):
        services.return_task(cast.actor("unit_contact"), task, reason="还是不干")


def test_the_community_has_five_working_days_to_decide(cast, sign_in, resolution):
    task = given.dispatched(cast, resolution)
    services.return_task(cast.actor("unit_contact"), task, reason="不属于物业服务范围")
    db.session.commit()
    assert task.decide_by == date(2026, 11, 30)
    for day, late in ((date(2026, 11, 30), False), (date(2026, 12, 1), True)):
        with clock.frozen(clock.at(day, 10)):
            listed = sign_in(cast.staff).get("/tasks?only=overdue").get_data(as_text=True)
        assert (f'/tasks/{task.id}"' in listed) is late


def test_an_accepted_task_is_not_returned(cast, resolution):
    task = given.accepted(cast, resolution)
    with pytest.raises(Refused):
        services.return_task(cast.actor("unit_contact"), task, reason="反悔")


def test_a_returned_task_goes_to_somebody_else(cast, resolution):
    task = given.dispatched(cast, resolution)
    services.return_task(cast.actor("unit_contact"), task, reason="不属于物业服务范围")
    services.dispatch(cast.actor("staff"), task, person=cast.chen)
    assert (task.unit_id, task.person_id) == (None, cast.chen.id)


def test_a_returned_task_is_offered(cast, resolution):
    task = given.dispatched(cast, resolution)
    services.return_task(cast.actor("unit_contact"), task, reason="不属于物业服务范围")
    services.offer(cast.actor("staff"), task)
    assert (task.state, task.unit_id, task.due_on) == (TaskState.OFFERED, None, None)


def test_a_dispatch_that_stands_costs_the_unit_no_time(cast, resolution):
    task = given.dispatched(cast, resolution)
    services.return_task(cast.actor("unit_contact"), task, reason="不属于物业服务范围")
    with clock.frozen(WEDNESDAY):
        services.decide_return(cast.actor("staff"), task, reason="合同第5条写明")
    assert task.state is TaskState.DISPATCHED
    assert task.accept_by == date(2026, 11, 26)
    assert task.due_on == date(2026, 11, 30)  # two working days later than before
