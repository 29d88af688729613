"""Two engines, one cast, every test in a transaction that is rolled back."""

from __future__ import annotations

import os
import sqlite3
import uuid
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from jinja2 import FileSystemBytecodeCache

from app import create_app
from app.accounts import passwords
from app.accounts.queries.sessions import actor_of
from app.core.db import begin_writing, db
from tests import cast as cast_module
from tests import migrated, postgres, sample
from tests.core.counting import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from app.accounts.models import User
    from tests.cast import Cast

# A good hash takes its time by design, and tests need not wait for it.
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

__all__ = ["counted"]  # a fixture of all tests

pytest_plugins = ("tests.choosing",)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """A test and its fixtures begin as a process does, not to read as the test before ended."""
    begin_writing()


@pytest.fixture(scope="session")
def postgres_server(kept_between_runs: Path, migrate: Callable[[str], None]) -> Iterator[str]:
    own = "TEST_DATABASE_URL" not in os.environ
    packed = migrated.postgresql(kept_between_runs, migrate) if own else None
    with postgres.server(packed=packed) as prefix:
        yield prefix


@pytest.fixture(scope="session")
def kept_between_runs(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Path:
    """Where pytest keeps what it may use again; a scratch folder if it was told not to."""
    cache = getattr(request.config, "cache", None)
    return cache.mkdir("migrated") if cache else tmp_path_factory.mktemp("migrated")


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    """ "sqlite" or "postgresql"."""
    return str(request.param)


@pytest.fixture(scope="session")
def new_database(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: Any
) -> Callable[..., str]:
    """Makes an empty database on the engine under test, or a copy of one that no connection is
    open to, and returns its URL."""

    def make(like: str | None = None) -> str:
        name = f"linli_{uuid.uuid4().hex[:12]}"
        if engine == "sqlite":
            file = f"{tmp_path_factory.mktemp('db') / name}.db"
            if like:
                with closing(sqlite3.connect(str(sa.make_url(like).database))) as connection:
                    connection.execute("VACUUM INTO ?", [file])
            return f"sqlite:///{file}"
        prefix = request.getfixturevalue("postgres_server")
        postgres.create_database(prefix, name, like=(like and sa.make_url(like).database) or "")
        return prefix + name

    return make


@pytest.fixture(scope="session")
def new_app(tmp_path_factory: Any) -> Callable[..., Flask]:
    """Makes an application on a database URL, its data folder a scratch one.

    The compiled catalogue and templates are the same for all of them; to compile them takes longer
    than most tests.
    """
    compiled = tmp_path_factory.mktemp("compiled")

    def make(url: str, **settings: Any) -> Flask:
        folder = tmp_path_factory.mktemp("data")
        os.environ["LINLI_DATA"] = str(folder)
        with suppress(OSError, NotImplementedError):  # Windows lets few people make links
            (folder / "translations").symlink_to(compiled, target_is_directory=True)
        application = create_app(
            {
                "TESTING": True,
                "SQLALCHEMY_DATABASE_URI": url,
                "SECRET_KEY": "for tests only, long enough to pass",
                "WTF_CSRF_ENABLED": False,
                "RATELIMIT_ENABLED": False,
                "FILES_FOLDER": Path(folder) / "files",
                **settings,
            }
        )
        application.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
        return application

    return make


@pytest.fixture(scope="session")
def migrate(new_app: Callable[[str], Flask]) -> Callable[[str], None]:
    """Brings the database of a URL up to date and lets go of it."""

    def run(url: str) -> None:
        application = new_app(url)
        begin_writing()
        with application.app_context():
            upgrade()
            db.session.remove()
            db.engine.dispose()

    return run


@pytest.fixture(scope="session")
def migrated_database(
    engine: str,
    new_database: Callable[..., str],
    migrate: Callable[[str], None],
    kept_between_runs: Path,
    request: pytest.FixtureRequest,
) -> Callable[[], str]:
    """Makes a database with all tables and without people, and returns its URL."""
    if engine == "sqlite":
        template = f"sqlite:///{migrated.sqlite(kept_between_runs, migrate)}"
    elif "TEST_DATABASE_URL" in os.environ:
        template = new_database()
        migrate(template)
    else:
        template = request.getfixturevalue("postgres_server") + migrated.DATABASE
    return lambda: new_database(template)


@pytest.fixture(scope="session")
def whole_sample(
    new_database: Callable[..., str], new_app: Callable[..., Flask]
) -> Iterator[sample.Sample]:
    """The sample community, loaded once per engine for all tests that look at it or take copies.
    A test that changes something in it rolls back."""
    made = sample.load(new_database(), new_app)
    yield made
    made.close()


@contextmanager
def _prepared(application: Flask, also: Callable[[Cast], Any]) -> Iterator[tuple[Flask, Cast, Any]]:
    begin_writing()
    with application.app_context():
        members = cast_module.create()
        more = also(members)
        db.session.commit()
        db.session.remove()
    yield application, members, more
    with application.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def prepare(
    migrated_database: Callable[[], str], new_app: Callable[[str], Flask]
) -> Callable[..., AbstractContextManager[tuple[Flask, Cast, Any]]]:
    """Makes an application whose database has been migrated and holds the cast, committed, and
    what `also(cast)` makes, the answer of which comes with it."""

    def make(also: Callable[[Cast], Any] = lambda _cast: None):
        return _prepared(new_app(migrated_database()), also)

    return make


@pytest.fixture(scope="session")
def prepared(prepare: Callable[..., Any]) -> Iterator[tuple[Flask, Cast, Any]]:
    """The application most tests share."""
    with prepare() as made:
        yield made


@pytest.fixture
def app(prepared: tuple[Flask, Cast, Any]) -> Iterator[Flask]:
    """The application; what the test commits is rolled back after it."""
    application = prepared[0]
    begin_writing()
    with application.app_context():
        engines = db._app_engines[application]
        own_engine = engines[None]
        with own_engine.connect() as connection:
            outer = connection.begin()
            engines[None] = connection
            db.session.configure(join_transaction_mode="create_savepoint")
            try:
                yield application
            finally:
                db.session.remove()
                engines[None] = own_engine
                outer.rollback()


@pytest.fixture
def cast(app: Flask, prepared: tuple[Flask, Cast, Any]) -> Cast:
    """The fixed cast of people and places, attached to this test's session."""
    return prepared[1].here()


class _Client(FlaskClient):
    """Forgets between two requests what the first one learned: here they share a context."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        for name in list(g):
            g.pop(name)
        return super().open(*args, **kwargs)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return _Client(app, app.response_class, use_cookies=True)


@pytest.fixture
def sign_in(client: FlaskClient) -> Callable[[User], FlaskClient]:
    """Signs a member of the cast in without the form: `sign_in(cast.staff).get("/today")`."""

    def as_user(user: User) -> FlaskClient:
        who = actor_of(user)
        with client.session_transaction() as session:
            session.clear()
            session["_user_id"] = who.get_id()
            session["_fresh"] = True
        return client

    return as_user


@pytest.fixture
def other(client, app):
    """A second browser."""
    return type(client)(app, app.response_class, use_cookies=True)


@pytest.fixture
def shipped(prepared):
    """The application with its own settings about tokens; the tests' others turn them off."""
    application = prepared[0]
    kept = ("TESTING", "SQLALCHEMY_DATABASE_URI", "SECRET_KEY", "RATELIMIT_ENABLED", "FILES_FOLDER")
    made = create_app({name: application.config[name] for name in kept})
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def staff(shipped, prepared):
    client = shipped.test_client()
    with shipped.app_context():
        identity = prepared[1].here().actor("staff").get_id()
        db.session.remove()
    with client.session_transaction() as theirs:
        theirs.update(_user_id=identity, _fresh=True)
    return client
