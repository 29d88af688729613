"""Forms that save themselves while one types: what static/js/autosave.js asks, and what it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import make_response, request

from app.core import clock
from app.core.formats import clock_time
from app.core.htmx import render

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def is_autosave() -> bool:
    """Whether the form was sent by itself and not by its button."""
    return "X-Autosave" in request.headers


def saved(version: int) -> Response:
    """All is saved; nothing on the page changes but the version that the next save starts from."""
    response = make_response("", 204)
    response.headers["X-Version"] = str(version)
    response.headers["X-Saved-At"] = clock_time(clock.now())
    return response


def refused(template: str, version: int, **context: Any) -> Response:
    """Why nothing was saved, to be shown in the form beside what was typed."""
    response = render(template, status=422, **context)
    response.headers["X-Version"] = str(version)
    return response
