"""Pages about points. One module per subject; they share the blueprint."""

from flask import Blueprint

bp = Blueprint("points", __name__)

# The modules register their routes on the blueprint when they are imported.
from app.points.views import (  # noqa: E402
    awards,
    deciding,
    notices,
    own,
    people,
    requests,
    rules,
    sealing,
)

__all__ = ["awards", "bp", "deciding", "notices", "own", "people", "requests", "rules", "sealing"]
