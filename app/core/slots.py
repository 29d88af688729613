"""Places on a lower floor's page that a higher floor may fill.

A package can't import what lies above it, yet its page is where people look for what
the packages above know: the resolution an item became, the points a resident has. The page
says `{{ slot("meetings.item", items=items) }}`; the package above has, among its views,
a function marked `@fills("meetings.item")` that returns HTML. Slots only show; what
happens, happens by explicit downward calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    Filling = Callable[..., str]

_fillings: dict[str, dict[str, Filling]] = {}


def fills(name: str) -> Callable[[Filling], Filling]:
    """Mark a function that renders what goes into the slot, from the slot's context."""

    def mark(filling: Filling) -> Filling:
        # Keyed by name, so that making a second application replaces rather than repeats.
        _fillings.setdefault(name, {})[f"{filling.__module__}.{filling.__qualname__}"] = filling
        return filling

    return mark


def slot(name: str, **context: Any) -> Markup:
    """Everything that fills the slot, in the order of the floors."""
    parts = (filling(**context) for filling in _fillings.get(name, {}).values())
    return Markup("").join(Markup(part) for part in parts)  # noqa: S704 - rendered templates


def init(app: Flask) -> None:
    app.add_template_global(slot)
