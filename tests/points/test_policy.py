"""Arithmetic of points."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.points.models import Basis
from app.points.policy import expires_on, is_close, needs_second_person, within_cap, worth

days = st.dates(date(2026, 1, 1), date(2099, 12, 31))


def test_twenty_per_cent_of_five_is_one():
    assert worth(Basis.PERCENT, 20, on_top_of=5) == 1


def test_a_percentage_is_rounded_half_up():
    assert worth(Basis.PERCENT, 50, on_top_of=5) == 3
    assert worth(Basis.PERCENT, 20, on_top_of=2) == 0


def test_an_hour_and_a_half_at_two_an_hour_is_three():
    assert worth(Basis.PER_HOUR, 2, minutes=90) == 3


@given(st.integers(1, 100), st.integers(1, 1000))
def test_a_percentage_never_exceeds_what_it_is_taken_of(percent, points):
    assert 0 <= worth(Basis.PERCENT, percent, on_top_of=points) <= points


@given(st.integers(1, 50), st.lists(st.integers(1, 600), min_size=1, max_size=8))
def test_hours_in_pieces_never_give_more_than_in_one(points, pieces):
    whole = worth(Basis.PER_HOUR, points, minutes=sum(pieces))
    assert sum(worth(Basis.PER_HOUR, points, minutes=piece) for piece in pieces) <= whole


@given(st.integers(1, 500), st.integers(0, 500), st.one_of(st.none(), st.integers(1, 500)))
def test_a_cap_is_never_exceeded(points, used, cap):
    left = within_cap(points, used, cap)
    assert 0 <= left <= points
    assert cap is None or left == 0 or used + left <= cap


@given(days, st.integers(1, 60))
def test_points_last_at_least_their_months_and_end_with_a_month(day, months):
    last = expires_on(day, months)
    assert (last + timedelta(days=1)).day == 1
    assert (last.year - day.year) * 12 + last.month - day.month == months


def test_without_a_period_points_do_not_expire():
    assert expires_on(date(2026, 1, 31), None) is None


def test_the_threshold_itself_needs_a_second_person():
    assert needs_second_person(50, 0, 50)
    assert needs_second_person(0, 50, 50)
    assert not needs_second_person(49, 49, 50)


def test_who_has_no_entry_is_close_to_nobody():
    assert not is_close(None, None, 1, None)
    assert not is_close(1, None, 2, None)
    assert is_close(1, None, 1, 5)
    assert is_close(1, 5, 2, 5)
