"""A whole installation moves into one file and out of it, from either engine to either."""

from __future__ import annotations

import hashlib
import threading
import uuid
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from app.accounts.demo_accounts import PASSWORD
from app.accounts.models import User
from app.cli import backup as backup_module
from app.core import clock
from app.core.attempts import Rate, count_attempt
from app.core.db import begin_writing, db
from app.core.files import StoredFile, path_of
from app.core.i18n import Phrase
from app.ledger.models import Posting
from app.people.models import Person
from app.places.models import Level, Place
from app.points.models import Award
from app.points.services import facts as points
from app.rewards.models import Redemption, RewardItem
from tests.cli.conftest import rows_of
from tests.sample import run

pytestmark = pytest.mark.slow


def guards_of(app):
    """The triggers that stand in the database, and the foreign keys that may wait."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        else:
            query = (
                "SELECT tgrelid::regclass::text || '.' || tgname, tgenabled::text FROM pg_trigger"
                " WHERE NOT tgisinternal UNION ALL"
                " SELECT conname, condeferrable::text || condeferred::text FROM pg_constraint"
                " WHERE contype = 'f' ORDER BY 1"
            )
        found = [tuple(row) for row in db.session.execute(sa.text(query))]
        db.session.remove()
    return found


def refuses_to_change_a_posting(app):
    with app.app_context():
        begin_writing()
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(sa.update(Posting).values(amount=Posting.amount + 1))
        db.session.rollback()
        db.session.remove()


def goes_on(app):
    """A user signs in with the old password and works: nothing new meets an old number."""
    with app.app_context():
        begin_writing()
        item = db.session.scalars(sa.select(RewardItem).where(RewardItem.stock.is_(None))).first()
        rich = db.session.scalar(
            sa.text(
                "SELECT w.person_id FROM wallet w JOIN account a ON a.id = w.account_id"
                " JOIN person p ON p.id = w.person_id WHERE p.community_id = :community"
                " ORDER BY a.balance DESC LIMIT 1"
            ),
            {"community": item.community_id},
        )
        number, price = item.id, item.points
        db.session.remove()
    client = app.test_client()
    assert client.post(
        "/sign-in", data={"username": "staff", "password": PASSWORD}
    ).status_code == 303  # fmt: skip
    assert client.get("/today").status_code == 200
    for _twice in range(2):
        answer = client.post(
            f"/counter/{rich}/redeem/{number}",
            data={"request_key": uuid.uuid4().hex, "price": price},
        )
        assert answer.status_code == 303, answer.text


def numbering_goes_on(app):
    """PostgreSQL's sequences stand behind the highest number of every table."""
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            for table in db.metadata.sorted_tables:
                column = table.autoincrement_column
                if column is not None:
                    sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
                    last = db.session.scalar(sa.select(sa.func.max(column))) or 0
                    assert db.session.scalar(sa.select(sa.func.nextval(sequence))) > last
        db.session.remove()


@pytest.mark.both_engines
@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_everything_comes_back(backup_file, target, database_on, migrated):
    app = migrated(database_on(target))
    guards = guards_of(app)
    file, before = backup_file
    done = run(app, "restore", file)
    assert done.exit_code == 0, done.output

    after = rows_of(app)
    assert {name: len(rows) for name, rows in after.items()} == {
        name: len(rows) for name, rows in before.items()
    }
    assert [name for name in before if before[name] != after[name]] == []
    assert guards_of(app) == guards
    assert run(app, "ledger", "verify").exit_code == 0
    refuses_to_change_a_posting(app)
    numbering_goes_on(app)
    with app.app_context():
        digests = set(db.session.scalars(sa.select(StoredFile.digest)))
        db.session.remove()
    assert digests
    for digest in digests:
        stored = path_of(app.config["FILES_FOLDER"], digest).read_bytes()
        assert hashlib.sha256(stored).hexdigest() == digest
    goes_on(app)
    assert run(app, "ledger", "verify").exit_code == 0


@pytest.mark.both_engines
def test_rows_that_point_to_later_ones_come_back(peopled, tmp_path, new_database, migrated):
    """A community that has come to a street founded later: a row refers to one with a higher id."""
    small = peopled()
    with small.app_context():
        begin_writing()
        community = db.session.get(Place, small.known["community"])
        old = db.session.get(Place, community.parent_id)
        street = Place(name="新街道", level=Level.STREET, parent_id=old.parent_id)
        db.session.add(street)
        db.session.flush()
        assert street.id > community.id
        community.parent_id = street.id
        db.session.commit()
        db.session.remove()
    file = tmp_path / "forward.zip"
    assert run(small, "backup", file).exit_code == 0
    begin_writing()
    app = migrated(new_database())
    guards = guards_of(app)
    done = run(app, "restore", file)
    assert done.exit_code == 0, done.output
    assert rows_of(app)["place"] == rows_of(small)["place"]
    assert guards_of(app) == guards


def test_addresses_of_attempts_are_in_no_backup(peopled, tmp_path):
    app, file = peopled(), tmp_path / "without.zip"
    with app.app_context():
        count_attempt("sign-in", "203.0.113.5", (Rate(5, 60),))
        db.session.commit()
        db.session.remove()
    assert run(app, "backup", file).exit_code == 0
    with zipfile.ZipFile(file) as archive:
        assert "tables/user_account.jsonl" in archive.namelist()
        assert not any(b"203.0.113.5" in archive.read(name) for name in archive.namelist())


@pytest.mark.both_engines
def test_a_backup_taken_while_people_work_is_of_one_moment(
    peopled, tmp_path, new_database, migrated
):
    small = peopled()
    over = threading.Event()
    begun = threading.Event()
    faults = []

    def work():
        try:
            begin_writing()
            with small.app_context():
                number = 0
                while not over.is_set():
                    points.award(
                        None, person_id=small.known["zhang"], code="task_done",
                        fact_key=f"busy:{number}", happened_on=clock.today() - timedelta(days=1),
                        memo=Phrase("Task done"),
                    )  # fmt: skip
                    db.session.commit()
                    number += 1
                    if number == 5:
                        begun.set()
                db.session.remove()
        except Exception as error:  # noqa: BLE001 - told by the test, not lost in a thread
            faults.append(error)
            begun.set()

    worker = threading.Thread(target=work)
    worker.start()
    begun.wait(30)
    file = tmp_path / "busy.zip"
    try:
        done = run(small, "backup", file)
    finally:
        over.set()
        worker.join()
        begin_writing()
    assert done.exit_code == 0, done.output
    assert faults == []

    app = migrated(new_database())
    done = run(app, "restore", file)
    assert done.exit_code == 0, done.output
    assert run(app, "ledger", "verify").exit_code == 0
    rows = rows_of(app)
    assert 5 <= len(rows["award"]) == len(rows["ledger_transaction"]) == len(rows["posting"])
    assert len(rows["award"]) <= len(rows_of(small)["award"])


def test_a_backup_overwrites_nothing_and_leaves_no_half_of_one(small, tmp_path, monkeypatch):
    file = tmp_path / "there.zip"
    file.write_text("something else")
    done = run(small, "backup", file)
    assert done.exit_code == 2
    assert "exists already" in done.output
    assert file.read_text() == "something else"

    def fail(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.cli.backup._files", fail)
    done = run(small, "backup", tmp_path / "full.zip")
    assert done.exit_code == 1
    assert "No space left on device" in done.output
    assert sorted(path.name for path in tmp_path.iterdir() if "zip" in path.name) == ["there.zip"]


@pytest.mark.both_engines
def test_two_backups_into_one_file_at_once_are_both_whole(small, tmp_path, monkeypatch):
    file = tmp_path / "same.zip"
    files = backup_module._files

    def meanwhile(folder):
        monkeypatch.setattr(backup_module, "_files", files)
        with ThreadPoolExecutor(1) as elsewhere:
            second = elsewhere.submit(run, small, "backup", file).result()
        assert second.exit_code == 0, second.output
        return files(folder)

    monkeypatch.setattr(backup_module, "_files", meanwhile)
    first = run(small, "backup", file)
    assert first.exit_code == 0, first.output
    assert [path.name for path in tmp_path.glob("*.zip*")] == ["same.zip"]
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None


def test_what_was_made_after_a_restore_is_new(small_backup, new_database, migrated):
    """The next number of every kind is free, also when the first thing is a person's account."""
    app = migrated(new_database())
    assert run(app, "restore", small_backup).exit_code == 0
    done = run(
        app, "user", "create", "newcomer", "--name", "新社工", "--role", "staff", "--place", "桂花社区"
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    with app.app_context():
        newest = db.session.scalars(sa.select(User).order_by(User.id.desc())).first()
        assert newest.username == "newcomer"
        assert db.session.scalar(sa.select(sa.func.count(Person.id))) == 6
        assert db.session.scalar(sa.select(sa.func.count(Award.id))) == 0
        assert db.session.scalar(sa.select(sa.func.count(Redemption.id))) == 0
        db.session.remove()
