"""Transfers through the ledger (`transfers.py`), as a part of the report."""

from __future__ import annotations

from benchmarks import transfers
from benchmarks.aims import Judged, judge
from benchmarks.apart import apart
from benchmarks.machine import measured_on
from benchmarks.section import Section, Setting, table

ROUNDS, QUICK_ROUNDS = 10, 2
READING = """\
- **transfers**: what `app/ledger` does in a second, divided by what raw SQL does that writes the
  same rows on the same engine (`benchmarks/transfers.py`)."""


def measure(setting: Setting) -> list[transfers.Result]:
    engine = setting.engine
    setting.say(f"Transfers on {engine.version}")
    engine.make("transfers")
    environment = {"LINLI_DATA": str(setting.folder / "transfers")}
    rounds = QUICK_ROUNDS if setting.quick else ROUNDS
    found = apart(transfers.measure, engine.url("transfers"), rounds, environment=environment)
    for result in found:
        setting.say(f"  {result}")
    engine.make("transfers")
    return found


def section(found: list[transfers.Result]) -> Section:
    verdicts = [_verdict(result) for result in found]
    rows = [
        [
            result.name,
            f"{result.ratio:.2f}{verdict.mark if verdict else ''}",
            result.floor,
            f"{result.per_second:,.0f}",
        ]
        for result, verdict in zip(found, verdicts, strict=True)
    ]
    head = ["what", "ratio", "to", "a second, for orientation only"]
    text = f"{table(head, rows)}\n\n{measured_on()}"
    return Section("Transfers", text, READING, [verdict for verdict in verdicts if verdict])


def _verdict(result: transfers.Result) -> Judged | None:
    """By what it stands beside, and by the beginning of its name, which is the engine."""
    if "executemany" in result.floor:
        return judge(result.ratio, "batch")
    if "raw SQL" in result.floor:
        return judge(result.ratio, "transfer", result.name.split(",")[0])
    return None
