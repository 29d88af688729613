from datetime import timedelta

from sqlalchemy import select

from app.core.db import db
from app.ledger.interface import expire
from app.ledger.models import Transaction
from tests.ledger.conftest import TODAY, at, balance

SOON = TODAY + timedelta(days=5)
AFTER = SOON + timedelta(days=1)


def test_points_past_their_date_leave_the_wallet_once(bank):
    bank.award(bank.zhang, 5, SOON)
    bank.award(bank.zhang, 3)
    bank.award(bank.li, 2, SOON)
    with at(AFTER):
        assert expire(None, on=AFTER) == 7
        assert expire(None, on=AFTER) == 0
    assert (balance(bank.zhang), balance(bank.li), balance(bank.expired)) == (3, 0, 7)


def test_nothing_expires_on_its_last_day(bank):
    bank.award(bank.zhang, 5, SOON)
    with at(SOON):
        assert expire(None, on=SOON) == 0


def test_only_what_remains_expires(bank):
    bank.award(bank.zhang, 5, SOON)
    bank.spend(bank.zhang, 4)
    with at(AFTER):
        assert expire(None, on=AFTER) == 1


def test_each_wallet_has_one_transaction_in_its_statement(bank):
    bank.award(bank.zhang, 5, SOON)
    bank.award(bank.zhang, 5, SOON - timedelta(days=1))
    bank.award(bank.li, 2, SOON)
    with at(AFTER):
        expire(None, on=AFTER)
    keys = db.session.scalars(select(Transaction.key).where(Transaction.kind == "expiry")).all()
    assert sorted(key.split(":")[1] for key in keys) == sorted([str(bank.zhang), str(bank.li)])


def test_it_stops_after_so_many_wallets(bank):
    for wallet in (bank.zhang, bank.li, bank.wang):
        bank.award(wallet, 1, SOON)
    with at(AFTER):
        assert [expire(None, on=AFTER, wallets=2) for _ in range(3)] == [2, 1, 0]


def test_more_wallets_than_are_kept_in_memory_at_once(bank, monkeypatch):
    monkeypatch.setattr("app.ledger.services.expiring._AT_ONCE", 2)
    for wallet in (bank.zhang, bank.li, bank.wang):
        bank.award(wallet, 1, SOON)
    with at(AFTER):
        assert expire(None, on=AFTER) == 3
    assert balance(bank.expired) == 3
