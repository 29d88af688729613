from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import Refused
from app.ledger.interface import Entry, Transfer, open_accounts, post_many
from app.ledger.models import AccountKind, Transaction
from tests.ledger.conftest import MEMO, TODAY, balance, findings, new_key


def award(bank, wallet, amount, key=None, until=None):
    return Entry(key or new_key(), "award", MEMO, (Transfer(bank.fund, wallet, amount),), until)


def spend(bank, wallet, amount, key=None):
    return Entry(key or new_key(), "redemption", MEMO, (Transfer(wallet, bank.redeemed, amount),))


def transactions():
    return db.session.scalar(select(func.count()).select_from(Transaction))


def test_ids_come_in_the_order_of_the_entries(bank):
    ids = post_many(None, [award(bank, bank.zhang, 1, "a"), award(bank, bank.li, 2, "b")])
    keys = db.session.execute(select(Transaction.id, Transaction.key)).all()
    assert {(ids[0], "a"), (ids[1], "b")} <= set(map(tuple, keys))


def test_an_empty_batch_does_nothing(bank):
    assert post_many(None, []) == []


def test_a_key_known_or_twice_in_the_batch_counts_once(bank):
    (known,) = post_many(None, [award(bank, bank.zhang, 1, "a")])
    entries = [
        award(bank, bank.zhang, 1, "a"),
        award(bank, bank.zhang, 5, "b"),
        award(bank, bank.zhang, 7, "b"),
    ]
    ids = post_many(None, entries)
    assert ids[0] == known
    assert ids[1] == ids[2]
    assert balance(bank.zhang) == 6


def test_a_batch_is_posted_as_a_whole_or_not_at_all(bank):
    before = transactions()
    with pytest.raises(Refused), db.session.begin_nested():
        post_many(
            None,
            [
                award(bank, bank.zhang, 5),
                spend(bank, bank.zhang, 5),
                award(bank, bank.li, 5),
                spend(bank, bank.zhang, 1),
            ],
        )
    assert transactions() == before
    assert balance(bank.li) == 0


def test_what_came_in_earlier_in_the_batch_can_be_spent_later_in_it(bank):
    soon = TODAY + timedelta(days=3)
    post_many(
        None,
        [
            award(bank, bank.zhang, 5, until=soon),
            award(bank, bank.li, 3),
            spend(bank, bank.zhang, 4),
            award(bank, bank.zhang, 2),
            spend(bank, bank.zhang, 3),
            spend(bank, bank.li, 3),
        ],
    )
    assert (balance(bank.zhang), balance(bank.li)) == (0, 0)


def test_two_spends_of_a_batch_do_not_spend_the_same_points(bank):
    bank.award(bank.zhang, 5)
    with pytest.raises(Refused):
        post_many(None, [spend(bank, bank.zhang, 3), spend(bank, bank.zhang, 3)])


def test_thousands_of_awards_go_at_once(bank):
    codes = [f"many:{number}" for number in range(700)]
    wallets = open_accounts(codes, kind=AccountKind.WALLET)
    entries = [
        award(bank, wallets[codes[number % 700]], 1 + number % 9, f"many:{number}")
        for number in range(2100)
    ]
    post_many(None, entries)
    assert balance(bank.fund) == -sum(entry.transfers[0].amount for entry in entries)
    assert post_many(None, entries[:10]) == post_many(None, entries)[:10]
    assert findings() == []
