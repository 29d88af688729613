"""/platforms and /topics: where people deliberate, and what they raise."""

from flask import Blueprint

bp = Blueprint("platforms", __name__)

from app.platforms.views import (  # noqa: E402, F401 - routes
    entering,
    platforms,
    raising,
    screening,
    signing,
    topics,
)
