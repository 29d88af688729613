"""Street offices have Windows: everything starts without what Windows lacks, on a GBK console."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.slow

PYTEST = ("-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider")
# Packages that only tests need may open files as they like: `manage.py test` sets PYTHONUTF8.
LENIENT = {"PYTHONWARNDEFAULTENCODING": ""}

# manage.py as it runs there, with the Python and the packages of these tests.
LAUNCHER = """
import sys, types
from pathlib import Path
import os as real, manage
from launcher import announcing, machine

class Windows(types.ModuleType):
    name = "nt"
    def __getattr__(self, name):
        return getattr(real, name)

manage.os = machine.os = announcing.os = Windows("os")
manage.set_up = lambda *_, **__: None
manage.VENV_PYTHON = Path(sys.executable)
sys.exit(manage.main(sys.argv[1:]))
"""


def environment(**more):
    paths = [str(ROOT / "tests" / "windows"), str(ROOT)]
    given = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    given.pop("DATABASE_URL", None)
    return {
        **given, "PYTHONPATH": os.pathsep.join(paths), "PYTHONWARNDEFAULTENCODING": "1",
        "PYTHONUTF8": "0", "PYTHONIOENCODING": "gbk", **more,
    }  # fmt: skip


def run(*arguments, **more):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT, env=environment(**more), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=300, check=False,
    )  # fmt: skip


def test_what_is_hidden_is_hidden():
    program = "import os, sys, signal; print([hasattr(os, 'fork'), hasattr(signal, 'SIGALRM')])"
    assert run("-c", program).stdout.decode("gbk").strip() == "[False, False]"
    assert b"import of pwd halted" in run("-c", "import pwd").stdout
    assert b"EncodingWarning" in run("-c", "__name__ = 'tests'; open('README.md')").stdout


def test_everything_of_ours_can_be_imported():
    """The tests and benchmarks, too: those who develop on Windows run them."""
    done = run(*PYTEST, "--collect-only", **LENIENT)
    assert done.returncode == 0, done.stdout.decode("gbk", "replace")[-3000:]
    done = run("-c", "import benchmarks.engines, benchmarks.load, benchmarks.serving")
    assert done.returncode == 0, done.stdout.decode("gbk", "replace")


def test_a_test_runs():
    done = run(*PYTEST, "--engine", "sqlite", "tests/test_smoke.py", **LENIENT)
    assert done.returncode == 0, done.stdout.decode("gbk", "replace")[-3000:]


def test_the_launcher_starts_a_server_and_ends_with_it(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    output = tmp_path / "console"
    with output.open("wb") as console:
        launcher = subprocess.Popen(
            [sys.executable, "-c", LAUNCHER, "run", "--data", str(tmp_path / "数据"), "--port",
             str(port), "--workers", "2"],
            cwd=ROOT, env=environment(), stdout=console, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            told = wait_for(launcher, output, f"http://127.0.0.1:{port}/")
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/setup", timeout=60) as answer:
                page = answer.read().decode("utf-8")
        finally:
            os.killpg(launcher.pid, signal.SIGINT)  # as Ctrl-C reaches everybody at the console
            launcher.wait(60)
    assert "请用浏览器打开以上网址" in told
    assert "还没有" in told or "代码" in told  # the one-time code
    assert '<html lang="zh-CN"' in page
    assert "Traceback" not in output.read_bytes().decode("gbk", "replace")


def wait_for(launcher, output, words):
    """What stands on the console once these words do."""
    for _attempt in range(1200):
        told = output.read_bytes().decode("gbk", "replace")
        if words in told:
            return told
        assert launcher.poll() is None, told
        time.sleep(0.1)
    raise AssertionError(told)
