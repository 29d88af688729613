from datetime import timedelta

from app.core.paging import first_rows, paged
from app.ledger import queries
from app.ledger.models import LedgerUnit
from app.ledger.services import Entry, Transfer, expire, post
from tests.ledger.conftest import MEMO, TODAY, at, new_key

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


def test_available_leaves_out_what_is_past_its_date(bank):
    bank.award(bank.zhang, 5, SOON)
    bank.award(bank.zhang, 3)
    assert queries.available(bank.zhang, SOON) == 8
    assert queries.available(bank.zhang, SOON + timedelta(days=1)) == 3
    assert queries.balance(bank.zhang) == 8
    assert queries.available(bank.li, TODAY) == 0
    assert queries.available(bank.fund, TODAY) == -8


def test_totals_say_where_everything_issued_is(bank):
    bank.award(bank.zhang, 10)
    bank.award(bank.li, 5, SOON)
    bank.spend(bank.zhang, 3)
    post(None, Entry(new_key(), "closed", MEMO, (Transfer(bank.zhang, bank.void, 2),)))
    with at(SOON + timedelta(days=1)):
        expire(None, on=SOON + timedelta(days=1))
    totals = queries.totals(LedgerUnit.POINTS)
    assert (totals.issued, totals.in_wallets) == (15, 5)
    assert (totals.redeemed, totals.expired, totals.void) == (3, 5, 2)
    assert queries.totals(LedgerUnit.MINUTES).issued == 0
