"""/topics: what people raise, screened, signed and followed."""

from flask import Blueprint

bp = Blueprint("topics", __name__)

from app.topics.views import (  # noqa: E402, F401 - routes
    entering,
    raising,
    screening,
    signing,
    topics,
)
