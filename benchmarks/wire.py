"""The first page on the wire: what a browser that has been here never before fetches, and how many
bytes that is. Which files it fetches is read from the page and from its style sheets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from benchmarks.aims import judge
from benchmarks.browser import Answer, Browser
from benchmarks.inspection import inspect
from benchmarks.pages import PAGES, Page
from benchmarks.section import Section, Setting, table
from benchmarks.serving import serving

KB = 1024
FIRST_PAGES = (
    Page("Sign-in", None, "/sign-in"),
    *(page for page in PAGES if page.name in {"Public board", "Today", "My points"}),
)
# The relations of a <link> that a browser fetches at once.
_FETCHED = {"stylesheet", "icon", "preload", "modulepreload", "manifest"}
_FONT = re.compile(r"@font-face\s*{(.*?)}", re.DOTALL)
_ADDRESS = re.compile(r"""(?:url\(|@import\s+)\s*["']?([^"')\s;]+)""")
READING = """\
- **first page**: requests and bytes for a browser with an empty cache, head and body of each
  answer, with `Accept-Encoding: gzip`: the page, and all that it and its style sheets name (of a
  font its first file). Sheets for paper or for the other theme count: browsers fetch them, too."""


@dataclass(frozen=True)
class Found:
    """A first page: requests, bytes as sent, and bytes once unpacked."""

    page: Page
    requests: int
    sent: int
    unpacked: int


def measure(setting: Setting) -> list[Found]:
    """The first pages of the smallest sample."""
    sample = setting.samples[0]
    setting.say("First pages on the wire")
    cookies = inspect(sample, FIRST_PAGES).cookies
    log = setting.folder / f"{sample.engine}-{sample.scale}.log"
    with serving("wsgi:app", sample.environment, log) as port:
        return [
            _first(
                Browser(port, cookies.get(page.user or "", "")),
                page,
                page.path.format(**sample.facts),
            )
            for page in FIRST_PAGES
        ]


def section(found: list[Found]) -> Section:
    judged, rows = [], []
    for each in found:
        requests, sent = judge(each.requests, "requests"), judge(each.sent / KB, "wire")
        judged += [requests, sent]
        rows.append([
            each.page.name,
            each.page.user or "visitor",
            f"{each.requests}{requests.mark}",
            f"{each.sent / KB:,.0f} KB{sent.mark}",
            f"{each.unpacked / KB:,.0f} KB",
        ])  # fmt: skip
    head = ["page", "as", "requests", "on the wire", "unpacked"]
    return Section("First page on the wire", table(head, rows), READING, judged)


def _first(browser: Browser, page: Page, path: str) -> Found:
    answers = {path: browser.page(path)}
    waiting = list(_named_in_page(path, answers[path]))
    while waiting:
        address = waiting.pop()
        if address in answers:
            continue
        answers[address] = browser.page(address)
        if answers[address].headers.get_content_type() == "text/css":
            waiting += _named_in_sheet(address, answers[address])
    return Found(
        page,
        len(answers),
        sum(answer.wire for answer in answers.values()),
        sum(len(answer.body) for answer in answers.values()),
    )


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "link" and _FETCHED & set(given.get("rel", "").split()):
            self.found.append(given.get("href", ""))
        elif tag in {"script", "img", "source"} and given.get("loading") != "lazy":
            self.found.append(given.get("src", ""))
        elif tag in {"use", "image"}:
            self.found.append(given.get("href") or given.get("xlink:href", ""))


def _named_in_page(path: str, answer: Answer) -> Iterator[str]:
    links = _Links()
    links.feed(answer.text)
    return _here(path, links.found)


def _named_in_sheet(path: str, answer: Answer) -> Iterator[str]:
    fonts = [_ADDRESS.findall(face)[:1] for face in _FONT.findall(answer.text)]
    others = _ADDRESS.findall(_FONT.sub("", answer.text))
    return _here(path, [*(address for face in fonts for address in face), *others])


def _here(base: str, addresses: list[str]) -> Iterator[str]:
    """Paths on this site, without what stands after #."""
    for address in addresses:
        parts = urlsplit(urljoin(base, address))
        if parts.path and not parts.scheme and not address.startswith("#"):
            yield parts.path + (f"?{parts.query}" if parts.query else "")
