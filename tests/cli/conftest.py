"""What the tests of the command line start from."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_migrate import upgrade

from app.core.db import begin_writing, db
from tests import cast as cast_module
from tests import postgres, sample


@pytest.fixture(autouse=True)
def _writes_again():
    """A command that only reads says so for its whole process; here others follow it."""
    yield
    begin_writing()


@pytest.fixture(scope="session")
def backup_file(whole_sample, tmp_path_factory):
    """A backup of the sample community, and the rows that were there then."""
    file = tmp_path_factory.mktemp("backup") / "linli.zip"
    done = sample.run(whole_sample.app, "backup", file)
    begin_writing()
    assert done.exit_code == 0, done.output
    return file, rows_of(whole_sample.app)


def rows_of(app):
    """Every row of every table, as Python sees it."""
    with app.app_context():
        found = {
            table.name: [
                tuple(repr(value) for value in row)
                for row in db.session.execute(sa.select(table).order_by(*table.primary_key))
            ]
            for table in db.metadata.sorted_tables
        }
        db.session.remove()
    return found


@pytest.fixture
def database_on(request, tmp_path):
    """`database_on("postgresql")`: an empty database there; skips if only one engine is tried."""

    def make(kind):
        wanted = request.config.getoption("--engine")
        if wanted not in {None, "both", kind}:
            pytest.skip(f"not asked for {kind}")
        name = f"linli_{uuid.uuid4().hex[:12]}"
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / name}.db"
        if not postgres.binaries():
            pytest.skip("PostgreSQL is not installed here")
        prefix = request.getfixturevalue("postgres_server")
        postgres.create_database(prefix, name)
        return prefix + name

    return make


@pytest.fixture(scope="session")
def migrated(new_app):
    """`migrated(url)`: an application on a database brought up to date, with nobody in it."""
    made = []

    def make(url):
        app = new_app(url)
        with app.app_context():
            begin_writing()
            upgrade()
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def peopled(migrated, new_database):
    """Makes an installation with the cast in it, two of whom the tests know by id."""

    def make():
        app = migrated(new_database())
        with app.app_context():
            begin_writing()
            members = cast_module.create()
            db.session.commit()
            app.known = {"zhang": members.zhang.id, "community": members.community.id}
            db.session.remove()
        return app

    return make


@pytest.fixture(scope="session")
def small(peopled):
    """An installation with the cast in it, not to be changed."""
    return peopled()


@pytest.fixture(scope="session")
def empty(migrated, new_database):
    """An installation with nobody in it, into which nothing is ever let."""
    return migrated(new_database())


@pytest.fixture(scope="session")
def small_backup(small, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("backup") / "small.zip"
    done = sample.run(small, "backup", file)
    begin_writing()
    assert done.exit_code == 0, done.output
    return file
