"""A clock that was wrong once closes the ledger for nobody, and nothing is sealed by one that is."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.ledger import queries
from app.ledger.models import Seal, VoidedSeal
from app.ledger.services.doubting import doubt_about_clock, take_off_early_seals
from app.ledger.services.sealing import seal, seal_day_by_day
from tests.ledger.conftest import TODAY, at, balance, findings

pytestmark = pytest.mark.both_engines

AHEAD = TODAY + timedelta(days=6)


@pytest.fixture
def sealed_ahead(bank):
    """Points were booked and days sealed by a clock that was six days ahead."""
    with at(TODAY - timedelta(days=1)):
        bank.award(bank.zhang, 5)
    with at(AHEAD):
        bank.award(bank.zhang, 5)
        seal(up_to=AHEAD - timedelta(days=1))
    return bank


def test_a_clock_that_is_right_is_not_doubted(bank):
    assert doubt_about_clock() is None
    with at(TODAY - timedelta(days=20)):
        bank.award(bank.zhang, 5)
    assert doubt_about_clock() is None


def test_a_clock_behind_what_was_booked_or_sealed_is_doubted_and_seals_nothing(bank):
    with at(TODAY - timedelta(days=3)):
        bank.award(bank.zhang, 5)
    with at(TODAY + timedelta(days=1)):
        bank.award(bank.zhang, 5)
    assert "booked or sealed" in doubt_about_clock().msgid
    assert list(seal_day_by_day(TODAY - timedelta(days=1))) == []


def test_a_clock_far_ahead_is_doubted_and_seals_only_if_one_is_sure(bank):
    with at(TODAY - timedelta(days=40)):
        bank.award(bank.zhang, 5)
    assert "last used" in doubt_about_clock().msgid
    assert list(seal_day_by_day(TODAY - timedelta(days=1))) == []
    assert len(list(seal_day_by_day(TODAY - timedelta(days=1), sure=True))) == 40
    assert doubt_about_clock() is None


def test_on_a_day_sealed_ahead_points_are_refused_in_words(sealed_ahead):
    with pytest.raises(Refused, match="系统管理员"):
        sealed_ahead.award(sealed_ahead.zhang, 5)
    assert balance(sealed_ahead.zhang) == 10


def test_seals_made_ahead_of_time_can_be_taken_off_and_are_kept(sealed_ahead):
    before = [row.day for row in queries.latest_seals(9)]
    assert take_off_early_seals(reason="电池没电") == 7
    assert queries.latest_seals(9) == []
    kept = db.session.scalars(select(VoidedSeal).order_by(VoidedSeal.day.desc())).all()
    assert [row.day for row in kept] == before
    assert {row.reason for row in kept} == {"电池没电"}
    sealed_ahead.award(sealed_ahead.zhang, 5)
    assert balance(sealed_ahead.zhang) == 15
    assert doubt_about_clock() is None
    assert len(list(seal_day_by_day(TODAY - timedelta(days=1)))) == 1
    assert findings() == []


def test_what_was_booked_ahead_of_time_is_sealed_when_its_day_is_over(sealed_ahead):
    take_off_early_seals(reason="x")
    sealed_ahead.award(sealed_ahead.zhang, 5)
    with at(AHEAD + timedelta(days=1)):
        assert len(list(seal_day_by_day(AHEAD))) == 8
        assert findings() == []


def test_no_seal_goes_by_hand(sealed_ahead):
    newest = select(Seal.day).order_by(Seal.day.desc()).limit(1)
    with pytest.raises(IntegrityError, match="append-only"), db.session.begin_nested():
        db.session.execute(delete(Seal).where(Seal.day == db.session.scalar(newest)))
    with pytest.raises(IntegrityError, match="append-only"), db.session.begin_nested():
        db.session.execute(text("UPDATE seal SET points = 0"))


def test_seals_of_days_that_are_over_stay(bank):
    with at(TODAY - timedelta(days=2)):
        bank.award(bank.zhang, 5)
    seal(up_to=TODAY - timedelta(days=1))
    assert take_off_early_seals(reason="x") == 0
    assert len(queries.latest_seals(9)) == 2


def test_the_command_and_healthz_say_so(app, client, sealed_ahead):
    db.session.commit()
    assert "积分账上已有" in client.get("/healthz", headers={"Accept-Language": "zh"}).text
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["ledger", "seal"])
    assert refused.exit_code == 1
    assert "积分账上已有" in refused.output
    assert "7" in runner.invoke(args=["ledger", "unseal", "--reason", "主板电池没电"]).output
    sealed_ahead.award(sealed_ahead.zhang, 5)
    assert client.get("/healthz").text == "ok\n"


def test_administrators_are_told_on_their_first_page(sealed_ahead, cast, sign_in):
    assert "服务器时钟可能有误" in sign_in(cast.admin).get("/today").text
    assert "服务器时钟可能有误" not in sign_in(cast.staff).get("/today").text
    assert clock.today() == TODAY
