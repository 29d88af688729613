"""What the tests stand on: servers that end with them, databases that are whole or not there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from multiprocessing.pool import ThreadPool
from pathlib import Path

import pytest
from psycopg import OperationalError, connect

from tests import migrated, postgres

ROOT = Path(__file__).parents[2]
HOLD = """
with postgres.server() as prefix:
    print(prefix, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def open_folder():
    """A folder that the account which runs PostgreSQL can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.slow
@pytest.mark.skipif(
    "TEST_DATABASE_URL" in os.environ or not postgres.binaries(), reason="starts no PostgreSQL"
)
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_killed_leaves_no_server_behind(how, open_folder):
    program = "import time\nfrom tests import postgres" + HOLD
    run = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, env={**os.environ, "TMPDIR": str(open_folder)},
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    with run:
        assert run.stdout
        url = run.stdout.readline().strip().replace("+psycopg", "") + "postgres"
        connect(url).close()
        run.send_signal(how)
    until = time.monotonic() + 300
    while any(open_folder.iterdir()) and time.monotonic() < until:
        time.sleep(0.05)
    assert list(open_folder.iterdir()) == []
    with pytest.raises(OperationalError):
        connect(url)


@pytest.mark.both_engines
def test_what_several_make_at_once_is_whole(tmp_path):
    def make(file):
        with file.open("w") as written:
            for _part in range(5):
                written.write("part ")
                time.sleep(0.01)

    with ThreadPool(4) as pool:
        files = pool.map(lambda _each: migrated.kept(tmp_path, "x", "1", make), range(4))
    assert {file.read_text() for file in files} == {"part " * 5}
    assert list(tmp_path.iterdir()) == files[:1]


def test_what_was_cut_off_is_not_used(tmp_path):
    def cut_off(file):
        file.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        migrated.kept(tmp_path, "x", "1", cut_off)
    made = migrated.kept(tmp_path, "x", "1", lambda file: file.write_text("whole"))
    assert made.read_text() == "whole"


def test_another_migration_makes_another_database(tmp_path, monkeypatch):
    monkeypatch.setattr(migrated, "MIGRATIONS", tmp_path)
    (tmp_path / "1.py").write_text("one")
    before = migrated.digest("1")
    assert migrated.digest("1") == before
    assert migrated.digest("2") != before
    (tmp_path / "1.py").write_text("two")
    assert migrated.digest("1") != before


def test_what_no_run_has_used_for_long_goes(tmp_path):
    old = tmp_path / "sqlite-of-a-month-ago"
    old.touch()
    month_ago = time.time() - 30 * 24 * 3600
    os.utime(old, (month_ago, month_ago))
    made = migrated.kept(tmp_path, "x", "1", Path.touch)
    assert list(tmp_path.iterdir()) == [made]
