"""/notices: the board's sheets, objecting to them, answering, and how long they hang."""

from flask import Blueprint

bp = Blueprint("disclosure", __name__)

from app.disclosure.views import objecting, publishing, reading, rules  # noqa: E402, F401 - routes
