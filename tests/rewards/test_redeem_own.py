"""What residents do for themselves."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.points.queries import wallets as points
from app.rewards.models import Redemption
from app.rewards.services import settling as services


def text_of(response):
    assert response.status_code == 200, response.status_code
    return response.get_data(as_text=True)


@pytest.fixture
def rich(cast, points_of):
    points_of(cast.zhang, 100)
    return cast.zhang


@pytest.mark.usefixtures("rich")
def test_a_resident_sees_what_they_can_afford(cast, sign_in, new_item):
    new_item(name="抽纸", points=15)
    new_item(name="电饭煲", points=260)
    new_item(name="洗衣液", points=25, stock=0)
    new_item(name="邻居的", community=cast.neighbour, by="neighbour_staff")
    page = text_of(sign_in(cast.resident).get("/rewards"))
    assert "抽纸" in page
    assert "还差160分" in page
    assert "暂时兑完" in page
    assert "邻居的" not in page
    assert page.count("/redeem") == 1


def test_a_resident_reserves_and_a_double_click_reserves_once(cast, sign_in, rich, new_item):
    item = new_item(points=15)
    client = sign_in(cast.resident)
    page = text_of(client.get("/rewards"))
    key = re.search(r'name="request_key" value="([^"]+)"', page)[1]
    for _click in range(2):
        answer = client.post(f"/rewards/{item.id}/redeem", data={"request_key": key, "price": "15"})
        assert (answer.status_code, answer.location) == (303, "/rewards/mine")
    made = db.session.scalars(select(Redemption)).one()
    assert made.code in text_of(client.get("/rewards/mine"))
    assert points.balance_of(rich.id) == 85


def test_what_is_refused_is_said_on_the_catalogue(cast, sign_in, new_item):
    item = new_item(points=15)
    answer = sign_in(cast.resident).post(
        f"/rewards/{item.id}/redeem", data={"request_key": "k", "price": "15"}
    )
    assert answer.status_code == 422
    assert "error-summary" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "data", [{}, {"request_key": "k"}, {"request_key": "k" * 61, "price": "1"},
             {"request_key": "k", "price": "x"}, {"request_key": "k", "price": "1"}]
)  # fmt: skip
def test_a_form_that_is_not_ours_reserves_nothing(cast, sign_in, rich, new_item, data):
    item = new_item(points=15)
    answer = sign_in(cast.resident).post(f"/rewards/{item.id}/redeem", data=data)
    assert answer.status_code == 422
    assert points.balance_of(rich.id) == 100


def test_an_item_of_another_community_is_not_found(cast, sign_in, rich, new_item):
    item = new_item(community=cast.neighbour, by="neighbour_staff", points=1)
    data = {"request_key": "k", "price": "1"}
    assert sign_in(cast.resident).post(f"/rewards/{item.id}/redeem", data=data).status_code == 404
    assert points.balance_of(rich.id) == 100


def test_a_resident_cancels_their_own_and_nobody_elses(cast, sign_in, rich, new_item, reserve):
    made = reserve(new_item(), rich)
    path = f"/rewards/reservations/{made.id}/cancel"
    assert sign_in(cast.other_resident).post(path).status_code == 404
    client = sign_in(cast.resident)
    assert client.post(path).status_code == 303
    assert client.post(path).status_code == 303
    assert points.balance_of(rich.id) == 100
    assert "本人取消" in text_of(client.get("/rewards/mine"))


def test_what_ended_last_stands_first(cast, sign_in, rich, new_item, reserve):
    early, late = (
        reserve(new_item(points=5, name="早"), rich),
        reserve(new_item(points=5, name="晚"), rich),
    )
    services.cancel_own(cast.actor("resident"), late)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        services.hand_over(cast.actor("staff"), early)
    db.session.commit()
    page = text_of(sign_in(cast.resident).get("/rewards/mine"))
    assert page.index(">早<") < page.index(">晚<")


def test_a_resident_does_not_get_to_the_counter(cast, sign_in, rich, new_item, reserve):
    made = reserve(new_item(), rich)
    client = sign_in(cast.resident)
    for path in ("/counter", "/counter/reservations", f"/counter/redemptions/{made.id}/slip",
                 "/rewards/funds", "/rewards/new", f"/rewards/{made.item_id}"):  # fmt: skip
        assert client.get(path).status_code == 403
    assert client.post(f"/counter/redemptions/{made.id}/hand-over").status_code == 403
