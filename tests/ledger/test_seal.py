import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core.db import db
from app.core.errors import Refused
from app.ledger import queries
from app.ledger.interface import seal
from app.ledger.models import Seal
from app.ledger.services.sealing import unsealed_days
from tests.ledger.conftest import TODAY, at, findings

YESTERDAY = TODAY - timedelta(days=1)
LONG_AGO = TODAY - timedelta(days=4)


def test_every_day_from_the_first_transaction_on_is_sealed_once(bank):
    with at(LONG_AGO):
        bank.award(bank.zhang, 5)
    assert seal(up_to=YESTERDAY) == 4
    assert seal(up_to=YESTERDAY) == 0
    days = [row.day for row in queries.latest_seals(10)]
    assert days == [TODAY - timedelta(days=n) for n in range(1, 5)]
    assert unsealed_days(YESTERDAY) == []


def test_a_seal_says_how_much_was_moved(bank):
    with at(YESTERDAY):
        bank.award(bank.zhang, 5)
        bank.spend(bank.zhang, 2)
    seal(up_to=YESTERDAY)
    (row,) = queries.latest_seals(10)
    assert (row.transactions, row.postings, row.points, row.minutes) == (2, 2, 7, 0)


def test_an_auditor_can_write_the_digest_down_alone(bank):
    with at(LONG_AGO):
        award = bank.award(bank.zhang, 5, TODAY, key="会议:42")
    with at(LONG_AGO + timedelta(days=1)):
        spend = bank.spend(bank.zhang, 2, key="兑换:1")
    seal(up_to=LONG_AGO + timedelta(days=1))

    def digest(before, day, *rows):
        lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows]
        text = "\n".join(["linli ledger 1", before, day.isoformat(), *lines, ""])
        return hashlib.sha256(text.encode()).hexdigest()

    memo = {"msgid": "A test", "params": {}}
    first = digest(
        "0" * 64,
        LONG_AGO,
        [award, "会议:42", "award", memo, None, "", None, 0, "2026-11-17T04:00:00+00:00",
         [["test:fund", "test:zhang", "points", 5, "2026-11-21"]], []],
    )  # fmt: skip
    second = digest(
        first,
        LONG_AGO + timedelta(days=1),
        [spend, "兑换:1", "redemption", memo, None, "", None, 0, "2026-11-18T04:00:00+00:00",
         [["test:zhang", "test:redeemed", "points", 2, None]], [[award, 1, 2]]],
    )  # fmt: skip
    assert db.session.scalars(select(Seal.digest).order_by(Seal.day)).all() == [first, second]


def test_a_day_that_is_not_over_cannot_be_sealed(bank):
    bank.award(bank.zhang, 5)
    with pytest.raises(ValueError, match="isn't over"):
        seal(up_to=TODAY)


@pytest.mark.both_engines
def test_nothing_can_be_posted_into_a_sealed_day(bank, monkeypatch):
    """The database refuses it as well, if nobody has looked before."""
    with at(YESTERDAY):
        bank.award(bank.zhang, 5)
    seal(up_to=YESTERDAY)
    with at(YESTERDAY), pytest.raises(Refused):
        bank.award(bank.zhang, 5)
    monkeypatch.setattr("app.ledger.services.accounts.refuse_sealed_day", lambda *_: None)
    with at(YESTERDAY), pytest.raises(IntegrityError, match="sealed"), db.session.begin_nested():
        bank.award(bank.zhang, 5)
    bank.award(bank.zhang, 5)


def test_an_empty_ledger_has_nothing_to_seal(app):
    assert seal(up_to=YESTERDAY) == 0
    assert findings() == []


def test_a_day_is_read_in_parts(bank, monkeypatch):
    with at(LONG_AGO):
        for amount in range(1, 8):
            bank.award(bank.zhang, amount)
            bank.spend(bank.zhang, 1)
    monkeypatch.setattr("app.ledger.services.records._TRANSACTIONS", _in_parts_of_three())
    seal(up_to=YESTERDAY)
    monkeypatch.undo()
    assert findings() == []


def _in_parts_of_three():
    from app.ledger.services.records import _TRANSACTIONS

    return _TRANSACTIONS.limit(3)
