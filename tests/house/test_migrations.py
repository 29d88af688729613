"""The migrations make exactly what the models say, from one line of revisions."""

import ast
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade

from app.core.db import begin_writing, db
from migrations import helpers

FOLDER = Path(__file__).parents[2] / "migrations"


def test_there_is_one_head():
    assert len(ScriptDirectory(str(FOLDER)).get_heads()) == 1


@pytest.mark.usefixtures("app")
def test_the_database_is_what_the_models_say():
    context = MigrationContext.configure(db.session.connection(), opts={"compare_type": True})
    assert compare_metadata(context, db.metadata) == []


def test_migrations_never_import_the_application():
    for file in FOLDER.rglob("*.py"):
        if file.name == "env.py":
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] == "app"], file.name


def test_they_come_one_after_another_in_the_order_of_their_names():
    line = [Path(script.path).name for script in ScriptDirectory(str(FOLDER)).walk_revisions()]
    assert line[::-1] == sorted(file.name for file in FOLDER.glob("versions/*.py"))


def left_in(app):
    """The tables, triggers and functions in the database of an application."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            query = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        else:
            query = (
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace UNION ALL"
                " SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            )
        found = set(db.session.scalars(sa.text(query)))
        db.session.remove()
        db.engine.dispose()
    return found


@pytest.mark.both_engines
def test_taken_back_they_leave_nothing_and_can_be_run_again(migrated_database, new_app):
    app = new_app(migrated_database())
    made = left_in(app)
    begin_writing()
    with app.app_context():
        downgrade(revision="base")
    assert left_in(app) <= {"alembic_version", "alembic_version_pkc"}
    with app.app_context():
        upgrade()
    assert left_in(app) == made


@pytest.mark.both_engines
def test_what_is_interrupted_leaves_nothing_half_made(new_database, new_app, monkeypatch):
    app = new_app(new_database())
    keep_rows = helpers.keep_rows

    def interrupted(table):
        if table == "evidence":
            raise KeyboardInterrupt
        keep_rows(table)

    begin_writing()
    with app.app_context(), monkeypatch.context() as patch:
        patch.setattr(helpers, "keep_rows", interrupted)
        with pytest.raises(KeyboardInterrupt):
            upgrade()
    assert left_in(app) == set()
    with app.app_context():
        upgrade()
    assert "evidence" in left_in(app)
