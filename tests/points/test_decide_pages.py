"""Approving, refusing and reversing on the pages."""

from __future__ import annotations

from app.core.db import db
from app.points.models import AwardStatus
from app.points.queries import wallets as queries


def text_of(response):
    assert response.status_code == 200, response.status_code
    return response.get_data(as_text=True)


def test_large_awards_are_approved_several_at_once(cast, sign_in, request_for):
    awards = request_for([cast.zhang, cast.li], code="patrol")
    (own,) = request_for([cast.wang], code="patrol", by="second_staff")
    client = sign_in(cast.second_staff)
    data = {"award": [award.id for award in (*awards, own)]}
    answer = client.post("/points/approvals", data=data, follow_redirects=True)
    page = text_of(answer)
    assert queries.balance_of(cast.zhang.id) == queries.balance_of(cast.li.id) == 50
    assert queries.balance_of(cast.wang.id) == 0
    assert "2项积分已入账" in page
    assert "须由他人复核" in page


def test_a_refusal_needs_a_reason(cast, sign_in, request_for):
    (award,) = request_for([cast.zhang], code="patrol")
    client = sign_in(cast.second_staff)
    path = f"/points/awards/{award.id}/refuse"
    assert client.post(path, data={"reason": " "}).status_code == 422
    assert client.post(path, data={"reason": "没有记录"}).status_code == 303
    db.session.expire_all()
    assert award.status is AwardStatus.REFUSED
    assert "没有记录" in text_of(client.get(f"/points/awards/{award.id}"))


def test_approving_twice_is_refused_with_the_page(cast, sign_in, request_for):
    (award,) = request_for([cast.zhang], code="patrol")
    client = sign_in(cast.second_staff)
    path = f"/points/awards/{award.id}/approve"
    assert client.post(path).status_code == 303
    assert client.post(path).status_code == 422
    assert queries.balance_of(cast.zhang.id) == 50


def test_whoever_asked_sees_no_button_to_approve(cast, sign_in, request_for):
    (award,) = request_for([cast.zhang], code="patrol")
    path = f"/points/awards/{award.id}"
    own = text_of(sign_in(cast.staff).get(path))
    assert f"{path}/approve" not in own
    assert f"{path}/withdraw" in own
    assert f"{path}/approve" in text_of(sign_in(cast.second_staff).get(path))
    assert f"{path}/approve" not in text_of(sign_in(cast.oversight).get(path))


def test_an_award_is_reversed_with_its_reason(cast, sign_in, attended):
    award = attended(cast.zhang)
    client = sign_in(cast.staff)
    answer = client.post(f"/points/awards/{award.id}/reverse", data={"reason": "签错了人"})
    assert answer.status_code == 303
    assert queries.balance_of(cast.zhang.id) == 0
    assert "签错了人" in text_of(client.get(f"/points/awards/{award.id}"))


def test_where_nothing_can_be_ticked_there_is_no_button_for_it(cast, sign_in, request_for):
    request_for([cast.zhang], code="patrol")
    button = "通过勾选的申报并入账"
    own = text_of(sign_in(cast.staff).get("/points/approvals"))
    assert button not in own
    assert "须由他人复核" in own
    assert "张建国" not in text_of(sign_in(cast.staff).get("/points/approvals?show=mine"))
    for address in ("/points/approvals", "/points/approvals?show=mine"):
        page = text_of(sign_in(cast.second_staff).get(address))
        assert button in page
        assert "张建国" in page
