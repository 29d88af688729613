"""The two engines: SQLite in a file, PostgreSQL from the machine's server binaries."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from tests import postgres

ENGINES = ("sqlite", "postgresql")


class Engine(Protocol):
    """Where an engine keeps its databases. `version` is what it calls itself."""

    name: str
    version: str

    def url(self, database: str) -> str:
        """SQLAlchemy's URL of a database of this name."""

    def has(self, database: str) -> bool: ...

    def make(self, database: str) -> None:
        """An empty database of this name, in place of one that may be there."""

    def copy(self, database: str, name: str) -> None:
        """The database again under another name; no server may be at work in either."""


class Sqlite:
    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with sa.create_engine("sqlite://").connect() as connection:
            found = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
        self.version = f"SQLite {found}"

    def url(self, database: str) -> str:
        return f"sqlite:///{self._file(database)}"

    def has(self, database: str) -> bool:
        return self._file(database).exists()

    def make(self, database: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for suffix in ("", "-wal", "-shm", ".floor", ".floor-wal", ".floor-shm"):
            Path(f"{self._file(database)}{suffix}").unlink(missing_ok=True)

    def copy(self, database: str, name: str) -> None:
        self.make(name)
        with (
            closing(sqlite3.connect(self._file(database))) as source,
            closing(sqlite3.connect(self._file(name))) as target,
        ):
            source.backup(target)

    def _file(self, database: str) -> Path:
        return self.folder / f"{database}.db"


class Postgresql:
    name = "postgresql"

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        found = self._run("SHOW server_version")[0][0]
        self.version = f"PostgreSQL {found.split()[0]}"

    def url(self, database: str) -> str:
        return f"{self.prefix}linli_{database}"

    def has(self, database: str) -> bool:
        query = f"SELECT 1 FROM pg_database WHERE datname = 'linli_{database}'"
        return bool(self._run(query))

    def make(self, database: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS linli_{database} WITH (FORCE)")
        self._run(f"CREATE DATABASE linli_{database}")

    def copy(self, database: str, name: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS linli_{name} WITH (FORCE)")
        # The files as they are: written row by row, a city would take minutes.
        strategy = "" if int(self.version.split()[1].split(".")[0]) < 15 else " STRATEGY FILE_COPY"
        self._run(f"CREATE DATABASE linli_{name} TEMPLATE linli_{database}{strategy}")

    def _run(self, statement: str) -> Sequence[Any]:
        engine = sa.create_engine(
            f"{self.prefix}postgres", isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
        )
        with engine.connect() as connection:
            result = connection.exec_driver_sql(statement)
            return result.all() if result.returns_rows else ()


@contextmanager
def running(name: str, folder: Path) -> Iterator[Engine]:
    """The engine, its databases kept under the folder."""
    if name == "sqlite":
        yield Sqlite(folder / "sqlite")
        return
    with postgres.server(_place_of_cluster(folder)) as prefix:
        yield Postgresql(prefix)


def is_here(name: str) -> bool:
    return name == "sqlite" or bool(os.environ.get("TEST_DATABASE_URL") or postgres.binaries())


def _place_of_cluster(folder: Path) -> Path:
    """Under the folder, or beside other scratch data if the server's account can't get there."""
    found = postgres.binaries()
    version = found.parent.name if found and found.parent.name.isdigit() else "any"
    kept = folder / f"postgresql-{version}"
    kept.mkdir(parents=True, exist_ok=True)
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return kept
    reached = subprocess.run(["ls", str(folder)], user="postgres", capture_output=True, check=False)
    return kept if reached.returncode == 0 else Path(tempfile.gettempdir()) / f"linli-{version}"
