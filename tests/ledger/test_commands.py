from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core.db import db
from app.ledger import queries
from tests.ledger.conftest import TODAY, at, balance
from tests.ledger.test_verify import triggers_off

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def run(app):
    return lambda *arguments: app.test_cli_runner().invoke(args=["ledger", *arguments])


def test_verify_says_how_much_it_found_clean(run, bank):
    bank.award(bank.zhang, 5)
    result = run("verify")
    assert result.exit_code == 0
    assert "账目无误" in result.output
    assert "交易1笔" in result.output


@pytest.mark.both_engines
def test_verify_names_what_differs_and_fails(run, bank, engine):
    bank.award(bank.zhang, 5)
    with db.session.begin_nested() as savepoint:
        with triggers_off(engine):
            db.session.execute(text("UPDATE account SET balance = 99 WHERE code = 'test:zhang'"))
        result = run("verify")
        savepoint.rollback()
    assert result.exit_code == 1
    assert "test:zhang" in result.output
    assert "99" in result.output


def test_verify_compares_with_what_was_printed(run, bank):
    with at(YESTERDAY):
        bank.award(bank.zhang, 5)
    db.session.commit()
    assert run("seal").exit_code == 0
    ((_day, *_sums, digest, _sealed_at),) = queries.latest_seals(1)
    assert run("verify", "--printed", str(YESTERDAY), digest).exit_code == 0
    result = run("verify", "--printed", str(YESTERDAY), "0" * 64)
    assert result.exit_code == 1
    assert "2026-11-20" in result.output


def test_seal_seals_through_yesterday(run, bank):
    with at(TODAY - timedelta(days=3)):
        bank.award(bank.zhang, 5)
    assert "3天" in run("seal").output
    assert "0天" in run("seal").output
    assert [row.day for row in queries.latest_seals(1)] == [YESTERDAY]


def test_seal_refuses_a_day_that_is_not_over(run, bank):
    bank.award(bank.zhang, 5)
    assert run("seal", "--up-to", str(TODAY)).exit_code == 2
    assert queries.latest_seals(1) == []


def test_expire_sweeps_what_is_overdue(run, bank, monkeypatch):
    monkeypatch.setattr("app.ledger.commands._AT_ONCE", 1)
    with at(YESTERDAY):
        bank.award(bank.zhang, 5, YESTERDAY)
        bank.award(bank.li, 2, YESTERDAY)
    assert "7分" in run("expire").output
    assert balance(bank.expired) == 7


def test_expire_refuses_to_run_ahead_of_time(run, bank):
    bank.award(bank.zhang, 5, TODAY)
    assert run("expire", "--on", str(TODAY + timedelta(days=1))).exit_code == 2
    assert balance(bank.zhang) == 5


def test_expire_seals_the_days_before_it_posts(run, bank):
    with at(YESTERDAY):
        bank.award(bank.zhang, 5, YESTERDAY)
    run("expire")
    assert [row.day for row in queries.latest_seals(9)] == [YESTERDAY]


def test_verify_fails_while_a_day_with_postings_has_no_seal(run, bank):
    with at(YESTERDAY):
        bank.award(bank.zhang, 5)
    result = run("verify")
    assert result.exit_code == 1
    assert str(YESTERDAY) in result.output
    run("seal")
    assert run("verify").exit_code == 0
