"""The report: what was measured on, the tables, and how to read them."""

from __future__ import annotations

import os
import platform
import sysconfig
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.load import CONNECTIONS
from benchmarks.pages import Measured, growth
from benchmarks.samples import Sample
from benchmarks.serving import WORKERS
from benchmarks.sessions import Found
from benchmarks.transfers import Result

FILE = Path(__file__).with_name("RESULTS.md")
PACKAGES = ("Flask", "Jinja2", "SQLAlchemy", "granian", "psycopg")
PAGE_AIM, GROWTH_AIM = 0.5, 1.2
# By engine and by how the name of a transfers' result ends.
TRANSFER_AIMS = {"sqlite": 0.5, "postgresql": 1.0}
BATCH_AIM = 20.0

READING = f"""\
## How to read this

- **of the floor**: answers per second of the page, divided by those of the *floor* in the same
  round. The floor (`benchmarks/floor.py`) is a page with as many bytes of HTML, made by bare
  Flask and Jinja from rows in memory: no database, session, sign-in or translation. 1.00 would
  be a page that costs nothing more than its bytes; 0.50 answers half as often. Both run under
  the same server with the same number of processes and threads (`manage.py` starts both), and are
  asked over {CONNECTIONS} connections that stay open. In brackets are the quartiles of the rounds.
- **growth**: how many times as much the page costs in the city as in the street, each beside
  a floor of its own size, so that a list that is merely longer does not count as growth.
- **SQL**: statements sent to the database for the page, whatever the scale.
- **transfers**: what `app/ledger` does in a second, divided by what raw SQL does that writes the
  same rows, statement by statement, on the same engine (`benchmarks/transfers.py`).
- **new sessions** (`benchmarks/sessions.py`): how much one process grows over 600 sessions of 600
  users of four roles, aim 30 MB; the first Today of a session to the next one, aim 1.5.
- Nothing here is a promise about seconds. Ratios of one run on one machine can be compared; the
  rates of two machines can't. Repeat it with `python3 manage.py bench`.

Aims: pages at {PAGE_AIM} of the floor or better; growth of {GROWTH_AIM} at most; transfers at
{TRANSFER_AIMS["sqlite"]} of raw SQL on SQLite and {TRANSFER_AIMS["postgresql"]} of raw SQL, statement by statement, on
PostgreSQL; a batch of 10,000 awards at {BATCH_AIM:.0f} times the rate of single ones.
What misses its aim is marked ✗.
"""


@dataclass
class Report:
    rounds: int
    seconds: float
    engines: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    pages: list[Measured] = field(default_factory=list)
    transfers: list[Result] = field(default_factory=list)
    sessions: list[Found] = field(default_factory=list)

    def __str__(self) -> str:
        parts = ["# Benchmarks", self._machine()]
        if self.pages:
            parts += ["## Pages", self._pages(), self._sizes()]
        if self.sessions:
            parts += ["## New sessions", "\n".join(f"- {each}" for each in self.sessions)]
        if self.transfers:
            parts += ["## Transfers", self._transfers()]
        return "\n\n".join([*parts, READING])

    def _machine(self) -> str:
        optimised = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
        build = "optimised build" if optimised else "build without profile-guided optimisation"
        facts = {
            "Date": f"{datetime.now(UTC):%Y-%m-%d}",
            "Machine": f"{_processor()}, {os.cpu_count()} cores, {_memory()}; {platform.system()}",
            "Interpreter": f"{platform.python_implementation()} {platform.python_version()}, {build}",
            "Packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
            "Engines": ", ".join(self.engines),
            "Server": f"granian, {WORKERS} process(es), flags as in manage.py",
            "Rounds": f"{self.rounds} of {self.seconds} s for each side",
        }
        return "\n".join(f"- {name}: {value}" for name, value in facts.items())

    def _pages(self) -> str:
        scales = list(dict.fromkeys(sample.scale for sample in self.samples))
        head = ["engine", "page", "as"]
        for scale in scales:
            head += [f"{scale}: bytes", "SQL", "of the floor"]
        rows = []
        for group in _grouped(self.pages):
            row = [group[0].engine, group[0].page.name, group[0].page.user or "anybody"]
            for each in group:
                low, high = each.spread
                row += [
                    f"{each.size:,}",
                    str(each.queries),
                    f"{each.ratio:.2f} ({low:.2f}–{high:.2f}){_mark(each.ratio >= PAGE_AIM)}",
                ]
            if len(group) == 2:
                grown = growth(*group)
                row.append(f"{grown:.2f}{_mark(grown <= GROWTH_AIM)}")
            rows.append(row)
        if len(scales) == 2:
            head.append("growth")
        return _table(head, rows)

    def _sizes(self) -> str:
        rows = [
            [s.engine, s.scale]
            + [f"{count:,}" for name, count in s.facts.items() if name not in _NOT_SIZES]
            for s in self.samples
        ]
        names = [name for name in self.samples[0].facts if name not in _NOT_SIZES]
        busy = max(each.busy for each in self.pages)
        return (
            "The samples:\n\n"
            + _table(["engine", "scale", *names], rows)
            + f"\n\nThe client that asked was at work for at most {busy:.0%} of the time.\n"
            f"The floor answered {median(self._floor_rates()):,.0f} times a second here (for orientation only)."
        )

    def _floor_rates(self) -> list[float]:
        return [rate for each in self.pages for rate in each.floor_rates]

    def _transfers(self) -> str:
        rows = [
            [
                result.name,
                f"{result.ratio:.2f}{_mark(result.ratio >= _aim(result))}",
                result.floor,
                f"{result.per_second:,.0f}",
            ]
            for result in self.transfers
        ]
        return _table(["what", "ratio", "to", "a second, for orientation only"], rows)


_NOT_SIZES = {"community", "meeting"}


def _grouped(pages: Sequence[Measured]) -> list[list[Measured]]:
    """The scales of a page on an engine, together."""
    groups: dict[tuple[str, str], list[Measured]] = {}
    for each in pages:
        groups.setdefault((each.engine, each.page.name), []).append(each)
    return list(groups.values())


def _aim(result: Result) -> float:
    if result.floor != "raw SQL":
        return BATCH_AIM
    return TRANSFER_AIMS[result.name.split(",")[0]]


def _mark(reached: bool) -> str:  # noqa: FBT001 - its only argument
    return "" if reached else " ✗"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> str:
    info = Path("/proc/meminfo")
    if not info.exists():
        return "memory unknown"
    kilobytes = int(info.read_text("utf-8").split()[1])
    return f"{kilobytes / 1024 / 1024:.0f} GB"
