"""The pages on which staff keep the catalogue."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from app.core.db import db
from app.rewards import forms
from app.rewards.models import RewardItem, StockChange


def text_of(response):
    assert response.status_code == 200, response.status_code
    return response.get_data(as_text=True)


def picture():
    out = BytesIO()
    Image.new("RGB", (60, 40), "#0f766e").save(out, "PNG")
    out.seek(0)
    return out


def terms_form(**kwargs):
    return {
        "kind": "goods", "name": "食用油", "description": "", "points": "60", "per_person": "",
        "unit_cost": "45.5", "funded_by": "社区工作经费", "available_from": "",
        "available_until": "", "stock": "10", **kwargs,
    }  # fmt: skip


def test_staff_put_something_into_the_catalogue_with_a_photo(cast, sign_in):
    client = sign_in(cast.staff)
    assert client.get("/rewards/new").status_code == 200
    data = terms_form(photos=(picture(), "油.png"))
    answer = client.post("/rewards/new", data=data, content_type="multipart/form-data")
    assert answer.status_code == 303
    item = db.session.scalars(select(RewardItem)).one()
    assert (item.unit_cost, item.stock, item.per_person) == (4550, 10, None)
    photo = client.get(f"/rewards/{item.id}/photo")
    assert photo.mimetype == "image/jpeg"
    assert Image.open(BytesIO(photo.get_data())).size == (60, 40)
    photo.close()
    assert "食用油" in text_of(client.get("/rewards"))
    assert "首次入库" in text_of(client.get(f"/rewards/{item.id}"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"points": "0"}, {"points": "abc"}, {"points": "99999999999999999999"},
        {"unit_cost": "12.345"}, {"unit_cost": "-1"}, {"unit_cost": "一元"}, {"kind": "money"},
        {"stock": "-1"}, {"per_person": "0"}, {"available_from": "2026-12-01",
                                              "available_until": "2026-11-01"},
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_item_is_said(cast, sign_in, wrong):
    answer = sign_in(cast.staff).post("/rewards/new", data=terms_form(**wrong))
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "error-summary" in page
    assert "45.5" in page or "unit_cost" in wrong
    assert db.session.scalar(select(func.count()).select_from(RewardItem)) == 0


def test_a_photo_that_is_none_is_refused_and_nothing_is_kept(cast, sign_in):
    data = terms_form(photos=(BytesIO(b"MZ not a picture"), "a.jpg"))
    answer = sign_in(cast.staff).post("/rewards/new", data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert db.session.scalar(select(func.count()).select_from(RewardItem)) == 0


def test_nothing_is_held_while_a_photo_is_read(cast, sign_in, monkeypatch):
    held, read = [], forms.read_photo

    def watched(upload):
        held.append(db.session().in_transaction())
        return read(upload)

    monkeypatch.setattr(forms, "read_photo", watched)
    data = terms_form(photos=(picture(), "油.png"))
    answer = sign_in(cast.staff).post("/rewards/new", data=data, content_type="multipart/form-data")
    assert (answer.status_code, held) == (303, [False])


def test_an_item_without_a_photo_has_none(cast, sign_in, new_item):
    assert sign_in(cast.staff).get(f"/rewards/{new_item().id}/photo").status_code == 404


def test_an_item_is_changed_and_a_stale_form_is_not(cast, sign_in, new_item):
    item = new_item()
    client = sign_in(cast.staff)
    page = text_of(client.get(f"/rewards/{item.id}/edit"))
    assert 'value="45.00"' in page
    data = terms_form(points="70", version="1")
    assert client.post(f"/rewards/{item.id}/edit", data=data).status_code == 303
    assert client.post(f"/rewards/{item.id}/edit", data=data).status_code == 422
    db.session.expire_all()
    assert item.points == 70


def test_stock_is_booked_with_a_reason(cast, sign_in, new_item):
    item = new_item(stock=2)
    client, path = sign_in(cast.staff), f"/rewards/{item.id}/stock"
    assert client.post(path, data={"change": "-3", "reason": "破损"}).status_code == 422
    assert client.post(path, data={"change": "5", "reason": ""}).status_code == 422
    assert client.post(path, data={"change": "-1", "reason": "破损"}).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(StockChange)) == 2


def test_an_item_is_taken_off_and_offered_again(cast, sign_in, new_item):
    item = new_item()
    client = sign_in(cast.staff)
    client.post(f"/rewards/{item.id}/withdraw")
    assert "食用油" in text_of(client.get("/rewards?withdrawn=1"))
    assert "食用油" not in text_of(client.get("/rewards")).split("<main")[1]
    client.post(f"/rewards/{item.id}/offer-again")
    assert "食用油" in text_of(client.get("/rewards"))


def test_those_who_only_supervise_change_nothing(cast, sign_in, new_item):
    item = new_item()
    client = sign_in(cast.oversight)
    page = text_of(client.get(f"/rewards/{item.id}"))
    assert f"/rewards/{item.id}/edit" not in page
    for path in ("edit", "stock", "withdraw"):
        assert client.post(f"/rewards/{item.id}/{path}").status_code == 403


@pytest.mark.both_engines
def test_the_list_costs_the_same_for_one_item_and_for_ten(cast, sign_in, new_item, count_queries):
    client = sign_in(cast.staff)
    new_item()
    client.get("/rewards")
    few = count_queries(lambda: client.get("/rewards"))
    for number in range(10):
        new_item(name=f"物品{number}")
    assert count_queries(lambda: client.get("/rewards")) == few
