"""What becomes of a reservation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.db import db
from app.core.errors import NotFoundError, Refused
from app.inbox.models import Message
from app.ledger import interface as ledger
from app.ledger.models import Lot
from app.points.queries import wallets as points
from app.points.services.reversals import reverse
from app.rewards.models import Redemption, RedemptionState, StockChange
from app.rewards.queries import redemptions as queries
from app.rewards.services import settling as services
from tests.points.conftest import DAY


@pytest.fixture
def item(new_item):
    return new_item(stock=3)


@pytest.fixture
def made(cast, points_of, item, reserve):
    points_of(cast.zhang, 50)
    points_of(cast.zhang, 30)
    return reserve(item, cast.zhang)


def test_staff_hand_it_over_once(cast, made):
    services.hand_over(cast.actor("staff"), made)
    with pytest.raises(Refused):
        services.hand_over(cast.actor("second_staff"), made)
    assert made.state is RedemptionState.HANDED_OVER
    assert made.handed_over_by_id == cast.staff.id
    assert made.handed_over_on == DAY


def test_nobody_hands_something_over_to_themselves(cast, made):
    cast.resident.person_id = None
    db.session.flush()
    cast.staff.person_id = cast.zhang.id
    db.session.flush()
    with pytest.raises(Refused):
        services.hand_over(cast.actor("staff"), made)


def test_cancelling_refunds_to_the_very_lots_and_restocks(cast, made, item):
    def remaining():
        return db.session.scalars(select(Lot.remaining).order_by(Lot.transaction_id)).all()

    assert remaining() == [0, 20]
    services.cancel(cast.actor("staff"), made, reason="货品破损")
    db.session.expire_all()
    assert remaining() == [50, 30]
    assert item.stock == 3
    assert made.state is RedemptionState.CANCELLED
    assert points.balance_of(cast.zhang.id) == 80
    assert list(ledger.verify()) == []


def test_points_that_come_back_past_their_date_are_said_to_have_expired(cast, made, sign_in):
    last = db.session.scalars(select(Lot.expires_on).order_by(Lot.transaction_id)).first()
    with clock.frozen(clock.at(last + timedelta(days=1), 9)):
        client = sign_in(cast.staff)
        address = f"/counter/redemptions/{made.id}/cancel"
        page = client.post(address, data={"reason": "破损"}, follow_redirects=True).text
        assert "已退回0分，另有60分已过有效期，随即失效" in page
        assert made.lapsed == made.points == 60
        assert points.balance_of(cast.zhang.id) == 0
        told = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
        assert "60分已过有效期" in str(told.text)
        mine = sign_in(cast.resident).get("/rewards/mine").text
        assert "退回0分，失效60分" in mine
        assert "积分已退" not in mine


def test_points_that_are_still_good_are_said_to_be_back(cast, made, sign_in):
    client = sign_in(cast.staff)
    address = f"/counter/redemptions/{made.id}/cancel"
    page = client.post(address, data={"reason": "破损"}, follow_redirects=True).text
    assert "积分已退回" in page
    assert made.lapsed == 0


def test_what_a_wrong_award_gave_does_not_come_back_with_the_reservation(cast, made, points_of):
    wrong = points_of(cast.zhang, 50)
    reverse(cast.actor("staff"), wrong, reason="重复申报")
    assert (wrong.shortfall, points.balance_of(cast.zhang.id)) == (30, 0)
    services.cancel(cast.actor("staff"), made, reason="不要了")
    assert (wrong.shortfall, points.balance_of(cast.zhang.id)) == (0, 30)
    told = db.session.scalars(select(Message).where(Message.url == "/points")).all()
    assert "30" in str(told[-1].text)
    assert "重复申报" in str(told[-1].text)
    assert list(ledger.verify()) == []


def test_but_points_reserved_after_the_reversal_do(cast, made, points_of, item, reserve):
    services.hand_over(cast.actor("staff"), made)
    wrong = points_of(cast.zhang, 50)
    reverse(cast.actor("staff"), wrong, reason="重复申报")
    points_of(cast.zhang, 65)
    later = reserve(item, cast.zhang)
    services.cancel(cast.actor("staff"), later, reason="不要了")
    assert (wrong.shortfall, points.balance_of(cast.zhang.id)) == (30, 65)


def test_cancelling_twice_refunds_once(cast, made, item):
    services.cancel(cast.actor("staff"), made, reason="货品破损")
    services.cancel(cast.actor("second_staff"), made, reason="再点一次")
    assert made.cancel_reason == "货品破损"
    assert item.stock == 3
    assert points.balance_of(cast.zhang.id) == 80


def test_what_was_handed_over_is_not_cancelled(cast, made):
    services.hand_over(cast.actor("staff"), made)
    with pytest.raises(Refused):
        services.cancel(cast.actor("staff"), made, reason="x")
    assert points.balance_of(cast.zhang.id) == 20


def test_what_was_cancelled_is_not_handed_over(cast, made):
    services.cancel(cast.actor("staff"), made, reason="x")
    with pytest.raises(Refused):
        services.hand_over(cast.actor("staff"), made)


def test_a_resident_cancels_only_their_own(cast, made):
    with pytest.raises(NotFoundError):
        services.cancel_own(cast.actor("other_resident"), made)
    services.cancel_own(cast.actor("resident"), made)
    assert made.state is RedemptionState.CANCELLED


def test_after_the_last_day_it_can_still_be_handed_over(cast, made):
    with clock.frozen(clock.at(made.collect_by + timedelta(days=3), 9)):
        services.hand_over(cast.actor("staff"), made)
    assert made.state is RedemptionState.HANDED_OVER


def test_what_nobody_collected_is_overdue_from_the_day_after(cast, made):
    with clock.frozen(clock.at(made.collect_by, 9)):
        assert queries.how_many_wait(cast.actor("staff")) == (1, 0)
        assert services.cancel_overdue(cast.actor("staff"), cast.community.id, reason="逾期") == 0
    with clock.frozen(clock.at(made.collect_by + timedelta(days=1), 9)):
        assert queries.how_many_wait(cast.actor("staff")) == (1, 1)
        assert services.cancel_overdue(cast.actor("staff"), cast.community.id, reason="逾期") == 1
    assert made.cancel_reason == "逾期"


@pytest.mark.both_engines
def test_a_redemption_is_never_removed_or_rewritten(made):
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(delete(Redemption).where(Redemption.id == made.id))
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(update(Redemption).where(Redemption.id == made.id).values(points=1))


@pytest.mark.both_engines
def test_stock_changes_are_append_only(item):
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(
            update(StockChange).where(StockChange.item_id == item.id).values(change=9)
        )


@pytest.mark.both_engines
def test_a_slip_is_found_and_printed_again(cast, made, sign_in):
    client, slip = sign_in(cast.staff), f"/counter/redemptions/{made.id}/slip"
    assert f"{slip}?again=1" not in client.get("/counter/handed-over").text
    services.hand_over(cast.actor("staff"), made)
    db.session.commit()
    for text in ("", cast.zhang.name[:2], made.code.lower(), made.item.name):
        assert f"{slip}?again=1" in client.get(f"/counter/handed-over?q={text}").text
    assert f"{slip}?again=1" not in client.get("/counter/handed-over?q=没有").text
    assert "补打" in client.get(f"{slip}?again=1").text
    assert "补打" not in client.get(slip).text
    assert slip not in sign_in(cast.neighbour_staff).get("/counter/handed-over").text


def test_a_second_window_does_not_give_it_out_again(cast, made, sign_in):
    client = sign_in(cast.staff)
    address = f"/counter/redemptions/{made.id}/hand-over"
    assert client.post(address).status_code == 303
    assert client.post(address).status_code == 303  # a double click
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        again = client.post(address)
    assert again.status_code == 422
    assert "已经发放" in again.text
