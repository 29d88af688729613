"""Headers every answer carries, and CSRF on everything that changes something."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, current_app, request, session
from flask_wtf import CSRFProtect
from itsdangerous import BadData, URLSafeTimedSerializer

from app.core.arguments import as_id
from app.core.compression import unpadded

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


class Tokens(CSRFProtect):
    """Flask-WTF's, for tokens that travel under a pad, and without one for visitors.

    Visitors change nothing but how pages look to them. A token for that would give each reader of
    the board a session, and a cookie with it.
    """

    def _is_exempt(self) -> bool:
        foreign = request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"
        looks = request.endpoint == "core.choose_appearance"
        return super()._is_exempt() or (looks and is_visitor() and not foreign)

    def _get_csrf_token(self) -> str | None:
        return unpadded(super()._get_csrf_token())


csrf = Tokens()

POLICY = "; ".join(  # noqa: FLY002 - one directive a line
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    ]
)


def init(app: Flask) -> None:
    csrf.init_app(app)
    app.after_request(_headers)


def new_token_of(user_id: int) -> str:
    """What the tokens of a session are made from. It says whose session it is, so that a form can
    be told from another user's after the session has ended, see `owner_of_form`."""
    return f"{user_id}-{secrets.token_hex(20)}"


def owner_of_form() -> int | None:
    """The id of the user in whose session the form of this request was made, whether or not that is
    still going on; None if its token does not say."""
    sent = csrf._get_csrf_token()  # noqa: SLF001 - our own class's
    signer = URLSafeTimedSerializer(current_app.secret_key or "", salt="wtf-csrf-token")
    try:
        owner, dash, _rest = str(signer.loads(sent or "")).partition("-")
    except BadData:
        return None
    return as_id(owner) if dash else None


def is_visitor() -> bool:
    """Whether the browser has no session of an account, neither one in force nor one that ended."""
    return "_user_id" not in session  # where Flask-Login keeps it


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint == "static" and response.status_code < HTTPStatus.BAD_REQUEST:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        # A shared office PC must not show the last person's pages from its cache.
        response.headers.setdefault("Cache-Control", "no-store")
    return response
