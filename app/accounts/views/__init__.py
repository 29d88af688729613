"""/accounts, and what everybody knows by a shorter address: /sign-in, /activate, /setup, /me."""

from flask import Blueprint, current_app, request
from werkzeug.wrappers import Response

from app.accounts.queries.sessions import actor_by_session
from app.accounts.services.setup import is_set_up
from app.audit.interface import address
from app.core.guard import login_manager, visitor
from app.core.htmx import see_other

bp = Blueprint("accounts", __name__)

login_manager.user_loader(actor_by_session)

_OPEN_BEFORE_SETUP = ("accounts.setup", "accounts.set_up", "core.", "static")
_SET_UP = "accounts.set_up"


@bp.before_app_request
def _begin() -> Response | None:
    address.set(request.remote_addr)
    endpoint = request.endpoint or "static"
    if current_app.extensions.get(_SET_UP) or endpoint.startswith(_OPEN_BEFORE_SETUP):
        return None
    # Asked of the database until there is a user, then never again by this process.
    current_app.extensions[_SET_UP] = is_set_up()
    return None if current_app.extensions[_SET_UP] else see_other("/setup")


@bp.app_template_global()
def community_name() -> str:
    """The community (or the place) the reader works or lives in, for the top of the page."""
    reader = visitor()
    return reader.home if reader else ""


from app.accounts.views import (  # noqa: E402, F401 - routes
    activation,
    entries,
    linking,
    me,
    session,
    setup,
    users,
)
