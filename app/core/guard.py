"""Carries out what endpoints declare: sign-in, capability, forced password change."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Flask, abort, current_app, flash, redirect, request, url_for
from flask_login import LoginManager, current_user

from app.core import access
from app.core.db import begin_reading, begin_writing
from app.core.i18n import gettext as _
from app.core.slots import answers

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from app.core.access import Actor

login_manager = LoginManager()
login_manager.session_protection = None  # sessions are revoked by version, see accounts


def init(app: Flask) -> None:
    login_manager.init_app(app)
    app.before_request(begin)
    app.before_request(_check)


def actor() -> Actor:
    """The user who is signed in. Only for endpoints that are not public."""
    return cast("Actor", current_user._get_current_object())  # noqa: SLF001 - services must not see a proxy


def visitor() -> Actor | None:
    """The user if one is signed in, else None: for public endpoints."""
    return actor() if current_user.is_authenticated else None


def begin() -> None:
    """Say what the transactions of this request are for, as its method tells."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        begin_reading()
    else:
        begin_writing()


def _check() -> Response | None:
    if request.endpoint is None:
        return None  # 404 and 405 are answered by the error pages
    needed = access.needs(current_app.view_functions[request.endpoint])
    if needed is None:
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    who = actor()
    if who.must_change_password and request.endpoint not in {
        "accounts.password",
        "accounts.sign_out",
        "accounts.change_password",
    }:
        flash(_("Please choose your own password first."))
        return redirect(url_for("accounts.password"), 303)
    if needed and not (needed & who.capabilities):
        abort(403)
    return None


def _to_sign_in() -> Response:
    # A fragment can't show the sign-in page, and must not take the page away, on which something
    # may have been typed: static/js/app.js says in place that one is signed out.
    if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        return current_app.response_class(status=401)
    if request.method == "POST" and (
        kept := next(iter(answers("core.form_without_session")), None)
    ):
        return cast("Response", kept)
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=back), 303)
