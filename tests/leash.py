"""Runs a server that ends when the process that started it does, even by SIGKILL.

This process holds the leash: between the two, it waits for the end of its own standard input,
which the system brings about when the last process that could write to it is gone.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any


def hold(
    command: list[object], *, stop: signal.Signals, scratch: Path | None = None, **more: Any
) -> subprocess.Popen[bytes]:
    """Starts a command. It gets the signal `stop` when the answer's stdin is closed, or when this
    process ends in any way; then the folder `scratch` is deleted, too.

    Both are in a process group of their own, so that Ctrl-C reaches only this process.
    """
    leash = [
        sys.executable,
        __file__,
        str(stop.value),
        str(scratch or ""),
        str(more.pop("user", "")),
    ]
    return subprocess.Popen(
        [*leash, *map(str, command)], stdin=subprocess.PIPE, start_new_session=True, **more
    )


def release(held: subprocess.Popen[bytes], timeout: float = 300) -> None:
    """Stops what is held and waits until it has ended, and hundreds of databases are deleted."""
    assert held.stdin
    held.stdin.close()
    held.wait(timeout)


def _main(stop: str, scratch: str, user: str, *command: str) -> int:
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, user=user or None)
    released = threading.Event()

    def stop_at_the_end() -> None:
        # Past Python's own stdin, the lock of which may not be held when the interpreter ends.
        os.read(0, 1)
        released.set()
        child.send_signal(int(stop))

    threading.Thread(target=stop_at_the_end, daemon=True).start()
    ended = child.wait()
    if scratch and released.is_set():
        shutil.rmtree(Path(scratch), ignore_errors=True)
    return abs(ended)


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
