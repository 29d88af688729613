"""/rosters: spreadsheets of residents, uploaded, looked through and taken over."""

from flask import Blueprint

bp = Blueprint("rosters", __name__)

from app.rosters.views import (  # noqa: E402, F401 - routes
    columns,
    imports,
)
