"""A database that another version made is refused in plain words and stays exactly as it was."""

from __future__ import annotations

import json
import shutil
import socket
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

import manage
from app.core.db import begin_writing, db
from tests.cli.conftest import rows_of
from tests.cli.test_backup_and_restore import guards_of
from tests.sample import run

OLD, NEWER = "2026_11_27_03_who_gives", "2031_01_01_newer"
ENGLISH = (
    "made by another version of Linli",
    "Nothing in it was changed.",
    "If it holds only the sample,",
    "If it is in use, go on with the version that made it.",
)
CHINESE = (
    "由另一个版本的邻里建立",
    "未作任何改动",
    "如果其中只有示例数据",
    "请继续使用建立它的那个版本",
)


@pytest.fixture(scope="module", params=[OLD, NEWER])
def strange(peopled, request):
    """An installation with the cast in it, of a revision that this version does not know."""
    app = peopled()
    app.revision = request.param
    with app.app_context():
        db.session.execute(
            sa.text("UPDATE alembic_version SET version_num = :revision"),
            {"revision": app.revision},
        )
        db.session.commit()
        app.database = db.engine.url.database
        app.url = db.engine.url.render_as_string(hide_password=False)
        db.session.remove()
        db.engine.dispose()
    return app


def everything_in(app):
    with app.app_context():
        revision = db.session.execute(sa.text("SELECT * FROM alembic_version")).all()
        names = sorted(sa.inspect(db.session.connection()).get_table_names())
        db.session.remove()
        db.engine.dispose()
    return revision, names, rows_of(app), guards_of(app)


def assert_refused(output, revision, database):
    english, chinese = output.strip().splitlines()
    for words in (*ENGLISH, revision, str(database)):
        assert words in english
    for words in (*CHINESE, revision, str(database)):
        assert words in chinese


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "command", [["prepare"], ["prepare", "--demo"], ["db", "upgrade"], ["db", "check"]]
)
def test_every_way_to_migrate_leaves_it_alone(strange, command):
    before = everything_in(strange)
    begin_writing()
    done = run(strange, *command)
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, SystemExit), repr(done.exception)
    assert_refused(done.output, strange.revision, strange.database)
    assert strange.instance_path in done.output
    assert everything_in(strange) == before


@pytest.mark.both_engines
def test_nothing_is_restored_into_it(strange, small_backup):
    before = everything_in(strange)
    begin_writing()
    done = run(strange, "restore", small_backup)
    assert done.exit_code == 1, done.output
    assert_refused(done.output, strange.revision, strange.database)
    assert everything_in(strange) == before


def test_its_backup_does_not_even_make_tables(new_app, new_database, tmp_path):
    app = new_app(new_database())
    file = tmp_path / "old.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("about.json", json.dumps({"revision": OLD, "rows": {}}))
    begin_writing()
    done = run(app, "restore", file)
    assert done.exit_code == 1, done.output
    assert f"The backup is of revision {OLD}" in done.output
    assert f"备份的数据版本号是 {OLD}" in done.output
    with app.app_context():
        assert sa.inspect(db.engine).get_table_names() == []
        db.engine.dispose()


@pytest.mark.both_engines
@pytest.mark.parametrize("command", ["demo", "run"])
def test_manage_py_does_not_start_on_it(strange, command, engine, monkeypatch, capfd):
    monkeypatch.setattr(manage, "set_up", lambda *_, **__: None)
    monkeypatch.setattr(manage, "hand_over", lambda *_: pytest.fail("it was served"))
    folder = Path(strange.instance_path)
    database = strange.database
    if engine == "sqlite":
        monkeypatch.delenv("DATABASE_URL", raising=False)
        database = folder / "linli.db"
        shutil.copy(strange.database, database)
    else:
        monkeypatch.setenv("DATABASE_URL", strange.url)
    before = everything_in(strange)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert manage.main([command, "--port", str(port), "--data", str(folder)]) == 1
    said = capfd.readouterr().err.strip().splitlines()
    assert_refused("\n".join(said[:2]), strange.revision, database)
    assert said[2:] == ["Linli was not started: see above.", "邻里未能启动，原因见上。"]
    if engine == "sqlite":
        shutil.copy(database, strange.database)
    assert everything_in(strange) == before
    assert not (folder / "prepared.stamp").exists()
