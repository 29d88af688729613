"""/today, /board, /audit, and where the bare address leads."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from app.conventions import queries as conventions
from app.core import clock
from app.core.access import Capability, public, requires, signed_in
from app.core.arguments import date_argument, id_argument, page_argument, text_argument
from app.core.guard import actor, visitor
from app.core.htmx import render, see_other
from app.core.navigation import only_a_resident
from app.core.paging import first_rows, paged
from app.disclosure import queries as disclosure
from app.home import acts, queries, subjects
from app.ledger import interface as ledger
from app.meetings import queries as meetings
from app.points import queries as points

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("home", __name__)

_HANGING = 20  # of each sort of paper on the board
_DECIDED = 8
_SEALS = 7


@bp.get("/")
@public
def index() -> Response:
    return see_other(url_for("home.today" if visitor() else "home.board"))


@bp.get("/today")
@signed_in
def today() -> Response:
    who = actor()
    if who.person_id and only_a_resident(who):
        return render(
            "home/resident.html",
            waiting=queries.waiting(who),
            balance=points.balance_of(who.person_id),
            topics=queries.own_topics(who.person_id),
            meetings=meetings.upcoming(who.community_id) if who.community_id else (),
        )
    return render(
        "home/today.html",
        waiting=queries.waiting(who),
        numbers=queries.numbers(who),
        meetings=meetings.upcoming_for(who),
        works_with_meetings=who.may(Capability.SEE_MEETINGS),
        today=clock.today(),
    )


@bp.get("/board")
@public
def board() -> Response:
    chosen = id_argument("community") or _own_community() or queries.only_community()
    if chosen is None:
        text = text_argument()
        page = paged(queries.communities(text), page_argument())
        return render("home/boards.html", page=page, text=text)
    place = queries.community(chosen)
    return render(
        "home/board.html",
        community=place,
        notices=first_rows(disclosure.running(place.id, clock.today()), _HANGING),
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
    return render("home/resolutions.html", community=place, page=page, years=years, year=year)


@bp.get("/board/notices")
@public
def board_notices() -> Response:
    """Everything that hangs or has hung on a community's board."""
    place = queries.community(id_argument("community") or 0)
    years, year = _years(queries.years_of(queries.hung(place.id), "published_on"))
    page = paged(queries.hung(place.id, year), page_argument())
    return render(
        "home/notices.html",
        community=place,
        page=page,
        years=years,
        year=year,
        today=clock.today(),
    )


@bp.get("/audit")
@requires(Capability.READ_AUDIT)
def audit() -> Response:
    since, until = date_argument("since"), date_argument("until")
    text, kind = text_argument(), text_argument("kind")
    page = paged(
        queries.trail(actor(), text=text, acts=acts.beginnings(kind), since=since, until=until),
        page_argument(),
    )
    return render(
        "home/audit.html",
        page=page,
        text=text,
        kind=kind,
        kinds=acts.kinds(),
        since=since,
        until=until,
        masked=not actor().may(Capability.SEE_PEOPLE),
        subjects=subjects.subjects_of(actor(), page.rows),
        about=subjects.about,
        name_of=acts.name_of,
        details=acts.details,
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
