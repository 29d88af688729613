"""What the launcher calls before it serves, and the first account of an installation."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.cli.translations import translations
from app.core import clock
from app.core.db import begin_writing, db
from app.core.i18n import Phrase
from app.core.workdays import CalendarDay
from app.ledger import interface as ledger
from app.ledger.interface import Entry, Transfer, latest_seals
from app.ledger.models import AccountKind
from tests.sample import run


@pytest.fixture
def new(new_database, new_app):
    app = new_app(new_database())
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def prepare(app, *options):
    begin_writing()
    done = run(app, "prepare", *options)
    assert done.exit_code == 0, done.output
    return done.output


def count(app, column):
    with app.app_context():
        found = db.session.scalar(sa.select(sa.func.count(column)))
        db.session.remove()
    return found


def test_preparing_twice_changes_nothing(new):
    """The setup code stands in both outputs, so that those who missed it start once more."""
    codes = [re.search(r"^    (\S{6,})$", prepare(new), re.MULTILINE) for _twice in range(2)]
    assert all(codes)
    assert count(new, CalendarDay.day) > 0
    before = count(new, CalendarDay.day)
    prepare(new)
    assert count(new, CalendarDay.day) == before
    assert count(new, User.id) == 0


def test_an_installation_with_accounts_is_left_as_it_is(new):
    prepare(new)
    begin_writing()
    places = new.config["FILES_FOLDER"].parent / "places.csv"
    places.write_text(
        "code,name,level,parent_code\n5105,泸州市,city,\n510502,江阳区,district,5105\n", "utf-8"
    )
    assert run(new, "places", "import", places).exit_code == 0
    begin_writing()
    done = run(
        new, "user", "create", "admin", "--name", "王管理", "--role", "admin", "--place", "5105"
    )
    assert done.exit_code == 0, done.output
    password = done.output.split(": ")[1].strip()

    # Neither a setup code nor the sample community, though it was asked for.
    assert "/setup" not in prepare(new, "--demo")
    assert count(new, User.id) == 1

    client = new.test_client()
    answer = client.post("/sign-in", data={"username": "admin", "password": password})
    assert answer.status_code == 303
    assert (
        client.get("/today").location == "/accounts/password"
    )  # the first password has to be changed


def test_days_that_are_over_are_sealed_at_the_start(new):
    prepare(new)
    with new.app_context():
        accounts = [
            ledger.open_account(code=f"test:{kind}", kind=kind)
            for kind in (AccountKind.ISSUE, AccountKind.WALLET)
        ]
        yesterday = clock.today() - timedelta(days=1)
        with clock.frozen(clock.at(yesterday, 12)):
            entry = Entry("test", "award", Phrase("A test"), (Transfer(*accounts, 5),))
            ledger.post(None, entry)
        db.session.commit()
    prepare(new)
    with new.app_context():
        assert [row.day for row in latest_seals(9)] == [yesterday]
        assert list(ledger.verify()) == []


def test_every_message_has_one_chinese_translation(new):
    done = new.test_cli_runner().invoke(translations, ["check"])
    assert done.exit_code == 0, done.output
