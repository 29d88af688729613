"""`python3 manage.py bench`: main pages and transfers, each beside its floor."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import engines, pages, results, sessions, transfers
from benchmarks.apart import apart
from benchmarks.engines import ENGINES, Engine
from benchmarks.load import client
from benchmarks.samples import Sample, sample
from benchmarks.serving import ROOT

SCALES = ("street", "city")
ROUNDS, SECONDS = 9, 0.8
QUICK_ROUNDS, QUICK_SECONDS = 3, 0.3
TRANSFER_ROUNDS, QUICK_TRANSFER_ROUNDS = 10, 2


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="manage.py bench", description=__doc__)
    made.add_argument(
        "--scale",
        choices=[*SCALES, "both"],
        help="the sample: street (6,000 residents), city (300,000; made once, in minutes), or both",
    )
    made.add_argument("--engine", choices=[*ENGINES, "both"], default="both", help="the database")
    made.add_argument("--only", choices=["pages", "transfers"], help="measure only these")
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
    parser_ = parser()
    options = parser_.parse_args(arguments)
    scales = _chosen(options.scale or ("street" if options.quick else "both"), SCALES)
    wanted = _chosen(options.engine, ENGINES)
    here = [name for name in wanted if engines.is_here(name)]
    if not here:
        say("PostgreSQL is not installed here: there is nothing to measure.")
        return 1
    folder = options.samples.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    report = results.Report(
        rounds=QUICK_ROUNDS if options.quick else ROUNDS,
        seconds=QUICK_SECONDS if options.quick else SECONDS,
    )
    for name in here:
        with engines.running(name, folder) as engine:
            report.engines.append(engine.version)
            if options.only != "transfers":
                _measure_pages(report, engine, scales, folder)
            if options.only != "pages":
                rounds = QUICK_TRANSFER_ROUNDS if options.quick else TRANSFER_ROUNDS
                report.transfers += _measure_transfers(engine, rounds, folder)
    print(report)
    whole = not (options.quick or options.only) and scales == SCALES and tuple(here) == ENGINES
    if whole:
        results.FILE.write_text(f"{report}", "utf-8")
        say(f"Written to {results.FILE.relative_to(ROOT)}")
    else:
        say("benchmarks/RESULTS.md is written by a whole run only: both engines, both scales.")
    return 0


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _chosen(option: str, among: tuple[str, ...]) -> tuple[str, ...]:
    return among if option == "both" else (option,)


def _measure_pages(
    report: results.Report, engine: Engine, scales: tuple[str, ...], folder: Path
) -> None:
    samples: list[Sample] = [sample(engine, scale, folder, say) for scale in scales]
    say(f"Pages on {engine.version}")
    with client() as asking, pages.servers(samples, folder) as (floor_port, served):
        report.pages += pages.measure(
            asking, floor_port, served, rounds=report.rounds, seconds=report.seconds, say=say
        )
    report.sessions.append(sessions.measure(samples[0]))
    say(f"  {report.sessions[-1]}")
    report.samples += samples


def _measure_transfers(engine: Engine, rounds: int, folder: Path) -> list[transfers.Result]:
    say(f"Transfers on {engine.version}")
    engine.make("transfers")
    environment = {"LINLI_DATA": str(folder / "transfers")}
    found = apart(transfers.measure, engine.url("transfers"), rounds, environment=environment)
    for result in found:
        say(f"  {result}")
    engine.make("transfers")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
