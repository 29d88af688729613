"""How often an address has tried something, counted for all processes together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.attempts import Attempts, Rate, count_attempt, has_none_left
from app.core.db import begin_writing, db

NOON = datetime(2026, 11, 21, 4, 0, 30, tzinfo=UTC)
RATES = (Rate(2, 60), Rate(3, 3600))


def may(*, after=0, address="203.0.113.5", what="sign-in"):
    with clock.frozen(NOON + timedelta(seconds=after)):
        return count_attempt(what, address, RATES)


def test_a_new_window_begins_anew_and_a_longer_one_goes_on_counting(app):
    assert [may(), may(), may()] == [True, True, False]
    assert not may(after=29)
    assert not may(after=30)  # five this hour
    assert may(after=3600)


def test_each_address_and_each_thing_counts_by_itself(app):
    assert [may(), may(), may()] == [True, True, False]
    assert may(address="2001:db8:0000:0000:0000:ffff:203.113.105.115%eth0")
    assert may(what="set-up")


def test_a_visitor_with_many_ipv6_addresses_is_one(app):
    assert [may(address=f"2001:db8:1:2::{n}") for n in range(1, 4)] == [True, True, False]
    assert may(address="2001:db8:1:3::1")
    assert [may(), may(address="::ffff:203.0.113.5"), may()] == [True, True, False]


def test_a_clock_that_is_behind_counts_into_the_open_window(app):
    assert may(after=30)
    assert may(after=29)
    assert not may(after=31)


def test_that_none_is_left_is_seen_without_counting(app):
    def none_left(after=0, **which):
        with clock.frozen(NOON + timedelta(seconds=after)):
            return has_none_left("sign-in", which.get("address", "203.0.113.5"), RATES)

    assert not none_left()
    assert [may(), none_left(), may(), none_left()] == [True, False, True, True]
    assert none_left(after=29)
    assert none_left(address="::ffff:203.0.113.5")
    assert not none_left(address="203.0.113.6")
    assert not none_left(after=30)  # the minute is over
    may(after=30)
    assert none_left(after=90)  # three this hour
    assert not none_left(after=3600)


def test_addresses_are_forgotten_after_their_hour(app):
    may(), may(address="203.0.113.6")
    may(address="203.0.113.7", after=2 * 3600)
    kept = db.session.scalars(select(Attempts.address).distinct()).all()
    assert kept == ["203.0.113.7"]


@pytest.fixture
def threads(prepare):
    """Calls a function in many threads, each in a transaction of its own; what each returned."""
    with prepare() as (app, _cast, _more):

        def run(calls):
            with ThreadPoolExecutor(8) as pool:
                return list(pool.map(lambda call: alone(app, call), calls))

        yield run


def alone(app, call):
    begin_writing()
    with app.app_context():
        try:
            found = call()
            db.session.commit()
            return found
        finally:
            db.session.remove()


@pytest.mark.both_engines
def test_attempts_at_the_same_moment_are_counted_one_by_one(threads):
    def attempt():
        with clock.frozen(NOON):
            return count_attempt("sign-in", "203.0.113.5", (Rate(20, 60), Rate(200, 3600)))

    answers = threads([attempt] * 50)
    counts = threads([lambda: db.session.scalars(select(Attempts.count)).all()])
    assert answers.count(True) == 20
    assert counts == [[50, 50]]
