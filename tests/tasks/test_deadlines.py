from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import clock, workdays
from app.core.db import db
from app.core.workdays import CalendarDay
from app.tasks import deadlines
from app.tasks.deadlines import Light
from app.tasks.models.tasks import Difficulty, Task
from app.tasks.queries import deadlines as queries
from app.tasks.services import dispatching as services
from app.tasks.states import TaskState
from tests.resolutions import given as made

MONDAY = date(2026, 11, 23)


def under_way(period):
    return SimpleNamespace(
        state=TaskState.IN_PROGRESS, accept_by=None, due_on=period.due_on, warn_on=period.warn_on
    )


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("days", "yellow_from"),
    [(3, date(2026, 11, 25)), (7, date(2026, 12, 1)), (15, date(2026, 12, 9))],
)
def test_yellow_is_a_day_or_a_fifth_of_the_time(days, yellow_from):
    task = under_way(deadlines.period(MONDAY, days))
    assert deadlines.light(task, yellow_from - timedelta(days=1)) is Light.GREEN
    assert deadlines.light(task, yellow_from) is Light.YELLOW
    assert deadlines.light(task, task.due_on) is Light.YELLOW
    assert deadlines.light(task, task.due_on + timedelta(days=1)) is Light.RED


@pytest.mark.usefixtures("app")
def test_holidays_do_not_count():
    db.session.add(CalendarDay(day=date(2026, 11, 25), working=False, name="假日"))
    db.session.flush()
    assert deadlines.period(MONDAY, 3).due_on == date(2026, 11, 27)


@pytest.mark.usefixtures("app")
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(start=st.dates(date(2025, 1, 1), date(2030, 12, 31)), days=st.integers(1, 60))
def test_a_period_is_in_order_and_ends_on_a_working_day(start, days):
    period = deadlines.period(start, days)
    assert start <= period.warn_on <= period.due_on
    assert workdays.is_working(period.due_on)
    left = workdays.working_days_between(period.warn_on, period.due_on)
    assert left <= max(1, days // 5)
    task = under_way(period)
    lights = [deadlines.light(task, start + timedelta(days=n)) for n in range(days * 2 + 10)]
    order = [Light.GREEN, Light.YELLOW, Light.RED]
    assert lights == sorted(lights, key=order.index)


@pytest.mark.usefixtures("app")
@given(days=st.integers(1, 40), percent=st.integers(0, 100))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_extension_is_never_more_than_its_share(days, percent):
    period = deadlines.period(MONDAY, days)
    longest = deadlines.longest_extension(MONDAY, period.due_on, percent)
    assert 100 * longest <= percent * days < 100 * (longest + 1)


def test_lists_and_pages_agree_on_what_is_late_and_near(cast, resolution):
    made.dispatched(cast, resolution, title="待签收")
    made.accepted(cast, resolution, title="办理中")
    made.accepted(cast, resolution, title="复杂", difficulty=Difficulty.COMPLEX)
    made.submitted(cast, resolution, title="已提交")
    for days in range(40):
        on = MONDAY + timedelta(days=days)
        by_query = {
            Light.RED: set(db.session.scalars(db.select(Task.id).where(queries.late(on)))),
            Light.YELLOW: set(db.session.scalars(db.select(Task.id).where(queries.near(on)))),
        }
        for colour, ids in by_query.items():
            by_hand = {t.id for t in db.session.query(Task) if deadlines.light(t, on) is colour}
            assert ids == by_hand, (on, colour)


def test_a_year_without_announced_holidays_is_marked(cast, sign_in, resolution):
    db.session.add(CalendarDay(day=date(2026, 10, 1), working=False, name="国庆节"))
    with clock.frozen(clock.at(date(2026, 12, 30), 9)):
        task = made.dispatched(cast, resolution, difficulty=Difficulty.HARD)
        services.accept(cast.actor("unit_contact"), task)
        db.session.commit()
        shown = sign_in(cast.staff).get(f"/tasks/{task.id}").get_data(as_text=True)
        assert task.due_on.year == 2027
        assert "节假日安排尚未公布" in shown
