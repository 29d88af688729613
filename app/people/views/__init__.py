from flask import Blueprint

from app.core.guard import login_manager
from app.people import queries

bp = Blueprint("people", __name__)

login_manager.user_loader(queries.actor_by_session)

from app.people.views import session  # noqa: E402, F401 - routes register themselves on the blueprint
