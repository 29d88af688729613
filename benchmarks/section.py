"""A part of the report, and what every part is measured with."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.aims import Judged
from benchmarks.engines import Engine
from benchmarks.samples import Sample


@dataclass(frozen=True)
class Setting:
    """An engine that runs, the samples on it, and where to put what is needed on the way.
    `quick`: a first look, with a few figures only."""

    engine: Engine
    samples: list[Sample]
    folder: Path
    quick: bool
    say: Callable[[str], None]


@dataclass(frozen=True)
class Section:
    """A title, text in Markdown, how to read it, and the figures that stand beside an aim."""

    title: str
    text: str
    reading: str
    judged: list[Judged] = field(default_factory=list)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def percentile(values: Sequence[float], part: float) -> float:
    """The value that so large a part of them does not exceed."""
    return sorted(values)[math.ceil(part * len(values)) - 1]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"


def megabytes(value: float | None) -> str:
    return "unknown here" if value is None else f"{value:,.0f} MB"
