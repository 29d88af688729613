"""Rules change by new versions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.core.db import db
from app.core.errors import NotFoundError, Refused
from app.places.queries.reach import may_change_general
from app.points.models import Basis, Category, EarningRule
from app.points.queries import rules as queries
from app.points.services import rules as services
from tests.points.conftest import DAY

TOMORROW = DAY + timedelta(days=1)


def terms(points=4, effective_from=DAY, **kwargs):
    return services.Terms(
        **{
            "name": "楼道清扫", "points": points, "yearly_cap": None,
            "effective_from": effective_from, "source": "2026年第二次居民代表会议", **kwargs,
        }
    )  # fmt: skip


@pytest.fixture
def stairs(cast):
    return db.session.scalars(select(EarningRule).where(EarningRule.code == "stairs")).one()


def worth(cast, day=DAY):
    rule = queries.rule_on("stairs", cast.community.id, day)
    return rule.points if rule else None


def test_a_street_puts_a_communitys_own_version_before_the_general_one(cast, stairs):
    services.new_version(
        cast.actor("street_officer"), stairs, community_id=cast.community.id, terms=terms()
    )
    assert worth(cast) == 4
    assert queries.rule_on("stairs", cast.neighbour.id, DAY).points == 3


def test_a_version_to_come_does_not_apply_yet(cast, stairs):
    services.new_version(
        cast.actor("admin"), stairs, community_id=None, terms=terms(effective_from=TOMORROW)
    )
    assert worth(cast) == 3
    assert worth(cast, TOMORROW) == 4


def test_what_has_been_is_not_changed(cast, stairs):
    with pytest.raises(Refused) as refusal:
        services.new_version(
            cast.actor("admin"), stairs, community_id=None,
            terms=terms(effective_from=DAY - timedelta(days=1)),
        )  # fmt: skip
    assert refusal.value.field == "effective_from"


def test_two_versions_from_one_day_are_refused(cast, stairs):
    def enter():
        services.new_version(cast.actor("admin"), stairs, community_id=None, terms=terms())

    enter()
    with pytest.raises(Refused, match="已有一个版本"):
        enter()


def test_a_street_officer_does_not_change_what_holds_for_other_streets(cast, stairs):
    elsewhere = cast.city
    from app.places.models import Level, Place

    street = Place(name="茜草街道", level=Level.STREET, parent_id=elsewhere.id)
    db.session.add(street)
    db.session.flush()
    street.path = f"{elsewhere.path}{street.id}/"
    community = Place(name="茜草社区", level=Level.COMMUNITY, parent_id=street.id)
    db.session.add(community)
    db.session.flush()
    community.path = f"{street.path}{community.id}/"
    db.session.flush()
    officer = cast.actor("street_officer")
    assert not may_change_general(officer)
    assert may_change_general(cast.actor("admin"))
    with pytest.raises(Refused):
        services.new_version(officer, stairs, community_id=None, terms=terms())
    with pytest.raises(NotFoundError):
        services.new_version(officer, stairs, community_id=community.id, terms=terms())


def test_a_rule_is_ended_by_a_version_that_says_so(cast, stairs):
    services.end_rule(
        cast.actor("admin"), stairs, community_id=None, effective_from=TOMORROW, source="不再执行"
    )
    assert worth(cast) == 3
    assert worth(cast, TOMORROW) is None


def test_a_version_to_come_can_be_cancelled_and_its_day_used_again(cast, stairs):
    admin = cast.actor("admin")
    made = services.new_version(
        admin, stairs, community_id=None, terms=terms(effective_from=TOMORROW)
    )
    services.cancel_version(admin, made)
    services.cancel_version(admin, made)
    assert worth(cast, TOMORROW) == 3
    services.new_version(admin, stairs, community_id=None, terms=terms(6, TOMORROW))
    assert worth(cast, TOMORROW) == 6


def test_a_version_in_force_cannot_be_cancelled(cast, stairs):
    with pytest.raises(Refused):
        services.cancel_version(cast.actor("admin"), stairs)


def test_a_new_rule_gets_a_code_of_its_own(cast, request_for):
    made = [
        services.new_rule(
            cast.actor("street_officer"), community_id=cast.community.id,
            category=Category.NEIGHBOURLINESS, basis=Basis.PER_TIME, terms=terms(8, name=name),
        )
        for name in ("陪同就医", "代买药品")
    ]  # fmt: skip
    assert made[0].code != made[1].code
    (award,) = request_for([cast.zhang], code=made[0].code)
    assert award.points == 8
    names = [rule.name for rule in queries.requestable(cast.community.id, DAY)]
    assert "陪同就医" in names
    assert "出席议事协商会议" not in names
    assert "陪同就医" not in [r.name for r in queries.requestable(cast.neighbour.id, DAY)]


@pytest.mark.both_engines
def test_the_database_keeps_versions_as_they_were(stairs):
    with pytest.raises(IntegrityError):
        db.session.execute(update(EarningRule).where(EarningRule.id == stairs.id).values(points=99))


def test_the_page_of_rules_knows_what_is_in_force_to_come_and_past(cast, stairs):
    admin = cast.actor("admin")
    services.new_version(admin, stairs, community_id=None, terms=terms(4, DAY))
    services.new_version(admin, stairs, community_id=None, terms=terms(5, TOMORROW))
    states = {
        rule.points: rule.state
        for rule in queries.rule_versions([cast.community.id])
        if rule.code == "stairs"
    }
    assert states == {3: "past", 4: "now", 5: "soon"}


def test_the_policy_changes_for_acts_from_a_day_on(cast, request_for):
    services.new_policy(
        cast.actor("admin"), second_person_from=20, expires_after_months=None,
        effective_from=DAY, source="街道办公会议",
    )  # fmt: skip
    (award,) = request_for([cast.zhang], code="environment")
    assert award.status.value == "pending"
    assert queries.policy_on(date(2026, 1, 1)).second_person_from == 50


def test_only_whoever_manages_all_communities_changes_the_policy(cast):
    with pytest.raises(NotFoundError):
        services.new_policy(
            cast.actor("staff"), second_person_from=20, expires_after_months=None,
            effective_from=DAY, source="x",
        )  # fmt: skip
