from __future__ import annotations

from datetime import date

import pytest

from app.core import clock
from app.tasks.models.evaluations import Channel
from app.tasks.queries import concerned, waiting
from app.tasks.services import checking, dispatching, working
from tests.resolutions import given


def waits(cast, who):
    return {(one.text.msgid, one.title) for one in waiting.waiting(cast.actor(who))}


def test_a_dispatched_task_waits_for_the_unit(cast, resolution):
    task = given.dispatched(cast, resolution)
    found = waiting.waiting(cast.actor("unit_contact"))
    assert [(one.endpoint, one.args, one.due) for one in found] == [
        ("tasks.show", {"task_id": task.id}, task.accept_by)
    ]


def test_what_is_far_from_due_does_not_wait(cast, resolution):
    given.accepted(cast, resolution)
    assert waiting.waiting(cast.actor("unit_contact")) == []


def test_what_a_resident_has_taken_over_does(cast, resolution):
    task = given.accepted(cast, resolution, person=cast.zhang)
    assert ("This task of yours is to be carried out", task.title) in waits(cast, "resident")


def test_work_sent_back_waits_for_whoever_is_to_do_it_again(cast, resolution):
    task = given.submitted(cast, resolution)
    checking.send_back(cast.actor("staff"), task, reason="少两张照片")
    assert ("This work of yours is to be done again", task.title) in waits(cast, "unit_contact")
    voided = given.verified(cast, resolution, title="划线", person=cast.zhang)
    checking.void_completion(cast.actor("staff"), voided, reason="照片不实")
    assert ("This work of yours is to be done again", "划线") in waits(cast, "resident")


@pytest.mark.parametrize(
    ("day", "msgid"),
    [(25, "This task of yours is due soon"), (27, "This task of yours is overdue")],
)
def test_near_and_late_ones_do(cast, resolution, day, msgid):
    task = given.accepted(cast, resolution)
    with clock.frozen(clock.at(date(2026, 11, day), 9)):
        assert (msgid, task.title) in waits(cast, "unit_contact")


def test_finished_work_waits_for_those_concerned(cast, resolution):
    task = given.verified(cast, resolution)
    asked = ("Say how this work turned out", task.title)
    assert asked in waits(cast, "resident")
    assert asked in waits(cast, "other_resident")
    given.evaluated(cast, task)
    assert asked not in waits(cast, "other_resident")
    assert asked in waits(cast, "resident")


def test_nobody_is_asked_about_their_own_work(cast, resolution):
    given.verified(cast, resolution, person=cast.zhang)
    assert waits(cast, "resident") == set()


def test_everything_that_waits_for_staff(cast, resolution):
    given.drafted(cast, resolution, title="待派")
    returned = given.dispatched(cast, resolution, title="退回")
    dispatching.return_task(cast.actor("unit_contact"), returned, reason="不归我")
    asked = given.accepted(cast, resolution, title="延期")
    working.ask_extension(cast.actor("unit_contact"), asked, days=1, reason="下雨")
    given.submitted(cast, resolution, title="核验")
    closable = given.verified(cast, resolution, title="销号")
    given.evaluated(cast, closable)
    given.verified(cast, resolution, title="还没人评价")
    assert waits(cast, "staff") == {
        ("Ask those concerned how this work turned out", "还没人评价"),
        ("Dispatch this task", "待派"),
        ("This task was returned", "退回"),
        ("More time is asked for", "延期"),
        ("Verify the work handed in", "核验"),
        ("This task can be closed", "销号"),
    }
    assert waits(cast, "neighbour_staff") == set()


def test_an_overdue_task_waits_for_staff_too(cast, resolution):
    given.accepted(cast, resolution)
    with clock.frozen(clock.at(date(2026, 11, 27), 9)):
        assert ("This task is overdue", "搭建充电棚") in waits(cast, "staff")


def test_unevaluated_work_can_be_closed_after_a_week(cast, resolution):
    task = given.verified(cast, resolution)
    closing = ("This task can be closed", task.title)
    with clock.frozen(clock.at(date(2026, 11, 29), 23)):
        assert closing not in waits(cast, "staff")
    with clock.frozen(clock.at(date(2026, 11, 30), 0)):
        assert closing in waits(cast, "staff")


def test_who_handed_it_in_is_not_asked_to_verify(cast, resolution):
    task = given.accepted(cast, resolution)
    working.submit(cast.actor("staff"), task, text="代录", photos=[given.photo()])
    assert waits(cast, "staff") == set()
    assert waits(cast, "second_staff") != set()


def test_a_resolution_whose_result_is_due_waits(cast, resolution):
    due = ("Report the result back", resolution.title)
    assert due not in waits(cast, "staff")
    with clock.frozen(clock.at(resolution.feedback_due_on, 9)):
        assert due in waits(cast, "staff")


def test_and_one_whose_work_is_done(cast, resolution):
    given.closed(cast, resolution)
    assert waits(cast, "staff") == {("Report the result back", resolution.title)}


def test_a_due_result_waits_also_while_its_tasks_are_open(cast, resolution):
    given.accepted(cast, resolution)
    late = ("The result is due and tasks are still open", resolution.title)
    assert late not in waits(cast, "staff")
    with clock.frozen(clock.at(resolution.feedback_due_on, 9)):
        assert late in waits(cast, "staff")


def test_a_resolution_that_nobody_was_given_waits(cast, resolution):
    idle = ("Nobody has been given anything to do yet", resolution.title)
    assert idle in waits(cast, "staff")
    task = given.dispatched(cast, resolution)
    assert idle not in waits(cast, "staff")
    checking.cancel_task(cast.actor("staff"), task, reason="另派")
    assert idle in waits(cast, "staff")
    assert idle not in waits(cast, "grid_worker")


@pytest.mark.parametrize("who", ["staff", "second_staff", "grid_worker"])
def test_calls_wait_for_whoever_may_enter_what_was_said(cast, resolution, who):
    task = given.verified(cast, resolution)
    call = ("Ask those concerned how this work turned out", task.title)
    assert call in waits(cast, who)
    assert call not in waits(cast, "neighbour_staff")
    given.evaluated(cast, task)
    assert call not in waits(cast, who)


def test_a_call_in_vain_waits_on(cast, resolution):
    task = given.verified(cast, resolution)
    checking.evaluate(
        cast.actor("staff"), task, person=cast.wang, channel=Channel.PHONE, reached=False
    )
    call = ("Ask those concerned how this work turned out", task.title)
    assert call in waits(cast, "grid_worker")


def test_nobody_calls_about_work_they_had_a_hand_in(cast, resolution):
    task = given.accepted(cast, resolution)
    working.submit(cast.actor("second_staff"), task, text="代录", photos=[given.photo()])
    checking.verify(cast.actor("staff"), task)
    call = ("Ask those concerned how this work turned out", task.title)
    assert call not in waits(cast, "second_staff")
    assert call in waits(cast, "staff")


def test_where_nobody_can_be_asked_nobody_calls(cast, resolution):
    for person in (cast.zhang, cast.li, cast.wang):
        person.works_at_id = cast.property_firm.id
    task = given.verified(cast, resolution)
    assert concerned.people_to_ask(task) == []
    assert waits(cast, "grid_worker") == set()


@pytest.mark.both_engines
def test_at_most_two_queries(cast, resolution, counted):
    for number in range(6):
        given.dispatched(cast, resolution, title=f"任务{number}")
    for who in ("staff", "unit_contact", "resident"):
        actor = cast.actor(who)
        with counted() as sent:
            waiting.waiting(actor)
        assert len(sent) <= 2, (who, sent)


def test_an_objection_that_was_not_decided_on_in_time_is_late(cast, resolution):
    task = given.dispatched(cast, resolution)
    dispatching.return_task(cast.actor("unit_contact"), task, reason="不归我")
    [one] = waiting.waiting(cast.actor("staff"))
    assert (one.due, one.late) == (task.decide_by, False)
    with clock.frozen(clock.at(date(2026, 12, 1), 9)):
        [one] = waiting.waiting(cast.actor("staff"))
        assert one.late
