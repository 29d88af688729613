"""What staff do with the catalogue."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.core.db import db
from app.core.errors import NotFoundError, Refused, Stale
from app.rewards.models import RewardItem
from app.rewards.queries import catalogue as queries
from app.rewards.services import catalogue as services
from tests.points.conftest import DAY
from tests.rewards.conftest import terms


def test_the_first_stock_is_on_record_like_every_delivery(cast, new_item):
    item = new_item(stock=10)
    services.change_stock(cast.actor("staff"), item, change=5, reason="超市送货")
    services.change_stock(cast.actor("staff"), item, change=-1, reason="破损")
    assert item.stock == 14
    assert [row.change for row in queries.stock_changes(item.id)] == [-1, 5, 10]


@pytest.mark.both_engines
def test_stock_never_goes_below_zero(cast, new_item):
    item = new_item(stock=2)
    with pytest.raises(Refused) as refusal:
        services.change_stock(cast.actor("staff"), item, change=-3, reason="x")
    assert refusal.value.field == "change"
    with pytest.raises(IntegrityError):
        db.session.execute(update(RewardItem).where(RewardItem.id == item.id).values(stock=-1))


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", "现金50元"),
        ("name", "现 金"),
        ("name", "微信红包"),
        ("name", "代金券（可兑现金）"),
        ("name", "积分提现"),
        ("name", "ＣＡＳＨ卡"),
        ("description", "凭券转账到本人账户"),
    ],
)
def test_money_is_not_on_offer(cast, new_item, field, text):
    with pytest.raises(Refused, match="现金") as refusal:
        new_item(**{field: text})
    assert refusal.value.field == field
    item = new_item()
    with pytest.raises(Refused):
        services.edit_item(cast.actor("staff"), item, version=1, terms=terms(**{field: text}))


@pytest.mark.parametrize(
    "text",
    [
        "菜市场代金券，不兑现金",
        "不得折换成现金",
        "红包封一套",
        "零钱包",
        "现场理发",
        "话费充值30元",
    ],
)
def test_what_only_sounds_like_money_is(new_item, text):
    assert new_item(name=text).name == text


def test_the_form_says_beside_the_field_that_money_is_not_on_offer(cast, sign_in):
    data = {"kind": "goods", "name": "红包", "points": "10", "stock": "3", "form_key": "k"}
    page = sign_in(cast.staff).post("/rewards/new", data=data)
    assert page.status_code == 422
    assert 'id="name-error"' in page.text


def test_changing_by_nothing_is_refused(cast, new_item):
    with pytest.raises(Refused):
        services.change_stock(cast.actor("staff"), new_item(), change=0, reason="x")


def test_two_who_edit_at_once_do_not_overwrite_each_other(cast, new_item):
    item = new_item()
    services.edit_item(cast.actor("staff"), item, version=1, terms=terms(name="菜籽油一桶"))
    with pytest.raises(Stale):
        services.edit_item(cast.actor("second_staff"), item, version=1, terms=terms(points=1))
    assert (item.name, item.points, item.version) == ("菜籽油一桶", 60, 2)


def test_staff_of_another_community_cannot_add_here(new_item):
    with pytest.raises(NotFoundError):
        new_item(by="neighbour_staff")


def test_what_is_withdrawn_leaves_the_catalogue_and_can_come_back(cast, new_item):
    item = new_item()

    def names():
        return [row.name for row in queries.offered(cast.community.id, DAY)]

    services.withdraw_item(cast.actor("staff"), item)
    assert names() == []
    services.offer_again(cast.actor("staff"), item)
    assert names() == ["食用油一桶"]


def test_the_last_day_cannot_lie_before_the_first(new_item):
    with pytest.raises(Refused) as refusal:
        new_item(available_from=DAY, available_until=DAY.replace(day=20))
    assert refusal.value.field == "available_until"


def test_nothing_is_on_offer_twice_under_one_name(cast, new_item):
    new_item(name="雨伞")
    with pytest.raises(Refused, match="雨伞") as refusal:
        new_item(name="雨伞", points=5)
    assert refusal.value.field == "name"
    new_item(name="雨伞", community=cast.neighbour, by="neighbour_staff")


def test_a_name_is_free_again_once_the_item_is_withdrawn(cast, new_item):
    first = new_item(name="雨伞")
    services.withdraw_item(cast.actor("staff"), first)
    new_item(name="雨伞")
    with pytest.raises(Refused) as refusal:
        services.offer_again(cast.actor("staff"), first)
    assert refusal.value.field == "name"
    assert first.withdrawn_at is not None


def test_an_item_keeps_its_name_and_does_not_take_that_of_another(cast, new_item):
    new_item(name="雨伞")
    item = new_item(name="毛巾")
    services.edit_item(cast.actor("staff"), item, version=1, terms=terms(name="毛巾", points=5))
    with pytest.raises(Refused) as refusal:
        services.edit_item(cast.actor("staff"), item, version=2, terms=terms(name="雨伞"))
    assert refusal.value.field == "name"


def test_offering_again_what_is_there_by_another_entry_says_so_on_the_page(cast, new_item, sign_in):
    first = new_item(name="雨伞")
    services.withdraw_item(cast.actor("staff"), first)
    new_item(name="雨伞")
    db.session.commit()
    answer = sign_in(cast.staff).post(f"/rewards/{first.id}/offer-again")
    assert answer.status_code == 409
    assert "已在兑换目录中" in answer.text
