"""My points, as a resident sees them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.core.i18n import Phrase
from app.points.services import facts as services
from tests.points.conftest import DAY


def text_of(response):
    assert response.status_code == 200, response.status_code
    return response.get_data(as_text=True)


def test_a_resident_sees_the_balance_and_what_it_came_from(cast, sign_in, attended):
    attended(cast.zhang)
    page = text_of(sign_in(cast.resident).get("/points"))
    assert re.search(r'hero-value">2<', page)
    assert "第三次议事会" in page
    assert "+2" in page
    assert cast.zhang.code in page
    assert "<svg" in page


def test_a_resident_sees_what_expires_soon_and_what_waits(cast, sign_in, request_for):
    services.award(
        None, person_id=cast.zhang.id, code="topic_adopted", fact_key="topic:1:adopted",
        happened_on=DAY.replace(year=2026, month=1, day=3), memo=Phrase("x"),
    )  # fmt: skip
    request_for([cast.zhang], code="patrol")
    page = text_of(sign_in(cast.resident).get("/points"))
    assert "2027年1月31日" in page
    assert "+50" in page
    assert re.search(r'hero-value">10<', page)


def test_a_resident_without_points_is_not_left_with_an_empty_page(cast, sign_in):
    page = text_of(sign_in(cast.other_resident).get("/points"))
    assert re.search(r'hero-value">0<', page)
    assert "还没有积分" in page


def test_a_resident_does_not_see_other_peoples_points(cast, sign_in, attended):
    award = attended(cast.li)
    client = sign_in(cast.resident)
    assert client.get(f"/points/people/{cast.li.id}").status_code == 403
    assert client.get(f"/points/awards/{award.id}").status_code == 403
    assert client.get("/points/awards.csv").status_code == 403
    assert "李" not in text_of(client.get("/points")).split("<main")[1]


@pytest.mark.both_engines
def test_how_much_there_is_does_not_change_the_number_of_queries(
    cast, sign_in, attended, count_queries
):
    client = sign_in(cast.resident)
    attended(cast.zhang, 0)
    client.get("/points")
    few = count_queries(lambda: client.get("/points"))
    for meeting in range(1, 15):
        attended(cast.zhang, meeting, on=DAY - timedelta(days=meeting * 20))
    assert count_queries(lambda: client.get("/points")) == few
    assert few <= 9
