"""A PostgreSQL server of the tests' own, started from the machine's server binaries."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import sqlalchemy as sa

from tests import leash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def binaries() -> Path | None:
    """The folder with `initdb` and `postgres`, the newest if there are several."""
    on_path = shutil.which("initdb")
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda p: int(p.parent.parent.name),
        reverse=True,
    )
    if found:
        return found[0].parent
    return Path(on_path).parent if on_path else None


@contextmanager
def server(kept: Path | None = None, *, packed: Path | None = None) -> Iterator[str]:
    """URL prefix `postgresql+psycopg://…/` of a running server; add a database name to it.

    With TEST_DATABASE_URL set, that server is used instead (its database name is ignored).
    Its data lie in a scratch folder and are not synced to the disk, and begin with what `pack`
    made if that is given; or in the folder `kept`, which is made if it is missing: then they are
    synced and stay. The server ends with this process, even if that is killed.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://") + "/"
        return
    scratch = Path(tempfile.mkdtemp(prefix="linli-pg-"))
    try:
        data = (kept or scratch) / "data"
        _make_folder(scratch)
        _make_folder(data.parent)
        if packed:
            with packed.open("rb") as tar:
                _run(["tar", "-x", "-C", data.parent], stdin=tar)
        elif not (data / "PG_VERSION").exists():
            made = ["-D", data, "-U", "linli", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
            _run([_program("initdb"), *made, "-N"])
        with _running(data, scratch, synced=kept is not None) as port:
            yield f"postgresql+psycopg://linli@127.0.0.1:{port}/"
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def _running(data: Path, scratch: Path, *, synced: bool) -> Iterator[int]:
    """The port of a server on a data folder; its socket and log are in the scratch folder."""
    port, log = _free_port(), scratch / "log"
    options = [f"-p{port}", f"-k{scratch}", "-clisten_addresses=127.0.0.1", "-cmax_connections=80"]
    with log.open("wb") as output:
        server_ = leash.hold(
            [_program("postgres"), "-D", data, *options, *([] if synced else ["-cfsync=off"])],
            stop=signal.SIGINT if synced else signal.SIGQUIT,
            scratch=scratch,
            user=_account(),
            cwd="/",
            env={**os.environ, "TZ": "UTC"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(server_, data / "postmaster.pid", port, log)
        yield port
    finally:
        leash.release(server_)


def pack(file: Path, fill: Callable[[str], None]) -> None:
    """Writes a cluster that `fill(prefix)` has filled into a file from which others start."""
    with tempfile.TemporaryDirectory(prefix="linli-pg-") as folder:
        with server(Path(folder)) as prefix:
            fill(prefix)
        with file.open("wb") as tar:
            subprocess.run(["tar", "-c", "-C", folder, "data"], check=True, stdout=tar)


def create_database(prefix: str, name: str, like: str = "") -> None:
    """On a running server; a copy of the database `like` if that is given."""
    engine = sa.create_engine(
        prefix + "postgres", isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} {f'TEMPLATE {like}' if like else ''}")


def version() -> str:
    """What the server says of itself, e.g. `postgres (PostgreSQL) 15.13`."""
    done = subprocess.run(
        [_program("postgres"), "--version"], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def _program(name: str) -> Path:
    folder = binaries()
    if folder is None:
        msg = "no PostgreSQL server binaries"
        raise RuntimeError(msg)
    return folder / name


def _account() -> str:
    """PostgreSQL refuses to run as root: then it runs as the account its package made."""
    return "postgres" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""


def _make_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if account := _account():
        shutil.chown(folder, account, account)


def _run(command: list[object], stdin: IO[bytes] | None = None) -> None:
    subprocess.run(
        [str(part) for part in command],
        check=True,
        user=_account() or None,
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        cwd="/",
        env={**os.environ, "TZ": "UTC"},
    )


def _wait(running: subprocess.Popen[bytes], state: Path, port: int, log: Path) -> None:
    """Until the server takes connections, as it says in its `postmaster.pid`."""
    for _attempt in range(6000):
        if running.poll() is not None:
            break
        said = state.read_text().splitlines() if state.exists() else []
        # One that was left behind there by a server that was killed has another port.
        if len(said) > 7 and said[3] == str(port) and said[7].strip() == "ready":
            return
        time.sleep(0.01)
    msg = f"PostgreSQL did not start: {log.read_text() if log.exists() else ''}"
    raise RuntimeError(msg)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
