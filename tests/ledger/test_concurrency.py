"""Many at once, each on a connection of its own, on both engines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import Refused
from app.ledger import queries
from app.ledger.interface import (
    Entry,
    Transfer,
    expire,
    open_accounts,
    post,
    post_many,
    reverse,
    seal,
)
from app.ledger.models import AccountKind, Seal, Transaction
from tests.ledger.conftest import MEMO, TODAY, Bank, at, balance, findings, new_key

pytestmark = pytest.mark.both_engines

THREADS = 8


@pytest.fixture(scope="module")
def own_app(migrated_database, new_app):
    """An application on a database of its own, for what really commits."""
    app = new_app(migrated_database())
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def bank(own_app):
    """New accounts, committed; the whole ledger is verified when the test is over."""
    with own_app.app_context(), at(TODAY):
        bank = Bank.opened(new_key())
        db.session.commit()
        yield bank
        db.session.rollback()
        seal(up_to=TODAY - timedelta(days=1))
        assert findings() == []


@pytest.fixture
def at_once(own_app):
    """Runs calls in threads that start together, each committing on its own connection.

    Returns what each call returned, or the refusal it got.
    """

    def run(calls, day=TODAY):
        start = Barrier(THREADS)

        def one(number, call):
            with own_app.app_context(), at(day):
                if number < THREADS:
                    start.wait(timeout=30)
                try:
                    result = call()
                    db.session.commit()
                except Refused as refusal:
                    return refusal
                return result

        assert len(calls) >= THREADS
        db.session.commit()  # what the test has prepared
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(one, range(len(calls)), calls))

    return run


def went_through(results):
    return [result for result in results if not isinstance(result, Refused)]


def test_fifty_spends_of_one_balance_neither_lose_points_nor_find_more(bank, at_once):
    for _ in range(10):
        bank.award(bank.zhang, 10)
    results = at_once([lambda: bank.spend(bank.zhang, 3)] * 50)
    assert len(went_through(results)) == 33
    assert (balance(bank.zhang), balance(bank.redeemed)) == (1, 99)


def test_the_same_key_from_eight_sides_is_one_transaction(bank, at_once):
    key = new_key()
    results = at_once([lambda: bank.award(bank.zhang, 5, key=key)] * THREADS)
    assert len(set(results)) == 1
    assert balance(bank.zhang) == 5


def test_the_same_spend_from_eight_sides_is_one_spend(bank, at_once):
    bank.award(bank.zhang, 5)
    key = new_key()
    results = at_once([lambda: bank.spend(bank.zhang, 5, key=key)] * THREADS)
    assert len(set(results)) == 1
    assert (balance(bank.zhang), balance(bank.redeemed)) == (0, 5)


def test_the_same_batch_from_eight_sides_is_one_batch(bank, at_once):
    entries = [
        Entry(new_key(), "award", MEMO, (Transfer(bank.fund, wallet, 5),))
        for wallet in (bank.zhang, bank.li, bank.wang) * 5
    ]
    results = at_once([lambda: tuple(post_many(None, entries))] * THREADS)
    assert len(set(results)) == 1
    assert balance(bank.fund) == -75


def test_points_sent_to_and_fro_do_not_wait_for_each_other_for_ever(bank, at_once):
    for wallet in (bank.zhang, bank.li):
        bank.award(wallet, 100)

    def pass_on(source, destination):
        return post(None, Entry(new_key(), "gift", MEMO, (Transfer(source, destination, 1),)))

    there, back = (
        lambda: pass_on(bank.zhang, bank.li),
        lambda: pass_on(bank.li, bank.zhang),
    )
    results = at_once([there, back] * 20)
    assert went_through(results) == results
    assert (balance(bank.zhang), balance(bank.li)) == (100, 100)


def test_batches_in_opposite_orders_do_not_wait_for_each_other_for_ever(bank, at_once):
    def batch(wallets):
        transfers = [Transfer(bank.fund, wallet, 1) for wallet in wallets]
        return post_many(None, [Entry(new_key(), "award", MEMO, (one,)) for one in transfers])

    wallets = (bank.zhang, bank.li, bank.wang)
    there, back = (lambda: batch(wallets), lambda: batch(wallets[::-1]))
    at_once([there, back] * 20)
    assert [balance(wallet) for wallet in wallets] == [40, 40, 40]


def test_of_eight_reversals_one_goes_through(bank, at_once):
    award = bank.award(bank.zhang, 5)
    results = at_once([lambda: bank.reverse(award)] * THREADS)
    assert len(went_through(results)) == 1
    assert balance(bank.zhang) == 0


def test_a_reversal_and_spends_at_once_take_points_only_once(bank, at_once):
    award = bank.award(bank.zhang, 10)
    spends = [lambda: bank.spend(bank.zhang, 3)] * (THREADS - 1)
    results = at_once(
        [lambda: reverse(None, award, key=new_key(), memo=MEMO, up_to_balance=True), *spends]
    )
    missing = queries.shortfall(results[0])
    assert balance(bank.redeemed) == 3 * len(went_through(results[1:])) == missing
    assert balance(bank.fund) == missing - 2 * missing


def test_sweeps_and_spends_at_once_agree(bank, at_once):
    for wallet in (bank.zhang, bank.li, bank.wang):
        bank.award(wallet, 10, TODAY)
        bank.award(wallet, 10)
    before, day = balance(bank.expired), TODAY + timedelta(days=1)
    calls = [
        lambda wallet=wallet: bank.spend(wallet, 6) for wallet in (bank.zhang, bank.li, bank.wang)
    ]
    at_once([lambda: expire(None, on=day), lambda: expire(None, on=day), *calls * 2], day)
    assert balance(bank.expired) - before == 30
    assert [balance(wallet) for wallet in (bank.zhang, bank.li, bank.wang)] == [4, 4, 4]


def test_an_account_opened_from_eight_sides_is_one_account(bank, at_once):
    codes = [new_key() for _ in range(20)]
    results = at_once(
        [lambda: tuple(open_accounts(codes, kind=AccountKind.WALLET).values())] * THREADS
    )
    assert len(set(results)) == 1


def test_a_seal_waits_for_who_is_still_posting_and_lets_nobody_in_after(own_app, bank):
    """What is posted on the last evening is in the seal, though it is committed after midnight."""
    evening = TODAY - timedelta(days=40)
    posted, sealing = Event(), Event()

    def poster():
        with own_app.app_context(), at(evening):
            bank.award(bank.zhang, 5)
            posted.set()
            sealing.wait(timeout=1)
            db.session.commit()

    def sealer():
        with own_app.app_context(), at(TODAY):
            posted.wait(timeout=30)
            sealing.set()
            days = seal(up_to=evening)
            db.session.commit()
            return days

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(poster), pool.submit(sealer)
        first.result()
        assert second.result() == 1
    assert db.session.scalar(select(Seal.transactions).where(Seal.day == evening)) == 1
    db.session.rollback()
    with at(evening), pytest.raises(Refused):
        bank.award(bank.zhang, 5)


def test_nothing_half_written_stays_of_a_batch_that_is_refused(own_app, bank):
    before = db.session.scalar(select(func.count()).select_from(Transaction))
    entries = [
        Entry(new_key(), "award", MEMO, (Transfer(bank.fund, bank.zhang, 5),)),
        Entry(new_key(), "redemption", MEMO, (Transfer(bank.zhang, bank.redeemed, 6),)),
    ]
    with pytest.raises(Refused):
        post_many(None, entries)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Transaction)) == before
