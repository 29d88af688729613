"""The program as people meet it: a real server with the sample community, a real Chromium."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import sync_playwright

from app.accounts import demo_accounts
from launcher.machine import browser_path
from tests import leash

ROOT = Path(__file__).parents[2]
CHROMIUM = browser_path()
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items):
    """Without a browser what needs one is skipped; in CI it fails."""
    if CHROMIUM is None and os.environ.get("CI") != "true":
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed here"))


class Site:
    """A running server with the sample community. `environment` reaches its database, too."""

    def __init__(self, url: str, environment: dict[str, str], process: subprocess.Popen) -> None:
        self.url = url
        self.environment = environment
        self.process = process

    def fill(self, path: str) -> str:
        """A path with the ids it names: {community} of the story, {open} meeting of today."""
        today = (
            "SELECT id FROM meeting WHERE state IN ('convened', 'open') ORDER BY starts_at LIMIT 1"
        )
        return path.format(
            community=self.one("SELECT min(community_id) FROM person")[0], open=self.one(today)[0]
        )

    def one(self, query: str, **values) -> list:
        """The first column of what the site's database answers."""
        engine = sa.create_engine(self.environment["DATABASE_URL"], poolclass=sa.NullPool)
        with engine.connect() as connection:
            return list(connection.scalars(sa.text(query), values))

    def flask(self, *arguments: str) -> str:
        """Run a command of the installation; returns what it printed."""
        return _flask(self.environment, *arguments)


def _flask(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def site(engine, whole_sample, new_database, tmp_path_factory):
    """One server per engine for all journeys; each journey makes its own things."""
    folder = tmp_path_factory.mktemp(f"site-{engine}")
    shutil.copytree(whole_sample.files, folder / "files")
    whole_sample.close()
    environment = {
        **os.environ,
        "LINLI_DEMO": "1",
        "LINLI_DATA": str(folder),
        "DATABASE_URL": new_database(whole_sample.url),
    }
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "server.log"
    with log.open("w") as output:
        process = leash.hold(
            [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port),
             "--blocking-threads", "4", "wsgi:app"],
            stop=signal.SIGTERM,
            cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _wait(f"http://127.0.0.1:{port}/healthz", process)
            yield Site(f"http://127.0.0.1:{port}", environment, process)
        finally:
            leash.release(process)
    assert "broken:" not in log.read_text(), log.read_text()


def _wait(url: str, process: subprocess.Popen) -> None:
    until = time.monotonic() + 180  # a busy machine takes its time
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{url} does not answer")


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class Visitor:
    """A person at a browser of their own."""

    def __init__(self, context, site: Site) -> None:
        self.context = context
        self.site = site
        self.page = context.new_page()
        self.page.set_default_timeout(8000)
        self.complaints: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._stay_here)

    def _listen(self, message) -> None:
        # A refused form (422) is an answer, not a fault of the page.
        if message.type == "error" and "422" not in message.text:
            self.complaints.append(message.text)

    def _stay_here(self, request) -> None:
        if not request.url.startswith((self.site.url, "data:", "blob:")):
            self.complaints.append(f"asks another site for {request.url}")

    def go(self, path: str):
        answer = self.page.goto(self.site.url + path)
        assert answer.status < 400, f"{path}: {answer.status}"
        return self.page

    def sign_in(self, username: str) -> None:
        self.go("/sign-in")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", demo_accounts.PASSWORD)
        self.page.locator(
            "form:has(input[name=password]:visible) button[type=submit]"
        ).first.click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def send(
        self,
        action: str,
        values: dict | None = None,
        *,
        button: str | None = None,
        part: bool = False,
    ) -> None:
        """Fill the form that goes to `action` (the end of its address) and press its button.

        Values by field name: text, a choice's value, True for a box to tick, a list of files.
        `part` says that only a part of the page is replaced, if there is JavaScript.
        """
        form = self.page.locator(f'form[action$="{action}"]').first
        form.wait_for(state="attached")
        self._uncover(form)
        for name, value in (values or {}).items():
            self._fill(form.locator(f'[name="{name}"], [name$="-{name}"]'), value)
        pressed = (
            form.get_by_role("button", name=button, exact=True)
            if button
            else form.locator("button[type=submit]:visible")
        )
        if part:
            with self.page.expect_response(
                lambda answer: answer.request.method == "POST"
            ) as answer:
                pressed.first.click()
            answer.value.finished()
            return
        self._press(pressed.first)

    def _press(self, button) -> None:
        """Press, and wait until another page, or another state of this one, is there."""
        frame = self.page.locator("body > .app, body > main").first
        frame.evaluate("node => node.dataset.left = 'yes'")
        button.click()
        self.page.locator("body > :is(.app, main):not([data-left])").first.wait_for(
            state="attached"
        )

    def _uncover(self, form) -> None:
        """Open what the form lies folded in."""
        folded = form.locator("xpath=ancestor::details[not(@open)]/summary")
        for number in range(folded.count()):
            folded.nth(number).click()
        over = form.locator("xpath=ancestor-or-self::*[@popover]")
        if over.count() and not over.first.is_visible():
            self.page.locator(f'[popovertarget="{over.first.get_attribute("id")}"]').first.click()

    def _fill(self, field, value) -> None:
        kind = field.first.get_attribute("type")
        if isinstance(value, list):
            field.first.set_input_files(value)
        elif kind in {"radio", "checkbox"}:
            wanted = (
                field.first
                if value is True
                else field.and_(self.page.locator(f'[value="{value}"]'))
            )
            # Some are drawn by their label, which lies over them.
            label = self.page.locator(f'label[for="{wanted.first.get_attribute("id")}"]')
            (label if label.count() else wanted).first.click()
        elif field.first.evaluate("node => node.tagName") == "SELECT":
            field.first.select_option(str(value))
        else:
            field.first.fill(str(value))

    def reads(self, text: str) -> bool:
        """Whether the text stands on the page."""
        return text in self.page.locator("body").inner_text()

    def number(self, pattern: str) -> int:
        """The number in the present address, e.g. number("/topics/(\\d+)")."""
        self.page.wait_for_url(re.compile(pattern))  # htmx writes the address after the page
        return int(re.search(pattern, self.page.url)[1])


@pytest.fixture
def visit(chromium, site):
    """`visit("staff")` opens a browser signed in as that sample account; None stays signed out."""
    opened: list[Visitor] = []

    def enter(
        username: str | None = None, *, script: bool = True, phone: bool = False, dark: bool = False
    ):
        context = chromium.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            viewport={"width": 390, "height": 844} if phone else {"width": 1280, "height": 900},
        )
        visitor = Visitor(context, site)
        opened.append(visitor)
        if username:
            visitor.sign_in(username)
        return visitor

    yield enter
    for visitor in opened:
        visitor.context.close()
    complaints = [line for visitor in opened for line in visitor.complaints]
    assert complaints == []
