"""Who lives behind which door."""

from __future__ import annotations

from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.arguments import id_argument, page_argument
from app.core.guard import actor
from app.core.htmx import render
from app.core.paging import paged
from app.people import queries
from app.people.views import bp
from app.places.models import Level
from app.places.queries import ancestors, communities, reached_community, reached_place

MANAGE = Capability.MANAGE_PEOPLE


@bp.get("/people/households")
@requires(Capability.SEE_PEOPLE)
def households() -> Response:
    """The buildings of a community, each with its rooms on a page of its own."""
    who = actor()
    community = reached_community(who, Capability.SEE_PEOPLE, id_argument("community"))
    reaches = [place.path for place in queries.tops(who, Capability.SEE_PEOPLE)]
    paths = [path for path in reaches if path.startswith(community.path)] or [community.path]
    buildings = [part for path in paths for part in queries.parts_of(path, [Level.BUILDING])]
    return render(
        "people/households.html",
        community=community,
        communities=communities(who, Capability.SEE_PEOPLE),
        buildings=buildings,
        counts=queries.residents_per_building([id_ for id_, _name in buildings]),
    )


@bp.get("/people/households/<int:building_id>")
@requires(Capability.SEE_PEOPLE)
def building(building_id: int) -> Response:
    who = actor()
    place = reached_place(who, Capability.SEE_PEOPLE, building_id)
    page = paged(queries.rooms_of(place.id), page_argument())
    return render(
        "people/building.html",
        building=place,
        line=ancestors(place),
        page=page,
        slips=queries.slips_wanted(place.id) if who.may_at(MANAGE, place.path) else None,
        residents=queries.people_in([row.id for row in page.rows]),
    )
