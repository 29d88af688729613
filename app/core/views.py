"""How the reader wants pages to look, and whether the site is alive."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, request
from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import BadRequest

from app.core.access import public
from app.core.arguments import came_from, kept_arguments
from app.core.db import db
from app.core.forms import new_form_key
from app.core.htmx import see_other
from app.core.i18n import COOKIE as LANGUAGE
from app.core.i18n import LANGUAGES
from app.core.security import is_visitor
from app.core.slots import answers

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("core", __name__)
bp.add_app_template_global(kept_arguments)
bp.add_app_template_global(new_form_key)

# What a reader may choose; the first of each holds without a choice.
THEME = "theme"
TYPE = "type"
CHOICES = {LANGUAGE: tuple(LANGUAGES), THEME: ("auto", "light", "dark"), TYPE: ("normal", "large")}
_YEAR = 365 * 24 * 3600


@bp.app_context_processor
def _appearance() -> dict[str, str | bool]:
    """What the skeleton of every page asks for."""
    return {"theme": _kept(THEME), "type_size": _kept(TYPE), "is_visitor": is_visitor()}


def _kept(name: str) -> str:
    """What the reader's browser keeps; the first of the choices if it is none of them."""
    value = request.cookies.get(name)
    return value if value in CHOICES[name] else CHOICES[name][0]


@bp.post("/appearance")
@public
def choose_appearance() -> Response:
    """Keep one of language, theme and type for a year, and go back to where it was chosen. BadRequest
    for anything else."""
    chosen = {name: request.form[name] for name in CHOICES if name in request.form}
    if not chosen or any(value not in CHOICES[name] for name, value in chosen.items()):
        raise BadRequest
    response = see_other(came_from() or "/")
    for name, value in chosen.items():
        response.set_cookie(
            name,
            value,
            max_age=_YEAR,
            samesite="Lax",
            httponly=True,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
    return response


@bp.get("/healthz")
@public
def healthz() -> Response:
    """For programs that watch the site: 200 once this process is warm and the database answers, with
    what an administrator should look at below."""
    if not current_app.extensions["warming"].is_done():
        return _state("starting", HTTPStatus.SERVICE_UNAVAILABLE)
    try:
        db.session.execute(text("SELECT 1"))
    except (OperationalError, InterfaceError):
        db.session.rollback()
        current_app.logger.exception("the database can't be reached")
        return _state("the database can't be reached", HTTPStatus.SERVICE_UNAVAILABLE)
    doubts = [str(doubt) for doubt in answers("core.doubts") if doubt]
    return _state("\n".join(["ok", *doubts]), HTTPStatus.OK)


def _state(words: str, status: HTTPStatus) -> Response:
    return current_app.response_class(f"{words}\n", status, mimetype="text/plain")


@bp.get("/favicon.ico")
@public
def favicon() -> Response:
    return current_app.send_static_file("img/mark.svg")
