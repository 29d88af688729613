"""What checking the ledger finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.core.i18n import Phrase


@dataclass(frozen=True)
class Finding:
    """The first row that differs in one of the checks: its table, its id or day, and how."""

    table: str
    row: int | date
    message: Phrase

    def __str__(self) -> str:
        return str(self.message)
