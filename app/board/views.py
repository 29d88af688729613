"""/board: what hangs in public, for all, without signing in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint

from app.board import queries
from app.conventions import interface as conventions
from app.core import clock
from app.core.access import public
from app.core.arguments import id_argument, page_argument, text_argument
from app.core.guard import visitor
from app.core.htmx import render
from app.core.paging import first_rows, paged
from app.ledger import interface as ledger
from app.meetings import interface as meetings
from app.notices import interface as notices

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("board", __name__)
_HANGING = 20  # of each sort of paper on the board
_DECIDED = 8
_SEALS = 7


@bp.get("/board")
@public
def index() -> Response:
    chosen = id_argument("community") or _own_community() or queries.only_community()
    if chosen is None:
        text = text_argument()
        page = paged(queries.communities(text), page_argument())
        return render("board/choose.html", page=page, text=text)
    place = queries.community(chosen)
    return render(
        "board/index.html",
        community=place,
        notices=first_rows(notices.running(place.id, clock.today()), _HANGING),
        meetings=meetings.upcoming(place.id),
        resolutions=first_rows(queries.decided(place.id), _DECIDED),
        drafts=first_rows(conventions.open_drafts(place.id, clock.today()), _HANGING),
        conventions=first_rows(conventions.in_force(place.id, clock.today()), _HANGING),
        awards=queries.recent_awards(place.id),
        seals=ledger.latest_seals(_SEALS),
        today=clock.today(),
    )


@bp.get("/board/resolutions")
@public
def board_resolutions() -> Response:
    """All resolutions of a community that were made public, with their results."""
    place = queries.community(id_argument("community") or 0)
    years, year = _years(queries.years_of(queries.decided(place.id), "decided_on"))
    page = paged(queries.decided(place.id, year), page_argument())
    return render("board/resolutions.html", community=place, page=page, years=years, year=year)


@bp.get("/board/notices")
@public
def board_notices() -> Response:
    """Everything that hangs or has hung on a community's board."""
    place = queries.community(id_argument("community") or 0)
    years, year = _years(queries.years_of(queries.hung(place.id), "published_on"))
    page = paged(queries.hung(place.id, year), page_argument())
    return render(
        "board/notices.html",
        community=place,
        page=page,
        years=years,
        year=year,
        today=clock.today(),
    )


def _years(years: list[int]) -> tuple[list[int], int | None]:
    """The years a list of the board is offered by, those that have something and the one that is
    asked for, and this one."""
    year = id_argument("year")
    if year is None or year > date.max.year:
        return years, None
    return sorted({*years, year}, reverse=True), year


def _own_community() -> int | None:
    who = visitor()
    return who.community_id if who else None
