"""The list: what residents live by, and beside it what is on its way."""

import re
from datetime import timedelta

import pytest

from app.conventions.services import drafting, opinions
from app.core import clock
from app.core.db import db


@pytest.fixture
def listed(cast, sign_in):
    """The versions of the list, by number, as a user sees them with these filters."""

    def of(who="resident", **asked):
        page = sign_in(getattr(cast, who)).get("/conventions", query_string=asked).text
        return [
            int(number) for number in re.findall(r'href="/conventions/\d+/versions/(\d+)"', page)
        ]

    return of


def test_what_is_in_force_stays_beside_the_version_on_its_way(in_force, cast, listed):
    begun = drafting.amend(cast.actor("staff"), in_force.convention)
    db.session.commit()
    assert listed() == [1]
    assert listed("staff") == [1, 2]
    opinions.open_comment(cast.actor("staff"), begun, until=clock.today() + timedelta(days=7))
    db.session.commit()
    assert listed() == [1, 2]


def test_either_is_found_by_its_state(in_force, cast, listed):
    opinions.open_comment(
        cast.actor("staff"),
        drafting.amend(cast.actor("staff"), in_force.convention),
        until=clock.today() + timedelta(days=7),
    )
    db.session.commit()
    assert listed(state="in_force") == [1]
    assert listed(state="public_comment") == [2]
    assert listed(state="voting") == []


def test_a_filter_that_finds_nothing_does_not_say_that_there_is_nothing(in_force, cast, sign_in):
    page = sign_in(cast.staff).get("/conventions?state=voting").text
    assert "还没有公约" not in page
