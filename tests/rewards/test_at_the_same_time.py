"""Several counters at once: real threads, each with a connection of its own, on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from app.accounts.models import User
from app.accounts.queries.sessions import actor_of
from app.core import clock
from app.core.db import begin_writing, db
from app.core.errors import Refused
from app.core.i18n import Phrase
from app.ledger import interface as ledger
from app.ledger.models import Account
from app.points.models import Award
from app.points.queries import wallets as points_queries
from app.points.services import deciding, requesting, reversals
from app.points.services import facts as facts_services
from app.rewards import policy
from app.rewards.models import Redemption, RedemptionState, RewardItem
from app.rewards.services import catalogue, reserving, settling
from tests import cast as cast_module
from tests.points.conftest import DAY
from tests.rewards.conftest import terms

pytestmark = pytest.mark.both_engines


class Town:
    """An application on a database of its own, everything in it committed."""

    def __init__(self, app, community_id, people, with_nothing):
        self.app = app
        self.community_id = community_id
        self.people = people
        self.with_nothing = with_nothing
        self.day = DAY
        self.items = 0

    def once(self, call):
        """Run a call in a transaction of its own; returns its result or the Refused it raised."""
        with self.app.app_context(), clock.frozen(clock.at(self.day, 10)):
            begin_writing()
            try:
                result = call()
                db.session.commit()
            except Refused as refusal:
                db.session.rollback()
                return refusal
            else:
                return result
            finally:
                db.session.remove()

    def together(self, *calls):
        """Run the calls in threads that start at the same moment."""
        start = Barrier(len(calls))

        def run(call):
            start.wait(timeout=30)
            return self.once(call)

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(run, calls))

    def add(self, name, stock=10, **kwargs):
        def call():
            named = terms(name=name, **kwargs)
            return catalogue.add_item(
                staff(), community_id=self.community_id, terms=named, stock=stock
            ).id

        return call

    def item(self, **kwargs):
        self.items += 1
        return self.once(self.add(f"物品{self.items}", **kwargs))

    def give(self, person_id, amount, key):
        def credit():
            award = facts_services.award(
                None, person_id=person_id, code="task_done", fact_key=key, happened_on=DAY,
                memo=Phrase("Task done"), times=amount // 5,
            )  # fmt: skip
            return award.points

        assert self.once(credit) == amount

    def reserve(self, item_id, person_id, key):
        def call():
            item = db.session.get(RewardItem, item_id)
            return reserving.reserve(staff(), item, person_id=person_id, request_key=key).id

        return call

    @contextmanager
    def on(self, day):
        """What is done inside is done on that day."""
        self.day = day
        yield
        self.day = DAY

    def states(self, ids):
        return self.once(lambda: [db.session.get(Redemption, id_).state for id_ in ids])

    def balance(self, person_id):
        return self.once(lambda: points_queries.balance_of(person_id))

    def stock(self, item_id):
        return self.once(lambda: db.session.get(RewardItem, item_id).stock)

    def sum_of_accounts(self):
        total = select(func.coalesce(func.sum(Account.balance), 0))
        return self.once(lambda: db.session.scalar(total))

    def is_clean(self):
        return self.once(lambda: [str(finding) for finding in ledger.verify()]) == []


def staff(username="staff"):
    return actor_of(db.session.scalars(select(User).where(User.username == username)).one())


@pytest.fixture(scope="module")
def town(migrated_database, new_app):
    app = new_app(migrated_database())
    with app.app_context():
        begin_writing()
        members = cast_module.create()
        people = [p.id for p in (members.zhang, members.li, members.wang, members.zhao)]
        community_id, with_nothing = members.community.id, members.chen.id
        db.session.commit()
        db.session.remove()
    town = Town(app, community_id, people, with_nothing)
    yield town
    assert town.sum_of_accounts() == 0  # after all that was tried, nothing was made or lost
    with app.app_context():
        db.engine.dispose()


def refused(results):
    return [result for result in results if isinstance(result, Refused)]


def test_of_two_counters_one_gets_the_last_item(town):
    zhang, li, *_others = town.people
    for number in range(5):
        town.give(zhang, 60, f"last:{number}:zhang")
        town.give(li, 60, f"last:{number}:li")
        item = town.item(stock=1)
        before = town.balance(zhang) + town.balance(li)
        results = town.together(
            town.reserve(item, zhang, f"last:{number}:1"),
            town.reserve(item, li, f"last:{number}:2"),
        )
        assert len(refused(results)) == 1
        assert town.stock(item) == 0
        assert before - town.balance(zhang) - town.balance(li) == 60
    assert town.is_clean()


def test_fifty_redemptions_against_one_balance_never_overdraw_it(town):
    chen = town.with_nothing
    town.give(chen, 100, "fifty")
    item = town.item(points=7, stock=50)
    calls = [town.reserve(item, chen, f"fifty:{number}") for number in range(50)]
    results = []
    for start in range(0, 50, 10):
        results += town.together(*calls[start : start + 10])
    assert len(refused(results)) == 50 - 14
    assert town.balance(chen) == 100 - 14 * 7
    assert town.stock(item) == 50 - 14
    counted = town.once(
        lambda: db.session.scalar(
            select(func.count()).where(
                Redemption.item_id == item, Redemption.state == RedemptionState.RESERVED
            )
        )
    )
    assert counted == 14
    assert town.is_clean()


def test_a_wrong_award_is_gone_whether_its_reversal_or_the_refund_comes_first(town):
    zhang = town.people[0]

    def reverse(key):
        award = db.session.scalars(select(Award).where(Award.fact_key == key)).one()
        reversals.reverse(staff(), award, reason="重复申报")

    for number in range(6):
        before = town.balance(zhang)
        town.give(zhang, 10, f"right:{number}")
        town.give(zhang, 50, f"wrong:{number}")
        made = town.once(town.reserve(town.item(points=60), zhang, f"wrong:{number}"))
        results = town.together(
            lambda key=f"wrong:{number}": reverse(key),
            lambda id_=made: settling.cancel(
                staff(), db.session.get(Redemption, id_), reason="不要了"
            ),
        )
        assert refused(results) == []
        assert town.balance(zhang) == before + 10
    assert town.is_clean()


def test_one_form_sent_by_five_threads_reserves_once(town):
    zhao = town.people[3]
    town.give(zhao, 300, "double")
    before = town.balance(zhao)
    item = town.item(stock=10)
    results = town.together(*[town.reserve(item, zhao, "double") for _click in range(5)])
    assert len(set(results)) == 1
    assert town.balance(zhao) == before - 60
    assert town.stock(item) == 9


def test_one_key_sent_for_several_people_at_once_reserves_for_one(town):
    """Forms never share a key: one person has copied it."""
    people = town.people[:4]
    for person_id in people:
        town.give(person_id, 100, f"forged-{person_id}")
    item_id = town.item(points=10)
    done = town.together(*(town.reserve(item_id, person, "forged") for person in people))
    assert sorted(isinstance(result, Refused) for result in done) == [False, True, True, True]
    assert town.stock(item_id) == 9
    assert town.is_clean()


def test_the_limit_per_person_holds_between_two_counters(town):
    zhao = town.people[3]
    town.give(zhao, 300, "limit")
    item = town.item(per_person=1, points=5)
    results = town.together(*[town.reserve(item, zhao, f"limit:{n}") for n in range(4)])
    assert len(refused(results)) == 3
    assert town.stock(item) == 9


def test_handing_over_and_cancelling_at_once_one_wins(town):
    li = town.people[1]
    for number in range(6):
        town.give(li, 60, f"race:{number}")
        item = town.item(stock=1)
        before = town.balance(li)
        made = town.once(town.reserve(item, li, f"race:{number}"))

        def hand_over(made=made):
            settling.hand_over(staff(), db.session.get(Redemption, made))

        def cancel(made=made):
            settling.cancel(staff(), db.session.get(Redemption, made), reason="x")

        results = town.together(hand_over, cancel)
        state = town.once(lambda made=made: db.session.get(Redemption, made).state)
        assert len(refused(results)) == 1
        if state is RedemptionState.HANDED_OVER:
            assert (town.stock(item), town.balance(li)) == (0, before - 60)
        else:
            assert state is RedemptionState.CANCELLED
            assert (town.stock(item), town.balance(li)) == (1, before)
    assert town.is_clean()


def test_a_fact_reported_by_four_processes_is_credited_once(town):
    zhang = town.people[0]
    before = town.balance(zhang)

    def credit():
        return facts_services.award(
            None, person_id=zhang, code="attended", fact_key="meeting:99:attendance",
            happened_on=DAY, memo=Phrase("Attended"),
        ).id  # fmt: skip

    assert len(set(town.together(*[credit] * 4))) == 1
    assert town.balance(zhang) == before + 2


def test_one_request_for_points_sent_by_four_threads_counts_once(town):
    li = town.people[1]
    before = town.balance(li)

    def ask():
        (award,) = requesting.request_awards(
            staff(), person_ids=[li], code="stairs", happened_on=DAY, memo="清扫楼道",
            request_key="twice",
        )  # fmt: skip
        return award.id

    assert len(set(town.together(*[ask] * 4))) == 1
    assert town.balance(li) == before + 3


def test_one_award_is_approved_by_one_of_two(town):
    wang = town.people[2]
    before = town.balance(wang)

    def ask():
        (award,) = requesting.request_awards(
            staff(), person_ids=[wang], code="patrol", happened_on=DAY, memo="夜间巡逻",
            request_key="large",
        )  # fmt: skip
        return award.id

    waiting = town.once(ask)

    def approve():
        deciding.approve_award(staff("staff2"), db.session.get(Award, waiting))

    def refuse():
        deciding.refuse_award(staff("street"), db.session.get(Award, waiting), reason="x")

    results = town.together(approve, approve, refuse)
    assert len(refused(results)) == 2
    assert town.balance(wang) in {before, before + 50}
    assert town.is_clean()


def test_two_meetings_closed_at_once_credit_the_same_people(town):
    before = [town.balance(person) for person in town.people]

    def close(meeting, order):
        facts = [
            facts_services.Fact(
                person, "attended", f"meeting:{meeting}:attendance:{person}", DAY, Phrase("x")
            )
            for person in order
        ]
        return lambda: len(facts_services.award_many(None, facts))

    results = town.together(
        close(101, town.people), close(102, town.people[::-1]), close(103, town.people)
    )
    assert results == [4, 4, 4]
    assert [town.balance(person) for person in town.people] == [was + 6 for was in before]
    assert town.is_clean()


def test_several_approvals_and_other_credits_never_block_each_other(town):
    before = [town.balance(person) for person in town.people]

    def ask(number):
        def call():
            made = requesting.request_awards(
                staff(), person_ids=town.people, code="patrol", happened_on=DAY,
                memo="夜间巡逻", request_key=f"several:{number}",
            )  # fmt: skip
            return [award.id for award in made]

        return call

    def approve(ids):
        def call():
            return deciding.approve_awards(
                staff("staff2"), [db.session.get(Award, id_) for id_ in ids]
            )

        return call

    def credit(number, order):
        facts = [
            facts_services.Fact(p, "attended", f"several:{number}:attendance:{p}", DAY, Phrase("x"))
            for p in order
        ]
        return lambda: len(facts_services.award_many(None, facts))

    for number in range(4):
        first, second = town.once(ask(f"{number}:a")), town.once(ask(f"{number}:b"))
        results = town.together(
            approve(first), approve(second[::-1]), credit(number, town.people[::-1])
        )
        assert results == [[], [], 4]
    assert all(town.balance(p) > was for p, was in zip(town.people, before, strict=True))
    assert town.is_clean()


def test_cancelling_all_that_are_overdue_and_handing_one_over_at_once_one_wins(town):
    li, wang = town.people[1:3]
    late = DAY + timedelta(days=policy.COLLECT_WITHIN + 1)

    def cancel():
        return settling.cancel_overdue(staff(), town.community_id, reason="x")

    with town.on(late):
        town.once(cancel)  # what the tests before have left
    for number in range(6):
        item = town.item(stock=3)
        made = []
        for person in (li, wang, li):
            town.give(person, 60, f"overdue:{number}:{len(made)}")
            made.append(town.once(town.reserve(item, person, f"overdue:{number}:{len(made)}")))
        before = town.balance(li) + town.balance(wang)

        def hand_over(id_=made[number % 3]):
            settling.hand_over(staff(), db.session.get(Redemption, id_))

        with town.on(late):
            results = town.together(hand_over, cancel, cancel)
        states = town.states(made)
        handed_over = states.count(RedemptionState.HANDED_OVER)
        assert len(refused(results)) == 1 - handed_over
        assert sum(results[1:]) == states.count(RedemptionState.CANCELLED) == 3 - handed_over
        assert town.stock(item) == 3 - handed_over
        assert town.balance(li) + town.balance(wang) == before + 60 * (3 - handed_over)
    assert town.is_clean()


def test_of_two_who_offer_the_same_at_once_one_is_refused(town):
    results = town.together(*[town.add("雨伞")] * 4)
    refused = [result for result in results if isinstance(result, Refused)]
    assert [refusal.field for refusal in refused] == ["name"] * 3
