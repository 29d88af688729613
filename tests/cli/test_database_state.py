"""What `manage.py` asks a database before it decides whether to prepare it: real ones, both engines."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.cli import database_state
from app.core import clock
from app.core.db import begin_writing, db
from app.core.i18n import Phrase
from app.core.workdays import seed
from app.ledger import interface as ledger
from app.ledger.interface import Entry, Transfer
from app.ledger.models import AccountKind
from launcher import prepared


def state(app):
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    if url.startswith("sqlite"):
        return prepared.state_of(Path(sa.make_url(url).database))
    return prepared.state_elsewhere(url, {"PATH": "/nowhere"})


@pytest.fixture
def installation(peopled):
    """One with the cast in it, of this test's own."""
    return peopled()


def change(app, call):
    with app.app_context():
        begin_writing()
        call()
        db.session.commit()
        db.session.remove()


def test_one_with_nobody_in_it_has_no_state(empty):
    assert state(empty) is None


@pytest.mark.both_engines
def test_one_that_is_used_says_where_it_stands_until_that_changes(installation):
    before = state(installation)
    with installation.app_context():
        [revision] = db.session.scalars(sa.text("SELECT version_num FROM alembic_version"))
        db.session.remove()
    assert revision in before
    assert state(installation) == before
    change(installation, lambda: seed([clock.today().year]))
    assert state(installation) not in {None, before}


def post_yesterday():
    accounts = [
        ledger.open_account(code=f"test:{kind}", kind=kind)
        for kind in (AccountKind.ISSUE, AccountKind.WALLET)
    ]
    with clock.frozen(clock.at(clock.today() - timedelta(days=1), 12)):
        ledger.post(None, Entry("test", "award", Phrase("A test"), (Transfer(*accounts, 5),)))


def test_one_with_a_day_to_be_sealed_has_no_state(installation):
    change(installation, post_yesterday)
    assert state(installation) is None
    change(installation, lambda: list(ledger.seal_day_by_day(clock.today() - timedelta(days=1))))
    assert state(installation) is not None


def test_one_that_cannot_be_reached_has_no_state():
    assert database_state.state("postgresql://linli@127.0.0.1:1/linli", "2026-11-21") == ""
