"""A month's points as a public notice."""

from __future__ import annotations

import re

from sqlalchemy import select

from app.core.db import db
from app.notices.models import Notice, NoticeKind


def text_of(response):
    assert response.status_code == 200, response.status_code
    return response.get_data(as_text=True)


def test_a_month_is_put_on_the_board_with_masked_names(cast, sign_in, attended, request_for):
    attended(cast.zhang)
    request_for([cast.zhang])
    attended(cast.neighbour_person)
    client = sign_in(cast.staff)
    page = text_of(client.get("/points/notice?month=2026-11"))
    body = re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.DOTALL)[1]
    assert body.strip() == "张*国：5分（出席议事协商会议 2、楼道清扫 3）"
    data = {"title": "积分公示", "body": body, "days": "", "contact": "社区办公室 8888"}
    answer = client.post("/points/notice?month=2026-11", data=data)
    assert answer.status_code == 303
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.kind, notice.community_id) == (NoticeKind.POINTS, cast.community.id)
    assert "张建国" not in notice.body
    assert client.post("/points/notice?month=2026-11", data=data).status_code == 422


def test_a_month_in_which_nothing_was_credited_has_nothing_to_publish(cast, sign_in):
    page = text_of(sign_in(cast.staff).get("/points/notice?month=2026-03"))
    assert "本月没有入账的积分" in page


def test_what_is_no_month_of_this_century_is_the_last_one(cast, sign_in):
    client = sign_in(cast.staff)
    chosen = re.search(r"<option[^>]* selected[^>]*>", text_of(client.get("/points/notice")))[0]
    for month in ("0001-01", "9999-12", "2026-13", "x" * 3000, "2026-11-27"):
        assert chosen in text_of(client.get(f"/points/notice?month={month}"))
