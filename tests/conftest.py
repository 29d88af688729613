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
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache

from app import create_app
from app.core.db import begin_writing, db
from app.people import passwords
from app.people.queries import actor_of
from launcher.machine import browser_path
from tests import cast as cast_module
from tests import postgres, sample
from tests.scheduling import OneSamplePerEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from app.people.models import User
    from tests.cast import Cast

ENGINES = ("sqlite", "postgresql")

# How long an example takes says how busy the machine is, not whether the program is right.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")

# A good hash takes its time by design, and tests need not wait for it.
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine", choices=[*ENGINES, "both"], default="both", help="which database to test on"
    )


def _engines(config: pytest.Config) -> tuple[str, ...]:
    wanted = config.getoption("--engine")
    chosen = ENGINES if wanted == "both" else (wanted,)
    if "postgresql" in chosen and not _postgres_here():
        if os.environ.get("CI") == "true":
            pytest.exit("CI needs PostgreSQL's server binaries or TEST_DATABASE_URL", returncode=1)
        chosen = tuple(engine for engine in chosen if engine != "postgresql")
    return chosen


def _postgres_here() -> bool:
    return bool(os.environ.get("TEST_DATABASE_URL") or postgres.binaries())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        metafunc.parametrize("engine", _engines(metafunc.config), scope="session", indirect=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneSamplePerEngine:
    return OneSamplePerEngine(config, log)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if config.getoption("--engine") == "both" and not _postgres_here():
        terminalreporter.write_line(
            "PostgreSQL is not installed here: its half of the tests was skipped."
        )
    if not browser_path():
        terminalreporter.write_line(
            "Chromium is not installed here: the tests in a browser were skipped."
        )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.server() as prefix:
        yield prefix


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    """ "sqlite" or "postgresql"."""
    return str(request.param)


@pytest.fixture(scope="session")
def new_database(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: Any
) -> Callable[..., str]:
    """Makes an empty database on the engine under test, or a copy of one to which nobody is
    connected, and returns its URL."""

    def make(like: str | None = None) -> str:
        name = f"linli_{uuid.uuid4().hex[:12]}"
        if engine == "sqlite":
            file = f"{tmp_path_factory.mktemp('db') / name}.db"
            if like:
                with closing(sqlite3.connect(str(sa.make_url(like).database))) as connection:
                    connection.execute("VACUUM INTO ?", [file])
            return f"sqlite:///{file}"
        prefix = request.getfixturevalue("postgres_server")
        template = f"TEMPLATE {sa.make_url(like).database}" if like else ""
        with sa.create_engine(
            prefix + "postgres", isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
        ).connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name} {template}"))
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
def migrated_database(
    new_database: Callable[..., str], new_app: Callable[[str], Flask]
) -> Callable[[], str]:
    """Makes a database with all tables and nobody in it, and returns its URL."""
    template = new_database()
    application = new_app(template)
    begin_writing()
    with application.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    return lambda: new_database(template)


@pytest.fixture(scope="session")
def whole_sample(
    new_database: Callable[..., str], new_app: Callable[..., Flask]
) -> Iterator[sample.Sample]:
    """The sample community, loaded once per engine for all tests that look at it or take copies.
    Whoever changes something in it rolls back."""
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
    """The application; whatever the test commits is rolled back after it."""
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
