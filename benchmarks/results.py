"""The report: what was measured on, the aims, the tables, and how to read them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.aims import summary
from benchmarks.machine import interpreter, machine
from benchmarks.samples import Sample
from benchmarks.section import Section, table
from benchmarks.serving import default_workers

FILE = Path(__file__).with_name("RESULTS.md")
PACKAGES = ("Flask", "Jinja2", "SQLAlchemy", "granian", "psycopg")
_NOT_SIZES = {"community", "meeting"}
READING = """\
- Nothing here is a promise about seconds. Ratios of one run on one machine can be compared; the
  rates and seconds of two machines can't, nor those of two interpreters. Repeat it with
  `python3 manage.py bench`.

What misses its aim is marked ✗. The aims stand in `benchmarks/aims.py`."""


@dataclass
class Report:
    """`took` is how many seconds everything took but for making the samples."""

    engines: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    took: float = 0.0

    def __str__(self) -> str:
        parts = ["# Benchmarks", self._facts()]
        judged = [each for section in self.sections for each in section.judged]
        if judged:
            head = ["aim", "is", "measured (the worst)", "verdict"]
            parts += ["## Aims", table(head, summary(judged))]
        for section in self.sections:
            parts += [f"## {section.title}", section.text]
        if self.samples:
            parts += ["## The samples", self._sizes()]
        reading = "\n".join([*(section.reading for section in self.sections), READING])
        return "\n\n".join([*parts, "## How to read this", reading]) + "\n"

    def _facts(self) -> str:
        facts = {
            "Date": f"{datetime.now(UTC):%Y-%m-%d}",
            "Machine": machine(),
            "Interpreter": interpreter(),
            "Packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
            "Engines": ", ".join(self.engines),
            "Server": f"granian as in manage.py, which would start {default_workers()} process(es) here",
            "Took": f"{self.took / 60:.0f} minutes, the making of samples not counted",
        }
        return "\n".join(f"- {name}: {value}" for name, value in facts.items())

    def _sizes(self) -> str:
        rows = [
            [s.engine, s.scale]
            + [f"{count:,}" for name, count in s.facts.items() if name not in _NOT_SIZES]
            for s in self.samples
        ]
        names = [name for name in self.samples[0].facts if name not in _NOT_SIZES]
        return table(["engine", "scale", *names], rows)
