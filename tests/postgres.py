"""A PostgreSQL server of the tests' own, started from the machine's server binaries."""

from __future__ import annotations

import os
import pwd
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
def server() -> Iterator[str]:
    """URL prefix `postgresql+psycopg://…/` of a running server; add a database name to it.

    With TEST_DATABASE_URL set, that server is used instead (its database name is ignored).
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://") + "/"
        return
    folder = binaries()
    if folder is None:
        msg = "no PostgreSQL server binaries"
        raise RuntimeError(msg)
    with tempfile.TemporaryDirectory(prefix="linli-pg-", ignore_cleanup_errors=True) as scratch:
        # PostgreSQL refuses to run as root: then it runs as the account its package made.
        account = "postgres" if os.geteuid() == 0 else None
        if account:
            entry = pwd.getpwnam(account)
            os.chown(scratch, entry.pw_uid, entry.pw_gid)
        data = Path(scratch) / "data"
        _run(
            [
                folder / "initdb",
                "-D",
                data,
                "-U",
                "linli",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-N",
            ],
            account,
        )
        port = _free_port()
        options = (
            f"-p {port} -k {scratch} -c listen_addresses=127.0.0.1 -c fsync=off"
            " -c max_connections=80"
        )
        _run(
            [
                folder / "pg_ctl",
                "-D",
                data,
                "-w",
                "-l",
                Path(scratch) / "log",
                "-o",
                options,
                "start",
            ],
            account,
        )
        try:
            yield f"postgresql+psycopg://linli@127.0.0.1:{port}/"
        finally:
            _run([folder / "pg_ctl", "-D", data, "-m", "immediate", "stop"], account)


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
