"""Every page that somebody can get to by links: it is there, axe finds nothing, nothing is cut off."""

import re
from collections import deque
from urllib.parse import urlsplit

import pytest

from tests.browser.looking import is_cut_off, violations

# The pages are the same on both engines: each reader goes round one of them.
READERS = {
    "sqlite": ["staff", "host", "oversight", None],
    "postgresql": ["resident", "street", "unit", "grid", "admin"],
}
MOST = 150  # pages of one reader


def kind_of(address):
    """Addresses of the same kind differ in their numbers and in what is asked for."""
    parts = urlsplit(address)
    asked = sorted(part.partition("=")[0] for part in parts.query.split("&") if part)
    return re.sub(r"\d+", "0", parts.path), tuple(asked)


def links_of(page, site):
    for href in page.eval_on_selector_all("a[href]:not([download])", "all => all.map(a => a.href)"):
        address = href.removeprefix(site.url).partition("#")[0]
        if address.startswith("/") and not re.search(r"\.csv|/template$|/photos?/", address):
            yield address


def faults_of(page, answer, looked_at):
    if answer.status >= 400:
        yield f"answers {answer.status}"
    if is_cut_off(page):
        yield "wider than the screen"
    path, _asked = kind_of(page.url)  # what is asked for makes other rows, not another page
    if path not in looked_at:
        looked_at.add(path)
        yield from violations(page)


@pytest.mark.slow
def test_every_page_behind_a_link_is_there_and_axe_finds_nothing(visit, site, engine):
    faults, looked_at = [], set()
    for reader in READERS[engine]:
        visitor = visit(reader)
        waiting, known = deque(["/", "/board"]), set()
        while waiting and len(known) < MOST:
            address = waiting.popleft()
            if kind_of(address) in known:
                continue
            known.add(kind_of(address))
            answer = visitor.page.goto(site.url + address)
            waiting.extend(links_of(visitor.page, site))
            faults += [(reader, address, f) for f in faults_of(visitor.page, answer, looked_at)]
    assert faults == []
    assert len(looked_at) > 60
