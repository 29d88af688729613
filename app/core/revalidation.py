"""Pages for those who are not signed in: the browser keeps them and asks whether they changed.

The board is read by many, on phones, and changes a few times a day: asked again, an unchanged page
costs some headers. Pages with a token and pages of signed-in readers are never kept (core.security).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import g, request, session

from app.core.security import is_visitor

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response


def init(app: Flask) -> None:
    app.after_request(_tag)


def _tag(response: Response) -> Response:
    if (
        request.method in {"GET", "HEAD"}
        and response.status_code == HTTPStatus.OK
        and response.mimetype == "text/html"
        and "Cache-Control" not in response.headers
        and is_visitor()
        and not session.modified
        and "csrf_token" not in g
    ):
        # Weak: squeezed or not, it is the same page.
        response.add_etag(weak=True)
        response.headers["Cache-Control"] = "no-cache"
        response.vary.update(["Accept-Language", "Cookie"])
        response.make_conditional(request)
    return response
