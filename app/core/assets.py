"""Addresses of our own static files, with their digest so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app, url_for

from app.core.access import public

if TYPE_CHECKING:
    from flask import Flask


def init(app: Flask) -> None:
    public(app.view_functions["static"])
    app.add_template_global(asset)


def asset(name: str) -> str:
    """URL of `static/<name>`."""
    if current_app.debug:
        _digest.cache_clear()  # styles are being written
    return url_for("static", filename=name, v=_digest(Path(current_app.static_folder or "") / name))


@lru_cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.exists() else ""
