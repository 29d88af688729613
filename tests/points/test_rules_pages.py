"""The rules, read by everybody and changed by some."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.core.db import db
from app.points.models import EarningRule
from app.points.queries import rules as queries
from tests.points.conftest import DAY


def text_of(response):
    assert response.status_code == 200, response.status_code
    return response.get_data(as_text=True)


def test_everybody_reads_the_rules(cast, sign_in):
    for user in (cast.resident, cast.staff, cast.unit_contact, cast.admin, cast.host):
        page = text_of(sign_in(user).get("/points/rules"))
        assert "见义勇为" in page
        assert "不因信访、投诉、检举、诉讼扣分" in page


def test_a_street_enters_a_version_to_come_and_cancels_it(cast, sign_in):
    rule_id = db.session.scalar(select(EarningRule.id).where(EarningRule.code == "stairs"))
    client = sign_in(cast.street_officer)
    assert client.get(f"/points/rules/{rule_id}/new-version").status_code == 200
    data = {
        "community": cast.community.id, "name": "楼道清扫", "points": "4", "yearly_cap": "",
        "effective_from": str(DAY + timedelta(days=1)), "source": "代表会议",
    }  # fmt: skip
    assert client.post(f"/points/rules/{rule_id}/new-version", data=data).status_code == 303
    assert client.post(f"/points/rules/{rule_id}/new-version", data=data).status_code == 422
    made = db.session.scalars(select(EarningRule).where(EarningRule.points == 4)).one()
    assert "桂花社区" in text_of(client.get("/points/rules?show=soon"))
    assert client.post(f"/points/rules/{made.id}/cancel").status_code == 303
    assert "桂花社区" not in text_of(client.get("/points/rules?show=soon")).split("<main")[1]


def test_a_new_rule_and_its_end(cast, sign_in):
    client = sign_in(cast.admin)
    data = {
        "community": "", "name": "陪同就医", "points": "8", "yearly_cap": "80",
        "effective_from": str(DAY), "source": "代表会议", "category": "neighbourliness",
        "basis": "per_time",
    }  # fmt: skip
    assert client.get("/points/rules/new").status_code == 200
    assert client.post("/points/rules/new", data=data | {"basis": "percent"}).status_code == 422
    assert client.post("/points/rules/new", data=data).status_code == 303
    made = db.session.scalars(select(EarningRule).where(EarningRule.name == "陪同就医")).one()
    assert client.get(f"/points/rules/{made.id}/end").status_code == 200
    end = {"community": "", "effective_from": str(DAY + timedelta(days=1)), "source": "不再执行"}
    assert client.post(f"/points/rules/{made.id}/end", data=end).status_code == 303
    assert queries.rule_on(made.code, cast.community.id, DAY + timedelta(days=1)) is None


def test_who_does_not_manage_rules_changes_none(cast, sign_in):
    rule_id = db.session.scalar(select(EarningRule.id).where(EarningRule.code == "stairs"))
    client = sign_in(cast.staff)
    for path in ("/points/rules/new", f"/points/rules/{rule_id}/end", "/points/policy/new"):
        assert client.get(path).status_code == 403
        assert client.post(path).status_code == 403


def test_the_conditions_for_all_are_changed_for_a_day_to_come(cast, sign_in):
    client = sign_in(cast.admin)
    assert client.get("/points/policy/new").status_code == 200
    data = {
        "second_person_from": "30", "expires_after_months": "", "effective_from": str(DAY),
        "source": "街道办公会议",
    }  # fmt: skip
    assert client.post("/points/policy/new", data=data | {"source": ""}).status_code == 422
    assert client.post("/points/policy/new", data=data).status_code == 303
    assert "积分不过期" in text_of(client.get("/points/rules"))
