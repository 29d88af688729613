"""What a person who can drop the triggers may do, and how it shows."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core.db import db
from app.ledger.interface import seal, verify
from tests.ledger.conftest import TODAY, at, findings

pytestmark = pytest.mark.both_engines

YESTERDAY = TODAY - timedelta(days=1)
BEFORE = TODAY - timedelta(days=2)


@contextmanager
def triggers_off(engine):
    """What follows is done behind the ledger's back."""
    if engine == "sqlite":
        named = db.session.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        ).all()
        for name, _sql in named:
            db.session.execute(text(f"DROP TRIGGER {name}"))
        yield
        for _name, sql in named:
            db.session.connection().exec_driver_sql(sql)
        return
    # Only a superuser may do this; it turns foreign keys off as well.
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    yield
    db.session.execute(text("SET LOCAL session_replication_role = DEFAULT"))


@pytest.fixture
def tampered(app, engine):
    """Runs statements behind the ledger's back and returns what is found, by table."""
    from tests.ledger.conftest import Bank

    with at(BEFORE):
        bank = Bank.opened()
        bank.award(bank.zhang, 10, TODAY, key="first")
        bank.award(bank.li, 7, key="second")
    with at(YESTERDAY):
        bank.spend(bank.zhang, 4, key="third")
    with at(TODAY):
        seal(up_to=YESTERDAY)
        award = bank.award(bank.wang, 3, key="fourth")
        bank.reverse(award)
        bank.award(bank.wang, 3, key="fifth")
        assert findings() == []

        def tamper(*statements, **values):
            with triggers_off(engine):
                for statement in statements:
                    db.session.execute(
                        text(statement), {**vars(bank), **values} if ":" in statement else {}
                    )
            return [(finding.table, finding.row) for finding in verify()]

        yield bank, tamper


def number(key):
    found = db.session.scalar(
        text("SELECT id FROM ledger_transaction WHERE key = :key"), {"key": key}
    )
    assert found is not None
    return found


def test_a_balance_that_its_postings_do_not_make(tampered):
    bank, tamper = tampered
    found = tamper(f"UPDATE account SET balance = balance + 100 WHERE id = {bank.zhang}")
    assert found == [("account", bank.zhang), ("account", bank.zhang)]  # nor do its lots


def test_the_first_of_several_is_named(tampered):
    bank, tamper = tampered
    found = tamper(
        f"UPDATE account SET balance = balance + 1 WHERE id IN ({bank.redeemed}, {bank.void})"
    )
    assert found == [("account", min(bank.redeemed, bank.void))]


def test_a_lot_that_holds_more_than_its_uses_leave(tampered):
    bank, tamper = tampered
    found = tamper(f"UPDATE lot SET remaining = 10 WHERE account_id = {bank.zhang}")
    assert found == [("lot", number("first")), ("account", bank.zhang)]


def test_a_lot_made_to_live_longer(tampered):
    _bank, tamper = tampered
    found = tamper("UPDATE lot SET expires_on = '2099-01-01'")
    assert found == [("ledger_transaction", number("first"))]


def test_a_lot_and_its_posting_made_to_live_longer(tampered):
    _bank, tamper = tampered
    found = tamper(
        "UPDATE lot SET expires_on = '2099-01-01' WHERE expires_on IS NOT NULL",
        "UPDATE posting SET expires_on = '2099-01-01' WHERE expires_on IS NOT NULL",
    )
    assert found == [("ledger_transaction", number("first"))]


def test_a_posting_and_balances_raised_together(tampered):
    bank, tamper = tampered
    found = tamper(
        f"UPDATE posting SET amount = 70 WHERE destination_id = {bank.li}",
        f"UPDATE account SET balance = 70 WHERE id = {bank.li}",
        f"UPDATE account SET balance = balance - 63 WHERE id = {bank.fund}",
        f"UPDATE lot SET amount = 70, remaining = 70 WHERE account_id = {bank.li}",
    )
    assert found == [("ledger_transaction", number("second"))]


@pytest.mark.parametrize(
    "change",
    [
        "key = 'other'",
        "kind = 'gift'",
        "actor_id = 9",
        "actor_name = '李四'",
        "posted_at = '2026-11-20 04:00:01'",
        'memo = \'{"msgid": "Another", "params": {}}\'',
    ],
)
def test_anything_about_a_sealed_transaction_changed(tampered, change):
    _bank, tamper = tampered
    third = number("third")
    assert tamper(f"UPDATE ledger_transaction SET {change} WHERE key = 'third'") == [
        ("ledger_transaction", third)
    ]


def test_two_people_who_changed_accounts(tampered):
    bank, tamper = tampered
    found = tamper(
        f"UPDATE account SET code = 'swap' WHERE id = {bank.li}",
        f"UPDATE account SET code = 'test:li' WHERE id = {bank.wang}",
        f"UPDATE account SET code = 'test:wang' WHERE id = {bank.li}",
    )
    assert found == [("ledger_transaction", number("second"))]


def test_a_transaction_that_vanished_with_everything_it_did(tampered):
    bank, tamper = tampered
    second = number("second")
    found = tamper(
        f"DELETE FROM lot WHERE transaction_id = {second}",
        f"DELETE FROM posting WHERE transaction_id = {second}",
        f"DELETE FROM ledger_transaction WHERE id = {second}",
        f"UPDATE account SET balance = 0 WHERE id = {bank.li}",
        f"UPDATE account SET balance = balance + 7 WHERE id = {bank.fund}",
    )
    assert found == [("ledger_transaction", second)]
    assert "已不存在" in str(next(iter(verify())))


def test_a_transaction_whose_postings_vanished(tampered):
    bank, tamper = tampered
    fifth = number("fifth")
    found = tamper(
        f"DELETE FROM lot WHERE transaction_id = {fifth}",
        f"DELETE FROM posting WHERE transaction_id = {fifth}",
        f"UPDATE account SET balance = 0 WHERE id = {bank.wang}",
        f"UPDATE account SET balance = balance + 3 WHERE id = {bank.fund}",
    )
    assert found == [("ledger_transaction", fifth)]


def test_a_transaction_slipped_into_a_day_already_sealed(tampered):
    _bank, tamper = tampered
    found = tamper(
        "INSERT INTO ledger_transaction (id, key, kind, memo, actor_name, shortfall, posted_at, day)"
        " SELECT 999, 'late', kind, memo, '', 0, posted_at, day FROM ledger_transaction"
        " WHERE key = 'third'"
    )
    # It moves nothing; and it was not there.
    assert found == [("ledger_transaction", 999), ("ledger_transaction", 999)]


def test_a_reversal_of_less_than_its_original(tampered):
    bank, tamper = tampered
    fourth = number("fourth")
    reversal = db.session.scalar(
        text("SELECT id FROM ledger_transaction WHERE reverses_id = :id"), {"id": fourth}
    )
    found = tamper(
        f"UPDATE posting SET amount = 1 WHERE transaction_id = {reversal}",
        f"UPDATE lot_use SET amount = 1 WHERE transaction_id = {reversal}",
        f"UPDATE lot SET remaining = 2 WHERE transaction_id = {fourth}",
        f"UPDATE account SET balance = balance + 2 WHERE id = {bank.wang}",
        f"UPDATE account SET balance = balance - 2 WHERE id = {bank.fund}",
    )
    assert found == [("ledger_transaction", reversal)]


def test_a_spend_taken_from_somebody_elses_lot(tampered):
    bank, tamper = tampered
    second = number("second")
    found = tamper(
        f"UPDATE lot_use SET lot_transaction_id = {second} WHERE amount = 4",
        f"UPDATE lot SET remaining = 3 WHERE transaction_id = {second}",
        f"UPDATE lot SET remaining = 10 WHERE account_id = {bank.zhang}",
    )
    assert ("ledger_transaction", number("third")) in found


def test_points_posted_as_minutes(tampered):
    bank, tamper = tampered
    found = tamper(f"UPDATE account SET unit = 'minutes' WHERE id = {bank.redeemed}")
    assert ("ledger_transaction", number("third")) in found


def test_a_seal_that_was_changed(tampered):
    _bank, tamper = tampered
    assert tamper("UPDATE seal SET points = points + 1 WHERE day = '2026-11-20'") == [
        ("seal", YESTERDAY)
    ]


def test_a_seal_that_is_missing(tampered):
    _bank, tamper = tampered
    found = tamper("DELETE FROM seal WHERE day = '2026-11-19'")
    assert found == [("seal", BEFORE), ("seal", YESTERDAY)]


@pytest.mark.parametrize(
    ("gone", "first"), [("day = '2026-11-20'", YESTERDAY), ("day > '2026-11-01'", BEFORE)]
)
def test_the_last_seals_are_missing(tampered, gone, first):
    _bank, tamper = tampered
    assert tamper(f"DELETE FROM seal WHERE {gone}") == [("seal", first)]
    assert seal(up_to=YESTERDAY) > 0
    assert list(verify()) == []


def test_seals_of_days_without_postings_are_missed_once_something_was_posted_after(bank):
    with at(BEFORE):
        bank.award(bank.zhang, 1)
    seal(up_to=BEFORE)
    assert findings() == []  # nobody has used it yesterday
    bank.award(bank.zhang, 1)
    assert [(finding.table, finding.row) for finding in verify()] == [("seal", YESTERDAY)]


def test_a_seal_made_before_there_were_marks_names_the_day(tampered):
    _bank, tamper = tampered
    found = tamper(
        "UPDATE seal SET marks = NULL",
        "UPDATE ledger_transaction SET kind = 'x' WHERE key = 'third'",
    )
    assert found == [("seal", YESTERDAY)]


def test_new_seals_differ_from_those_on_the_wall(tampered):
    bank, tamper = tampered
    on_the_wall = db.session.scalar(text("SELECT digest FROM seal WHERE day = '2026-11-20'"))
    assert list(verify({YESTERDAY: on_the_wall.upper()})) == []
    assert tamper(
        f"UPDATE posting SET amount = 70 WHERE destination_id = {bank.li}",
        f"UPDATE account SET balance = 70 WHERE id = {bank.li}",
        f"UPDATE account SET balance = balance - 63 WHERE id = {bank.fund}",
        f"UPDATE lot SET amount = 70, remaining = 70 WHERE account_id = {bank.li}",
        "DELETE FROM seal",
    ) == [("seal", BEFORE)]
    seal(up_to=YESTERDAY)
    assert list(verify()) == []
    (found,) = verify({YESTERDAY: on_the_wall})
    assert (found.table, found.row) == ("seal", YESTERDAY)
    assert "与已公布的不一致" in str(found)


def test_a_printed_day_without_a_seal(tampered):
    (found,) = verify({TODAY: "0" * 64})
    assert (found.table, found.row) == ("seal", TODAY)


def test_a_wallet_below_zero_though_its_postings_say_so(tampered, engine):
    bank, _tamper = tampered
    fifth = number("fifth")
    if engine == "sqlite":
        db.session.execute(text("PRAGMA ignore_check_constraints = ON"))
    else:
        db.session.execute(
            text("ALTER TABLE account DROP CONSTRAINT ck_account_only_issue_below_zero")
        )
    with triggers_off(engine):
        for statement in (
            (
                "INSERT INTO posting (transaction_id, number, source_id, destination_id, amount)"
                f" VALUES ({fifth}, 2, {bank.zhang}, {bank.void}, 10)"
            ),
            f"UPDATE account SET balance = balance - 10 WHERE id = {bank.zhang}",
            f"UPDATE account SET balance = balance + 10 WHERE id = {bank.void}",
        ):
            db.session.execute(text(statement))
    found = [(finding.table, finding.row) for finding in verify()]
    if engine == "sqlite":
        db.session.execute(text("PRAGMA ignore_check_constraints = OFF"))
    assert found[0] == ("account", bank.zhang)
