"""Sessions are signed cookies that end when nothing was asked for so long.

Flask would sign and send the cookie anew with every answer. Here that is done only once a tenth of
its life is over. So a session ends at the latest IDLE_MINUTES after the last request, and never
sooner than nine tenths of them after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature

from app.core import clock

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask, Request

_RENEWED_AFTER = 10  # of so many parts of its life, the first


class DatedSession(SecureCookieSession):
    """What a cookie carried, and when that was signed; nothing else says how old a session is."""

    signed_at: datetime | None = None


class _Sessions(SecureCookieSessionInterface):
    session_class = DatedSession

    def open_session(self, app: Flask, request: Request) -> DatedSession | None:
        signer = self.get_signing_serializer(app)
        sent = request.cookies.get(self.get_cookie_name(app))
        if signer is None:
            return None
        if not sent:
            return self.session_class()
        longest = int(app.permanent_session_lifetime.total_seconds())
        try:
            content, signed_at = signer.loads(sent, max_age=longest, return_timestamp=True)
        except BadSignature:
            return self.session_class()
        session = self.session_class(content)
        session.signed_at = signed_at
        return session

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        if request.endpoint == "static":  # proxies may keep it, so it must set no cookie
            return False
        if session.modified or not session.permanent:
            return session.modified
        signed_at = getattr(session, "signed_at", None)
        renewed_after = app.permanent_session_lifetime / _RENEWED_AFTER
        return signed_at is None or clock.now() - signed_at >= renewed_after


def init(app: Flask) -> None:
    app.session_interface = _Sessions()
