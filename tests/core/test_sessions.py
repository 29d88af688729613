"""A session ends when nothing was asked for so long; its cookie is sent anew only now and then."""

from datetime import UTC, datetime, timedelta

import pytest
from itsdangerous import TimestampSigner

from app.accounts.queries.sessions import actor_of
from app.core import clock

BEGUN = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _signed_by_the_clock(monkeypatch):
    """Cookies are dated by the clock that tests set, too."""
    monkeypatch.setattr(
        TimestampSigner, "get_timestamp", lambda _signer: int(clock.now().timestamp())
    )


@pytest.fixture
def at(client, cast):
    """Asks for a page so many minutes after the first: whether one is still signed in, and
    whether the cookie was sent."""
    with clock.frozen(BEGUN):
        with client.session_transaction() as session:
            session.permanent = True
            session["_user_id"] = actor_of(cast.staff).get_id()
        client.get("/me")  # the first page with a form puts a token into the session

    def ask(**after):
        with clock.frozen(BEGUN + timedelta(**after)):
            answer = client.get("/me")
        return answer.status_code == 200, "Set-Cookie" in answer.headers

    return ask


def test_within_a_tenth_of_its_life_the_cookie_is_not_sent_again(at):
    assert at(minutes=0) == (True, False)
    assert at(minutes=2, seconds=59) == (True, False)


def test_after_a_tenth_of_its_life_it_is_sent_once(at):
    assert at(minutes=3) == (True, True)
    assert at(minutes=3, seconds=1) == (True, False)
    assert at(minutes=6) == (True, True)


def test_it_ends_half_an_hour_after_the_last_request_to_the_second(at):
    assert at(minutes=3) == (True, True)
    assert at(minutes=33) == (True, True)
    assert at(minutes=63, seconds=1)[0] is False


def test_requests_that_did_not_renew_it_do_not_let_it_live_longer_than_it_may(at):
    assert at(minutes=2, seconds=59) == (True, False)
    assert at(minutes=30, seconds=1)[0] is False


def test_with_requests_it_lives_on(at):
    assert all(at(minutes=minute)[0] for minute in range(0, 600, 25))


def test_what_is_put_into_a_session_is_sent_at_once(at, client):
    assert at(minutes=1) == (True, False)
    with clock.frozen(BEGUN + timedelta(minutes=2)), client.session_transaction() as session:
        session["noted"] = "of late"
    assert at(minutes=32) == (True, True)  # half an hour after it was put there


def test_a_cookie_of_the_future_opens_nothing(at):
    assert at(minutes=-5)[0] is False
