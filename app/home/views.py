"""/today, /audit, and where the bare address leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from app.core import clock
from app.core.access import Capability, public, requires, signed_in
from app.core.arguments import date_argument, page_argument, text_argument
from app.core.guard import actor, visitor
from app.core.htmx import render, see_other
from app.core.navigation import only_a_resident
from app.core.paging import paged
from app.core.slots import answers
from app.home import audit_actions as acts
from app.home import queries, subjects
from app.meetings import interface as meetings
from app.points import interface as points

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("home", __name__)


@bp.get("/")
@public
def index() -> Response:
    return see_other(url_for("home.today" if visitor() else "board.index"))


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
        doubts=answers("core.doubts") if who.may(Capability.MANAGE_USERS) else [],
        works_with_meetings=who.may(Capability.SEE_MEETINGS),
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
