"""Writing down what a resolution asks to be done: several tasks on one page."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Capability, requires
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import ngettext
from app.people.models import Unit
from app.people.queries import units_of
from app.resolutions import deadlines, policy, queries, services
from app.resolutions.forms import MOST_DRAFTS, DraftsForm
from app.resolutions.models import Difficulty, Resolution
from app.resolutions.services import Draft
from app.resolutions.views import bp

C = Capability
OPEN = "open"  # in "goes to": everybody may claim it


@bp.get("/resolutions/<int:resolution_id>/tasks/new")
@requires(C.DISPATCH)
def new_tasks(resolution_id: int) -> Response:
    resolution = queries.resolution_in_reach(actor(), resolution_id, C.DISPATCH)
    return _page(DraftsForm(), resolution, 200)


@bp.post("/resolutions/<int:resolution_id>/tasks/new")
@requires(C.DISPATCH)
def draft_tasks(resolution_id: int) -> Response:
    resolution = queries.resolution_in_reach(actor(), resolution_id, C.DISPATCH)
    form = DraftsForm()
    if "more" in request.form:
        if len(form.rows) < MOST_DRAFTS:
            form.rows.append_entry()
        return _page(form, resolution, 200)
    if not form.accepts(
        lambda: services.draft_tasks(actor(), resolution, _drafts(form, resolution))
    ):
        return _page(form, resolution, 422)
    db.session.commit()
    made = len(form.result)
    flash(
        ngettext(
            "%(num)s task has been written down.", "%(num)s tasks have been written down.", made
        )
    )
    return see_other(url_for("resolutions.show", resolution_id=resolution_id))


def _page(form: DraftsForm, resolution: Resolution, status: int) -> Response:
    today = clock.today()
    return render(
        "resolutions/new_tasks.html",
        status=status,
        form=form,
        resolution=resolution,
        units=units_of(resolution.community_id),
        open_value=OPEN,
        may_add=len(form.rows) < MOST_DRAFTS,
        levels=[deadlines.level_of(difficulty, today) for difficulty in Difficulty],
        living=policy.is_living(resolution) and resolution.fed_back_at is None,
    )


def _drafts(form: Any, resolution: Resolution) -> list[Draft]:
    """The rows that were filled in. What is no unit of the community stays here undispatched."""
    offered_units = {unit.id for unit in units_of(resolution.community_id)}
    drafts = []
    for row in form.rows:
        if not row.title.data:
            continue
        goes_to = row.goes_to.data or ""
        unit_id = int(goes_to) if goes_to.isdecimal() and int(goes_to) in offered_units else None
        drafts.append(
            Draft(
                title=row.title.data,
                detail=row.detail.data or "",
                difficulty=row.difficulty.data,
                unit=db.session.get(Unit, unit_id) if unit_id else None,
                offered=goes_to == OPEN,
            )
        )
    return drafts
