"""/notices: the board's sheets, objecting to them, answering, and how long they hang."""

from flask import Blueprint

bp = Blueprint("notices", __name__)

from app.notices.views import objecting, publishing, reading, rules  # noqa: E402, F401 - routes
