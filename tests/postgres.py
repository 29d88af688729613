"""A PostgreSQL server of the tests' own, started from the machine's server binaries."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


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
def server(kept: Path | None = None) -> Iterator[str]:
    """URL prefix `postgresql+psycopg://…/` of a running server; add a database name to it.

    With TEST_DATABASE_URL set, that server is used instead (its database name is ignored).
    Its data lie in a scratch folder and are not synced to the disk; or in the folder `kept`,
    which is made if it is missing: then they are synced and stay.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://") + "/"
        return
    folder = binaries()
    if folder is None:
        msg = "no PostgreSQL server binaries"
        raise RuntimeError(msg)
    # PostgreSQL refuses to run as root: then it runs as the account its package made.
    account = "postgres" if hasattr(os, "geteuid") and os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="linli-pg-", ignore_cleanup_errors=True) as scratch:
        data = (kept or Path(scratch)) / "data"
        data.parent.mkdir(parents=True, exist_ok=True)
        if account:
            shutil.chown(scratch, account, account)
            shutil.chown(data.parent, account, account)
        if not (data / "PG_VERSION").exists():
            made = ["-D", data, "-U", "linli", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
            _run([folder / "initdb", *made, "-N"], account)
        port = _free_port()
        options = f"-p {port} -k {scratch} -c listen_addresses=127.0.0.1 -c max_connections=80"
        if kept is None:
            options += " -c fsync=off"
        log = Path(scratch) / "log"
        _run([folder / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start"], account)
        try:
            yield f"postgresql+psycopg://linli@127.0.0.1:{port}/"
        finally:
            how = "immediate" if kept is None else "fast"
            _run([folder / "pg_ctl", "-D", data, "-m", how, "stop"], account)


def _run(command: list[object], account: str | None) -> None:
    subprocess.run(
        [str(part) for part in command],
        check=True,
        user=account,
        stdout=subprocess.DEVNULL,
        cwd="/",
        env={**os.environ, "TZ": "UTC"},
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
