"""What is killed and stormed here: a real server on a database with the cast in it."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

import pytest

from app.accounts.models import User
from app.accounts.queries.sessions import actor_of
from app.core import clock
from app.core.db import begin_writing, db
from app.core.i18n import Phrase
from app.points.services import facts as points
from app.rewards.models import RewardKind
from app.rewards.services import catalogue as rewards
from tests import cast as cast_module
from tests.robustness.server import Client, Server


class Installation:
    """A server, the application on the same database, and who was put there."""

    def __init__(self, application, server, members) -> None:
        self.application = application
        self.server = server
        self.people = {
            name: getattr(members, name).id for name in ("zhang", "li", "wang", "zhao", "chen")
        }
        self.community_id = members.community.id
        self._numbers = count(1)

    def client(self, username: str) -> Client:
        return Client(self.server).sign_in(username, cast_module.PASSWORD)

    def item(self, name: str, *, points: int, stock: int | None) -> int:
        """Something put into the catalogue, past the server; its id.

        Other tests may have put something of that name there: it gets a number.
        """
        name = f"{name}{next(self._numbers)}"
        terms = rewards.Terms(RewardKind.GOODS, name, "", points, None, 100, "社区工作经费")
        with self.application.app_context():
            begin_writing()
            made = rewards.add_item(
                self._staff(), community_id=self.community_id, terms=terms, stock=stock
            ).id
            db.session.commit()
            db.session.remove()
        return made

    def give(self, person: str, amount: int) -> None:
        """Points for a person of the cast; a multiple of five."""
        with self.application.app_context():
            begin_writing()
            made = points.award(
                None, person_id=self.people[person], code="task_done",
                fact_key=f"gift:{person}:{os.urandom(6).hex()}", happened_on=clock.today(),
                memo=Phrase("Task done"), times=amount // 5,
            )  # fmt: skip
            assert made.points == amount
            db.session.commit()
            db.session.remove()

    def balance(self, person: str) -> int:
        return self.server.one(
            "SELECT balance FROM account JOIN wallet ON account_id = account.id"
            " WHERE person_id = :id",
            id=self.people[person],
        )

    def ledger_is_clean(self) -> None:
        with self.application.app_context():
            done = self.application.test_cli_runner().invoke(args=["ledger", "verify"])
        assert done.exit_code == 0, done.output

    def _staff(self):
        return actor_of(db.session.query(User).filter_by(username="staff").one())


@pytest.fixture(scope="session")
def installed(engine, migrated_database, new_app):
    url = migrated_database()
    application = new_app(url)
    folder = Path(os.environ["LINLI_DATA"])
    with application.app_context():
        begin_writing()
        members = cast_module.create()
        db.session.commit()
        made = Installation(application, Server(url, folder), members)
        db.session.remove()
    yield made
    made.server.kill()
    with application.app_context():
        db.engine.dispose()
    assert made.server.broken() == ""


@pytest.fixture
def installation(installed):
    """One for all, because starting takes long: each test brings its own items and rosters."""
    if installed.server.process is None:
        installed.server.start()
    return installed
