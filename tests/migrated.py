"""The migrated databases that tests begin with, kept from run to run.

They lie in pytest's cache, which git ignores, under a digest of all they are made from. Each is
written beside its place and moved there when it is whole, so that processes which make the same
one at the same time, or are killed over it, leave a whole one or none.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
import uuid
from contextlib import closing, suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from app.core import db, engines
from tests import postgres

if TYPE_CHECKING:
    from collections.abc import Callable

MIGRATIONS = Path(__file__).parents[1] / "migrations"
# Of a database on a server that was started from `postgresql`.
DATABASE = "linli_migrated"
# As long as one that no run has used for so long may still be needed.
DAYS_KEPT = 7


def sqlite(folder: Path, migrate: Callable[[str], None]) -> Path:
    """A SQLite file that `migrate(url)` has brought up to date."""

    def make(file: Path) -> None:
        first = file.with_suffix(".first")
        migrate(f"sqlite:///{first}")
        # One file, without the write-ahead log that belongs to the first one.
        with closing(sqlite3.connect(first)) as connection:
            connection.execute("VACUUM INTO ?", [str(file)])
        for left in file.parent.glob(f"{first.name}*"):
            left.unlink()

    return kept(folder, "sqlite", sqlite3.sqlite_version, make)


def postgresql(folder: Path, migrate: Callable[[str], None]) -> Path:
    """A packed PostgreSQL cluster with a migrated database, for `postgres.server(packed=…)`."""

    def fill(prefix: str) -> None:
        postgres.create_database(prefix, DATABASE)
        migrate(prefix + DATABASE)

    return kept(folder, "postgresql", postgres.version(), lambda file: postgres.pack(file, fill))


def digest(*more: str) -> str:
    """The digest of the migrations, of the code that runs them, and of `more`."""
    whole = hashlib.sha256(repr([*more, version("alembic"), version("sqlalchemy")]).encode())
    sources = [path for path in MIGRATIONS.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    modules = (db.__file__, engines.__file__, postgres.__file__, __file__)
    made_by = [Path(str(file)) for file in modules]
    for source in sorted([*sources, *made_by]):
        content = source.read_bytes()
        whole.update(f"{source.name} {len(content)}\n".encode() + content)
    return whole.hexdigest()[:20]


def kept(folder: Path, engine: str, of_version: str, make: Callable[[Path], None]) -> Path:
    file = folder / f"{engine}-{digest(of_version)}"
    if not file.exists():
        new = folder / f"{uuid.uuid4().hex}.new"
        make(new)
        new.replace(file)
    os.utime(file)
    long_ago = time.time() - DAYS_KEPT * 24 * 3600
    for other in folder.iterdir():
        with suppress(FileNotFoundError):  # another process has moved or deleted it
            if other.stat().st_mtime < long_ago:
                other.unlink()
    return file
