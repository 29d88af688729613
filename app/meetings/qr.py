"""The code on the screen that people scan to check in."""

from __future__ import annotations

import segno
from markupsafe import Markup


def check_in_code(address: str) -> Markup:
    """The address as a QR code: inline SVG that scales to the room it is given."""
    picture = segno.make(address, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass="screen-qr", lineclass=None, dark="#000", light="#fff"
    )
    # segno's own drawing of an address made here; nothing in it is anybody's input.
    return Markup(picture)  # noqa: S704
