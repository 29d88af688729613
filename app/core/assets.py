"""Our static files: addresses with their digest, so that browsers may keep them for ever, and
what set-up squeezed is sent to those who take it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app, request, send_from_directory, url_for
from werkzeug.security import safe_join

from app.core.access import public

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response


def init(app: Flask) -> None:
    app.view_functions["static"] = public(_send)
    app.add_template_global(asset)
    if app.debug:
        app.before_request(_renew)


def asset(name: str) -> str:
    """URL of `static/<name>`."""
    return _address(name, request.script_root)


@lru_cache
def _address(name: str, _mounted_at: str) -> str:
    file = Path(current_app.static_folder or "") / name
    digest = hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else ""
    return url_for("static", filename=name, v=digest[:12])


def _renew() -> None:
    """Make the bundles anew, so that the next page shows a sheet or script that was just changed."""
    from launcher.assets import install_assets  # noqa: PLC0415 - only where sheets are being written

    install_assets("")
    _address.cache_clear()


def _send(filename: str) -> Response:
    """A static file, as its `.gz` if there is one and the browser takes it."""
    folder = current_app.static_folder or ""
    squeezed = safe_join(folder, f"{filename}.gz")
    there = squeezed is not None and Path(squeezed).is_file()
    if there and request.accept_encodings["gzip"]:
        response = send_from_directory(folder, f"{filename}.gz", mimetype=guess_type(filename)[0])
        response.content_encoding = "gzip"
    else:
        response = current_app.send_static_file(filename)
    if there:
        response.vary.add("Accept-Encoding")
    return response
