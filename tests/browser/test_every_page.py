"""Every page that links lead to: it is there, axe finds nothing, nothing is cut off."""

import re
from collections import deque
from html import unescape
from urllib.parse import urlsplit

import pytest

from tests.browser.looking import is_cut_off, violations

pytestmark = pytest.mark.browser

# The pages are the same on both engines: each reader goes round one of them.
READERS = {
    "sqlite": ["staff", "host", "oversight", None],
    "postgresql": ["resident", "street", "unit", "grid", "admin"],
}
MOST = 250  # pages of one reader


def kind_of(address):
    """Addresses of the same kind differ in their numbers and in what is asked for."""
    parts = urlsplit(address)
    asked = sorted(part.partition("=")[0] for part in parts.query.split("&") if part)
    return re.sub(r"\d+", "0", parts.path), tuple(asked)


def links_of(text):
    for link in re.findall(r"<a\b[^>]*>", text):
        address = unescape((re.search(r'href="([^"#]*)', link) or [""])[1])
        if address.startswith("/") and not re.search(r"\.csv|/template$|/photos?/", address):
            yield address


def faults_of(page):
    if is_cut_off(page):
        yield "wider than the screen"
    yield from violations(page)


@pytest.mark.slow
def test_every_page_behind_a_link_is_there_and_axe_finds_nothing(visit, site, engine):
    faults, looked_at = [], set()
    for reader in READERS[engine]:
        page = visit(reader).page
        waiting, known = deque(["/", "/board"]), set()
        while waiting and len(known) < MOST:
            address = waiting.popleft()
            if kind_of(address) in known:
                continue
            known.add(kind_of(address))
            answer = page.request.get(site.url + address)
            waiting.extend(links_of(answer.text()))
            path, _asked = kind_of(answer.url)
            if not answer.ok:
                faults.append((reader, address, answer.status))
            elif path not in looked_at:  # what is asked for makes other rows, not another page
                looked_at.add(path)
                page.goto(site.url + address)
                faults += [(reader, address, fault) for fault in faults_of(page)]
        assert len(known) < MOST, "there are more"
    assert faults == []
    assert len(looked_at) > 60
