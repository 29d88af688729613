from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.core.access import Actor
from app.core.db import db
from app.core.errors import Refused
from app.core.i18n import Phrase
from app.ledger.interface import Entry, Transfer, post
from app.ledger.models import Lot, LotUse, Posting, Transaction
from tests.ledger.conftest import MEMO, TODAY, at, available, balance, new_key

SOON, LATER, YEARS = TODAY + timedelta(days=5), TODAY + timedelta(days=50), date(2030, 12, 31)


def remaining(transaction):
    found = select(Lot.remaining).where(Lot.transaction_id == transaction).order_by(Lot.number)
    return db.session.scalars(found).all()


def test_an_award_moves_points_from_the_fund_to_the_wallet(bank):
    bank.award(bank.zhang, 5)
    assert (balance(bank.zhang), balance(bank.fund)) == (5, -5)


def test_what_is_posted_says_who_what_and_when(bank):
    actor = Actor(id=7, name="陈社工", username="staff", session_version=1)
    memo = Phrase("Attended %(meeting)s", meeting="坝坝会 “𠮷”")
    post(actor, Entry("meeting:42", "award", memo, (Transfer(bank.fund, bank.zhang, 5),)))
    row = db.session.execute(
        select(Transaction).where(Transaction.key == "meeting:42")
    ).scalar_one()
    assert (row.actor_id, row.actor_name, row.kind, row.memo) == (7, "陈社工", "award", memo)
    assert row.day == TODAY
    assert row.posted_at.isoformat() == "2026-11-21T04:00:00+00:00"


def test_the_same_key_twice_changes_nothing(bank):
    first = bank.award(bank.zhang, 5, key="meeting:42:attendance:7")
    again = bank.award(bank.zhang, 99, key="meeting:42:attendance:7")
    assert again == first
    assert balance(bank.zhang) == 5


def test_a_spend_sent_twice_is_the_same_spend_though_the_wallet_is_empty(bank):
    bank.award(bank.zhang, 5)
    first = bank.spend(bank.zhang, 5, key="counter:1")
    assert bank.spend(bank.zhang, 5, key="counter:1") == first


def test_a_wallet_cannot_give_more_than_it_has(bank):
    bank.award(bank.zhang, 5)
    with pytest.raises(Refused) as refusal:
        bank.spend(bank.zhang, 6)
    assert refusal.value.field == "points"
    assert "5" in str(refusal.value.message)
    assert balance(bank.zhang) == 5


def test_points_that_expire_first_are_spent_first_then_the_oldest(bank):
    forever = bank.award(bank.zhang, 10)
    late = bank.award(bank.zhang, 10, LATER)
    soon = bank.award(bank.zhang, 10, SOON)
    soon_too = bank.award(bank.zhang, 10, SOON)
    bank.spend(bank.zhang, 15)
    assert [remaining(lot) for lot in (soon, soon_too, late, forever)] == [[0], [5], [10], [10]]
    bank.spend(bank.zhang, 20)
    assert [remaining(lot) for lot in (soon, soon_too, late, forever)] == [[0], [0], [0], [5]]


def test_points_are_good_on_their_last_day_and_gone_the_day_after(bank):
    bank.award(bank.zhang, 10, SOON)
    with at(SOON):
        bank.spend(bank.zhang, 4)
    with at(SOON + timedelta(days=1)):
        assert available(bank.zhang, SOON + timedelta(days=1)) == 0
        with pytest.raises(Refused):
            bank.spend(bank.zhang, 1)


def test_spending_first_moves_what_is_overdue_out_of_the_wallet(bank):
    bank.award(bank.zhang, 10, SOON)
    bank.award(bank.zhang, 10, LATER)
    with at(SOON + timedelta(days=1)):
        spend = bank.spend(bank.zhang, 3)
    assert (balance(bank.zhang), balance(bank.expired)) == (7, 10)
    kinds = db.session.scalars(select(Transaction.kind).order_by(Transaction.id.desc()).limit(2))
    assert list(kinds) == ["redemption", "expiry"]
    assert db.session.scalar(select(Transaction.id).order_by(Transaction.id.desc())) == spend


def test_points_passed_on_to_another_wallet_do_not_live_longer(bank):
    bank.award(bank.zhang, 5, SOON)
    bank.award(bank.zhang, 5)
    transfer = Transfer(bank.zhang, bank.li, 8)
    passed_on = post(None, Entry(new_key(), "gift", MEMO, (transfer,), LATER))
    lots = db.session.execute(
        select(Lot.amount, Lot.expires_on)
        .where(Lot.transaction_id == passed_on)
        .order_by(Lot.number)
    ).all()
    assert lots == [(5, SOON), (3, LATER)]


def test_one_entry_may_move_points_between_several_accounts(bank):
    bank.award(bank.zhang, 10)
    transfers = (
        Transfer(bank.fund, bank.li, 7),
        Transfer(bank.zhang, bank.redeemed, 4),
        Transfer(bank.zhang, bank.void, 6),
    )
    posted = post(None, Entry(new_key(), "mixed", MEMO, transfers))
    assert (balance(bank.li), balance(bank.zhang), balance(bank.void)) == (7, 0, 6)
    assert db.session.scalars(
        select(LotUse.amount).where(LotUse.transaction_id == posted)
    ).all() == [10]
    assert db.session.scalars(
        select(Posting.number).where(Posting.transaction_id == posted).order_by(Posting.number)
    ).all() == [1, 2, 3]


def test_two_transfers_of_one_entry_cannot_both_spend_the_same_points(bank):
    bank.award(bank.zhang, 5)
    transfers = (Transfer(bank.zhang, bank.redeemed, 3), Transfer(bank.zhang, bank.void, 3))
    with pytest.raises(Refused):
        post(None, Entry(new_key(), "mixed", MEMO, transfers))


def test_only_the_fund_may_give_what_it_does_not_have(bank):
    with pytest.raises(Refused):
        post(None, Entry(new_key(), "odd", MEMO, (Transfer(bank.redeemed, bank.zhang, 1),)))


def test_minutes_of_service_come_in_without_lots_and_are_never_spent(bank):
    came = (Transfer(bank.minutes_fund, bank.zhang_minutes, 90),)
    served = post(None, Entry(new_key(), "service", MEMO, came))
    assert balance(bank.zhang_minutes) == 90
    assert remaining(served) == []
    spent = (Transfer(bank.zhang_minutes, bank.minutes_fund, 1),)
    with pytest.raises(ValueError, match="never spent"):
        post(None, Entry(new_key(), "redemption", MEMO, spent))


def test_points_never_become_minutes(bank):
    transfer = Transfer(bank.fund, bank.zhang_minutes, 1)
    with pytest.raises(ValueError, match="different units"):
        post(None, Entry(new_key(), "award", MEMO, (transfer,)))


def test_an_account_that_is_not_there_is_an_error(bank):
    with pytest.raises(LookupError):
        post(None, Entry(new_key(), "award", MEMO, (Transfer(bank.fund, 999_999, 1),)))


@pytest.mark.parametrize("amount", [0, -1, 1.5, True, "3", 10**12, None])
def test_amounts_are_positive_whole_numbers(amount):
    with pytest.raises(ValueError, match="positive whole number"):
        Transfer(1, 2, amount)


def test_a_transfer_needs_two_accounts_and_an_entry_a_key_and_a_transfer():
    with pytest.raises(ValueError, match="two accounts"):
        Transfer(1, 1, 5)
    with pytest.raises(ValueError, match="moves something"):
        Entry("key", "award", MEMO, ())
    for key in ("", "x" * 201):
        with pytest.raises(ValueError, match="characters"):
            Entry(key, "award", MEMO, (Transfer(1, 2, 5),))
    with pytest.raises(ValueError, match="own word"):
        Entry("key", "expiry", MEMO, (Transfer(1, 2, 5),))
