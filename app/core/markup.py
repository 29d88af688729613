"""Pieces of HTML that templates can't make by themselves: inline icons, QR codes, lasting ids.

Icons are drawn inline: only what a page uses travels, and no request is made for it.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from app.core.qr import qr_code

if TYPE_CHECKING:
    from flask import Flask

SPRITE = "vendor/bootstrap-icons/bootstrap-icons.svg"
_SYMBOL = re.compile(
    r'<symbol[^>]*viewBox="([^"]+)"[^>]*id="([^"]+)"[^>]*>(.*?)</symbol>', re.DOTALL
)


def init(app: Flask) -> None:
    static = app.static_folder or ""

    def draw_icon(name: str) -> Markup:
        """The icon as <svg>, hidden from screen readers. An unknown name draws nothing."""
        return _drawn(static, name)

    app.add_template_global(draw_icon)
    app.add_template_global(anchor)
    app.add_template_global(qr_code)


def anchor(*parts: object) -> str:
    """An id for an element, the same whenever the parts are, on a page as in its fragments."""
    return f"a{zlib.crc32(repr(parts).encode()):08x}"


@lru_cache(maxsize=1000)
def _drawn(static: str, name: str) -> Markup:
    sprite = Path(static) / SPRITE
    if name not in _symbols(sprite):
        return Markup()
    box, shapes = _symbols(sprite)[name]
    # The sprite comes with a pinned package at set-up; nothing in it is anybody's input.
    return Markup(  # noqa: S704
        f'<svg class="icon" viewBox="{box}" width="16" height="16" fill="currentColor"'
        f' aria-hidden="true">{shapes}</svg>'
    )


@lru_cache
def _symbols(sprite: Path) -> dict[str, tuple[str, str]]:
    if not sprite.exists():
        return {}
    return {
        name: (box, shapes.strip())
        for box, name, shapes in _SYMBOL.findall(sprite.read_text("utf-8"))
    }
