"""QR codes as inline SVG: nothing is fetched and no style is needed."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup


@lru_cache(maxsize=1024)  # choosing the best pattern of a code takes milliseconds
def qr_code(text: str, label: str) -> Markup:
    """The text as a QR code; `label` is what it is called for those who can't see it."""
    import segno  # noqa: PLC0415 - most processes start without drawing one

    svg = segno.make(text, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass="qr-code", lineclass=None, title=label, light="#fff"
    )
    return Markup(svg)  # noqa: S704 - made by segno, which escapes the title
