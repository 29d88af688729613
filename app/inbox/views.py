"""The reader's messages. Opening one is a POST, because it marks it as read."""

from __future__ import annotations

from flask import Blueprint, flash, request, url_for
from werkzeug.wrappers import Response

from app.core.access import signed_in
from app.core.arguments import page_argument
from app.core.db import db
from app.core.guard import actor, visitor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.paging import paged
from app.inbox import queries, services

bp = Blueprint("inbox", __name__)


@bp.app_template_global()
def inbox_unread() -> int:
    """How many messages the reader has not seen; asked only by layouts that show it."""
    reader = visitor()
    return queries.unread_count(reader) if reader else 0


@bp.get("/inbox")
@signed_in
def index() -> Response:
    reader = actor()
    everything = request.args.get("show") == "all"
    messages = paged(queries.messages_for(reader, unread_only=not everything), page_argument())
    return render(
        "inbox/index.html",
        messages=messages,
        everything=everything,
        unread=queries.unread_count(reader),
    )


@bp.post("/inbox/<int:message_id>/open")
@signed_in
def open_message(message_id: int) -> Response:
    message = queries.message_to(actor(), message_id)
    services.mark_read(actor(), message)
    url = message.url
    db.session.commit()
    return see_other(url)


@bp.post("/inbox/<int:message_id>/read")
@signed_in
def read(message_id: int) -> Response:
    services.mark_read(actor(), queries.message_to(actor(), message_id))
    db.session.commit()
    return see_other(url_for("inbox.index"))


@bp.post("/inbox/read-all")
@signed_in
def read_all() -> Response:
    services.mark_all_read(actor())
    db.session.commit()
    flash(_("All messages are marked as read."))
    return see_other(url_for("inbox.index"))
