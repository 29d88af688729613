"""What the database itself refuses, on both engines, to those who come past the services."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.core.db import db
from app.ledger.interface import seal
from tests.ledger.conftest import TODAY, at

pytestmark = pytest.mark.both_engines

YESTERDAY = TODAY - timedelta(days=1)

APPEND_ONLY = {
    "ledger_transaction": "memo = memo",
    "posting": "amount = amount + 1",
    "lot_use": "amount = amount + 1",
    "seal": "transactions = 0",
}


@pytest.fixture
def filled(bank):
    """A row in every table."""
    with at(YESTERDAY):
        bank.award(bank.zhang, 10, TODAY)
        bank.spend(bank.zhang, 4)
    seal(up_to=YESTERDAY)
    bank.award(bank.zhang, 5)
    return bank


def refused(statement, match=None, **values):
    with pytest.raises(DBAPIError, match=match) as error, db.session.begin_nested():
        db.session.execute(text(statement), values)
    assert isinstance(error.value, IntegrityError)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_has_been_written_is_neither_changed_nor_removed(filled, table):
    refused(f"UPDATE {table} SET {APPEND_ONLY[table]}", "append-only")
    refused(f"DELETE FROM {table}", "append-only")


@pytest.mark.parametrize("table", ["account", "lot"])
def test_accounts_and_lots_are_not_removed(filled, table):
    refused(f"DELETE FROM {table}", "keeps its rows")


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("account", "code = code || 'x'"),
        ("account", "kind = 'issue'"),
        ("account", "unit = 'minutes'"),
        ("account", "balance = balance + 1000000"),
        ("lot", "expires_on = '2099-12-31'"),
        ("lot", "account_id = account_id + 1"),
        ("lot", "amount = amount + 1"),
        ("lot", "remaining = remaining + 1"),
    ],
)
def test_of_accounts_and_lots_nothing_is_changed_by_hand(filled, table, change):
    refused(f"UPDATE {table} SET {change}")


@pytest.mark.parametrize("table", [*APPEND_ONLY, "account", "lot"])
def test_no_table_is_emptied_at_once(filled, table, engine):
    if engine == "postgresql":
        refused(f"TRUNCATE {table} CASCADE")
    else:  # SQLite has no TRUNCATE; its REPLACE would remove a row without a DELETE
        refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


def test_a_second_reversal_of_the_same_does_not_displace_the_first(filled, engine):
    filled.reverse(filled.award(filled.li, 1))
    refused(
        f"INSERT {'OR REPLACE' if engine == 'sqlite' else ''} INTO ledger_transaction "
        "SELECT id + 1000, key || 'x', kind, memo, actor_id, actor_name, reverses_id, shortfall, "
        "posted_at, day FROM ledger_transaction WHERE reverses_id IS NOT NULL"
    )


def add_posting(source, destination, amount=1, number=1):
    """A transaction of today with one posting, as it would be added at a console."""
    db.session.execute(
        text(
            "INSERT INTO ledger_transaction (key, kind, memo, actor_name, shortfall, posted_at, day)"
            " VALUES ('by hand', 'award', '{\"msgid\": \"x\", \"params\": {}}', '', 0,"
            " '2026-11-21 04:00:00', '2026-11-21')"
        )
    )
    db.session.execute(
        text(
            "INSERT INTO posting (transaction_id, number, source_id, destination_id, amount)"
            " SELECT max(id), :number, :source, :destination, :amount FROM ledger_transaction"
        ),
        {"source": source, "destination": destination, "amount": amount, "number": number},
    )


def test_a_posting_by_hand_moves_the_balances_too(filled):
    add_posting(filled.zhang, filled.void, 5)
    assert (
        db.session.scalar(text("SELECT balance FROM account WHERE id = :id"), {"id": filled.void})
        == 5
    )
    db.session.rollback()


def test_a_wallet_never_goes_below_zero(filled):
    with pytest.raises(IntegrityError, match="only_issue_below_zero"), db.session.begin_nested():
        add_posting(filled.zhang, filled.void, 12)


def test_points_and_minutes_do_not_mix(filled):
    with pytest.raises(IntegrityError, match="different units"), db.session.begin_nested():
        add_posting(filled.fund, filled.zhang_minutes)


def test_minutes_leave_a_wallet_only_by_a_reversal(filled):
    with db.session.begin_nested():
        add_posting(filled.minutes_fund, filled.zhang_minutes, 5)
        with pytest.raises(IntegrityError, match="minutes spent"), db.session.begin_nested():
            db.session.execute(
                text(
                    "INSERT INTO posting (transaction_id, number, source_id, destination_id,"
                    " amount) SELECT max(id), 2, :source, :fund, 1 FROM ledger_transaction"
                ),
                {"source": filled.zhang_minutes, "fund": filled.minutes_fund},
            )


@pytest.mark.parametrize(("amount", "same"), [(0, False), (-5, False), (5, True)])
def test_a_posting_moves_something_between_two_accounts(filled, amount, same):
    with pytest.raises(IntegrityError), db.session.begin_nested():
        add_posting(filled.fund, filled.fund if same else filled.zhang, amount)


def test_nothing_is_added_to_a_sealed_day(filled):
    refused(
        "INSERT INTO ledger_transaction (key, kind, memo, actor_name, shortfall, posted_at, day)"
        " SELECT 'late', kind, memo, '', 0, posted_at, day FROM ledger_transaction"
        " WHERE day = '2026-11-20' LIMIT 1",
        "sealed",
    )
    refused(
        "INSERT INTO posting (transaction_id, number, source_id, destination_id, amount)"
        " SELECT min(transaction_id), 9, :fund, :wallet, 1 FROM posting",
        "sealed",
        fund=filled.fund,
        wallet=filled.zhang,
    )
    refused(
        "INSERT INTO lot_use (transaction_id, lot_transaction_id, lot_number, amount)"
        " SELECT min(transaction_id), max(transaction_id), 1, 1 FROM lot",
        "sealed",
    )


def test_a_lot_is_what_its_posting_brought_in(filled):
    refused(
        "INSERT INTO lot (transaction_id, number, account_id, amount, remaining)"
        " SELECT transaction_id, number, destination_id, 1000, 1000 FROM posting"
        " WHERE destination_id = :redeemed",
        "what its posting brought in",
        redeemed=filled.redeemed,
    )


def test_an_account_below_zero_is_a_fund(app):
    refused(
        "INSERT INTO account (code, kind, unit, balance) VALUES ('x', 'wallet', 'points', -1)",
        "only_issue_below_zero",
    )
    refused("INSERT INTO account (code, kind, unit, balance) VALUES ('x', 'bank', 'points', 0)")
    refused("INSERT INTO account (code, kind, unit, balance) VALUES ('x', 'void', 'fen', 0)")
