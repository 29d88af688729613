"""One process at a time may prepare a database or fill it; a second one waits."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy import text

from app.core.db import db

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY = 0x4C696E6C69  # of PostgreSQL's lock; any number that no other program uses
_PATIENCE = 3600  # seconds; loading a large sample takes minutes


@contextmanager
def alone() -> Iterator[None]:
    """Hold a lock that ends with the process at the latest, however that ends.

    PostgreSQL's is in the database, so that it holds for several machines. SQLite's write lock ends
    with every transaction, and there are several inside: there it is a file beside the database,
    locked by SQLite itself, which does so in the same way on every system.
    """
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _KEY})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _KEY})
        return
    file = Path(current_app.instance_path) / "prepare.lock"
    with closing(sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield
