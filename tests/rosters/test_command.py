"""`flask people import`, and what is left when the machine stops in the middle of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.core.db import begin_writing, db
from app.core.settings import ROOT
from app.people.models import Person
from app.places.models import EstateKind, Level, Place
from app.rosters import services
from tests import cast as cast_module
from tests.rosters.spreadsheets import xlsx

ROWS = [
    ["姓名", "电话", "楼栋", "房号"],
    ["周涛", "13811112222", "2栋", "404"],
    ["张建国", "13911112222", "2栋", "101"],
    ["吴勇", "", "9栋", "1"],
]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "居民花名册.xlsx"
    path.write_bytes(xlsx(ROWS))
    return path


@pytest.fixture
def run(app, cast):
    def command(*arguments):
        return app.test_cli_runner().invoke(args=["people", "import", *map(str, arguments)])

    return command


def people_count():
    return db.session.scalar(select(func.count()).select_from(Person))


def test_without_apply_the_rows_are_only_counted(run, file, cast):
    before = people_count()
    result = run(file, "--community", cast.community.name)
    assert result.exit_code == 0
    assert "1  To be entered 新增居民" in result.output
    assert "1  Not taken over" in result.output
    assert "Nothing was changed." in result.output
    assert "未作任何更改" in result.output
    assert "Sheet1 4: 吴勇" in result.output
    assert people_count() == before


def test_with_apply_they_are_taken_over(run, file, cast):
    before = people_count()
    result = run(file, "--community", cast.community.id, "--apply", "--create-in", "桂花苑")
    assert result.exit_code == 0
    assert people_count() == before + 2
    again = run(file, "--community", cast.community.id, "--apply")
    assert "0  To be entered" in again.output
    assert people_count() == before + 2


def test_the_estate_of_all_rows_may_be_said(run, file, cast):
    db.session.add(Place(name="丹桂里", level=Level.ESTATE, parent_id=cast.grid.id,
                         estate_kind=EstateKind.OLD, path=f"{cast.grid.path}999999/"))  # fmt: skip
    db.session.flush()
    result = run(file, "--community", cast.community.id, "--estate", "丹桂里")
    assert "丹桂里 2栋" in result.output
    assert "丹桂里 2栋" not in run(file, "--community", cast.community.id).output


@pytest.mark.parametrize(
    "arguments",
    [
        ["--community", "没有社区"],
        ["--community", "桂花社区", "--create-in", "没有小区"],
        ["--community", "桂花社区", "--estate", "没有小区"],
    ],
)
def test_what_is_not_there_is_said(run, file, arguments):
    result = run(file, *arguments)
    assert result.exit_code == 1
    assert "There is no" in result.output


def test_a_bad_file_is_said_to_be_one(run, tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"MZ\x90\0")
    result = run(path, "--community", "桂花社区")
    assert result.exit_code == 1
    assert ".xlsx" in result.output


KILLED = """
import os, signal, sys
from app import create_app
from app.rosters import writing
app = create_app()
writing._correct = lambda changed: os.kill(os.getpid(), signal.SIGKILL)
app.test_cli_runner().invoke(args=["people", "import", sys.argv[1], "--community", "桂花社区",
                                   "--create-in", "桂花苑", "--apply"])
"""


@pytest.fixture
def standalone(migrated_database, new_app):
    """An application with a database of its own, which keeps what is committed; and its address."""
    url = migrated_database()
    begin_writing()
    application = new_app(url)
    with application.app_context():
        cast_module.create()
        db.session.commit()
        db.session.remove()
    yield application, url
    with application.app_context():
        db.engine.dispose()


@pytest.mark.both_engines
@pytest.mark.slow
def test_two_who_take_the_same_file_over_at_once_enter_everybody_once(standalone, file):
    application, _url = standalone
    start = threading.Barrier(2)

    def take(_number):
        with application.app_context():
            begin_writing()
            community = db.session.scalars(select(Place).where(Place.name == "桂花社区")).one()
            db.session.rollback()
            start.wait()
            services.take_file(None, community=community, name="f", content=file.read_bytes())
            db.session.commit()
            db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(take, range(2)))
    with application.app_context():
        named = select(func.count()).select_from(Person).where(Person.name == "周涛")
        assert db.session.scalar(named) == 1
        db.session.remove()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_server_killed_in_the_middle_leaves_nothing_and_can_begin_again(
    standalone, file, tmp_path
):
    application, url = standalone
    with application.app_context():
        before = people_count()
        db.session.remove()

    environment = {
        **os.environ, "DATABASE_URL": url, "LINLI_DATA": str(tmp_path / "data"),
        "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "LINLI_DEMO": "1",
    }  # fmt: skip
    command = [sys.executable, "-c", KILLED, str(file)]
    killed = subprocess.run(command, env=environment, cwd=ROOT, check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()

    with application.app_context():
        assert people_count() == before
        assert db.session.scalar(select(Place.id).where(Place.name == "9栋")) is None
        db.session.remove()
        result = application.test_cli_runner().invoke(
            args=["people", "import", str(file), "--community", "桂花社区", "--apply"]
        )
        assert result.exit_code == 0, result.output
        assert people_count() == before + 1
        db.session.remove()
