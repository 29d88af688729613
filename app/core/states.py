"""State machines as data: which event leads from which state to which.

A package keeps its table in `states.py`; services ask `after`, templates and
policies ask `can`. The table is the only place that knows the order of things.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar

from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l

State = TypeVar("State", bound=StrEnum)


class Machine(Generic[State]):
    """A transition table: `{(state, event): next state}`."""

    def __init__(self, table: dict[tuple[State, str], State]) -> None:
        self.table = table

    def can(self, state: State, event: str) -> bool:
        return (state, event) in self.table

    def after(self, state: State, event: str) -> State:
        """The state after the event, or Refused if the event can't happen now."""
        try:
            return self.table[state, event]
        except KeyError:
            raise Refused(
                _l("This has moved on in the meantime. Please look at its present state.")
            ) from None
