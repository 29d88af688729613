"""A real server in a process group of its own, which can be killed, and people at it without a
browser."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import sqlalchemy as sa

from tests import leash

ROOT = Path(__file__).parents[2]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Answer(NamedTuple):
    status: int
    location: str
    text: str


class Server:
    """Granian on a database and a data folder that outlive it."""

    def __init__(self, url: str, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.environment = {**os.environ, "LINLI_DATA": str(folder), "DATABASE_URL": url}
        self.environment.pop("LINLI_DEMO", None)
        self.database = sa.create_engine(url, poolclass=sa.NullPool)
        self.log = folder / "server.log"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        with self.log.open("a") as output:
            self.process = leash.hold(
                [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--port",
                 str(self.port), "--workers", "1", "--blocking-threads", "4", "wsgi:app"],
                stop=signal.SIGTERM,
                cwd=ROOT, env=self.environment, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        for _attempt in range(600):
            assert self.process.poll() is None, self.log.read_text()
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
                connection.request("GET", "/healthz")
                connection.getresponse().read()
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
            else:
                return
            finally:
                connection.close()
        raise AssertionError(f"no answer: {self.log.read_text()}")

    def kill(self) -> None:
        """Without warning, the workers too: as when the power fails."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):  # it never came up
                os.killpg(self.process.pid, signal.SIGKILL)
            leash.release(self.process)
            self.process = None

    def rows(self, query: str, **values: Any) -> list[Any]:
        """What the database answers, past the server."""
        with self.database.connect() as connection:
            return list(connection.execute(sa.text(query), values))

    def one(self, query: str, **values: Any) -> Any:
        return self.rows(query, **values)[0][0]

    def flask(self, *arguments: str) -> str:
        """Run a command of the installation; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
            timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def broken(self) -> str:
        """What went wrong inside, as the log tells it; empty if nothing did."""
        said = self.log.read_text()
        return said if "broken:" in said or "Traceback" in said else ""


class Client:
    """A browser with a cookie. One connection a request, so that it may be used from any thread
    after signing in."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.cookie = ""
        self.token = ""

    def sign_in(self, username: str, password: str) -> Client:
        self.look("/sign-in")
        answer = self.post("/sign-in", username=username, password=password)
        assert answer.status == 303, answer
        self.look("/today")
        return self

    def look(self, path: str) -> str:
        answer = self.ask("GET", path)
        assert answer.status == 200, (path, answer.status)
        self.token = field(answer.text, "csrf_token")
        return answer.text

    def post(self, path: str, **values: Any) -> Answer:
        body = urlencode({"csrf_token": self.token, **values})
        return self.ask("POST", path, body.encode(), FORM)

    def send_file(self, path: str, name: str, content: bytes, **values: Any) -> Answer:
        boundary = secrets.token_hex(16)
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in {"csrf_token": self.token, **values}.items()
        ]
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = "".join(parts).encode() + content + f"\r\n--{boundary}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self.ask("POST", path, body, kind)

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        """Raises OSError or HTTPException if the server dies over it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=90)
        try:
            cookie = {"Cookie": self.cookie} if self.cookie else {}
            connection.request(method, path, body, {**cookie, **(headers or {})})
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            # Two threads may share a cookie: only signing in may change it.
            if path in {"/sign-in", "/today"} and (new := answer.getheader("Set-Cookie")):
                self.cookie = new.split(";")[0]
            return Answer(answer.status, answer.getheader("Location") or "", text)
        finally:
            connection.close()


def field(page: str, name: str) -> str:
    """The value of a page's first hidden field of this name."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no field {name}"
    return unescape(found[1])
