"""Looking at the pages of a sample from inside: how many bytes and SQL statements each takes, and
sessions of its users, so that the measurement itself only asks."""

from __future__ import annotations

import itertools
import re
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app import create_app
from app.accounts.models import RoleGrant, User
from app.accounts.queries.sessions import actor_of
from app.core.access import Role
from app.core.db import db
from benchmarks.apart import apart
from benchmarks.samples import Sample

if TYPE_CHECKING:
    from benchmarks.pages import Page


# Icons and charts: they cost next to nothing to write, and would make the floor's page longer.
_PICTURE = re.compile(rb"<svg\b.*?</svg>", re.DOTALL)


@dataclass(frozen=True)
class Seen:
    """One page: bytes of HTML without those of inline pictures, and SQL statements without BEGIN."""

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
    clients = {name: signed_in(app, name) for name in {page.user for page in pages} if name}
    seen = {page.name: _seen(app, clients.get(page.user), sample, page) for page in pages}
    # As browsers send them that have seen a page: with the token its forms are sent with.
    return Inspected({name: cookie_of(app, client) for name, client in clients.items()}, seen)


def new_sessions(sample: Sample, role: str, many: int) -> list[str]:
    """Cookies of so many sessions that no server has seen, of all users with this role in turn."""
    return apart(_new_sessions, role, many, environment=sample.environment)


def _new_sessions(role: str, many: int) -> list[str]:
    app = create_app()
    with app.app_context():
        granted = select(RoleGrant.user_id).where(RoleGrant.role == Role(role))
        users = select(User.username).where(User.id.in_(granted)).order_by(User.id)
        names = itertools.cycle(db.session.scalars(users).all())
    return [cookie_of(app, signed_in(app, next(names), f"{time.time_ns()}")) for _ in range(many)]


def signed_in(app: Flask, username: str, nonce: str = "") -> FlaskClient:
    """A client with a session of this user; the nonce tells it from others of theirs."""
    with app.app_context():
        user = db.session.scalars(select(User).where(User.username == username)).one()
        session_id = replace(actor_of(user), nonce=nonce).get_id()
    client = app.test_client()
    with client.session_transaction() as session:
        session.permanent = True
        session["_user_id"] = session_id
        session["_fresh"] = True
    return client


def cookie_of(app: Flask, client: FlaskClient) -> str:
    """What the Cookie header says in the client's session."""
    name = app.config["SESSION_COOKIE_NAME"]
    return f"{name}={client.get_cookie(name).value}"


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
    return Seen(len(_PICTURE.sub(b"", answer.data)), len(statements))
