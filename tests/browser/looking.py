"""What a person, or a person's screen reader, would find wrong with the page that is open."""

from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# A list's hundredth row, of the same elements and classes as its first, has the same faults; axe
# would take as long over each. Two of a kind stay, so that ids that occur twice are still found.
LEAVE_TWO_OF_A_KIND = """() => {
    for (const list of document.querySelectorAll("main *:has(> :nth-child(3))")) {
        const seen = {};
        for (const row of [...list.children]) {
            const kind = [row, ...row.querySelectorAll("*")]
                .map((part) => `${part.tagName}.${part.getAttribute("class")}`)
                .join(" ");
            seen[kind] = (seen[kind] ?? 0) + 1;
            if (seen[kind] > 2) row.remove();
        }
    }
}"""


def is_cut_off(page: Page) -> bool:
    """Whether the page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")


def violations(page: Page) -> Iterator[tuple[str, list[str]]]:
    """Each rule of axe that the page breaks, with the first places. Takes like rows away."""
    page.evaluate(LEAVE_TWO_OF_A_KIND)
    for found in Axe().run(page).response["violations"]:
        yield found["id"], [node["html"][:120] for node in found["nodes"][:3]]
