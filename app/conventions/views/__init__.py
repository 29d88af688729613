"""/conventions: reading, drafting, opinions, review, vote, effect."""

from flask import Blueprint

bp = Blueprint("conventions", __name__)

from app.conventions.views import drafting, opinions, reading, taking_effect  # noqa: E402, F401 - routes
