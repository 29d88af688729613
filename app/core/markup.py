"""Pieces of HTML that templates can't make by themselves: inline icons, QR codes, lasting ids.

Icons are drawn by reference to one sprite, which the browser fetches once.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app
from markupsafe import Markup

from app.core.assets import asset
from app.core.qr import qr_code

if TYPE_CHECKING:
    from flask import Flask

SPRITE = "vendor/icons.svg"  # made at set-up of the icons that static/icons.txt names


def init(app: Flask) -> None:
    app.add_template_global(draw_icon)
    app.add_template_global(anchor)
    app.add_template_global(qr_code)


def draw_icon(name: str) -> Markup:
    """The icon as <svg>, hidden from screen readers. ValueError in tests if the sprite lacks it."""
    if current_app.testing and name not in _listed(current_app.static_folder or ""):
        raise ValueError(f"add the icon {name!r} to static/icons.txt")
    return _drawn(asset(SPRITE), name)


def anchor(*parts: object) -> str:
    """An id for an element, the same whenever the parts are, on a page as in its fragments."""
    return f"a{zlib.crc32(repr(parts).encode()):08x}"


@lru_cache(maxsize=1000)
def _drawn(sprite: str, name: str) -> Markup:
    return Markup(
        '<svg class="icon" width="16" height="16" fill="currentColor" aria-hidden="true">'
        '<use href="{}#{}"></use></svg>'
    ).format(sprite, name)


@lru_cache
def _listed(static: str) -> frozenset[str]:
    return frozenset((Path(static) / "icons.txt").read_text("utf-8").split())
