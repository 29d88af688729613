"""Headers every answer carries, and CSRF on everything that changes something."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, current_app, request
from flask_wtf import CSRFProtect

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

csrf = CSRFProtect()

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
