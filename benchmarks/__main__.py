"""`python3 manage.py bench`: pages beside their floor, transfers beside raw SQL, and what people feel.

Without options it measures everything on both engines and both scales and writes RESULTS.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import (
    check_ins,
    crowd,
    engines,
    pages,
    results,
    rosters,
    sessions,
    transfers_report,
    wire,
)
from benchmarks.engines import ENGINES, Engine
from benchmarks.samples import Sample, sample
from benchmarks.section import Section, Setting
from benchmarks.serving import ROOT

SCALES = ("street", "city")


@dataclass(frozen=True)
class Part:
    """A part of the report. `once`: it is the same on both engines; `bare`: it needs no sample."""

    measure: Callable[[Setting], list[Any]]
    section: Callable[[list[Any]], Section]
    once: bool = False
    bare: bool = False


PARTS = {
    "pages": Part(pages.measure, pages.section),
    "wire": Part(wire.measure, wire.section, once=True),
    "session": Part(sessions.measure, sessions.section),
    "load": Part(crowd.measure, crowd.section),
    "check-ins": Part(check_ins.measure, check_ins.section),
    "import": Part(rosters.measure, rosters.section),
    "transfers": Part(transfers_report.measure, transfers_report.section, bare=True),
}


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="manage.py bench", description=__doc__)
    made.add_argument(
        "--scale",
        choices=[*SCALES, "both"],
        help="the sample: street (3,000 residents), city (300,000; made once, in minutes), or both",
    )
    made.add_argument("--engine", choices=[*ENGINES, "both"], default="both", help="the database")
    made.add_argument(
        "--only",
        type=_parts,
        default=list(PARTS),
        metavar="PART,…",
        help=f"measure only these, of {', '.join(PARTS)}",
    )
    made.add_argument(
        "--quick",
        action="store_true",
        help="a first look: few short rounds, the street only unless --scale says otherwise",
    )
    made.add_argument(
        "--samples",
        type=Path,
        default=ROOT / "instance" / "bench",
        metavar="DIR",
        help="where the samples are kept (instance/bench)",
    )
    return made


def main(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    scales = _chosen(options.scale or ("street" if options.quick else "both"), SCALES)
    here = [name for name in _chosen(options.engine, ENGINES) if engines.is_here(name)]
    if not here:
        say("PostgreSQL is not installed here: there is nothing to measure.")
        return 1
    folder = options.samples.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    report, found = results.Report(), {name: [] for name in options.only}
    for name in here:
        with engines.running(name, folder) as engine:
            report.engines.append(engine.version)
            setting = Setting(
                engine, _samples(engine, scales, folder, options.only), folder, options.quick, say
            )
            report.samples += setting.samples
            report.took += _measure(setting, found, first=name == here[0])
    report.sections = [PARTS[name].section(figures) for name, figures in found.items()]
    print(report)
    if options.quick or options.only != list(PARTS) or (*scales, *here) != (*SCALES, *ENGINES):
        say("benchmarks/RESULTS.md is written by a whole run only: both engines, both scales.")
        return 0
    results.FILE.write_text(f"{report}", "utf-8")
    say(f"Written to {results.FILE.relative_to(ROOT)}")
    return 0


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _measure(setting: Setting, found: dict[str, list[Any]], *, first: bool) -> float:
    """Measure the parts on an engine; how many seconds it took."""
    begun = time.monotonic()
    for name, figures in found.items():
        if first or not PARTS[name].once:
            figures.extend(PARTS[name].measure(setting))
    return time.monotonic() - begun


def _samples(
    engine: Engine, scales: tuple[str, ...], folder: Path, parts: list[str]
) -> list[Sample]:
    if all(PARTS[name].bare for name in parts):
        return []
    return [sample(engine, scale, folder, say) for scale in scales]


def _chosen(option: str, among: tuple[str, ...]) -> tuple[str, ...]:
    return among if option == "both" else (option,)


def _parts(text: str) -> list[str]:
    """The names of the parts, in the order of the report."""
    named = text.split(",")
    if unknown := set(named) - set(PARTS):
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return [name for name in PARTS if name in named]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
