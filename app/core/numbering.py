"""Running numbers, such as the 13th topic of a community in 2026."""

from __future__ import annotations

from sqlalchemy import String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Model, db


class Counter(Model):
    """The last number given under a name."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[int]


_NEXT = text(
    "INSERT INTO counter (name, value) VALUES (:name, 1)"
    " ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value"
)


def next_value(name: str) -> int:
    """The next number under a name, from 1. Holds its row until the transaction ends, so two
    writers never get the same and none is skipped."""
    return int(db.session.execute(_NEXT, {"name": name}).scalar_one())


def number_of_year(kind: str, community_id: int, *, digits: int = 3) -> str:
    """`2026-013`: the next of a kind in a community this year."""
    year = clock.today().year
    return f"{year}-{next_value(f'{kind}:{community_id}:{year}'):0{digits}d}"


def continue_after(name: str, value: int) -> None:
    """Numbers up to `value` were given elsewhere (history taken over): go on behind them."""
    db.session.execute(
        text(
            "INSERT INTO counter (name, value) VALUES (:name, :value) ON CONFLICT (name)"
            " DO UPDATE SET value = CASE WHEN counter.value < :value THEN :value ELSE counter.value END"
        ),
        {"name": name, "value": value},
    )
