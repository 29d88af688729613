"""The one way to answer a request with HTML, and the only module that knows htmx is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Flask, current_app, make_response, redirect, render_template
from htmx_flask import Htmx, request

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

_htmx = Htmx()


def init(app: Flask) -> None:
    _htmx.init_app(app)


def render(
    page: str, /, swap: dict[str, str] | None = None, *, status: int = 200, **context: Any
) -> Response:
    """The page, or the one fragment of it that htmx asked for.

    `swap` maps the id of an element on the page to the template of that element,
    which the page itself includes, so that the two never differ. An unnamed
    target, a boosted link and a history restore get the whole page.
    """
    template = (swap or {}).get(wanted_fragment() or "", page)
    response = make_response(render_template(template, **context), status)
    response.vary.update(["HX-Request", "HX-Target", "HX-Boosted"])
    return response


def wanted_fragment() -> str | None:
    """The id of the element htmx is going to replace, if this is such a request."""
    htmx = request.htmx
    if not htmx or htmx.boosted or htmx.history_restore_request:
        return None
    return htmx.target


def see_other(url: str) -> Response:
    """Answer a POST: look there now. htmx follows it as a browser does."""
    return redirect(quote(url, safe="/?&=#%:;,+@!$'()*~"), 303)


def no_longer(url: str) -> Response:
    """Answer a polling fragment whose subject has ended: load the whole page instead."""
    response = current_app.response_class(status=200)
    response.headers["HX-Redirect"] = quote(url, safe="/?&=#%")
    return response
