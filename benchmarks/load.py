"""Asking for one page again and again, from a process of its own.

A single loop over non-blocking sockets with keep-alive: it takes far less time for an answer than
any server takes to write it, and says how much, so that a result in which the client was the
bottleneck shows as such. Only ever for this machine, for a bounded time.
"""

from __future__ import annotations

import multiprocessing
import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

HOST = "127.0.0.1"
CONNECTIONS = 4  # as many as the server has threads
LONGEST = 60.0  # seconds for which anything is asked
PATIENCE = 30.0  # seconds without any answer


class LoadError(RuntimeError):
    """An answer that is not the page."""


@dataclass(frozen=True)
class Target:
    """A page of a server on this machine. `cookie` is what the Cookie header says, if anything."""

    port: int
    path: str
    cookie: str = ""

    def request(self) -> bytes:
        lines = [f"GET {self.path} HTTP/1.1", f"Host: {HOST}:{self.port}", "Accept: text/html"]
        lines += ["Accept-Language: zh-CN,zh;q=0.9"]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        return "\r\n".join([*lines, "", ""]).encode()


@dataclass(frozen=True)
class Load:
    """What came of it. `busy` is the part of the time for which the client itself was at work."""

    answers: int
    seconds: float
    size: int
    busy: float

    @property
    def rate(self) -> float:
        return self.answers / self.seconds


class _Connection:
    def __init__(self, target: Target) -> None:
        self.request = target.request()
        self.socket = socket.create_connection((HOST, target.port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(0)
        self.received = bytearray()
        self.wanted = 0

    def ask(self) -> None:
        self.received.clear()
        self.wanted = 0
        self.socket.send(self.request)

    def read(self) -> int | None:
        """The size of the page once it has come whole. LoadError if it is another than wanted."""
        part = self.socket.recv(1 << 18)
        if not part:
            raise LoadError("the server closed the connection")
        self.received += part
        if not self.wanted:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return None
            self.wanted = end + 4 + _length(bytes(self.received[:end]))
            self.size = self.wanted - end - 4
        return self.size if len(self.received) >= self.wanted else None


def _length(head: bytes) -> int:
    status, *headers = head.decode("latin-1").split("\r\n")
    if status.split()[1] != "200":
        raise LoadError(status)
    for header in headers:
        name, _colon, value = header.partition(":")
        if name.lower() == "content-length":
            return int(value)
    raise LoadError("an answer without Content-Length")


def ask(target: Target, seconds: float) -> Load:
    """Ask for the page over a few connections for so many seconds. LoadError if it does not come."""
    seconds = min(seconds, LONGEST)
    connections = [_Connection(target) for _ in range(CONNECTIONS)]
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        begun, busy = time.perf_counter(), time.process_time()
        for connection in connections:
            connection.ask()
        answers = size = 0
        last = begun
        while last < begun + seconds or not answers:
            ready = selector.select(PATIENCE)
            if not ready:
                raise LoadError(f"no answer in {PATIENCE} seconds")
            for key, _events in ready:
                got = key.data.read()
                if got is not None:
                    answers, size = answers + 1, got
                    key.data.ask()
            last = time.perf_counter()
        busy = time.process_time() - busy
    for connection in connections:
        connection.socket.close()
    return Load(answers, last - begun, size, busy / (last - begun))


def _serve(pipe: Any) -> None:
    while (job := pipe.recv()) is not None:
        try:
            pipe.send(ask(*job))
        except (LoadError, OSError) as error:
            pipe.send(LoadError(f"{job[0].path}: {error}"))


class Client:
    """The process that asks."""

    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe

    def ask(self, target: Target, seconds: float) -> Load:
        """What `ask` finds, in that process, with its LoadError or one if it says nothing."""
        self._pipe.send((target, seconds))
        if not self._pipe.poll(seconds + 2 * PATIENCE):
            raise LoadError(f"{target.path}: the client is silent")
        result = self._pipe.recv()
        if isinstance(result, LoadError):
            raise result
        return result


@contextmanager
def client() -> Iterator[Client]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield Client(ours)
    finally:
        ours.send(None)
        process.join(5)
        if process.is_alive():
            process.kill()
