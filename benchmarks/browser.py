"""A browser without a screen: cookies, the page's token, and how long an answer took.

It is for what a person does, one thing after another; `load.py` is for asking as fast as a server
answers. Only ever for a server on this machine.
"""

from __future__ import annotations

import gzip
import html
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from benchmarks.load import HOST, LoadError

PATIENCE = 600.0  # seconds for one answer
# Every page carries it for htmx, and every form for itself.
_TOKEN = re.compile(r'"X-CSRFToken": "([^"]+)"|name="csrf_token"[^>]*? value="([^"]+)"')


class Upload(NamedTuple):
    """A file in a field of a form."""

    field: str
    file: Path


@dataclass(frozen=True)
class Answer:
    """`wire` is its size as sent, head and body; `text` is what it says."""

    status: int
    headers: HTTPMessage
    body: bytes
    wire: int
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Browser:
    """One person's. `cookie` is what the Cookie header says at first."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.port = port
        self.cookies = dict([cookie.split("=", 1)]) if cookie else {}
        self.token = ""

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def page(self, path: str) -> Answer:
        """A page that has to be there, else LoadError."""
        answer = self.get(path)
        if answer.status != 200:
            raise LoadError(f"{path} answers {answer.status}")
        return answer

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Answer:
        """Send a form; the answer is not followed."""
        body = urlencode({**fields, "csrf_token": self.token}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self._ask("POST", path, body, headers)

    def send(self, path: str, fields: Mapping[str, str], upload: Upload) -> Answer:
        """Send a form with a file in it."""
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in {**fields, "csrf_token": self.token}.items()
        ]
        name = f'name="{upload.field}"; filename="{upload.file.name}"'
        parts.append(
            f"--{boundary}\r\nContent-Disposition: form-data; {name}\r\n"
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = (
            "".join(parts).encode() + upload.file.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        )
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self._ask("POST", path, body, headers)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        connection = HTTPConnection(HOST, self.port, timeout=PATIENCE)
        begun = time.perf_counter()
        connection.request(method, path, body, self._headers() | headers)
        response = connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - begun
        connection.close()
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        wire = len(content) + _length_of_head(response.headers)
        if response.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        answer = Answer(response.status, response.headers, content, wire, seconds)
        if found := _TOKEN.search(answer.text if b"oken" in content else ""):
            self.token = html.unescape(found[1] or found[2])
        return answer

    def _headers(self) -> dict[str, str]:
        headers = {
            "Accept": "text/html,*/*;q=0.8",
            "Accept-Encoding": "gzip",
            "Accept-Language": "zh-CN,zh;q=0.9",
        }
        if self.cookies:
            pairs = [f"{name}={value}" for name, value in self.cookies.items()]
            headers["Cookie"] = "; ".join(pairs)
        return headers


def options(page: str, name: str) -> list[str]:
    """The values that a <select> of this name offers."""
    found = re.search(rf'<select[^>]* name="{name}".*?</select>', page, re.DOTALL)
    return re.findall(r'<option[^>]* value="([^"]+)"', found[0] if found else "")


def _length_of_head(headers: HTTPMessage) -> int:
    status = len("HTTP/1.1 200 OK\r\n")
    return status + sum(len(name) + len(value) + 4 for name, value in headers.items()) + 2
