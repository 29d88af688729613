"""Points that staff ask for on a resident's behalf."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.ledger import interface as ledger
from app.points.models import Award, AwardStatus
from app.points.queries import accounts, wallets
from app.points.services import deciding as services
from tests.points.conftest import DAY


def test_small_points_are_credited_at_once(cast, request_for):
    (award,) = request_for([cast.zhang], code="environment")
    assert award.status is AwardStatus.POSTED
    assert wallets.balance_of(cast.zhang.id) == 25
    assert str(award.memo) == "环境整治：和邻居一起清扫了楼道"


def test_fifty_points_wait_for_a_second_person(cast, request_for):
    (award,) = request_for([cast.zhang], code="patrol")
    assert (award.points, award.status) == (50, AwardStatus.PENDING)
    assert wallets.balance_of(cast.zhang.id) == 0


def test_cutting_an_award_into_pieces_does_not_avoid_the_second_person(cast, request_for):
    (first,) = request_for([cast.zhang], code="environment")
    (second,) = request_for([cast.zhang], code="environment")
    (other_day,) = request_for([cast.zhang], code="environment", on=DAY - timedelta(days=1))
    assert first.status is AwardStatus.POSTED
    assert second.status is AwardStatus.PENDING
    assert other_day.status is AwardStatus.PENDING


def test_spreading_an_award_over_the_days_of_a_month_does_not_avoid_the_second_person(
    cast, request_for
):
    def status(days_before, **who):
        (award,) = request_for(
            [who.pop("person", cast.zhang)], **{"code": "environment", **who},
            on=DAY - timedelta(days=days_before),
        )  # fmt: skip
        return award.status

    assert status(0) is AwardStatus.POSTED
    assert status(7) is AwardStatus.PENDING  # 25 and 25
    # Another person, another rule, another requester, another month: other acts.
    assert status(7, person=cast.li) is AwardStatus.POSTED
    assert status(8, code="stairs") is AwardStatus.POSTED
    assert status(9, by="second_staff") is AwardStatus.POSTED
    assert status(DAY.day) is AwardStatus.POSTED


def test_what_a_second_person_has_seen_is_not_added_up_again(cast, request_for):
    (seen,) = request_for([cast.zhang], code="patrol")
    services.approve_award(cast.actor("second_staff"), seen)
    db.session.commit()
    (next_one,) = request_for([cast.zhang], code="patrol", on=DAY - timedelta(days=1))
    (small,) = request_for([cast.zhang], code="environment", on=DAY - timedelta(days=2))
    assert next_one.status is AwardStatus.PENDING
    assert small.status is AwardStatus.POSTED


def test_twelve_volunteers_are_entered_in_one_form(cast, request_for):
    people = [cast.zhang, cast.li, cast.wang, cast.zhao, cast.chen]
    awards = request_for(people, code="stairs")
    assert {award.status for award in awards} == {AwardStatus.POSTED}
    assert [wallets.balance_of(person.id) for person in people] == [3] * 5
    assert list(ledger.verify()) == []


def test_the_same_form_sent_twice_counts_once(cast, request_for):
    first = request_for([cast.zhang, cast.li], key="same")
    assert request_for([cast.zhang, cast.li], key="same") == first
    assert wallets.balance_of(cast.zhang.id) == 3


def test_hours_can_be_given_with_minutes(cast, request_for):
    (award,) = request_for([cast.zhang], code="volunteering", minutes=150)
    assert (award.points, award.minutes) == (5, 150)
    assert accounts.account_page(cast.zhang.id, 1).minutes == 150


def test_whole_hours_are_times_for_a_rule_by_the_hour(cast, request_for):
    (award,) = request_for([cast.zhang], code="volunteering", times=2)
    assert (award.points, award.minutes) == (4, 120)


def test_minutes_for_a_rule_that_counts_times_are_refused(cast, request_for):
    with pytest.raises(Refused) as refusal:
        request_for([cast.zhang], code="stairs", minutes=30)
    assert refusal.value.field == "minutes"


def test_less_than_a_point_is_refused(cast, request_for):
    with pytest.raises(Refused, match="不足1分"):
        request_for([cast.zhang], code="volunteering", minutes=20)


@pytest.mark.parametrize("code", ["attended", "topic_adopted", "task_on_time"])
def test_what_facts_award_by_themselves_cannot_be_asked_for(cast, request_for, code):
    with pytest.raises(Refused) as refusal:
        request_for([cast.zhang], code=code)
    assert refusal.value.field == "code"


def test_a_day_to_come_is_refused(cast, request_for):
    with pytest.raises(Refused) as refusal:
        request_for([cast.zhang], on=DAY + timedelta(days=1))
    assert refusal.value.field == "happened_on"


def test_a_day_so_long_ago_that_the_points_would_have_expired_is_refused(cast, request_for):
    with clock.frozen(clock.at(DAY.replace(year=2028))), pytest.raises(Refused) as refusal:
        request_for([cast.zhang], on=DAY)
    assert refusal.value.field == "happened_on"


def test_people_of_two_communities_are_refused(cast, request_for):
    with pytest.raises(Refused) as refusal:
        request_for([cast.zhang, cast.neighbour_person])
    assert refusal.value.field == "people"


def test_nobody_at_all_is_refused(request_for):
    with pytest.raises(Refused):
        request_for([])


def test_nobody_asks_for_points_for_themselves(cast, request_for):
    cast.staff.person_id = cast.wang.id
    db.session.flush()
    with pytest.raises(Refused, match="同户家人"):
        request_for([cast.zhang, cast.wang])


def test_nobody_asks_for_points_for_their_household(cast, request_for):
    cast.staff.person_id = cast.wang.id
    cast.zhao.household_id = cast.wang.household_id
    db.session.flush()
    with pytest.raises(Refused, match="同户家人"):
        request_for([cast.zhao])
    assert db.session.scalar(select(func.count()).select_from(Award)) == 0


def test_above_the_cap_of_the_year_nobody_of_the_list_gets_any(cast, request_for):
    request_for([cast.zhang], code="volunteer_referred", times=9)
    with pytest.raises(Refused) as refusal:
        request_for([cast.zhang, cast.li], code="volunteer_referred", times=2)
    assert "张建国" in str(refusal.value.message)
    assert wallets.balance_of(cast.li.id) == 0


def test_a_withdrawn_request_can_be_made_again(cast, request_for):
    (award,) = request_for([cast.zhang], code="patrol")
    services.withdraw_award(cast.actor("staff"), award)
    assert award.status is AwardStatus.WITHDRAWN
    with pytest.raises(Refused):
        services.withdraw_award(cast.actor("staff"), award)


def test_only_whoever_asked_can_withdraw(cast, request_for):
    (award,) = request_for([cast.zhang], code="patrol")
    with pytest.raises(Refused):
        services.withdraw_award(cast.actor("second_staff"), award)
