"""Say where the server is found once it is ready: before, its address leads nowhere."""

import http.client
import os
import threading
import time
import typing

from launcher.machine import addresses

PATIENCE = 15  # seconds in which a server that answers should also have become ready
PAUSE = 0.05


def announce_when_ready(host: str, port: int) -> None:
    """Go on at once, and let the address be printed when it is time.

    This process is about to become the server, so another one has to wait. That is not left as the
    server's child, which would stay as a zombie. Windows has no fork; there this process stays.
    """
    if not hasattr(os, "fork"):
        threading.Thread(target=announce, args=(host, port, lambda: True), daemon=True).start()
        return
    server = os.getpid()
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        if not os.fork():
            announce(host, port, lambda: is_running(server))
    finally:
        os._exit(0)


def announce(host: str, port: int, is_wanted: "typing.Callable[[], bool]") -> None:
    """Print the address when the server says that it is ready, or answers and is still not."""
    begun = time.monotonic()
    while is_wanted():
        status = health(host, port)
        if status == http.client.OK or (status and time.monotonic() > begun + PATIENCE):
            found = "  ".join(f"http://{name}:{port}/" for name in addresses(host))
            print(f"\nLinli: {found}  (Ctrl-C stops it)")
            print("请用浏览器打开以上网址，按 Ctrl-C 停止。\n", flush=True)
            return
        time.sleep(PAUSE)


def health(host: str, port: int) -> "int | None":
    """What /healthz answers; None as long as there is no answer."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared only
    connection = http.client.HTTPConnection(here, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True
