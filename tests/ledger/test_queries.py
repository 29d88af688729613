from datetime import timedelta

from app.core.paging import first_rows, paged
from app.ledger import queries
from app.ledger.interface import Entry, Transfer, expire, post
from app.ledger.models import AccountKind, LedgerUnit
from tests.ledger.conftest import MEMO, TODAY, at, available, balance, new_key, totals

SOON = TODAY + timedelta(days=5)


def test_a_statement_lists_what_came_and_went_the_newest_first(bank):
    award = bank.award(bank.zhang, 5, key="meeting:42")
    bank.spend(bank.zhang, 2, key="counter:1")
    reversal = bank.reverse(award, up_to_balance=True)
    rows = first_rows(queries.statement(bank.zhang), 9)
    assert [(row.kind, row.amount, row.reversed) for row in rows] == [
        ("reversal", -3, False),
        ("redemption", -2, False),
        ("award", 5, True),
    ]
    assert [row.key for row in rows[1:]] == ["counter:1", "meeting:42"]
    assert (rows[0].transaction_id, rows[0].reverses_id) == (reversal, award)
    assert rows[0].memo == MEMO
    assert rows[0].posted_at.tzinfo is not None


def test_a_statement_can_be_paged(bank):
    for amount in range(1, 8):
        bank.award(bank.zhang, amount)
    page = paged(queries.statement(bank.zhang), 2, per_page=3)
    assert (page.total, [row.amount for row in page.rows]) == (7, [4, 3, 2])


def test_what_is_past_its_date_cannot_be_spent_though_it_is_on_the_account(bank):
    bank.award(bank.zhang, 5, SOON)
    bank.award(bank.zhang, 3)
    assert available(bank.zhang, SOON) == 8
    assert available(bank.zhang, SOON + timedelta(days=1)) == 3
    assert balance(bank.zhang) == 8


def test_everything_issued_is_somewhere(bank):
    bank.award(bank.zhang, 10)
    bank.award(bank.li, 5, SOON)
    bank.spend(bank.zhang, 3)
    post(None, Entry(new_key(), "closed", MEMO, (Transfer(bank.zhang, bank.void, 2),)))
    with at(SOON + timedelta(days=1)):
        expire(None, on=SOON + timedelta(days=1))
    found = totals(LedgerUnit.POINTS)
    assert (found[AccountKind.ISSUE], found[AccountKind.WALLET]) == (-15, 5)
    kinds = (AccountKind.REDEEMED, AccountKind.EXPIRED, AccountKind.VOID)
    assert [found[kind] for kind in kinds] == [3, 5, 2]
