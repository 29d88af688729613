from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.core import clock
from app.core.db import db
from app.core.errors import Refused, Stale
from app.inbox.models import Message
from app.tasks.models.steps import TaskStep
from app.tasks.models.tasks import Difficulty
from app.tasks.services import dispatching, drafting
from app.tasks.states import TaskState
from tests.resolutions import given


def test_a_task_is_drafted_from_a_resolution(cast, resolution):
    task = given.drafted(cast, resolution)
    assert (task.number, task.state, task.version) == ("2026-001", TaskState.DRAFTED, 1)
    assert task.due_on is None


def test_several_are_drafted_dispatched_and_offered_at_once(cast, resolution):
    tasks = drafting.draft_tasks(
        cast.actor("staff"),
        resolution,
        [
            drafting.Draft("搭棚", unit=cast.property_firm),
            drafting.Draft("宣传", offered=True),
            drafting.Draft("验收"),
        ],
    )
    states = [TaskState.DISPATCHED, TaskState.OFFERED, TaskState.DRAFTED]
    assert [task.state for task in tasks] == states


def test_nothing_is_drafted_from_nothing(cast, resolution):
    with pytest.raises(Refused):
        drafting.draft_tasks(cast.actor("staff"), resolution, [])


@pytest.mark.parametrize(
    ("difficulty", "due_on"),
    [
        (Difficulty.ORDINARY, date(2026, 11, 26)),
        (Difficulty.HARD, date(2026, 12, 2)),
        (Difficulty.COMPLEX, date(2026, 12, 14)),
    ],
)
def test_a_unit_gets_the_working_days_of_the_difficulty(cast, resolution, difficulty, due_on):
    task = given.dispatched(cast, resolution, difficulty=difficulty)
    assert task.state is TaskState.DISPATCHED
    assert task.unit_id == cast.property_firm.id
    assert task.accept_by == date(2026, 11, 24)
    assert task.due_on == task.original_due_on == due_on


def test_staff_may_set_another_last_day(cast, resolution):
    task = given.drafted(cast, resolution)
    dispatching.dispatch(
        cast.actor("staff"), task, unit=cast.property_firm, due_on=date(2026, 12, 31)
    )
    assert task.due_on == date(2026, 12, 31)


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_but_not_one_that_is_over_or_too_far_away(cast, resolution, days):
    task = given.drafted(cast, resolution)
    with pytest.raises(Refused) as refused:
        dispatching.dispatch(
            cast.actor("staff"),
            task,
            unit=cast.property_firm,
            due_on=clock.today() + timedelta(days=days),
        )
    assert refused.value.field == "due_on"


def test_nor_a_day_off(cast, resolution):
    task = given.drafted(cast, resolution)
    with pytest.raises(Refused):
        dispatching.dispatch(
            cast.actor("staff"), task, unit=cast.property_firm, due_on=date(2026, 11, 29)
        )


def test_a_person_is_told(cast, resolution):
    task = given.dispatched(cast, resolution, person=cast.zhang)
    told = Message.__table__.select().where(Message.person_id == cast.zhang.id)
    assert f"/tasks/{task.id}" in [row.url for row in db.session.execute(told)]


def test_the_units_contact_is_told(cast, resolution):
    task = given.dispatched(cast, resolution)
    told = db.session.query(Message).filter_by(user_id=cast.unit_contact.id).all()
    assert [message.url for message in told] == [f"/tasks/{task.id}"]


def test_nobody_at_all_is_refused(cast, resolution):
    with pytest.raises(Refused):
        dispatching.dispatch(cast.actor("staff"), given.drafted(cast, resolution))


def test_both_a_unit_and_a_person_are_refused(cast, resolution):
    with pytest.raises(Refused):
        dispatching.dispatch(
            cast.actor("staff"),
            given.drafted(cast, resolution),
            unit=cast.property_firm,
            person=cast.zhang,
        )


def test_somebody_of_another_community_is_refused(cast, resolution):
    with pytest.raises(Refused):
        given.dispatched(cast, resolution, person=cast.neighbour_person)


def test_a_unit_that_has_left_is_refused(cast, resolution):
    cast.property_firm.ended_on = clock.today()
    with pytest.raises(Refused):
        given.dispatched(cast, resolution)


def test_what_is_dispatched_is_not_dispatched_again(cast, resolution):
    task = given.dispatched(cast, resolution)
    with pytest.raises(Refused):
        dispatching.dispatch(cast.actor("staff"), task, unit=cast.school)
    assert task.unit_id == cast.property_firm.id


def test_an_old_page_changes_nothing(cast, resolution):
    task = given.drafted(cast, resolution)
    seen = task.version
    dispatching.offer(cast.actor("staff"), task)
    with pytest.raises(Stale):
        dispatching.dispatch(cast.actor("staff"), task, unit=cast.school, version=seen)


def test_an_offer_belongs_to_nobody(cast, resolution):
    task = given.drafted(cast, resolution)
    dispatching.offer(cast.actor("staff"), task)
    assert task.state is TaskState.OFFERED
    assert (task.unit_id, task.person_id, task.due_on) == (None, None, None)


def test_the_steps_say_whom_it_went_to(cast, resolution):
    task = given.dispatched(cast, resolution)
    step = db.session.query(TaskStep).filter_by(task_id=task.id, event="dispatch").one()
    assert (step.unit_id, step.due_on, step.by_name) == (
        cast.property_firm.id,
        task.due_on,
        cast.staff.name,
    )


def test_a_day_too_far_away_names_the_last_one_possible(cast, sign_in, resolution):
    task = given.drafted(cast, resolution)
    db.session.commit()
    data = {"unit_id": cast.property_firm.id, "due_on": "2029-01-04", "version": task.version}
    answer = sign_in(cast.staff).post(f"/tasks/{task.id}/dispatch", data=data)
    assert answer.status_code == 422
    assert "最晚可定到2027年11月24日" in answer.text
