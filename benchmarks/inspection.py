"""Looking at the pages of a sample from inside: how many bytes and SQL statements each takes, and
a session for each user, so that the measurement itself only asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app import create_app
from app.accounts.models import User
from app.accounts.queries.sessions import actor_of
from app.core.db import db
from benchmarks.apart import apart
from benchmarks.samples import Sample

if TYPE_CHECKING:
    from benchmarks.pages import Page


@dataclass(frozen=True)
class Seen:
    """One page: bytes of HTML, and SQL statements without BEGIN."""

    size: int
    queries: int


@dataclass(frozen=True)
class Inspected:
    """`cookies` are by user, `pages` by name."""

    cookies: dict[str, str]
    pages: dict[str, Seen]


def inspect(sample: Sample, pages: tuple[Page, ...]) -> Inspected:
    return apart(_inspect, sample, pages, environment=sample.environment)


def _inspect(sample: Sample, pages: tuple[Page, ...]) -> Inspected:
    app = create_app()
    clients = {name: _signed_in(app, name) for name in {page.user for page in pages} if name}
    cookie = app.config["SESSION_COOKIE_NAME"]
    return Inspected(
        {name: f"{cookie}={client.get_cookie(cookie).value}" for name, client in clients.items()},
        {page.name: _seen(app, clients.get(page.user), sample, page) for page in pages},
    )


def _signed_in(app: Flask, username: str) -> FlaskClient:
    """A client with this user's session."""
    with app.app_context():
        user = db.session.scalars(select(User).where(User.username == username)).one()
        session_id = actor_of(user).get_id()
    client = app.test_client()
    with client.session_transaction() as session:
        session.permanent = True
        session["_user_id"] = session_id
        session["_fresh"] = True
    return client


def _seen(app: Flask, client: FlaskClient | None, sample: Sample, page: Page) -> Seen:

    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    # Outside any context of the application: each request gets its own, as in a server.
    client, path = client or app.test_client(), page.path.format(**sample.facts)
    client.get(path)  # what a process does once is done
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    answer = client.get(path)
    event.remove(engine, "before_cursor_execute", note)
    if answer.status_code != 200:
        raise LookupError(f"{page.name}: {path} answers {answer.status}")
    return Seen(len(answer.data), len(statements))
