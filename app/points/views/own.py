"""My points: the balance, what it came from, what expires when, and the code to show."""

from __future__ import annotations

from werkzeug.wrappers import Response

from app.core.access import Actor, Capability, requires
from app.core.arguments import page_argument
from app.core.guard import actor
from app.core.htmx import render
from app.points.queries import accounts as queries
from app.points.views import bp
from app.points.views.awards import awards_page

_PER_PAGE = 20


@bp.get("/points")
@requires(Capability.SEE_OWN_POINTS, Capability.SEE_POINTS)
def index() -> Response:
    who = actor()
    return awards_page(who) if who.may(Capability.SEE_POINTS) else own_page(who)


@bp.get("/points/own")
@requires(Capability.SEE_OWN_POINTS)
def own() -> Response:
    """For those who work here and live here as well."""
    return own_page(actor())


def own_page(who: Actor) -> Response:
    account = queries.account_page(who.person_id, page_argument(), per_page=_PER_PAGE)
    return render("points/own.html", account=account)
