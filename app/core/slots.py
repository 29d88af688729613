"""What a lower floor asks the floors above it, without knowing them.

A package can't import what lies above it, yet its page is where people look for what the packages
above know, and some of its conditions depend on it. So it asks by name: in a template
`{{ slot("meetings.item", item=item) }}` for pieces of the page, in Python
`answers("notices.withheld", reader)` for conditions, numbers or rows. A package above has a function
marked `@fills("meetings.item")` that answers. Answers only show and decide; what happens, happens
by explicit downward calls. docs/ARCHITECTURE.md lists the names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

Filling = TypeVar("Filling", bound="Callable[..., Any]")

_fillings: dict[str, dict[str, Callable[..., Any]]] = {}


def fills(name: str) -> Callable[[Filling], Filling]:
    """Mark a function that answers what is asked under this name."""

    def mark(filling: Filling) -> Filling:
        # Keyed by name, so that making a second application replaces rather than repeats.
        key = f"{filling.__module__}.{filling.__qualname__}"
        _fillings.setdefault(name, {})[key] = filling
        return filling

    return mark


def answers(name: str, *args: Any, **context: Any) -> list[Any]:
    """What each filling answers, in the order of the floors."""
    return [filling(*args, **context) for filling in _fillings.get(name, {}).values()]


def slot(name: str, **context: Any) -> Markup:
    """The pieces of the page that fill the slot, in the order of the floors."""
    parts = answers(name, **context)
    return Markup("").join(Markup(part) for part in parts)  # noqa: S704 - rendered templates


def init(app: Flask) -> None:
    app.add_template_global(slot)
