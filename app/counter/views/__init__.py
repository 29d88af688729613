"""/counter: where staff find residents, redeem for them and hand over."""

from flask import Blueprint

bp = Blueprint("counter", __name__)

from app.counter.views import (  # noqa: E402, F401 - routes
    counter,
    redemptions,
)
