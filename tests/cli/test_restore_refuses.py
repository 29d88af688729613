"""What is no backup, or not one for here, is refused, and nothing has changed afterwards."""

from __future__ import annotations

import json
import zipfile

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.core import clock
from app.core.db import begin_writing, db
from tests.cli.conftest import rows_of
from tests.cli.test_backup_and_restore import guards_of
from tests.resolutions import given
from tests.sample import run

pytestmark = [pytest.mark.both_engines, pytest.mark.slow]


def refused(app, file, words):
    before, guards = rows_of(app), guards_of(app)
    begin_writing()
    done = run(app, "restore", file)
    begin_writing()
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, SystemExit), repr(done.exception)
    assert words in done.output
    assert rows_of(app) == before
    assert guards_of(app) == guards
    return done.output


def rewritten(source, target, change):
    """A copy of a zip; `change(name, content)` gives an entry's new content, None to leave it out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target


def test_an_installation_in_use_is_not_written_over(small, small_backup):
    refused(small, small_backup, "This installation is in use.")


@pytest.mark.parametrize(
    ("revision", "what_to_do"),
    [
        ("2026_12_01_03_ledger", "Restore it with the version that made it, then upgrade."),
        ("2026_11_27_03_who_gives", "another version of Linli made it, and only that version can"),
        ("2031_01_01_newer", "another version of Linli made it, and only that version can"),
    ],
)
def test_a_backup_of_another_revision(empty, small_backup, tmp_path, revision, what_to_do):
    def older(name, content):
        if name != "about.json":
            return content
        return json.dumps({**json.loads(content), "revision": revision}).encode()

    file = rewritten(small_backup, tmp_path / "older.zip", older)
    said = refused(empty, file, f"The backup is of revision {revision}")
    assert what_to_do in said
    assert "备份的" in said


def test_damaged_files(empty, small_backup, tmp_path):
    whole = small_backup.read_bytes()
    damaged = tmp_path / "damaged.zip"
    words = "is not a backup of Linli, or damaged"

    damaged.write_bytes(whole[: len(whole) // 2])
    refused(empty, damaged, words)

    with zipfile.ZipFile(small_backup) as archive:
        for name in ("about.json", "tables/person.jsonl", "tables/place.jsonl"):
            entry = archive.getinfo(name)
            middle = entry.header_offset + 30 + len(name) + entry.compress_size // 2
            damaged.write_bytes(
                whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :]
            )
            refused(empty, damaged, words)

    def cut(name, content):
        return content[: len(content) // 2] if name == "tables/person.jsonl" else content

    refused(empty, rewritten(small_backup, damaged, cut), words)
    refused(
        empty,
        rewritten(small_backup, damaged, lambda n, c: None if n == "tables/person.jsonl" else c),
        words,
    )


def test_rows_that_do_not_fit_together(empty, small_backup, tmp_path):
    file = tmp_path / "changed.zip"

    def one_less(name, content):
        return content.split(b"\n", 1)[1] if name == "tables/role_grant.jsonl" else content

    refused(
        empty, rewritten(small_backup, file, one_less), "role_grant: 12 rows expected, 11 found"
    )

    def nobody(name, content):
        if name == "about.json":
            about = json.loads(content)
            about["rows"]["person"] = 0
            return json.dumps(about)
        return b"" if name == "tables/person.jsonl" else content

    # Appointments and accounts point to people who are not there.
    refused(empty, rewritten(small_backup, file, nobody), "or damaged")


def test_tasks_of_nothing(empty, prepare, tmp_path):
    """What they come from is no foreign key, and no trigger looks while a backup is read."""
    whole = tmp_path / "whole.zip"
    drafting = prepare(lambda cast: given.drafted(cast, given.resolution(cast)))
    with clock.frozen(given.NOW), drafting as (app, *_):
        assert run(app, "backup", whole).exit_code == 0

    def none_left(name, content):
        if name == "about.json":
            about = json.loads(content)
            about["rows"]["resolution"] = 0
            return json.dumps(about)
        return b"" if name == "tables/resolution.jsonl" else content

    refused(empty, rewritten(whole, tmp_path / "lost.zip", none_left), "1 tasks come from nothing")


@pytest.mark.parametrize("inside", [{"hello.txt": "你好"}, {"about.json": "[1, 2]"}, {}])
def test_somebody_elses_zip(empty, tmp_path, inside):
    file = tmp_path / "foreign.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in inside.items():
            archive.writestr(name, content)
    refused(empty, file, "is not a backup of Linli")


def test_a_file_that_is_no_zip(empty, tmp_path):
    file = tmp_path / "letter.zip"
    file.write_text("尊敬的居民：")
    refused(empty, file, "is not a backup of Linli")


def test_after_all_that_the_whole_backup_goes_in(migrated, new_database, small_backup, tmp_path):
    """Also names in it that climb out of the folder: they are left out."""
    app = migrated(new_database())
    half = tmp_path / "half.zip"
    half.write_bytes(small_backup.read_bytes()[:1000])
    refused(app, half, "or damaged")

    file = rewritten(small_backup, tmp_path / "climbing.zip", lambda _name, content: content)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("files/../../climbed", "outside")
        archive.writestr("files/ab/../../climbed", "outside")
    done = run(app, "restore", file)
    assert done.exit_code == 0, done.output
    assert list(app.config["FILES_FOLDER"].parent.parent.rglob("climbed")) == []
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(User.id))) == 12
        db.session.remove()


def test_a_row_that_the_database_refuses_is_not_shown(empty, small_backup, tmp_path):
    """It may hold a name, a telephone number, the hash of a password."""

    def nameless(name, content):
        if name != "tables/user_account.jsonl":
            return content
        accounts = [json.loads(line) for line in content.splitlines()]
        accounts[0] = [None if field == accounts[0][1] else field for field in accounts[0]]
        return "".join(json.dumps(account) + "\n" for account in accounts)

    said = refused(
        empty, rewritten(small_backup, tmp_path / "nameless.zip", nameless), "or damaged"
    )
    assert "argon2" not in said
    assert "INSERT" not in said
    assert len(said.strip().splitlines()) == 2  # in English and in Chinese
