"""`flask backup FILE` and `flask restore FILE`: the whole installation in one file.

The file is a zip of one JSON line per row, engine-independent: what was backed up from SQLite
can be restored into PostgreSQL, which is how a community that has grown moves. Uploads are in
it; the secret key is not, so a thief of the backup can forge no session.
"""

from __future__ import annotations

import json
import os
import zlib
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from tempfile import mkstemp
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from app.cli.locking import alone
from app.cli.revisions import unknown
from app.core import clock
from app.core.console import Command, Failed, NewFile, say
from app.core.db import UtcDateTime, begin_reading, begin_writing, db
from app.core.engines import plain_message
from app.core.i18n import Phrase, PhraseType
from app.core.i18n import lazy_gettext as _l
from app.core.migrations import upgrade
from app.core.upkeep import continue_numbering, refresh_statistics
from app.tasks.interface import how_many_without_source

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCH = 2000  # rows in memory at a time

# What reading a file raises that is no backup, or was one until something happened to it.
DAMAGE = (
    BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    TypeError,
    ValueError,
    RuntimeError,
    SQLAlchemyError,
)


@click.command(cls=Command)
@click.argument("file", type=NewFile())
@with_appcontext
def backup(file: Path) -> None:
    """Write everything into FILE (a new .zip), while the site goes on serving."""
    begin_reading(at_one_moment=True)  # a consistent picture, and no writer waits for it
    # A name of its own, since another backup may be under way. It holds all residents' data,
    # so only this account may read it.
    number, name = mkstemp(prefix=f"{file.name}.", suffix=".part", dir=file.parent)
    os.close(number)
    scratch = Path(name)
    try:
        rows = _write(scratch)
        scratch.replace(file)
    finally:
        scratch.unlink(missing_ok=True)
    say(
        _l(
            "%(rows)s rows of %(tables)s tables written to %(file)s",
            rows=sum(rows.values()),
            tables=len(rows),
            file=file,
        )
    )


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Fill an installation from FILE: all of it, or nothing. Fails unless the installation is empty."""
    try:
        with ZipFile(file) as archive, alone():
            about = json.loads(archive.read("about.json"))
            _refuse_another_versions(about)
            begin_writing()
            upgrade()  # a new installation has no tables yet
            _refuse_unfit(about)
            with _triggers_off():
                for table in reversed(db.metadata.sorted_tables):
                    db.session.execute(table.delete())
                for table in _lasting():
                    _read_table(archive, table, about["rows"].get(table.name, 0))
                continue_numbering()
                refresh_statistics()
            if missing := how_many_without_source():
                raise Failed(_l("%(tasks)s tasks come from nothing.", tasks=missing))
            _restore_files(archive, current_app.config["FILES_FOLDER"])
            db.session.commit()
    except DAMAGE as error:
        db.session.rollback()
        message = _l(
            "%(file)s is not a backup of Linli, or damaged: %(said)s",
            file=file,
            said=plain_message(error),
        )
        raise Failed(message) from error
    rows = sum(about["rows"].values())
    say(_l("%(rows)s rows restored. Now run: python3 manage.py flask ledger verify", rows=rows))


def _write(file: Path) -> dict[str, int]:
    """Everything, into a new zip. Returns how many rows of each table."""
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        rows = {table.name: _write_table(archive, table) for table in _lasting()}
        about = {"revision": _revision(), "made_at": clock.now().isoformat(), "rows": rows}
        archive.writestr("about.json", json.dumps(about, indent=1))
        for stored in _files(current_app.config["FILES_FOLDER"]):
            archive.write(stored, f"files/{stored.parent.name}/{stored.name}")
    return rows


def _lasting() -> list[sa.Table]:
    """The tables that a backup has: all but those whose rows count for a while only."""
    return [table for table in db.metadata.sorted_tables if table.info.get("in_backups", True)]


def _write_table(archive: ZipFile, table: sa.Table) -> int:
    count = 0
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as entry:
        statement = sa.select(table).order_by(*table.primary_key)
        for row in db.session.execute(statement, execution_options={"yield_per": BATCH}):
            entry.write(json.dumps(list(row), default=_plain, ensure_ascii=False).encode() + b"\n")
            count += 1
    return count


def _read_table(archive: ZipFile, table: sa.Table, expected: int) -> None:
    columns = list(table.columns)
    count = 0
    with archive.open(f"tables/{table.name}.jsonl") as entry:
        for batch in _batches(entry):
            rows = [
                {
                    column.name: _typed(column, value)
                    for column, value in zip(columns, row, strict=True)
                }
                for row in batch
            ]
            db.session.execute(table.insert(), rows)
            count += len(rows)
    if count != expected:
        raise Failed(
            _l(
                "%(table)s: %(expected)s rows expected, %(count)s found",
                table=table.name,
                expected=expected,
                count=count,
            )
        )


def _batches(entry: IO[bytes]) -> Iterator[list[list[Any]]]:
    batch: list[list[Any]] = []
    for line in entry:
        batch.append(json.loads(line))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Phrase):
        return {"msgid": value.msgid, "params": value.params}
    raise TypeError(f"no way to write {value!r}")


def _typed(column: sa.Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    if isinstance(column.type, PhraseType):
        return Phrase(value["msgid"], **value["params"])
    return value


def _refuse_another_versions(about: dict[str, Any]) -> None:
    if unknown([about["revision"]]):
        raise Failed(
            _l(
                "The backup is of revision %(revision)s: another version of Linli made it, and only "
                "that version can restore it.",
                revision=about["revision"],
            )
        )


def _refuse_unfit(about: dict[str, Any]) -> None:
    if about["revision"] != _revision():
        raise Failed(
            _l(
                "The backup is of revision %(there)s, this installation of %(here)s. Restore it "
                "with the version that made it, then upgrade.",
                there=about["revision"],
                here=_revision(),
            )
        )
    if db.session.scalar(sa.text("SELECT count(*) FROM user_account")):
        raise Failed(_l("This installation is in use. Restore into an empty one."))


def _revision() -> str:
    return str(db.session.scalar(sa.text("SELECT version_num FROM alembic_version")))


@contextmanager
def _triggers_off() -> Iterator[None]:
    """Without triggers inside: restored rows are history, not new acts. Transactional on both
    engines, so that a failure leaves every trigger in its place."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        triggers = connection.execute(
            sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        ).all()
        for name, _sql in triggers:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        yield
        for _name, sql in triggers:
            connection.exec_driver_sql(sql)
        return
    for table in db.metadata.sorted_tables:
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER')
    # A row may refer to a later one of its table: these keys are looked at when all are there.
    for change in _own_keys("DEFERRABLE INITIALLY DEFERRED"):
        connection.exec_driver_sql(change)
    yield
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for change in _own_keys("NOT DEFERRABLE"):
        connection.exec_driver_sql(change)
    for table in db.metadata.sorted_tables:
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER')


def _own_keys(how: str) -> Iterator[str]:
    """Statements that change when the foreign keys of tables to themselves are looked at."""
    for table in db.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            if key.referred_table is table:
                yield f'ALTER TABLE "{table.name}" ALTER CONSTRAINT "{key.name}" {how}'


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*/*")) if path.is_file() and not path.suffix]


def _restore_files(archive: ZipFile, folder: Path) -> None:
    for name in archive.namelist():
        parts = name.split("/")
        # Only names we wrote ourselves: files/ab/abcdef…, never a path that climbs.
        if parts[0] == "files" and len(parts) == 3 and parts[2].isalnum() and parts[1].isalnum():  # noqa: PLR2004
            target = folder / parts[1] / parts[2]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(name))
