"""/rewards: the catalogue, its funds, and what residents redeem."""

from flask import Blueprint

bp = Blueprint("rewards", __name__)

from app.rewards.views import (  # noqa: E402, F401 - routes
    catalogue,
    editing,
    funds,
    own,
)
