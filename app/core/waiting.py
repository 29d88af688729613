"""What waits for a reader: the one shape in which every package answers Today's question."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.core import clock

if TYPE_CHECKING:
    from datetime import date

    from app.core.i18n import Phrase


@dataclass(frozen=True)
class Waiting:
    """One thing to be done. `endpoint` and `args` are the page where it is done in one click;
    `due` is the last day, none if it has no deadline, or with `held` the day it takes place."""

    text: Phrase
    title: str
    endpoint: str
    args: dict[str, Any] = field(default_factory=dict)
    due: date | None = None
    held: bool = False

    def __hash__(self) -> int:
        return hash((self.text, self.title, self.endpoint, *self.args.items(), self.due))

    @property
    def late(self) -> bool:
        return self.due is not None and self.due < clock.today()
