from flask import Blueprint, current_app, request
from werkzeug.wrappers import Response

from app.audit.services import address
from app.core.guard import login_manager, visitor
from app.core.htmx import see_other
from app.people import queries, services

bp = Blueprint("people", __name__)

login_manager.user_loader(queries.actor_by_session)

_OPEN_BEFORE_SETUP = ("people.setup", "people.set_up", "core.", "static", "bootstrap.")
_SET_UP = "people.set_up"


@bp.before_app_request
def _begin() -> Response | None:
    address.set(request.remote_addr)
    endpoint = request.endpoint or "static"
    if current_app.extensions.get(_SET_UP) or endpoint.startswith(_OPEN_BEFORE_SETUP):
        return None
    # Asked of the database until there is a user, then never again by this process.
    current_app.extensions[_SET_UP] = services.is_set_up()
    return None if current_app.extensions[_SET_UP] else see_other("/setup")


@bp.app_template_global()
def community_name() -> str:
    """The community (or the place) the reader works or lives in, for the top of the page."""
    reader = visitor()
    return reader.home if reader else ""


# The modules register their routes on the blueprint when they are imported.
from app.people.views import (  # noqa: E402
    activation,
    appointments,
    households,
    import_columns,
    imports,
    linking,
    me,
    persons,
    places,
    session,
    setup,
    units,
    users,
)

__all__ = [
    "activation", "appointments", "bp", "households", "import_columns", "imports", "linking", "me",
    "persons", "places", "session", "setup", "units", "users",
]  # fmt: skip
