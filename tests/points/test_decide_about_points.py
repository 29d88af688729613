"""The second person."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app.core.db import db
from app.core.errors import Refused
from app.inbox.models import Message
from app.points.models import Award, AwardStatus
from app.points.queries import awards, wallets
from app.points.services import deciding as services


@pytest.fixture
def waiting(cast, request_for):
    return request_for([cast.zhang], code="patrol")[0]


def test_a_second_person_approves(cast, waiting):
    services.approve_award(cast.actor("second_staff"), waiting)
    assert waiting.status is AwardStatus.POSTED
    assert waiting.decided_by_id == cast.second_staff.id
    assert wallets.balance_of(cast.zhang.id) == 50


def test_whoever_asked_cannot_approve(cast, waiting):
    with pytest.raises(Refused, match="由您申报"):
        services.approve_award(cast.actor("staff"), waiting)
    assert wallets.balance_of(cast.zhang.id) == 0


@pytest.mark.both_engines
def test_the_database_refuses_one_person_in_both_parts(cast, waiting):
    statement = update(Award).where(Award.id == waiting.id).values(decided_by_id=cast.staff.id)
    with pytest.raises(IntegrityError):
        db.session.execute(statement)


def test_nobody_approves_for_themselves_or_their_household(cast, waiting):
    cast.second_staff.person_id = cast.chen.id
    cast.chen.household_id = cast.zhang.household_id
    db.session.flush()
    with pytest.raises(Refused, match="同户家人"):
        services.approve_award(cast.actor("second_staff"), waiting)
    with pytest.raises(Refused, match="同户家人"):
        services.refuse_award(cast.actor("second_staff"), waiting, reason="x")


def test_whom_the_points_are_for_finds_no_button_but_why(cast, waiting, sign_in):
    cast.second_staff.person_id = cast.chen.id
    db.session.commit()
    page = f"/points/awards/{waiting.id}"
    assert f"{page}/approve" in sign_in(cast.second_staff).get(page).text

    cast.chen.household_id = cast.zhang.household_id
    db.session.commit()

    shown = sign_in(cast.second_staff).get(page).text
    assert f"{page}/approve" not in shown
    assert "同户家人" in shown


def test_a_refusal_tells_whoever_asked_why(cast, waiting):
    services.refuse_award(cast.actor("street_officer"), waiting, reason="没有签到表")
    assert waiting.status is AwardStatus.REFUSED
    message = db.session.scalars(select(Message)).one()
    assert message.user_id == cast.staff.id
    assert message.text.params["reason"] == "没有签到表"
    assert wallets.balance_of(cast.zhang.id) == 0


def test_it_is_decided_once(cast, waiting):
    services.approve_award(cast.actor("second_staff"), waiting)
    with pytest.raises(Refused):
        services.approve_award(cast.actor("second_staff"), waiting)
    with pytest.raises(Refused):
        services.refuse_award(cast.actor("second_staff"), waiting, reason="x")
    assert wallets.balance_of(cast.zhang.id) == 50


@pytest.mark.usefixtures("waiting")
def test_what_waits_is_shown_to_those_who_may_decide(cast):
    def titles(name):
        return [item.title for item in awards.waiting(cast.actor(name))]

    assert titles("second_staff") == ["义务巡逻"]
    assert titles("street_officer") == ["义务巡逻"]
    assert titles("staff") == []
    assert titles("neighbour_staff") == []
    assert titles("resident") == []
    cast.second_staff.person_id = cast.chen.id
    cast.chen.household_id = cast.zhang.household_id
    db.session.flush()
    assert titles("second_staff") == []


@pytest.mark.both_engines
@pytest.mark.parametrize("column", ["points", "person_id", "fact", "rule_id"])
def test_what_an_award_is_for_never_changes(waiting, column):
    statement = update(Award).where(Award.id == waiting.id).values({column: 7})
    with pytest.raises(IntegrityError):
        db.session.execute(statement)


@pytest.mark.both_engines
def test_an_award_is_never_removed(waiting):
    with pytest.raises(IntegrityError):
        db.session.execute(delete(Award).where(Award.id == waiting.id))
