"""Spending points on something that then waits at the counter."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.core.errors import NotFoundError, Refused
from app.inbox.models import Message
from app.ledger import interface as ledger
from app.points.queries import wallets as points
from app.rewards.models import Redemption, RedemptionState, RewardKind
from app.rewards.queries import redemptions as queries
from app.rewards.services import catalogue, settling
from tests.points.conftest import DAY
from tests.rewards.conftest import terms


@pytest.fixture
def rich(cast, points_of):
    points_of(cast.zhang, 200)
    return cast.zhang


def test_reserving_spends_the_points_and_takes_one_from_stock(rich, new_item, reserve):
    item = new_item(stock=3)
    made = reserve(item, rich)
    assert made.state is RedemptionState.RESERVED
    assert made.collect_by == DAY + timedelta(days=14)
    assert len(made.code) == 6
    assert not made.by_proxy
    assert item.stock == 2
    assert points.balance_of(rich.id) == 140
    assert list(ledger.verify()) == []


def test_the_same_form_sent_twice_reserves_once(rich, new_item, reserve):
    item = new_item(stock=3)
    assert reserve(item, rich, key="same") is reserve(item, rich, key="same")
    assert item.stock == 2
    assert points.balance_of(rich.id) == 140


def test_a_used_form_is_no_good_for_something_else(rich, new_item, reserve):
    reserve(new_item(), rich, key="same")
    with pytest.raises(Refused):
        reserve(new_item(name="毛巾"), rich, key="same")


def test_without_enough_points_nothing_happens(cast, points_of, new_item, reserve):
    points_of(cast.zhang, 50)
    item = new_item(stock=1)
    with pytest.raises(Refused) as refusal:
        reserve(item, cast.zhang)
    assert refusal.value.field == "points"
    assert item.stock == 1
    assert points.balance_of(cast.zhang.id) == 50
    assert db.session.scalar(select(func.count()).select_from(Redemption)) == 0


def test_when_none_is_left_nothing_happens(cast, rich, points_of, new_item, reserve):
    points_of(cast.li, 100)
    item = new_item(stock=1)
    reserve(item, cast.li, by="other_resident")
    with pytest.raises(Refused, match="兑完"):
        reserve(item, rich)
    assert points.balance_of(rich.id) == 200


def test_what_does_not_run_out_has_no_stock(rich, new_item, reserve):
    item = new_item(stock=None, kind=RewardKind.HONOUR, points=30)
    reserve(item, rich)
    reserve(item, rich)
    assert item.stock is None
    assert points.balance_of(rich.id) == 140


def test_one_person_has_at_most_so_many_a_year(cast, rich, new_item, reserve):
    item = new_item(per_person=1, points=20)
    first = reserve(item, rich)
    with pytest.raises(Refused) as refusal:
        reserve(item, rich)
    assert refusal.value.field == "limit"
    assert item.stock == 9
    settling.cancel(cast.actor("staff"), first, reason="改主意了")
    reserve(item, rich)  # what was cancelled does not count
    with clock.frozen(clock.at(date(2027, 1, 1), 9)):
        reserve(item, rich)


def test_somebody_of_another_community_cannot_have_it(cast, points_of, new_item, reserve):
    points_of(cast.neighbour_person, 100)
    with pytest.raises(NotFoundError):
        reserve(new_item(), cast.neighbour_person, by="neighbour_resident")


def test_who_moved_out_cannot_have_it(rich, new_item, reserve):
    rich.moved_out_on = DAY
    with pytest.raises(Refused):
        reserve(new_item(), rich)


def test_what_is_withdrawn_or_not_on_offer_today_cannot_be_had(cast, rich, new_item, reserve):
    withdrawn = new_item()
    catalogue.withdraw_item(cast.actor("staff"), withdrawn)
    later = new_item(name="以后", available_from=DAY + timedelta(days=1))
    over = new_item(name="以前", available_until=DAY - timedelta(days=1))
    for item in (withdrawn, later, over):
        with pytest.raises(Refused, match="不提供兑换"):
            reserve(item, rich)
        assert item.stock == 10
    last_day = new_item(name="最后一天", available_until=DAY)
    assert reserve(last_day, rich).points == 60


def test_a_price_that_has_changed_since_is_not_paid_unseen(cast, rich, new_item, reserve):
    item = new_item()
    catalogue.edit_item(cast.actor("staff"), item, version=1, terms=terms(points=80))
    with pytest.raises(Refused, match="80"):
        reserve(item, rich, price=60)
    assert reserve(item, rich, price=80).points == 80


def test_reserved_by_staff_is_marked_and_told(rich, new_item, reserve):
    made = reserve(new_item(), rich, by="staff")
    assert made.by_proxy
    told = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert told.person_id == rich.id
    assert told.text.params == {"item": "食用油一桶"}


def test_a_resident_sees_what_waits_for_them(cast, rich, new_item, reserve):
    made = reserve(new_item(), rich)
    (waiting,) = queries.waiting(cast.actor("resident"))
    assert (waiting.title, waiting.endpoint, waiting.due) == (
        made.code, "rewards.mine", made.collect_by,
    )  # fmt: skip
    (to_hand_over,) = queries.waiting(cast.actor("staff"))
    assert to_hand_over.args == {"person": rich.id}
    assert queries.waiting(cast.actor("neighbour_staff")) == []
