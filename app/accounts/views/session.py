"""Signing in and out."""

from __future__ import annotations

import secrets
from dataclasses import replace
from urllib.parse import urlsplit

from flask import current_app, flash, g, request, session
from flask_login import login_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from app.accounts import demo_accounts, passwords
from app.accounts.forms import SignInForm
from app.accounts.queries import sessions as queries
from app.accounts.services import sessions as services
from app.accounts.views import bp
from app.accounts.views.kept_forms import KeptForm, kept_for, sent_without_session, signed
from app.accounts.views.limits import limited
from app.core.access import ROLE_LABELS, Actor, public, signed_in
from app.core.attempts import Rate
from app.core.autosave import is_autosave
from app.core.db import db, end_transaction, reading
from app.core.errors import Refused
from app.core.guard import actor, visitor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.core.security import new_token_of
from app.core.slots import fills

# Per address; an office or a shared PC may stand behind one.
ATTEMPTS = (Rate(20, 60), Rate(200, 3600))


@bp.get("/sign-in")
@public
def sign_in() -> Response:
    if visitor() is not None:
        return see_other(_onward())
    return _page(SignInForm(), 200)


@bp.post("/sign-in")
@limited("sign-in", *ATTEMPTS)
@public
def open_session() -> Response:
    form = SignInForm()
    if not form.accepts():
        return _page(form, 422)
    with reading():
        kept = queries.password_hash(form.username.data)
    end_transaction()
    outcome = services.sign_in(form.username.data, form.password.data, kept=kept)
    db.session.commit()  # also a failure: it has been counted
    if outcome.actor is None:
        form.refuse(Refused(_l("The username or the password is wrong.")))
        return _page(form, 422)
    begin_session(outcome.actor)
    if sent := kept_for(outcome.actor):
        return _to_send_again(sent)
    return see_other(_onward())


@bp.post("/sign-out")
@signed_in
def sign_out() -> Response:
    services.sign_out(actor())
    db.session.commit()
    session.clear()
    flash(_("You are signed out."))
    return see_other("/sign-in")


def begin_session(who: Actor) -> None:
    """Begin anew: nothing that was in the cookie before goes on, so that none can be planted."""
    session.clear()
    session.permanent = True  # it ends PERMANENT_SESSION_LIFETIME after the last request
    session["csrf_token"] = new_token_of(who.id)
    g.pop("csrf_token", None)  # Flask-WTF's, made from what the session was before
    login_user(replace(who, nonce=secrets.token_urlsafe(16)))


@fills("core.form_without_session")
def form_without_session() -> Response | None:
    """The answer to a form whose session has ended; None if it can't be told whose it was. A
    fragment must not take the page away: static/js/app.js says in place that one is signed out."""
    kept = sent_without_session()
    if kept is None:
        return None
    boosted = "HX-Boosted" in request.headers
    if is_autosave() or ("HX-Request" in request.headers and not boosted):
        if visitor() is None:
            return current_app.response_class(status=401)
        # Signed in again elsewhere: with the token of the new session it can be sent once more.
        return current_app.response_class(status=409, headers={"X-CSRFToken": generate_csrf()})
    if visitor() is None:
        return _page(SignInForm(formdata=None), 200, kept=signed(kept))
    return _to_send_again(kept)


def _to_send_again(kept: KeptForm) -> Response:
    return render("accounts/send_again.html", kept=kept)


def _page(form: SignInForm, status: int, *, kept: str | None = None) -> Response:
    samples = demo_accounts.ACCOUNTS if current_app.config["DEMO"] else {}
    return render(
        "accounts/sign_in.html",
        status=status,
        form=form,
        onward=request.args.get("next"),
        kept=kept or request.form.get("kept"),
        samples={name: ROLE_LABELS[role] for name, role in samples.items()},
        sample_password=demo_accounts.PASSWORD,
        failures=passwords.LOCK_AFTER,
        minutes=passwords.LOCK_FOR.seconds // 60,
    )


def _onward() -> str:
    return local_path(request.args.get("next"))


def local_path(target: str | None) -> str:
    """`target` if it is a path of this site, else the start page: a link to the sign-in page
    must not lead to another site."""
    if not target or not target.startswith("/") or not target.isprintable():
        return "/"
    # Browsers read a backslash as a slash, and two slashes as the beginning of a host name.
    if target.startswith(("//", "/\\")) or "\\" in target:
        return "/"
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else target
