"""From an address that only takes forms back to a page.

A refused form is shown at its own address. Loading that anew, or coming back to it later, asks for a
page where there is none: it leads to the page the form was on, or else to the one it lies under.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import current_app, request, session
from werkzeug.exceptions import Forbidden, HTTPException, MethodNotAllowed

from app.core import access
from app.core.arguments import came_from
from app.core.guard import visitor

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

_REFUSED = "refused_at"  # in the session: the address of the last refused form, and its page


def init(app: Flask) -> None:
    app.after_request(_remember)


def page_behind(error: HTTPException) -> str | None:
    """Where to go instead, if a page was asked for at an address that takes forms; it may have one,
    but for others."""
    if request.method not in {"GET", "HEAD"}:
        return None
    path, page = session.get(_REFUSED, ("", ""))
    takes_forms = isinstance(error, MethodNotAllowed) and "POST" in (error.valid_methods or ())
    if path == request.path and (takes_forms or isinstance(error, Forbidden)):
        return str(page)
    return _page_above(request.path) if takes_forms else None


def _remember(response: Response) -> Response:
    """A form that is refused again says that it came from its own address: then its page stays."""
    if response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and (page := came_from()):
        session[_REFUSED] = (request.path, page)
    return response


def _page_above(path: str) -> str:
    """The nearest page that the address lies under and that the reader may open."""
    addresses = current_app.url_map.bind(request.host)
    while path := path.rpartition("/")[0]:
        try:
            endpoint, _arguments = addresses.match(path, method="GET")
        except HTTPException:
            continue
        if _may_open(endpoint):
            return path
    return "/"


def _may_open(endpoint: str) -> bool:
    needed, reader = access.needs(current_app.view_functions[endpoint]), visitor()
    if needed is None:
        return True
    return reader is not None and (not needed or bool(needed & reader.capabilities))
