"""Two who run the same command at once do not stand in each other's way."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import sqlalchemy as sa

from app.core.settings import ROOT

pytestmark = [pytest.mark.both_engines, pytest.mark.slow]


@pytest.fixture
def at_once(new_database, tmp_path):
    """`at_once("prepare", times=3)`: the same command several times at once on an empty database."""
    url = new_database()
    environment = {
        **os.environ, "DATABASE_URL": url, "LINLI_DATA": str(tmp_path / "data"),
        "LINLI_DEMO": "1", "PYTHONUTF8": "1",
    }  # fmt: skip

    def run(*arguments, times):
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *map(str, arguments)]
        running = [
            subprocess.Popen(
                command, cwd=ROOT, env=environment, encoding="utf-8",
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )
            for _each in range(times)
        ]  # fmt: skip
        said = [process.communicate(timeout=300)[0] for process in running]
        assert [process.returncode for process in running] == [0] * times, said

    run.url = url
    return run


def test_an_empty_database_is_prepared_once(at_once):
    at_once("prepare", times=3)
    engine = sa.create_engine(at_once.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        assert len(connection.execute(sa.text("SELECT * FROM alembic_version")).all()) == 1
