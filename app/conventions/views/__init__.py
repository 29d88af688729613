"""/conventions: reading, drafting, opinions, review, vote, effect."""

from flask import Blueprint

bp = Blueprint("conventions", __name__)

from app.conventions.views import drafting, opinions, reading, way  # noqa: E402, F401 - routes
