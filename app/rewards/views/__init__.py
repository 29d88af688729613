"""Pages about rewards. One module per screen; they share the blueprint."""

from flask import Blueprint

bp = Blueprint("rewards", __name__)

# The modules register their routes on the blueprint when they are imported.
from app.rewards.views import (  # noqa: E402
    catalogue,
    counter,
    funds,
    handing,
    keeping,
    own,
)

__all__ = ["bp", "catalogue", "counter", "funds", "handing", "keeping", "own"]
