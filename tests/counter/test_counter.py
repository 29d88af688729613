"""The counter, as staff use it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import RoleGrant, User
from app.core import clock
from app.core.access import Role
from app.core.db import db
from app.people.models import Person
from app.points.queries import wallets as points
from app.rewards.models import Redemption, RedemptionState

HTMX = {"HX-Request": "true"}


def text_of(response):
    assert response.status_code == 200, response.status_code
    return response.get_data(as_text=True)


@pytest.fixture
def rich(cast, points_of):
    points_of(cast.zhang, 100)
    return cast.zhang


@pytest.mark.both_engines
@pytest.mark.usefixtures("rich")
def test_somebody_is_found_by_name_initials_phone_tail_or_code(cast, sign_in):
    client = sign_in(cast.staff)
    for text in ("张建", "zjg", "1234", "zhangjianguo"):
        page = text_of(
            client.get(f"/counter?q={text}", headers={**HTMX, "HX-Target": "counter-people"})
        )
        assert page.lstrip().startswith('<div id="counter-people"')
        assert "张建国" in page
        assert "138****1234" in page
        assert re.search(r">100<span", page)
    assert "周海" not in text_of(client.get("/counter?q=zh"))


@pytest.mark.both_engines
def test_the_only_one_found_is_not_called_nobody(cast, sign_in):
    page = sign_in(cast.staff).get("/counter?q=1234").text
    assert f'<h1 id="counter-name">{cast.zhang.name}</h1>' in page
    assert "没有找到" not in page


@pytest.mark.both_engines
def test_the_code_of_a_reservation_is_found_while_it_is_typed(
    cast, sign_in, rich, new_item, reserve
):
    made = reserve(new_item(), rich)
    typing = {"HX-Request": "true", "HX-Target": "counter-people"}
    found = sign_in(cast.staff).get(f"/counter?q={made.code.lower()}", headers=typing).text
    assert rich.name in found
    assert "<html" not in found


@pytest.mark.both_engines
def test_a_scanned_code_leads_straight_to_the_person(cast, sign_in, rich, new_item, reserve):
    made = reserve(new_item(), rich)
    client = sign_in(cast.staff)
    for text in (rich.code, made.code, made.code.lower()):
        page = text_of(client.get(f"/counter?q={text}"))
        assert 'id="counter-name">张建国' in page
        assert made.code in page


@pytest.mark.both_engines
@pytest.mark.usefixtures("rich")
def test_searching_costs_the_same_for_one_and_for_many(cast, sign_in, count_queries):
    client = sign_in(cast.staff)
    path, headers = "/counter?q=z", {**HTMX, "HX-Target": "counter-people"}
    client.get(path, headers=headers)
    few = count_queries(lambda: client.get(path, headers=headers))
    for number in range(8):
        db.session.add(
            Person(
                code=f"Z{number:09}", name=f"赵{number}", pinyin="zhao", initials="z",
                community_id=cast.community.id,
            )
        )  # fmt: skip
    db.session.commit()
    assert count_queries(lambda: client.get(path, headers=headers)) == few
    assert few <= 5


@pytest.mark.both_engines
def test_the_persons_screen_costs_the_same_however_much_is_on_offer(
    sign_in, rich, new_item, reserve, count_queries
):
    staff = db.session.scalars(select(User).where(User.username == "staff")).one()
    client, path = sign_in(staff), f"/counter?person={rich.id}"
    reserve(new_item(points=1), rich)
    client.get(path)
    few = count_queries(lambda: client.get(path))
    for number in range(6):
        reserve(new_item(points=1, name=f"物品{number}"), rich)
    assert count_queries(lambda: client.get(path)) == few


def test_staff_redeem_and_hand_over_in_one_go(cast, sign_in, rich, new_item):
    item = new_item()
    client = sign_in(cast.staff)
    data = {"request_key": "k1", "price": "60"}
    path = f"/counter/{rich.id}/redeem/{item.id}"
    answer = client.post(path, data=data)
    assert answer.status_code == 303
    made = db.session.scalars(select(Redemption)).one()
    assert made.state is RedemptionState.HANDED_OVER
    assert made.by_proxy
    assert f"slip={made.id}" in answer.location
    assert client.post(path, data=data).status_code == 303
    assert points.balance_of(rich.id) == 40
    slip = text_of(client.get(f"/counter/redemptions/{made.id}/slip"))
    assert "领取人签字" in slip
    assert made.code in slip
    assert "13800001234" not in slip


def test_staff_reserve_for_later(cast, sign_in, rich, new_item):
    item = new_item()
    data = {"request_key": "k1", "price": "60", "later": "1"}
    sign_in(cast.staff).post(f"/counter/{rich.id}/redeem/{item.id}", data=data)
    assert db.session.scalars(select(Redemption)).one().state is RedemptionState.RESERVED


def test_what_is_refused_at_the_counter_is_said_there(cast, sign_in, new_item):
    item = new_item()
    answer = sign_in(cast.staff).post(
        f"/counter/{cast.li.id}/redeem/{item.id}", data={"request_key": "k", "price": "60"}
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "error-summary" in page
    assert "李秀英" in page


def test_a_reservation_is_handed_over_or_cancelled_with_a_reason(
    cast, sign_in, rich, new_item, reserve
):
    first, second = (
        reserve(new_item(points=5), rich),
        reserve(new_item(points=7, name="毛巾"), rich),
    )
    client = sign_in(cast.staff)
    assert client.post(f"/counter/redemptions/{first.id}/hand-over").status_code == 303
    path = f"/counter/redemptions/{second.id}/cancel"
    assert client.post(path, data={"reason": ""}).status_code == 422
    assert client.post(path, data={"reason": "货品破损"}).status_code == 303
    assert client.post(f"/counter/redemptions/{second.id}/hand-over").status_code == 422
    assert points.balance_of(rich.id) == 95


def test_who_serves_one_counter_and_oversees_another_reads_the_slips_of_both(
    cast, sign_in, rich, new_item, reserve
):
    made = reserve(new_item(), rich)
    db.session.add(
        RoleGrant(user_id=cast.neighbour_staff.id, role=Role.OVERSIGHT, place_id=cast.community.id)
    )
    db.session.commit()
    client = sign_in(cast.neighbour_staff)
    assert client.get(f"/counter/redemptions/{made.id}/slip").status_code == 200
    assert client.post(f"/counter/redemptions/{made.id}/hand-over").status_code == 404


def test_handing_over_asks_first_what_to_whom(cast, sign_in, rich, new_item, reserve):
    made = reserve(new_item(points=5), rich)
    page = text_of(sign_in(cast.staff).get(f"/counter?person={rich.id}"))
    before, _form, _after = page.partition(f'action="/counter/redemptions/{made.id}/hand-over"')
    panel = before.rpartition("popover role=")[2]
    for part in (made.item.name, made.code, "5积分", rich.name):
        assert part in panel


def test_another_communitys_counter_finds_nothing_here(cast, sign_in, rich, new_item, reserve):
    made = reserve(new_item(), rich)
    client = sign_in(cast.neighbour_staff)
    assert client.get(f"/counter?person={rich.id}").status_code == 404
    assert client.get(f"/counter/redemptions/{made.id}/slip").status_code == 404
    assert client.post(f"/counter/redemptions/{made.id}/hand-over").status_code == 404
    assert client.post(f"/counter/{rich.id}/redeem/{made.item_id}").status_code == 404
    assert "张建国" not in text_of(client.get("/counter/reservations"))


def test_everything_overdue_is_cancelled_in_one_go(cast, sign_in, rich, new_item, reserve):
    made = reserve(new_item(), rich)
    client = sign_in(cast.staff)
    with clock.frozen(clock.at(made.collect_by + timedelta(days=1), 9)):
        assert "张建国" in text_of(client.get("/counter/reservations?overdue=1"))
        assert client.post("/counter/reservations/cancel-overdue").status_code == 303
        assert "张建国" not in text_of(client.get("/counter/reservations"))
    db.session.expire_all()
    assert made.state is RedemptionState.CANCELLED
    assert points.balance_of(rich.id) == 100
