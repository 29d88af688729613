"""/people: residents, households, units and the offices people hold."""

from flask import Blueprint

bp = Blueprint("people", __name__)

from app.people.views import (  # noqa: E402, F401 - routes
    appointments,
    households,
    persons,
    units,
)
