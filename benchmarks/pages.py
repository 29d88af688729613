"""The main pages beside the floor.

In every round a second or so of the floor comes right before a second or so of the page, at one
scale and then at the other, so that other work of this machine meets all of them alike.
Only the ratio of a round counts: the page's answers per second over those of a floor with as many
bytes. What is reported is the median of the rounds and the quartiles around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from benchmarks import floor
from benchmarks.aims import Judged, judge
from benchmarks.inspection import Inspected, inspect
from benchmarks.load import CONNECTIONS, Client, Target, client
from benchmarks.machine import measured_on
from benchmarks.samples import Sample
from benchmarks.section import Section, Setting, table
from benchmarks.serving import WORKERS, serving

WARM_UP = 1.0  # seconds in which a server fills its caches
ROUNDS, SECONDS = 7, 0.7
QUICK_ROUNDS, QUICK_SECONDS = 3, 0.3
READING = f"""\
- **of the floor**: answers per second of the page, divided by those of the *floor* in the same
  round. The floor (`benchmarks/floor.py`) is a page with as many bytes of HTML, made by bare
  Flask and Jinja from rows in memory: no database, session, sign-in or translation, no layout and no
  macros. A page from memory with these reaches about 0.3 of it. Both run under the same server
  with {WORKERS} process and the threads of `manage.py`, and are asked over {CONNECTIONS} connections that stay open.
  In brackets are the quartiles of the rounds.
- **bytes** are those of the HTML without its inline pictures (`<svg>`).
- **growth**: how many times as much the page costs in the city as in the street, each beside
  a floor of its own size, so that a list that is merely longer does not count as growth.
- **SQL**: statements sent to the database for the page."""


@dataclass(frozen=True)
class Page:
    """A page as one user sees it, or a visitor. `path` may name the community and the running meeting."""

    name: str
    user: str | None
    path: str


PAGES = (
    Page("Today", "staff", "/today"),
    Page("Host console", "host", "/meetings/{meeting}/console"),
    Page("Task list", "staff", "/tasks"),
    Page("My points", "resident", "/points/own"),
    Page("Counter search", "staff", "/counter?q=%E5%BC%A0"),
    Page("Public board", None, "/board?community={community}"),
)


@dataclass
class Measured:
    """A page on one engine at one scale."""

    page: Page
    engine: str
    scale: str
    size: int
    queries: int
    ratios: list[float] = field(default_factory=list)
    floor_rates: list[float] = field(default_factory=list)
    busy: float = 0.0  # the client's, at its highest

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def spread(self) -> tuple[float, float]:
        """The quartiles."""
        if len(self.ratios) < 2:
            return (self.ratio, self.ratio)
        low, _middle, high = quantiles(self.ratios, n=4, method="inclusive")
        return (low, high)


@dataclass(frozen=True)
class Server:
    """A sample being served, and what has been found out about its pages."""

    sample: Sample
    port: int
    inspected: Inspected


@contextmanager
def servers(samples: list[Sample], folder: Path) -> Iterator[tuple[int, list[Server]]]:
    """The floor's port, and the samples served."""
    with ExitStack() as stack:
        port = stack.enter_context(serving("benchmarks.floor:app", {}, folder / "floor.log"))
        served = []
        for sample in samples:
            log = folder / f"{sample.engine}-{sample.scale}.log"
            app = stack.enter_context(serving("wsgi:app", sample.environment, log))
            served.append(Server(sample, app, inspect(sample, PAGES)))
        yield port, served


def measure(setting: Setting) -> list[Measured]:
    """All pages of all samples of an engine."""
    setting.say(f"Pages on {setting.engine.version}")
    with client() as asking, servers(setting.samples, setting.folder) as (floor_port, served):
        return _measured(
            asking,
            floor_port,
            served,
            rounds=QUICK_ROUNDS if setting.quick else ROUNDS,
            seconds=QUICK_SECONDS if setting.quick else SECONDS,
            say=setting.say,
        )


def _measured(
    client: Client,
    floor_port: int,
    served: list[Server],
    *,
    rounds: int,
    seconds: float,
    say: Callable[[str], None],
) -> list[Measured]:
    results = []
    for page in PAGES:
        measured = [_about(page, server) for server in served]
        sides = [
            (result, _of_floor(floor_port, result.size), _of_page(page, server))
            for result, server in zip(measured, served, strict=True)
        ]
        for _result, *targets in sides:
            for target in targets:
                client.ask(target, WARM_UP)
        for _round in range(rounds):
            for result, below, above in sides:
                first, then = client.ask(below, seconds), client.ask(above, seconds)
                result.ratios.append(then.rate / first.rate)
                result.floor_rates.append(first.rate)
                result.busy = max(result.busy, first.busy, then.busy)
        for result in measured:
            say(f"  {page.name}, {result.scale}: {result.ratio:.2f}")
        results += measured
    return results


def growth(street: Measured, city: Measured) -> float:
    """How many times as much a page costs in the city: the median of the rounds, each of which
    measured both. Page and floor of a round have the same bytes, so a longer list is no growth."""
    return median(here / there for here, there in zip(street.ratios, city.ratios, strict=True))


def section(found: list[Measured]) -> Section:
    judged: list[Judged] = []
    scales = list(dict.fromkeys(each.scale for each in found))
    head = ["engine", "page", "as"]
    for scale in scales:
        head += [f"{scale}: bytes", "SQL", "of the floor"]
    rows = [_row(group, judged) for group in _grouped(found)]
    if len(scales) == 2:
        head.append("growth")
    busy = max(each.busy for each in found)
    rate = median(rate for each in found for rate in each.floor_rates)
    text = (
        f"{table(head, rows)}\n\nThe client that asked was at work for at most {busy:.0%} of the time.\n"
        f"The floor answered {rate:,.0f} times a second here (for orientation only);\n"
        f"{len(found[0].ratios)} rounds for each page. {measured_on()}"
    )
    return Section("Pages", text, READING, judged)


def _row(group: list[Measured], judged: list[Judged]) -> list[str]:
    """A page on an engine, at each scale; adds what stands beside an aim."""
    row = [group[0].engine, group[0].page.name, group[0].page.user or "visitor"]
    for each in group:
        low, high = each.spread
        verdict = judge(each.ratio, "page", each.engine, each.page.name)
        judged.append(verdict)
        ratio = f"{each.ratio:.2f} ({low:.2f}–{high:.2f}){verdict.mark}"
        row += [f"{each.size:,}", str(each.queries), ratio]
    if len(group) == 2:
        verdict = judge(growth(*group), "growth")
        judged.append(verdict)
        row.append(f"{verdict.value:.2f}{verdict.mark}")
    return row


def _grouped(pages: list[Measured]) -> list[list[Measured]]:
    """The scales of a page on an engine, together."""
    groups: dict[tuple[str, str], list[Measured]] = {}
    for each in pages:
        groups.setdefault((each.engine, each.page.name), []).append(each)
    return list(groups.values())


def _about(page: Page, server: Server) -> Measured:
    sample, seen = server.sample, server.inspected.pages[page.name]
    return Measured(page, sample.engine, sample.scale, seen.size, seen.queries)


def _of_floor(port: int, size: int) -> Target:
    return Target(port, floor.path_of_size(size))


def _of_page(page: Page, server: Server) -> Target:
    cookie = server.inspected.cookies.get(page.user or "", "")
    return Target(server.port, page.path.format(**server.sample.facts), cookie)
