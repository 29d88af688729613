"""Who lives behind which door."""

from __future__ import annotations

from flask import render_template, url_for
from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.arguments import id_argument, page_argument
from app.core.guard import actor
from app.core.htmx import render
from app.core.paging import paged
from app.core.slots import fills
from app.people.queries import households as queries
from app.people.views import bp
from app.places import interface as places
from app.places.interface import ancestors, communities, reached_community, reached_place
from app.places.models import COMMUNITY_AND_PARTS, Level, Place


@bp.get("/people/households")
@requires(Capability.SEE_PEOPLE)
def households() -> Response:
    """The buildings of a community, each with its rooms on a page of its own."""
    who = actor()
    community = reached_community(who, Capability.SEE_PEOPLE, id_argument("community"))
    reaches = [place.path for place in places.tops(who, Capability.SEE_PEOPLE)]
    paths = [path for path in reaches if path.startswith(community.path)] or [community.path]
    buildings = [part for path in paths for part in places.parts_of(path, [Level.BUILDING])]
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
        residents=queries.people_in([row.id for row in page.rows]),
    )


@fills("places.register")
def residents_of_place(*, place: Place) -> str:
    """How many people live in a place of the community."""
    if place.level not in COMMUNITY_AND_PARTS:
        return ""
    residents, homes = queries.lives_in(place)
    of_residents, of_homes = _lists_of(place)
    return render_template(
        "people/_lives_in.html",
        residents=(residents, of_residents),
        households=(homes, of_homes),
    )


def _lists_of(place: Place) -> tuple[str | None, str | None]:
    """The addresses of the lists of residents and households, where there are such lists."""
    if place.level is Level.COMMUNITY:
        return (
            url_for("people.index", community=place.id),
            url_for("people.households", community=place.id),
        )
    if place.level is Level.BUILDING:
        page = url_for("people.building", building_id=place.id)
        return page, page
    return None, None
