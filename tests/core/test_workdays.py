from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import workdays
from app.core.db import db

DAYS = st.dates(date(2025, 1, 1), date(2026, 6, 30))


@pytest.fixture(autouse=True)
def holidays(app):
    """The years chinesecalendar knows, in this test's transaction."""
    workdays.seed([2025, 2026])
    return app


def test_the_golden_week_is_not_worked_but_its_make_up_days_are():
    assert not workdays.is_working(date(2026, 10, 1))
    assert not workdays.is_working(date(2026, 10, 5))
    made_up = [day.day for day in db.session.query(workdays.CalendarDay) if day.working]
    assert made_up
    assert all(workdays.is_working(day) and day.weekday() >= 5 for day in made_up)


def test_the_day_of_the_act_does_not_count():
    monday = date(2026, 11, 16)
    assert workdays.add_working_days(monday, 1) == date(2026, 11, 17)
    assert workdays.add_working_days(monday, 5) == date(2026, 11, 23)


def test_a_period_that_would_end_on_a_holiday_ends_after_it():
    assert workdays.next_working_day(date(2026, 10, 3)) == date(2026, 10, 8)
    assert workdays.next_working_day(date(2026, 11, 17)) == date(2026, 11, 17)


def test_a_year_not_announced_is_counted_by_weekday_and_says_so():
    assert not workdays.announced(2031)
    assert workdays.announced(2026)
    assert workdays.is_working(date(2031, 1, 1)) == (date(2031, 1, 1).weekday() < 5)


def test_seeding_twice_changes_nothing():
    assert workdays.seed([2026]) == 0


def test_adding_and_counting_agree():
    @given(DAYS, st.integers(0, 40))
    def agree(start, count):
        end = workdays.add_working_days(start, count)
        assert workdays.working_days_between(start, end) == count
        assert count == 0 or workdays.is_working(end)

    agree()


def test_counting_backwards_is_counting_forwards_turned_round():
    @given(DAYS, st.integers(0, 60))
    def turned(start, days):
        end = start + timedelta(days=days)
        assert workdays.working_days_between(end, start) == -workdays.working_days_between(
            start, end
        )

    turned()
