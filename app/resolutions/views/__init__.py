"""/resolutions: recording, publishing, reporting back."""

from flask import Blueprint

bp = Blueprint("resolutions", __name__)

from app.resolutions.views import (  # noqa: E402, F401 - routes
    recording,
    resolutions,
)
