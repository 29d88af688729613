"""Starting servers exactly as manage.py starts them, and other Python programs of ours."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import manage

ROOT = Path(__file__).parent.parent
WORKERS = 1  # of what stands beside a floor; the floor gets as many
_STARTS_WITHIN = 60.0


class Server(NamedTuple):
    """`process` is the one that started those which answer."""

    port: int
    process: int


def default_workers() -> int:
    """As many as `manage.py run` starts here."""
    workers = manage.build_parser().parse_args(["run"]).workers
    return int(workers or manage.default_workers())


@contextmanager
def serving(target: str, environment: dict[str, str], log: Path) -> Iterator[int]:
    """The port of a server for the WSGI application `target`, stopped at the end."""
    with serving_with(WORKERS, target, environment, log) as server:
        yield server.port


@contextmanager
def serving_with(
    workers: int, target: str, environment: dict[str, str], log: Path
) -> Iterator[Server]:
    """A server with so many processes that answer, stopped at the end."""
    port = _free_port()
    command = manage.server_command("127.0.0.1", port, workers, target)
    command[0] = sys.executable
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, port, log)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start; see {log}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
