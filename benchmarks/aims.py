"""What is aimed at, in one table, and whether a figure has met it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Aim:
    """`bound` is the least that will do, or with `at_most` the most; `unit` is written after it."""

    what: str
    bound: float
    at_most: bool = False
    unit: str = ""

    def met_by(self, value: float) -> bool:
        return value <= self.bound if self.at_most else value >= self.bound

    def in_words(self, value: float) -> str:
        return f"{value:,.{0 if self.unit else 2}f}{self.unit}"

    @property
    def text(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.in_words(self.bound)}"


# By what is measured, on which engine ("any": on both), and of which page or sort.
AIMS: dict[tuple[str, ...], Aim] = {
    ("page", "sqlite"): Aim("a page, of the floor, SQLite", 0.25),
    ("page", "sqlite", "Host console"): Aim("the console, of the floor, SQLite", 0.15),
    ("page", "postgresql"): Aim("a page, of the floor, PostgreSQL", 0.18),
    ("page", "postgresql", "Host console"): Aim("the console, of the floor, PostgreSQL", 0.10),
    ("page", "postgresql", "Today"): Aim("Today, of the floor, PostgreSQL", 0.10),
    ("growth",): Aim("growth from street to city", 1.2, at_most=True),
    ("requests",): Aim("requests for a first page", 8, at_most=True, unit=" requests"),
    ("wire",): Aim("a first page on the wire", 60, at_most=True, unit=" KB"),
    ("session",): Aim("a new session's first Today, to its next", 1.5, at_most=True),
    ("memory",): Aim("growth of a process over 600 sessions", 30, at_most=True, unit=" MB"),
    ("check-ins",): Aim("check-ins lost or doubled", 0, at_most=True, unit=" of 300"),
    ("transfer", "sqlite"): Aim("one transfer, of raw SQL, SQLite", 0.32),
    ("transfer", "postgresql"): Aim("one transfer, of raw SQL, PostgreSQL", 0.65),
    ("batch",): Aim("10,000 awards at once, of a bare executemany", 0.7),
}


@dataclass(frozen=True)
class Judged:
    """A figure beside its aim."""

    aim: Aim
    value: float

    @property
    def met(self) -> bool:
        return self.aim.met_by(self.value)

    @property
    def mark(self) -> str:
        """What is written after the figure in a table."""
        return "" if self.met else " ✗"


def judge(value: float, *about: str) -> Judged:
    """Beside the most particular aim there is: of a page on an engine, else of all pages on it."""
    while about not in AIMS:
        about = about[:-1]
    return Judged(AIMS[about], value)


def summary(judged: Iterable[Judged]) -> list[list[str]]:
    """A row for each aim that something was measured for: the aim, the worst figure, the verdict."""
    figures: dict[Aim, list[Judged]] = {}
    for each in judged:
        figures.setdefault(each.aim, []).append(each)
    return [_row(aim, figures[aim]) for aim in AIMS.values() if aim in figures]


def _row(aim: Aim, figures: list[Judged]) -> list[str]:
    values = [each.value for each in figures]
    missed = sum(not each.met for each in figures)
    verdict = "met" if not missed else "not met"
    if len(figures) > 1 and missed:
        verdict += f" ({missed} of {len(figures)})"
    worst = max(values) if aim.at_most else min(values)
    return [aim.what, aim.text, aim.in_words(worst), verdict]
