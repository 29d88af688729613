"""Points for verified facts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.core.i18n import Phrase
from app.inbox.models import Message
from app.ledger import interface as ledger
from app.ledger.models import Lot, Transaction
from app.points.models import Award, AwardStatus, Basis, Category, EarningRule
from app.points.queries import accounts, wallets
from app.points.services import facts as facts_services
from app.points.services import reversals
from app.points.services import wallets as wallets_services
from tests.points.conftest import DAY


def new_version(points, effective_from, *, code="attended", community_id=None, **kwargs):
    rule = EarningRule(
        code=code,
        community_id=community_id,
        name="出席议事协商会议",
        category=Category.DELIBERATION,
        basis=Basis.PER_TIME,
        points=points,
        effective_from=effective_from,
        source="居民会议决议",
        **kwargs,
    )
    db.session.add(rule)
    db.session.flush()
    return rule


def test_attending_a_meeting_is_worth_two_points(cast, attended):
    award = attended(cast.zhang)
    assert award.status is AwardStatus.POSTED
    assert award.points == 2
    assert award.community_id == cast.community.id
    assert wallets.balance_of(cast.zhang.id) == 2
    assert list(ledger.verify()) == []


def test_the_same_fact_is_credited_once(cast, attended):
    first = attended(cast.zhang)
    assert attended(cast.zhang) is first
    assert wallets.balance_of(cast.zhang.id) == 2
    assert db.session.scalar(select(func.count()).select_from(Award)) == 1


def test_the_person_is_told(cast, attended):
    attended(cast.zhang)
    message = db.session.scalars(select(Message)).one()
    assert (message.person_id, message.url) == (cast.zhang.id, "/points")
    assert message.text.params == {"points": 2, "rule": "出席议事协商会议"}


def test_a_credit_is_on_the_trail(cast, attended):
    award = attended(cast.zhang)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject_id) == ("points.award", award.id)
    assert entry.place_path == cast.community.path


def test_points_expire_twelve_months_after_the_month_of_the_act(cast, attended):
    attended(cast.zhang, on=date(2026, 3, 5))
    assert db.session.scalars(select(Lot.expires_on)).all() == [date(2027, 3, 31)]


def test_a_task_counts_by_its_difficulty_and_on_time_on_top(cast):
    same = {"person_id": cast.li.id, "happened_on": DAY, "memo": Phrase("Task done")}
    done = facts_services.award(
        None, code="task_done", fact_key="task:5:round:1:done", times=4, **same
    )
    on_time = facts_services.award(
        None, code="task_on_time", fact_key="task:5:round:1:on-time", on_top_of=done.points, **same
    )
    assert (done.points, on_time.points) == (20, 4)
    assert wallets.balance_of(cast.li.id) == 24


def test_a_day_before_any_rule_is_worth_nothing(cast, attended):
    assert attended(cast.zhang, on=date(2025, 12, 31)) is None
    assert wallets.balance_of(cast.zhang.id) == 0


def test_an_unknown_code_is_worth_nothing(cast):
    assert (
        facts_services.award(
            None, person_id=cast.li.id, code="no_such_rule", fact_key="x", happened_on=DAY,
            memo=Phrase("x"),
        )
        is None
    )  # fmt: skip


def test_the_version_in_force_on_the_day_of_the_act_applies(cast, attended):
    new_version(3, date(2026, 11, 1))
    new_version(9, date(2026, 12, 1))
    assert attended(cast.zhang, 1, on=date(2026, 10, 31)).points == 2
    assert attended(cast.zhang, 2, on=date(2026, 11, 1)).points == 3
    assert attended(cast.zhang, 3, on=DAY).points == 3


def test_a_cancelled_version_never_applies(cast, attended):
    new_version(9, date(2026, 11, 1), cancelled_at=None)
    rule = db.session.scalars(select(EarningRule).where(EarningRule.points == 9)).one()
    rule.cancelled_at, rule.cancelled_by_id = rule.entered_at, cast.admin.id
    db.session.flush()
    assert attended(cast.zhang).points == 2


def test_a_communitys_own_rule_goes_before_the_general_one(cast, attended):
    new_version(5, date(2026, 6, 1), community_id=cast.community.id)
    new_version(4, date(2026, 9, 1))
    assert attended(cast.zhang).points == 5
    assert attended(cast.neighbour_person).points == 4
    assert attended(cast.zhang, 2, on=date(2026, 5, 1)).points == 2


def test_a_community_that_has_ended_its_rule_awards_nothing(cast, attended):
    new_version(5, date(2026, 6, 1), community_id=cast.community.id, ended=True)
    assert attended(cast.zhang) is None
    assert attended(cast.neighbour_person).points == 2


def test_the_cap_of_the_year_lets_through_what_still_fits(cast, attended):
    new_version(2, date(2026, 2, 1), yearly_cap=5)
    assert attended(cast.zhang, 1).points == 2
    assert attended(cast.zhang, 2).points == 2
    assert attended(cast.zhang, 3).points == 1
    assert attended(cast.zhang, 4) is None
    assert attended(cast.li, 4).points == 2
    assert wallets.balance_of(cast.zhang.id) == 5


def test_the_cap_counts_by_the_year_of_the_act(cast, attended):
    new_version(2, date(2026, 2, 1), yearly_cap=2)
    assert attended(cast.zhang, 1, on=date(2026, 12, 31)).points == 2
    assert attended(cast.zhang, 2, on=date(2027, 1, 1)).points == 2
    assert attended(cast.zhang, 3, on=date(2027, 1, 2)) is None


def test_what_was_reversed_does_not_count_towards_the_cap(cast, attended):
    new_version(2, date(2026, 2, 1), yearly_cap=2)
    attended(cast.zhang, 1)
    reversals.reverse_award(
        cast.actor("staff"), fact_key=f"meeting:1:attendance:{cast.zhang.id}", reason="签错了人"
    )
    assert attended(cast.zhang, 2).points == 2


def test_a_whole_meeting_is_credited_at_once(cast):
    people = [cast.zhang, cast.li, cast.wang, cast.zhao, cast.chen]
    facts = [
        facts_services.Fact(
            person.id, "attended", f"meeting:7:attendance:{person.id}", DAY, Phrase("Attended")
        )
        for person in people
    ]
    made = facts_services.award_many(cast.actor("host"), [*facts, facts[0]])
    assert sorted(award.person_id for award in made) == sorted(person.id for person in people)
    assert {award.points for award in made} == {2}
    assert facts_services.award_many(cast.actor("host"), facts[:2]) == made[:2]
    assert db.session.scalar(select(func.count()).select_from(Transaction)) == 5
    assert list(ledger.verify()) == []


@pytest.mark.both_engines
def test_how_many_were_there_does_not_change_the_number_of_queries(cast, count_queries):
    def credit(meeting, people):
        facts = [
            facts_services.Fact(
                p.id, "attended", f"meeting:{meeting}:{p.id}", DAY, Phrase("Attended")
            )
            for p in people
        ]
        facts_services.award_many(None, facts)

    credit(0, [cast.zhang, cast.li, cast.wang, cast.zhao, cast.chen])  # opens the wallets
    count_queries(lambda: credit(1, [cast.zhang]))
    one = rounds(count_queries.sent)
    count_queries(lambda: credit(2, [cast.zhang, cast.li, cast.wang, cast.zhao, cast.chen]))
    assert rounds(count_queries.sent) == one


def rounds(sent):
    """SQLAlchemy inserts the awards row by row on SQLite, where there is no way to travel."""
    return len([statement for statement in sent if not statement.startswith("INSERT INTO award ")])


def test_hours_of_service_are_kept_apart_and_whole_points_count(cast):
    fact = facts_services.Fact(
        cast.li.id, "volunteering", "service:1", DAY, Phrase("Served"), minutes=100
    )
    (award,) = facts_services.award_many(None, [fact])
    assert (award.points, award.minutes) == (3, 100)
    assert wallets.balance_of(cast.li.id) == 3
    assert accounts.account_page(cast.li.id, 1).minutes == 100
    wallets_services.spend(
        None, person_id=cast.li.id, points=3, key="spent", memo=Phrase("Redeemed")
    )
    assert accounts.account_page(cast.li.id, 1).minutes == 100
    assert list(ledger.verify()) == []


@pytest.mark.both_engines
def test_a_living_award_per_fact_is_held_by_the_database(cast, attended):
    award = attended(cast.zhang)
    copy = Award(
        fact=award.fact, fact_key=award.fact + ":9", rule=award.rule, person_id=award.person_id,
        community_id=award.community_id, points=1, memo=Phrase("x"), happened_on=DAY,
        status=AwardStatus.PENDING,
    )  # fmt: skip
    db.session.add(copy)
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_points_past_their_date_are_not_to_be_spent_though_nothing_swept_them(cast, attended):
    attended(cast.zhang)
    last = db.session.scalars(select(Lot.expires_on)).one()
    there = wallets.balance_of(cast.zhang.id)
    with clock.frozen(clock.at(last + timedelta(days=1))):
        assert there > 0
        assert wallets.balance_of(cast.zhang.id) == 0
        with pytest.raises(Refused, match="积分不足"):
            wallets_services.spend(
                cast.actor("staff"),
                person_id=cast.zhang.id,
                points=1,
                key="late",
                memo=Phrase("A reward"),
            )
