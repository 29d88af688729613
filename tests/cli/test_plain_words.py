"""What a person can put right is said in English and Chinese, without a traceback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import click
import pytest

from app.core import console
from app.core.settings import ROOT, SettingError, load
from tests.sample import run

NO_ID = "9" * 20


@pytest.fixture
def said(new_app):
    """`said(url, "ledger", "verify")`: the lines that a command says before it fails."""

    def saying(url, *arguments, code=1):
        app = new_app(url)
        done = run(app, *arguments)
        assert done.exit_code == code, done.output
        assert isinstance(done.exception, SystemExit), repr(done.exception)
        with app.app_context():
            console.db.session.remove()
            console.db.engine.dispose()
        return done.output.strip().splitlines()

    return saying


@pytest.mark.parametrize(
    "arguments",
    [
        ["ledger", "verify"],
        ["user", "create", "xie", "--name", "谢", "--role", "staff", "--place", "桂花社区"],
        ["backup", "new.zip"],
    ],
)
def test_a_database_that_is_not_there_yet(said, new_database, arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    english, chinese = said(new_database(), *arguments)
    assert "First run: python3 manage.py flask prepare" in english
    assert "数据库尚未建立" in chinese
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["prepare"], ["ledger", "verify"]])
def test_a_database_file_that_is_none(said, arguments, tmp_path):
    file = tmp_path / "linli.db"
    file.write_text("尊敬的居民：" * 1000)
    english, chinese = said(f"sqlite:///{file}", *arguments)
    assert "The database file is damaged" in english
    assert "数据库文件已损坏" in chinese


@pytest.mark.parametrize("arguments", [["prepare"], ["ledger", "verify"]])
def test_a_database_server_that_does_not_answer(said, arguments):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        lines = said(f"postgresql+psycopg://linli:geheim@127.0.0.1:{port}/linli", *arguments)
    english, chinese = lines
    assert "The database can't be reached" in english
    assert "无法连接数据库" in chinese
    assert "geheim" not in english


@pytest.mark.parametrize(
    "arguments",
    [
        ["user", "create", "xie", "--name", "谢", "--role", "staff", "--place", NO_ID],
        ["user", "grant", "staff", "grid", NO_ID],
        ["people", "import", __file__, "--community", NO_ID],
    ],
)
def test_a_number_that_no_row_can_have(app, cast, arguments):
    done = run(app, *arguments)
    assert done.exit_code == 1
    assert f"There is no {'community' if 'import' in arguments else 'place'} {NO_ID}" in done.output


def test_a_list_with_an_endless_cell(app, tmp_path):
    file = tmp_path / "divisions.csv"
    file.write_text("code,name,level,parent_code\n5105," + "泸" * 200_000 + ",city,\n", "utf-8")
    done = run(app, "places", "import", file)
    assert done.exit_code == 1
    assert "Line 2 is no line of a CSV list" in done.output
    assert "第 2 行" in done.output


@pytest.mark.parametrize("folder", ["nowhere", "file"])
def test_a_backup_into_a_folder_that_is_none(app, tmp_path, folder):
    (tmp_path / "file").write_text("")
    done = run(app, "backup", tmp_path / folder / "new.zip")
    assert done.exit_code == 2
    assert f"There is no folder {tmp_path / folder}" in done.output
    assert "没有目录" in done.output


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY is shorter than 32"),
        ("SECRET_KEY", "a" * 40, "SECRET_KEY has fewer than 12 different characters"),
        ("SECRET_KEY", "abcdefghijk" * 4, "SECRET_KEY has fewer than 12 different characters"),
        ("FLASK_DEBUG", "1", "FLASK_DEBUG shows"),
        ("IDLE_MINUTES", "abc", "IDLE_MINUTES has to be a whole number from 1"),
        ("IDLE_MINUTES", "0", "IDLE_MINUTES"),
        ("PROXIES", "-1", "PROXIES"),
        ("PUBLIC_URL", "linli.example", "PUBLIC_URL has to be like"),
        ("PUBLIC_URL", "https://linli.example/sub?x=1", "PUBLIC_URL has to be like"),
        ("DATABASE_URL", "mysql://linli:geheim@localhost/linli", "DATABASE_URL has to be like"),
        ("DATABASE_URL", "postgresql", "DATABASE_URL has to be like"),
        ("DATABASE_URL", "postgresql://host:port/linli", "DATABASE_URL has to be like"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch, tmp_path, name, value, words):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError) as refused:
        load(tmp_path)
    english, chinese = refused.value.message.splitlines()
    assert words in english
    assert name in chinese
    assert "geheim" not in english + chinese


@pytest.mark.parametrize("content", [b"SECRET_KEY =", b"\xff\xfe\x00", b"HTTPS = true\nHTTPS = 1"])
def test_settings_that_cannot_be_read_are_named(tmp_path, content):
    (tmp_path / "config.toml").write_bytes(content)
    with pytest.raises(SettingError, match=r"config\.toml is not correct TOML"):
        load(tmp_path)


def test_a_data_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match="The data folder can't be used"):
        load(tmp_path / "file")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_what_is_written_is_nobody_elses_on_the_machine(tmp_path):
    tmp_path.chmod(0o755)
    for arguments in (["prepare"], ["backup", tmp_path / "backup.zip"]):
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT, env={**os.environ, "LINLI_DATA": str(tmp_path), "DATABASE_URL": ""},
            check=True, timeout=300, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"linli.db", "secret_key", "setup_code", "backup.zip"} <= {p.name for p in written}
    assert [path for path in written if path.stat().st_mode & 0o077] == []


def test_a_key_is_there_whole_or_not_at_all(tmp_path, monkeypatch):
    (tmp_path / "secret_key").touch()  # left by a start that died as it wrote
    monkeypatch.setenv("LINLI_DATA", str(tmp_path))
    made = load(tmp_path)["SECRET_KEY"]
    assert len(made) > 32
    assert load(tmp_path)["SECRET_KEY"] == made
    assert [file.name for file in tmp_path.glob("secret_key*")] == ["secret_key"]


def test_the_command_line_says_no_more_than_that(tmp_path):
    """Also for a setting that keeps the application from being made at all."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "prepare"],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=300,
        env={**os.environ, "LINLI_DATA": str(tmp_path), "PYTHONUTF8": "1",
             "PROXIES": "nonsense"},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    english, chinese = done.stderr.splitlines()
    assert english.startswith("Error: PROXIES has to be")
    assert chinese.startswith("PROXIES 应为")


def test_every_command_of_ours_fails_in_plain_words(app):
    theirs = {"db"}  # Flask-Migrate's
    for name, command in app.cli.commands.items():
        if name not in theirs:
            assert isinstance(command, console.Command | console.Group), name
            assert isinstance(command, click.Command)
