from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.tasks.models.steps import Extension
from app.tasks.models.tasks import Difficulty
from app.tasks.queries import history as queries
from app.tasks.services import checking, working
from tests.resolutions import given


def ask(cast, task, days=1, reason="连日下雨"):
    return working.ask_extension(cast.actor("unit_contact"), task, days=days, reason=reason)


def test_more_time_is_asked_for_and_granted(cast, resolution):
    task = given.accepted(cast, resolution)
    ask(cast, task)
    assert task.due_on == date(2026, 11, 26)
    working.decide_extension(cast.actor("staff"), task, granted=True)
    assert (task.due_on, task.original_due_on) == (date(2026, 11, 27), date(2026, 11, 26))


def test_it_is_refused_with_a_reason(cast, resolution):
    task = given.accepted(cast, resolution)
    ask(cast, task)
    with pytest.raises(Refused):
        working.decide_extension(cast.actor("staff"), task, granted=False, reason="")
    working.decide_extension(cast.actor("staff"), task, granted=False, reason="材料已齐")
    assert task.due_on == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("difficulty", "most"),
    [(Difficulty.ORDINARY, 1), (Difficulty.HARD, 3), (Difficulty.COMPLEX, 7)],
)
def test_at_most_half_of_the_original_time(cast, resolution, difficulty, most):
    task = given.accepted(cast, resolution, difficulty=difficulty)
    assert working.longest_extension(task) == most
    for days in (0, -1, most + 1):
        with pytest.raises(Refused) as refused:
            ask(cast, task, days)
        assert refused.value.field == "days"
    ask(cast, task, most)


def test_once_only(cast, resolution):
    task = given.accepted(cast, resolution, difficulty=Difficulty.COMPLEX)
    ask(cast, task)
    with pytest.raises(Refused):
        ask(cast, task)
    working.decide_extension(cast.actor("staff"), task, granted=False, reason="不必")
    with pytest.raises(Refused):
        ask(cast, task)


def test_not_once_the_task_is_overdue(cast, resolution):
    task = given.accepted(cast, resolution)
    with clock.frozen(clock.at(date(2026, 11, 26), 23)):
        assert working.longest_extension(task) == 1
    with clock.frozen(clock.at(date(2026, 11, 27), 0)), pytest.raises(Refused):
        ask(cast, task)


def test_on_the_last_day_it_still_is(cast, resolution):
    task = given.accepted(cast, resolution)
    with clock.frozen(clock.at(date(2026, 11, 26), 23)):
        ask(cast, task)


def test_nobody_decides_about_their_own_request(cast, resolution):
    task = given.accepted(cast, resolution)
    working.ask_extension(cast.actor("staff"), task, days=1, reason="代物业录入")
    with pytest.raises(Refused):
        working.decide_extension(cast.actor("staff"), task, granted=True)
    working.decide_extension(cast.actor("second_staff"), task, granted=True)


def test_handing_in_overtakes_the_request(cast, resolution):
    task = given.accepted(cast, resolution)
    ask(cast, task)
    given.hand_in(cast, task)
    overtaken = queries.extensions_of(task.id)[0]
    assert (overtaken.granted, overtaken.decided_by_id) == (False, None)
    with pytest.raises(Refused):
        working.decide_extension(cast.actor("staff"), task, granted=True)


def test_after_rework_there_is_no_second_one(cast, resolution):
    task = given.accepted(cast, resolution)
    ask(cast, task)
    given.hand_in(cast, task)
    checking.send_back(cast.actor("staff"), task, reason="灯还没有装")
    with pytest.raises(Refused):
        ask(cast, task)


def test_nor_once_the_task_was_opened_again(cast, resolution):
    task = given.accepted(cast, resolution)
    ask(cast, task)
    given.hand_in(cast, task)
    checking.verify(cast.actor("staff"), task)
    checking.void_completion(cast.actor("staff"), task, reason="照片不实")
    with pytest.raises(Refused):
        ask(cast, task)


def test_rework_leaves_the_original_time_as_it_was(cast, resolution):
    task = given.accepted(cast, resolution)
    with clock.frozen(clock.at(date(2026, 11, 26), 16)):
        given.hand_in(cast, task)
        checking.send_back(cast.actor("staff"), task, reason="灯还没有装")
        assert (task.due_on, task.original_due_on) == (date(2026, 11, 27), date(2026, 11, 26))
        assert working.longest_extension(task) == 1


@pytest.mark.both_engines
def test_the_database_takes_no_second_one(cast, resolution):
    task = given.accepted(cast, resolution)
    asked = ask(cast, task)
    again = Extension(
        task_id=task.id, round=1, days=1, new_due_on=asked.new_due_on, reason="雨", asked_by_id=cast.staff.id
    )  # fmt: skip
    db.session.add(again)
    with pytest.raises(IntegrityError, match="already"):
        db.session.flush()
