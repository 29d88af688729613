"""What a visitor sees when something is not there, not allowed, or broken."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import current_app, flash, g, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException

from app.core.arguments import came_from
from app.core.db import db
from app.core.errors import NotFoundError, Refused
from app.core.guard import login_manager
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.returning import page_behind
from app.core.slots import answers

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response


def init(app: Flask) -> None:
    app.register_error_handler(NotFoundError, lambda _error: _page(404))
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _without_session)
    app.register_error_handler(HTTPException, _http)
    # A number or text that no column can hold, as only a forged address or form has it.
    app.register_error_handler(DataError, lambda _error: _page(400))
    app.register_error_handler(OverflowError, lambda _error: _page(400))
    if not app.debug:  # then Flask shows its own page, with the traceback
        app.register_error_handler(Exception, _broken)


def _without_session(_error: CSRFError) -> Response:
    """A form whose session has ended is kept; only of a forged one nothing is."""
    kept = next(iter(answers("core.form_without_session")), None)
    return kept or _page(
        400, _("This form has expired. Go back, reload the page and send it again.")
    )


def _http(error: HTTPException) -> Response:
    if error.response:
        return cast("Response", error.response)
    if page := page_behind(error):
        return see_other(page)
    return _page(error.code or 500)


def _page(status: int, explanation: str | None = None) -> Response:
    db.session.rollback()
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # If it is the database that broke, asking it who is reading would break this page, too.
        g._login_user = login_manager.anonymous_user()  # noqa: SLF001 - where Flask-Login keeps it
    return render(
        "errors/error.html",
        status=status,
        code=status,
        explanation=explanation or _explanation(status),
        back=came_from() if request.method == "POST" else None,
    )


def _refused(refusal: Refused) -> Response:
    """Show a refusal that no form took on the page from which the person came."""
    db.session.rollback()
    back = came_from() if request.method == "POST" else None
    if back is None:
        return _page(409, str(refusal.message))
    flash(str(refusal.message), "danger")
    return see_other(back)


def _broken(error: Exception) -> Response:
    db.session.rollback()
    current_app.logger.error("broken: %s %s", request.method, request.path, exc_info=error)
    return _page(500)


def _explanation(status: int) -> str:
    return {
        400: _("The request could not be understood."),
        403: _(
            "You don't have the right to see this page. If you need it, ask the community's staff."
        ),
        404: _("There is no such page here, or it isn't yours to see."),
        405: _("This page can't be used that way. Go back and use the button on the page."),
        413: _(
            "Files may have 15 MB each and 60 MB all together, a text 2 MB."
            " Go back and send fewer or smaller ones."
        ),
        429: _("Too many attempts. Please wait a minute and try again."),
    }.get(
        status,
        _("Something went wrong on our side. It has been written down; please try again later."),
    )
