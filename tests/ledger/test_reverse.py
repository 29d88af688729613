from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotFoundError, Refused
from app.ledger import queries
from app.ledger.interface import Entry, Transfer, expire, post, reverse
from app.ledger.models import Lot, Transaction
from tests.ledger.conftest import MEMO, TODAY, at, available, balance, findings, new_key

SOON, LATER = TODAY + timedelta(days=5), TODAY + timedelta(days=50)


def remaining(transaction):
    return db.session.scalar(select(Lot.remaining).where(Lot.transaction_id == transaction))


def test_a_cancelled_redemption_returns_points_to_the_very_lots_they_came_from(bank):
    soon = bank.award(bank.zhang, 4, SOON)
    late = bank.award(bank.zhang, 6, LATER)
    spend = bank.spend(bank.zhang, 7)
    bank.reverse(spend)
    assert (remaining(soon), remaining(late)) == (4, 6)
    assert (balance(bank.zhang), balance(bank.redeemed)) == (10, 0)


def test_points_that_come_back_past_their_date_expire_when_next_read(bank):
    bank.award(bank.zhang, 4, SOON)
    spend = bank.spend(bank.zhang, 4)
    after = SOON + timedelta(days=1)
    with at(after):
        bank.reverse(spend)
        assert balance(bank.zhang) == 4
        assert available(bank.zhang, after) == 0
        assert expire(None, on=after) == 4
    assert (balance(bank.zhang), balance(bank.expired)) == (0, 4)


def test_a_voided_award_is_taken_from_its_own_lot(bank):
    other = bank.award(bank.zhang, 5, SOON)
    award = bank.award(bank.zhang, 5, LATER)
    bank.reverse(award)
    assert (remaining(other), remaining(award)) == (5, 0)
    assert (balance(bank.zhang), balance(bank.fund)) == (5, -5)


def test_a_voided_award_that_was_spent_is_taken_from_other_lots(bank):
    award = bank.award(bank.zhang, 5, SOON)
    other = bank.award(bank.zhang, 8, LATER)
    bank.spend(bank.zhang, 3)
    bank.reverse(award)
    assert (remaining(award), remaining(other)) == (0, 5)


def test_a_voided_award_that_has_expired_does_not_cost_other_points(bank):
    award = bank.award(bank.zhang, 10, SOON)
    other = bank.award(bank.zhang, 10, LATER)
    bank.spend(bank.zhang, 4)
    with at(SOON + timedelta(days=1)):
        expire(None, on=SOON + timedelta(days=1))
        assert balance(bank.expired) == 6
        bank.reverse(award)
    # Of the ten, six had been lost already: only the four that were spent are taken elsewhere.
    assert (remaining(other), balance(bank.zhang)) == (6, 6)
    assert (balance(bank.expired), balance(bank.fund)) == (0, -10)


def test_an_overdue_award_is_taken_from_its_own_lot_before_it_expires(bank):
    award = bank.award(bank.zhang, 10, SOON)
    with at(SOON + timedelta(days=1)):
        bank.reverse(award)
    assert (balance(bank.zhang), balance(bank.expired), balance(bank.fund)) == (0, 0, 0)


def test_overdue_points_do_not_pay_for_a_voided_award(bank):
    award = bank.award(bank.zhang, 5)
    bank.spend(bank.zhang, 5)
    bank.award(bank.zhang, 5, SOON)
    with at(SOON + timedelta(days=1)):
        with pytest.raises(Refused):
            bank.reverse(award)
        reversal = bank.reverse(award, up_to_balance=True)
    assert queries.shortfall(reversal) == 5
    assert (balance(bank.zhang), balance(bank.expired)) == (0, 5)


def test_a_voided_award_that_is_spent_and_gone_is_refused(bank):
    award = bank.award(bank.zhang, 5)
    bank.spend(bank.zhang, 3)
    with pytest.raises(Refused, match="3") as refusal:
        bank.reverse(award)
    assert refusal.value.field == "points"
    assert balance(bank.zhang) == 2


def test_up_to_the_balance_a_reversal_takes_what_is_there_and_says_what_is_missing(bank):
    award = bank.award(bank.zhang, 5)
    bank.spend(bank.zhang, 3)
    reversal = bank.reverse(award, up_to_balance=True)
    assert queries.shortfall(reversal) == 3
    assert (balance(bank.zhang), balance(bank.fund)) == (0, -3)


def test_a_reversal_that_finds_nothing_is_recorded_all_the_same(bank):
    award = bank.award(bank.zhang, 5)
    bank.spend(bank.zhang, 5)
    reversal = bank.reverse(award, up_to_balance=True)
    assert queries.shortfall(reversal) == 5
    with pytest.raises(Refused, match="已经冲正"):
        bank.reverse(award)


def test_nothing_is_short_when_all_came_back(bank):
    award = bank.award(bank.zhang, 5)
    assert queries.shortfall(award) == 0
    assert queries.shortfall(bank.reverse(award, up_to_balance=True)) == 0


def test_a_transaction_is_reversed_once(bank):
    award = bank.award(bank.zhang, 5)
    bank.reverse(award)
    with pytest.raises(Refused, match="已经冲正"):
        bank.reverse(award)


def test_a_reversal_sent_twice_is_the_same_reversal(bank):
    award = bank.award(bank.zhang, 5)
    first = reverse(None, award, key="void:1", memo=MEMO)
    assert reverse(None, award, key="void:1", memo=MEMO) == first
    assert balance(bank.zhang) == 0
    row = db.session.get(Transaction, first)
    assert (row.kind, row.reverses_id) == ("reversal", award)


def test_neither_a_reversal_nor_an_expiry_can_be_reversed(bank):
    award = bank.award(bank.zhang, 5)
    reversal = bank.reverse(award)
    bank.award(bank.zhang, 5, SOON)
    with at(SOON + timedelta(days=1)):
        expire(None, on=SOON + timedelta(days=1))
    expiry = db.session.scalar(select(Transaction.id).where(Transaction.kind == "expiry"))
    for transaction in (reversal, expiry):
        with pytest.raises(Refused, match="不能再冲正"):
            bank.reverse(transaction)


def test_what_was_never_posted_cannot_be_reversed(bank):
    with pytest.raises(NotFoundError):
        bank.reverse(999_999)


def test_minutes_of_service_can_be_taken_back(bank):
    transfer = Transfer(bank.minutes_fund, bank.zhang_minutes, 90)
    served = post(None, Entry(new_key(), "service", MEMO, (transfer,)))
    bank.reverse(served)
    assert (balance(bank.zhang_minutes), balance(bank.minutes_fund)) == (0, 0)


def test_an_entry_of_several_transfers_is_reversed_as_a_whole(bank):
    bank.award(bank.zhang, 10, SOON)
    transfers = (
        Transfer(bank.fund, bank.li, 7),
        Transfer(bank.zhang, bank.redeemed, 4),
        Transfer(bank.zhang, bank.wang, 5),
    )
    mixed = post(None, Entry(new_key(), "mixed", MEMO, transfers))
    bank.spend(bank.wang, 2)
    with pytest.raises(Refused):
        bank.reverse(mixed)
    reversal = bank.reverse(mixed, up_to_balance=True)
    assert queries.shortfall(reversal) == 2
    assert (balance(bank.li), balance(bank.wang), balance(bank.zhang)) == (0, 0, 8)


def test_what_comes_back_in_part_goes_to_the_lots_used_last(bank):
    soon = bank.award(bank.zhang, 5, SOON)
    late = bank.award(bank.zhang, 5, LATER)
    gift = post(None, Entry(new_key(), "gift", MEMO, (Transfer(bank.zhang, bank.li, 10),)))
    bank.spend(bank.li, 4)
    reversal = bank.reverse(gift, up_to_balance=True)
    assert queries.shortfall(reversal) == 4
    assert (remaining(soon), remaining(late)) == (1, 5)


def test_what_comes_back_after_its_award_was_voided_stays_the_residents(bank):
    award = bank.award(bank.zhang, 10, SOON)
    spend = bank.spend(bank.zhang, 10)
    bank.award(bank.zhang, 10, LATER)
    bank.reverse(award)
    bank.reverse(spend)
    assert balance(bank.zhang) == 10
    assert findings() == []
