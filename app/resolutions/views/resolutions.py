"""The list of resolutions, and one of them with all that has become of it."""

from __future__ import annotations

from typing import Any

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Capability, requires
from app.core.arguments import id_argument, member_argument, page_argument, text_argument
from app.core.db import db
from app.core.forms import offered
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.paging import paged
from app.meetings.interface import is_frozen, quorum_lost, valid_vote
from app.notices import interface as notices
from app.notices.interface import days_left
from app.notices.models import NoticeKind
from app.resolutions import policy, services
from app.resolutions.forms import FeedbackForm, PublishForm, SupersedeForm
from app.resolutions.queries import resolutions
from app.resolutions.queries.resolutions import Stage
from app.resolutions.views import bp

C = Capability
YEARS_OFFERED = 10


@bp.get("/resolutions")
@requires(C.SEE_RESOLUTIONS)
def index() -> Response:
    stage, text, year = member_argument("stage", Stage), text_argument(), id_argument("year")
    years = range(clock.today().year, clock.today().year - YEARS_OFFERED, -1)
    year = year if year in years else None
    found = resolutions.resolutions(actor(), stage=stage, text=text, year=year)
    return render(
        "resolutions/index.html",
        swap={"resolutions": "resolutions/_resolutions.html"},
        page=paged(found, page_argument()),
        stage=stage,
        stages=resolutions.STAGE_LABELS,
        year=year,
        years=years,
        text=text,
        today=clock.today(),
    )


@bp.get("/resolutions/<int:resolution_id>")
@requires(C.SEE_RESOLUTIONS)
def show(resolution_id: int) -> Response:
    return show_page(resolution_id)


@bp.get("/resolutions/<int:resolution_id>/print")
@requires(C.SEE_RESOLUTIONS)
def printed(resolution_id: int) -> Response:
    resolution = resolutions.resolution_in_reach(actor(), resolution_id)
    return render(
        "print/resolution.html", resolution=resolution, vote=valid_vote(resolution.item_id)
    )


@bp.get("/resolutions/<int:resolution_id>/<string:step>")
@requires(C.SEE_RESOLUTIONS)
def reload_resolution(resolution_id: int, step: str) -> Response:
    """After a refusal the address is that of the button; loading it again shows the resolution."""
    return see_other(url_for("resolutions.show", resolution_id=resolution_id, _anchor=step))


@bp.post("/resolutions/<int:resolution_id>/publish")
@requires(C.PUBLISH_NOTICE)
def publish(resolution_id: int) -> Response:
    resolution = resolutions.resolution_in_reach(actor(), resolution_id, C.PUBLISH_NOTICE)
    form = PublishForm(prefix="publish")
    if not form.accepts(
        lambda: services.publish(
            actor(), resolution, contact=form.contact.data, days=form.days.data
        )
    ):
        return show_page(resolution_id, status=422, publish=form)
    db.session.commit()
    flash(_("The resolution hangs on the board. Print it for the wall as well."))
    return see_other(url_for("resolutions.show", resolution_id=resolution_id))


@bp.post("/resolutions/<int:resolution_id>/feedback")
@requires(C.DISPATCH)
def feed_back(resolution_id: int) -> Response:
    resolution = resolutions.resolution_in_reach(actor(), resolution_id, C.DISPATCH)
    form = FeedbackForm(prefix="feedback")
    if not form.accepts(
        lambda: services.feed_back(
            actor(),
            resolution,
            result=form.result.data,
            contact=form.contact.data,
            days=form.days.data,
        )
    ):
        return show_page(resolution_id, status=422, feedback=form)
    db.session.commit()
    flash(_("The result has been made public and everybody concerned has been told."))
    return see_other(url_for("resolutions.show", resolution_id=resolution_id))


@bp.post("/resolutions/<int:resolution_id>/close")
@requires(C.DISPATCH)
def close(resolution_id: int) -> Response:
    services.close(actor(), resolutions.resolution_in_reach(actor(), resolution_id, C.DISPATCH))
    db.session.commit()
    flash(_("The matter is closed."))
    return see_other(url_for("resolutions.show", resolution_id=resolution_id))


@bp.post("/resolutions/<int:resolution_id>/supersede")
@requires(C.DISPATCH)
def supersede(resolution_id: int) -> Response:
    resolution = resolutions.resolution_in_reach(actor(), resolution_id, C.DISPATCH)
    form = SupersedeForm(prefix="supersede")
    form.later_id.choices = offered(resolutions.later_ones(resolution))
    if not form.accepts(
        lambda: services.supersede(
            actor(), resolution, later=resolutions.resolution_in_reach(actor(), form.later_id.data)
        )
    ):
        return show_page(resolution_id, status=422, supersede=form)
    db.session.commit()
    flash(_("The resolution has been marked as superseded."))
    return see_other(url_for("resolutions.show", resolution_id=resolution_id))


def show_page(resolution_id: int, *, status: int = 200, **refused: Any) -> Response:
    """The resolution's page, also after one of its forms was refused."""
    who = actor()
    resolution = resolutions.resolution_in_reach(who, resolution_id)
    hanging = resolutions.notices_of(resolution.id)
    work = resolutions.work_on(resolution.id)
    manages = who.may_at(C.DISPATCH, resolution.community.path)
    forms = _forms(resolution, refused) if manages else {}
    result = hanging.get(NoticeKind.RESULT)
    adopts = is_frozen(resolution.item)
    return render(
        "resolutions/show.html",
        status=status,
        resolution=resolution,
        vote=valid_vote(resolution.item_id),
        lost=quorum_lost(resolution.item_id),
        notice=hanging.get(NoticeKind.RESOLUTION),
        result=result,
        adopts_a_text=adopts,
        to_carry_out=bool(work.tasks) or not adopts,
        days_left=lambda notice: days_left(notice, clock.today()),
        work=work,
        manages=manages,
        living=policy.is_living(resolution),
        may_close=manages and result is not None and notices.cleared(result, clock.today()),
        forms=forms,
        refused=refused,
    )


def _forms(resolution: Any, refused: dict[str, Any]) -> dict[str, Any]:
    data = {"contact": notices.last_contact(resolution.community_id)}
    made = {
        "publish": PublishForm(formdata=None, prefix="publish", data=data),
        "feedback": FeedbackForm(formdata=None, prefix="feedback", data=data),
        "supersede": SupersedeForm(formdata=None, prefix="supersede"),
    } | refused
    made["supersede"].later_id.choices = offered(resolutions.later_ones(resolution), blank="")
    return made
