"""The form that asks for points."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.points.models import Award
from app.points.queries import accounts, rules, wallets
from app.points.services import rules as services
from tests.points.conftest import DAY

HTMX = {"HX-Request": "true"}


def text_of(response):
    assert response.status_code == 200, response.status_code
    return response.get_data(as_text=True)


def form(cast, **kwargs):
    return {
        "people": [cast.zhang.id, cast.li.id], "code": "stairs", "happened_on": str(DAY),
        "times": "1", "minutes": "", "memo": "清扫楼道", "request_key": "k1", **kwargs,
    }  # fmt: skip


def test_staff_ask_for_points_for_several_people(cast, sign_in):
    client = sign_in(cast.staff)
    assert client.post("/points/awards/new", data=form(cast)).status_code == 303
    assert client.post("/points/awards/new", data=form(cast)).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Award)) == 2
    assert wallets.balance_of(cast.li.id) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": []},
        {"people": ["x"]},
        {"people": [999999]},
        {"code": "attended"},
        {"code": "nonsense"},
        {"happened_on": "2026-13-45"},
        {"happened_on": "0001-01-01"},
        {"happened_on": "2026-11-22"},
        {"times": "0"},
        {"times": "-1"},
        {"times": "999999999999"},
        {"minutes": "60"},
        {"memo": "   "},
        {"memo": "长" * 201},
        {"request_key": ""},
        {"request_key": "k" * 41},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(cast, sign_in, wrong):
    answer = sign_in(cast.staff).post("/points/awards/new", data=form(cast, **wrong))
    assert answer.status_code == 422
    assert "error-summary" in answer.get_data(as_text=True)
    assert db.session.scalar(select(func.count()).select_from(Award)) == 0


def test_a_rule_that_ended_is_offered_for_the_days_on_which_it_held(cast, sign_in):
    stairs = rules.rule_on("stairs", cast.community.id, DAY)
    services.end_rule(
        cast.actor("admin"), stairs, community_id=None, effective_from=DAY, source="不再执行"
    )
    db.session.commit()
    client = sign_in(cast.staff)
    assert "限2026年11月20日及以前的行为" in text_of(client.get("/points/awards/new"))
    today = client.post("/points/awards/new", data=form(cast))
    assert today.status_code == 422
    assert "当日没有这项规则" in today.text or "happened_on-error" in today.text
    yesterday = form(cast, happened_on=str(DAY - timedelta(days=1)))
    assert client.post("/points/awards/new", data=yesterday).status_code == 303
    assert wallets.balance_of(cast.li.id) == 3
    with clock.frozen(clock.at(DAY + timedelta(days=400))):
        assert "stairs" not in {
            rule.code for rule in rules.requestable(cast.community.id, clock.today())
        }


def test_people_of_another_community_cannot_be_smuggled_in(cast, sign_in):
    client = sign_in(cast.staff)
    people = [cast.neighbour_person.id]
    assert client.post("/points/awards/new", data=form(cast, people=people)).status_code == 422
    path = f"/points/awards/new?community={cast.neighbour.id}"
    assert client.post(path, data=form(cast)).status_code == 404


def test_an_hour_and_a_half_is_entered_as_hours_and_minutes(cast, sign_in):
    data = form(cast, code="volunteering", times="1", minutes="30")
    sign_in(cast.staff).post("/points/awards/new", data=data)
    assert accounts.account_page(cast.zhang.id, 1).minutes == 90
    assert wallets.balance_of(cast.zhang.id) == 3


def test_full_width_digits_are_digits(cast, sign_in):
    sign_in(cast.staff).post("/points/awards/new", data=form(cast, times="２"))
    assert wallets.balance_of(cast.zhang.id) == 6


def test_choosing_writes_nothing_and_keeps_what_was_typed(cast, sign_in):
    data = form(cast, people=[cast.li.id], add=cast.zhang.id, find="zhang")
    page = text_of(sign_in(cast.staff).post("/points/awards/choose", data=data))
    assert {"张建国", "李秀英"} <= set(re.findall("张建国|李秀英", page))
    assert "清扫楼道" in page
    assert db.session.scalar(select(func.count()).select_from(Award)) == 0


def test_somebody_can_be_taken_off_the_list(cast, sign_in):
    data = form(cast, remove=cast.li.id)
    page = text_of(sign_in(cast.staff).post("/points/awards/choose", data=data))
    assert f'name="people" value="{cast.zhang.id}"' in page
    assert f'name="people" value="{cast.li.id}"' not in page


def test_names_for_which_a_form_has_no_room_stay_in_it(cast, sign_in, monkeypatch):
    monkeypatch.setattr("app.points.queries.choosing.MOST_PEOPLE", 2)
    data = form(cast, people=[cast.zhang.id], names="李秀英、王芳")
    page = text_of(sign_in(cast.staff).post("/points/awards/choose", data=data))
    assert page.count('name="people"') == 2
    assert re.search(r'name="names"[^>]*>\s*王芳</textarea>', page)
    assert "其余人员请另行申报" in page


def test_a_pasted_list_of_names_is_read(cast, sign_in):
    cast.chen.name = "王芳"  # two of them now
    db.session.flush()
    data = form(cast, people=[], names="张建国、李秀英\n王芳, 无此人 <script>")
    page = text_of(
        sign_in(cast.staff).post(
            "/points/awards/choose", data=data, headers={**HTMX, "HX-Target": "award-people"}
        )
    )
    assert page.count('name="people"') == 2
    assert "没有叫无此人、&lt;script&gt;的人" in page
    assert "有多人叫王芳" in page


def test_people_are_found_as_one_types(cast, sign_in):
    client = sign_in(cast.staff)
    assert "张建国" in text_of(client.get("/points/awards/people?find=zjg"))
    assert "周海" not in text_of(client.get("/points/awards/people?find=zh"))
    assert "<li" not in text_of(client.get("/points/awards/people?find="))
