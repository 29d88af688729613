"""The pages people live in, looked at by axe in the dark and on a phone."""

import pytest

from tests.browser.looking import is_cut_off, violations

pytestmark = pytest.mark.browser

PAGES = {
    None: ["/board?community={community}", "/board", "/sign-in", "/activate", "/conventions/1"],
    "staff": [
        "/today", "/inbox", "/topics", "/topics/enter", "/platforms", "/platforms/1", "/meetings", "/meetings/1",
        "/meetings/1/minutes", "/resolutions", "/resolutions/1", "/tasks", "/tasks/1", "/conventions",
        "/conventions/1/versions/2", "/conventions/new", "/notices", "/points", "/points/rules", "/counter",
        "/rewards", "/people", "/people/units", "/people/appointments", "/places", "/me",
    ],
    "host": ["/today", "/meetings", "/meetings/{open}/console"],
    "resident": ["/today", "/points", "/rewards", "/topics", "/topics/new", "/meetings", "/tasks", "/me", "/inbox"],
    "unit": ["/today", "/tasks", "/me"],
    "street": ["/today", "/audit", "/accounts", "/conventions", "/topics"],
    "admin": ["/today", "/accounts", "/places"],
}  # fmt: skip


# The pages are the same on both engines: each is looked at in another way. On a desktop, in the
# light, test_every_page looks at all there are.
LOOKS = {"sqlite": {"phone": True, "dark": False}, "postgresql": {"phone": False, "dark": True}}


@pytest.mark.parametrize("who", list(PAGES), ids=str)
def test_axe_finds_nothing(visit, site, engine, who):
    found = []
    visitor = visit(who, **LOOKS[engine])
    for path in PAGES[who]:
        page = visitor.go(site.fill(path))
        if is_cut_off(page):
            found.append((path, "wider than the screen"))
        found += [(path, *violation) for violation in violations(page)]
    assert found == []
