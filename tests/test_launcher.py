"""manage.py: plain words for all that can go wrong before the application runs."""

import argparse
import ast
import gzip
import importlib.util
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import zipfile
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest

import manage
from launcher import announcing, assets, machine, prepared, setup
from launcher.machine import LauncherError

ROOT = Path(__file__).resolve().parent.parent
LAUNCHER_FILES = [ROOT / "manage.py", *sorted((ROOT / "launcher").glob("*.py"))]
REQUIREMENT_FILES = [setup.RUNTIME, setup.TESTS, assets.HTMX]


def run_manage(*arguments):
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONUTF8": "1", "PATH": ""},
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("file", LAUNCHER_FILES, ids=lambda file: file.name)
def test_an_old_python_can_parse_it_and_nothing_needs_installing(file):
    tree = ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 6))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - {"launcher"} <= sys.stdlib_module_names
    assert "__future__" not in imported


def test_who_lets_others_in_is_told_the_machines_addresses(monkeypatch):
    monkeypatch.setattr(
        socket, "gethostbyname_ex", lambda _name: ("pc", [], ["127.0.1.1", "192.168.1.5"])
    )
    found = machine.addresses("0.0.0.0")
    assert "192.168.1.5" in found
    assert found[-1] == "127.0.0.1"
    assert not {"0.0.0.0", "127.0.1.1"} & set(found)
    assert machine.addresses("127.0.0.1") == ["127.0.0.1"]
    assert machine.addresses("::1") == ["[::1]"]


def test_an_old_python_is_told_which_one_to_use(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: name if name == "python3.12" else None)
    with pytest.raises(LauncherError) as refusal:
        machine.check_python((3, 8, 10))
    assert "this is Python 3.8. Use: python3.12 manage.py" in refusal.value.message
    assert "邻里需要 Python 3.11" in refusal.value.message


def test_this_python_and_newer_ones_are_accepted():
    machine.check_python((3, 11, 0))
    machine.check_python((4, 0, 0))


def test_without_venv_the_package_to_install_is_named(monkeypatch):
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "ensurepip" else 1
    )
    with pytest.raises(LauncherError, match=r"sudo apt install python3\.\d+-venv"):
        machine.check_venv_module()


@pytest.mark.parametrize("arguments", [(), ("nonsense",), ("demo", "--prot", "8000")])
def test_a_wrong_command_line_shows_the_usage(arguments):
    result = run_manage(*arguments)
    assert result.returncode == 2
    assert "usage: manage.py" in result.stderr
    assert "命令有误" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("workers", ["0", "-1", "two"])
def test_a_number_of_workers_that_cannot_be_is_refused(tmp_path, workers):
    result = run_manage("run", "--workers", workers, "--data", str(tmp_path / "data"))
    assert result.returncode == 2
    assert "--workers" in result.stderr
    assert "命令有误" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("below", ["", "wheels"])
def test_a_wheelhouse_that_is_a_file_is_refused_before_anything_is_set_up(tmp_path, below):
    (tmp_path / "file").write_text("")
    result = run_manage("wheelhouse", str(tmp_path / "file" / below))
    assert result.returncode == 2
    assert f"{tmp_path / 'file'} is not a folder." in result.stderr
    assert "不是目录" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_port_in_use_is_named_before_anything_is_set_up(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = run_manage("demo", "--port", port, "--data", str(tmp_path / "data"))
    assert result.returncode == 1
    assert f"Port {port} is already in use" in result.stderr
    assert f"端口 {port} 已被占用" in result.stderr
    assert "--port" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "data").exists()


def test_a_port_that_does_not_exist_is_refused():
    with pytest.raises(LauncherError, match="from 1 to 65535") as refusal:
        machine.check_port("127.0.0.1", 65536)
    assert refusal.value.code == 2


def test_a_host_that_is_not_this_machine_is_refused():
    with pytest.raises(LauncherError, match=r"Cannot listen on 192\.0\.2\.1"):
        machine.check_port("192.0.2.1", free_port())


@pytest.mark.parametrize("command", ["demo", "run"])
def test_a_data_directory_that_cannot_be_written_is_named(tmp_path, command):
    (tmp_path / "file").write_text("")
    data = tmp_path / "file" / "data"
    result = run_manage(command, "--port", str(free_port()), "--data", str(data))
    assert result.returncode == 1
    assert f"Cannot write to the data directory {data}" in result.stderr
    assert "不可写" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_full_disk_is_called_a_full_disk(monkeypatch, capsys):
    def out_of_space(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(manage.COMMANDS, "check", (out_of_space, "", False))
    assert manage.main(["check"]) == 1
    assert capsys.readouterr().err == "The disk is full.\n磁盘空间已满。\n"


@pytest.mark.parametrize(
    ("output", "wheelhouse", "message"),
    [
        ("ERROR: No matching distribution found for flask==3.1.3", "", "--wheelhouse DIR"),
        ("NewConnectionError: Temporary failure in name resolution", "", "Check the network"),
        ("ERROR: No matching distribution found for flask", "wheels", "wheels lacks a package"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "", "not the one this version of Linli"),
        ("OSError: [Errno 28] No space left on device", "", "The disk is full"),
        ("error: command 'gcc' failed", "", "command 'gcc' failed\npip install failed."),
    ],
)
def test_what_pip_says_is_put_into_plain_words(output, wheelhouse, message):
    refusal = setup.failure_of("pip install", output, wheelhouse)
    assert message.casefold() in refusal.message.casefold()


def test_a_wheelhouse_that_is_not_there_is_named():
    with pytest.raises(LauncherError, match="There is no folder /nowhere") as refusal:
        setup.run_pip("install", [], "/nowhere")
    assert refusal.value.code == 2


def test_arguments_reach_pytest_in_order():
    given = ["-k", "ledger and not slow", "-x", "tests/test_a.py", "-W", "default", "--help"]
    options, rest = manage.build_parser().parse_known_args(["test", "--wheelhouse", "w", *given])
    assert rest == given
    assert options.wheelhouse == "w"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["-x"], ["-n", "3", "-x"]),
        (["-n0"], ["-n0"]),
        (["-n", "4"], ["-n", "4"]),
        (["--no-header"], ["-n", "3", "--no-header"]),
        (["--all"], ["-n", "3", "--all"]),
        (["-p", "no:xdist"], ["-p", "no:xdist"]),
    ],
)
def test_tests_run_on_every_core_unless_told_otherwise(monkeypatch, given, expected):
    monkeypatch.setattr(manage, "set_up", lambda *_, **__: None)
    monkeypatch.setattr(manage, "install_test_programs", lambda: None)
    monkeypatch.setattr(manage.os, "cpu_count", lambda: 3)
    monkeypatch.setattr(manage, "hand_over", lambda command, _: command)
    command = manage.test(argparse.Namespace(wheelhouse=""), given)
    assert command == [str(setup.VENV_PYTHON), "-m", "pytest", *expected]


@pytest.mark.parametrize(
    ("user", "present", "commands"),
    [
        (0, ("apt-get",), ["update", "install"]),
        (0, ("apt-get", "initdb"), ["update", "install"]),
        (0, ("apt-get", "initdb", "chromium"), []),
        (0, ("initdb",), []),
        (1000, ("apt-get", "initdb"), []),
    ],
)
def test_programs_for_tests_are_installed_where_we_may(
    monkeypatch, capsys, user, present, commands
):
    ran = []
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(machine.os, "geteuid", lambda: user)
    monkeypatch.setattr(machine.Path, "glob", lambda *_: iter(()))
    monkeypatch.setattr(shutil, "which", lambda name: name if name in present else None)
    monkeypatch.setattr(machine.subprocess, "call", lambda command, **_: ran.append(command))
    machine.install_test_programs()
    assert [command[2] for command in ran] == commands
    missing = {"postgresql": "initdb", "chromium": "chromium"}
    told = capsys.readouterr().err
    for package, program in missing.items():
        assert (package in told) == (program not in present)
        assert all((package in command) == (program not in present) for command in ran[1:])


def test_packages_are_installed_once_and_again_after_a_change(monkeypatch, tmp_path):
    runtime = tmp_path / "requirements.txt"
    runtime.write_text("flask==1\n")
    calls = []
    monkeypatch.setattr(setup, "VENV", tmp_path)
    monkeypatch.setattr(setup, "RUNTIME", runtime)
    monkeypatch.setattr(setup, "venv_imports", lambda _: True)
    monkeypatch.setattr(setup, "run_pip", lambda *arguments: calls.append(arguments))

    setup.install_packages("")
    setup.install_packages("")
    assert len(calls) == 1

    runtime.write_text("flask==2\n")
    setup.install_packages("")
    assert len(calls) == 2

    setup.install_packages("", with_tests=True)
    assert calls[-1][1] == ["-r", str(runtime), "-r", str(setup.TESTS)]


def test_a_failed_installation_is_tried_again(monkeypatch, tmp_path):
    def fail(*_):
        raise LauncherError("no network", "没有网络")

    monkeypatch.setattr(setup, "VENV", tmp_path)
    monkeypatch.setattr(setup, "venv_imports", lambda _: True)
    monkeypatch.setattr(setup, "run_pip", fail)
    for _ in range(2):
        with pytest.raises(LauncherError):
            setup.install_packages("")


@pytest.fixture
def own_static(monkeypatch, tmp_path):
    """A copy of static/ in which nothing has been made yet."""
    static = tmp_path / "static"
    shutil.copytree(assets.STATIC, static, ignore=shutil.ignore_patterns("vendor"))
    monkeypatch.setattr(assets, "STATIC", static)
    monkeypatch.setattr(assets, "VENDOR", static / "vendor")
    monkeypatch.setattr(assets, "ICONS", static / "icons.txt")
    monkeypatch.setattr(assets, "VENV_PYTHON", Path(sys.executable))
    return static


@pytest.fixture
def fetched(monkeypatch):
    """Each time htmx was fetched."""
    times = []
    monkeypatch.setattr(assets, "fetch_htmx", lambda _: times.append(1) or b"htmx")
    return times


def test_assets_are_put_in_place_once(own_static, fetched):
    assets.install_assets("")
    assets.install_assets("")
    assert len(fetched) == 1
    made = own_static / "vendor"
    assert (made / "linli.js").read_bytes().startswith(b"htmx\n// Small comforts")
    assert b"/*" not in (made / "linli.css").read_bytes()
    for name in assets.BUNDLES:
        assert gzip.decompress((made / f"{name}.gz").read_bytes()) == (made / name).read_bytes()


@pytest.mark.usefixtures("fetched")
def test_a_changed_sheet_is_noticed(own_static):
    assets.install_assets("")
    with (own_static / "css" / "print.css").open("a") as sheet:
        sheet.write(".new-rule {}")
    assets.install_assets("")
    squeezed = (own_static / "vendor" / "linli.css.gz").read_bytes()
    assert b".new-rule {}" in gzip.decompress(squeezed)


@pytest.mark.usefixtures("fetched")
def test_the_sprite_holds_the_icons_that_are_listed_and_no_other(own_static):
    (own_static / "icons.txt").write_text("bell\nkey\n")
    assets.install_assets("")
    sprite = (own_static / "vendor" / "icons.svg").read_text()
    assert re.findall(r'<symbol id="([^"]+)"', sprite) == ["bell", "key"]
    (own_static / "icons.txt").write_text("bell\nno-such-icon\n")
    with pytest.raises(LauncherError, match="do not exist: no-such-icon"):
        assets.install_assets("")


def test_another_htmx_than_the_pinned_one_is_refused(monkeypatch):
    def download(_action, arguments, _wheelhouse):
        folder = Path(arguments[arguments.index("--dest") + 1])
        with zipfile.ZipFile(folder / "django_htmx-1.whl", "w") as wheel:
            wheel.writestr(assets.HTMX_MEMBER, "something else")

    monkeypatch.setattr(assets, "run_pip", download)
    with pytest.raises(LauncherError, match=r"not htmx 2\.0\.10"):
        assets.fetch_htmx("")


@pytest.mark.parametrize(("present", "said"), [((), True), (("google-chrome-stable",), False)])
def test_without_a_browser_the_last_lines_of_the_tests_say_so(tmp_path, present, said):
    for name in present:
        (tmp_path / name).touch(mode=0o755)
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "tests/test_smoke.py"],
        capture_output=True, encoding="utf-8", cwd=ROOT, timeout=300, check=False,
        env={**os.environ, "PATH": str(tmp_path), "CI": ""},
    )  # fmt: skip
    words = "Chromium is not installed here: the tests in a browser were skipped."
    assert (words in result.stdout) is said, result.stdout


@pytest.mark.parametrize("file", REQUIREMENT_FILES, ids=lambda file: file.name)
def test_every_requirement_is_pinned_with_a_hash(file):
    lines = file.read_text(encoding="ascii").splitlines()
    pins = [line for line in lines if "==" in line]
    assert pins
    for line in lines:
        assert re.match(r"[a-z0-9][a-z0-9.-]*==|    --hash=sha256:[0-9a-f]{64}|#", line), line
    for number, line in enumerate(lines):
        if "==" in line:
            assert "--hash" in lines[number + 1]


def test_both_requirement_files_agree():
    pins = [
        dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", file.read_text(encoding="ascii"), re.MULTILINE))
        for file in (setup.RUNTIME, setup.TESTS)
    ]
    shared = pins[0].keys() & pins[1].keys()
    assert {name: pins[0][name] for name in shared} == {name: pins[1][name] for name in shared}


@pytest.fixture
def data(tmp_path):
    """A data folder that has just been prepared, with an account in it."""
    with closing(sqlite3.connect(tmp_path / "linli.db")) as database:
        database.executescript(
            "CREATE TABLE user_account (id); INSERT INTO user_account VALUES (1);"
            "CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES ('7');"
            "CREATE TABLE ledger_transaction (day); CREATE TABLE seal (day);"
            "CREATE TABLE calendar_day (day); INSERT INTO calendar_day VALUES ('2026-10-01');"
        )
    prepared.remember(tmp_path, {})
    return tmp_path


def test_what_has_been_prepared_is_not_prepared_again(data):
    assert prepared.is_prepared(data, {})
    assert prepared.is_prepared(data, {"PATH": "/bin"})


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE alembic_version SET version_num = '6'",  # an older copy was put in its place
        "DELETE FROM user_account",  # the code for the first visit has to be shown
        "DROP TABLE alembic_version",
        "DELETE FROM calendar_day",
    ],
)
def test_another_database_is_prepared(data, change):
    with closing(sqlite3.connect(data / "linli.db")) as database, database:
        database.execute(change)
    assert not prepared.is_prepared(data, {})


@pytest.mark.parametrize(
    "environment",
    [{"DATABASE_URL": "postgresql://elsewhere/linli"}, {"SECRET_KEY": "x"}, {"LINLI_DEMO": "1"}],
)
def test_other_settings_are_looked_at_by_the_program(data, environment):
    assert not prepared.is_prepared(data, environment)


@pytest.mark.parametrize("url", ["postgresql://linli@127.0.0.1:1/linli", "sqlite:///other.db", "?"])
def test_a_database_that_cannot_be_asked_is_prepared(data, url):
    environment = {"DATABASE_URL": url}
    prepared.remember(data, environment)
    assert not prepared.is_prepared(data, environment)
    (data / "config.toml").write_text(f'DATABASE_URL = "{url}"')
    prepared.remember(data, {})
    assert not prepared.is_prepared(data, {})


def test_settings_that_cannot_be_read_are_for_the_program_to_explain(data):
    (data / "config.toml").write_text("DATABASE_URL = ")
    assert not prepared.is_prepared(data, {})


def test_one_worker_a_core_at_most_four_unless_told_otherwise(monkeypatch):
    commands = []
    monkeypatch.setattr(manage, "prepared_environment", lambda *_, **__: {})
    monkeypatch.setattr(manage, "announce_when_ready", lambda *_: None)
    monkeypatch.setattr(manage, "hand_over", lambda command, _: commands.append(command) or 0)
    for cores, asked in ((1, []), (3, []), (64, []), (2, ["--workers", "7"])):
        monkeypatch.setattr(manage, "cores", lambda cores=cores: cores)
        assert manage.main(["run", *asked]) == 0
    assert [command[command.index("--workers") + 1] for command in commands] == ["1", "3", "4", "7"]


def test_on_windows_one_worker_for_the_server_can_run_no_more(monkeypatch):
    monkeypatch.setattr(manage, "cores", lambda: 8)
    monkeypatch.setattr(manage, "os", SimpleNamespace(name="nt"))
    assert manage.default_workers() == 1


def test_the_developers_server_listens_to_this_machine_alone(monkeypatch, capsys):
    commands = []
    monkeypatch.setattr(manage, "prepared_environment", lambda *_, **__: {})
    monkeypatch.setattr(manage, "hand_over", lambda command, _: commands.append(command) or 0)
    assert manage.main(["dev", "--port", "8001"]) == 0
    [command] = commands
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert "--debug" in command
    assert manage.main(["dev", "--host", "0.0.0.0"]) == 2
    assert "--host" in capsys.readouterr().err


class Health(BaseHTTPRequestHandler):
    """Answers with one status after the other, and then with the last again."""

    statuses: ClassVar[list[int]] = []

    def do_GET(self):
        self.send_response(self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0])
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Health) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running.server_port
        running.shutdown()
        thread.join()


def test_the_address_is_told_once_the_server_is_ready(server, monkeypatch, capsys):
    monkeypatch.setattr(Health, "statuses", [503, 503, 200])
    announcing.announce("127.0.0.1", server, lambda: True)
    assert f"http://127.0.0.1:{server}/" in capsys.readouterr().out
    assert Health.statuses == [200]


def test_a_server_that_answers_and_does_not_get_ready_is_told_all_the_same(
    server, monkeypatch, capsys
):
    monkeypatch.setattr(Health, "statuses", [503])
    monkeypatch.setattr(announcing, "PATIENCE", 0.2)
    announcing.announce("0.0.0.0", server, lambda: True)
    assert f"http://127.0.0.1:{server}/" in capsys.readouterr().out


def test_nothing_is_told_of_a_server_that_has_ended(capsys):
    left = [True, True, False]
    announcing.announce("127.0.0.1", free_port(), lambda: left.pop(0))
    assert capsys.readouterr().out == ""


def test_the_process_that_becomes_the_server_leaves_no_child_behind(server, monkeypatch):
    """The server does not wait for the process that announces: that must not stay as a zombie."""
    monkeypatch.setattr(Health, "statuses", [200])
    program = (
        "import os, sys; sys.path.insert(0, sys.argv[1])\n"
        "from launcher.announcing import announce_when_ready\n"
        "announce_when_ready('127.0.0.1', int(sys.argv[2]))\n"
        "try: os.wait()\n"
        "except ChildProcessError: print('none', file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(ROOT), str(server)],
        capture_output=True, encoding="utf-8", timeout=300, check=True,
    )  # fmt: skip
    assert done.stderr == "none\n"
    assert done.stdout.count(f"http://127.0.0.1:{server}/") == 1


def test_a_day_with_postings_that_is_over_is_prepared_until_it_is_sealed(data):
    def execute(statement, *values):
        with closing(sqlite3.connect(data / "linli.db")) as database:
            database.execute(statement, values)
            database.commit()

    execute("INSERT INTO ledger_transaction VALUES (?)", prepared.china_today())
    assert prepared.is_prepared(data, {})
    execute("INSERT INTO ledger_transaction VALUES ('2026-11-20')")
    assert not prepared.is_prepared(data, {})
    execute("INSERT INTO seal VALUES ('2026-11-20')")
    assert prepared.is_prepared(data, {})


def test_a_new_version_a_new_year_and_a_lost_file_are_prepared(data, monkeypatch):
    monkeypatch.setattr(prepared.time, "time", lambda: 4e9)
    assert not prepared.is_prepared(data, {})
    monkeypatch.undo()
    (data / "linli.db").rename(data / "kept.db")
    assert not prepared.is_prepared(data, {})
    (data / "linli.db").write_text("damaged" * 1000)
    assert not prepared.is_prepared(data, {})
    (data / "kept.db").replace(data / "linli.db")
    assert prepared.is_prepared(data, {})
    monkeypatch.setattr(prepared, "ROOT", data)
    assert not prepared.is_prepared(data, {})


def test_a_second_start_goes_straight_to_the_server(data, monkeypatch):
    steps = []
    monkeypatch.setattr(manage, "set_up", lambda *_, **__: None)
    monkeypatch.setattr(manage.subprocess, "call", lambda *_, **__: steps.append("prepare"))
    monkeypatch.setattr(manage, "announce_when_ready", lambda *_: None)
    monkeypatch.setattr(manage, "hand_over", lambda *_: steps.append("serve") or 0)
    for name in prepared.SETTINGS:
        monkeypatch.delenv(name, raising=False)
    for _twice in range(2):
        assert manage.main(["demo", "--port", str(free_port()), "--data", str(data)]) == 0
    assert steps == ["prepare", "serve", "serve"]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
