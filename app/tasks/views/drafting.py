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
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.people.interface import units_of
from app.people.models import Unit
from app.resolutions import interface as resolutions
from app.resolutions.models import Resolution
from app.tasks import deadlines, policy
from app.tasks.forms import MOST_DRAFTS, DraftsForm, EditForm
from app.tasks.models.tasks import Difficulty, ServiceLevel, Task
from app.tasks.queries import tasks
from app.tasks.services import drafting as services
from app.tasks.services.drafting import Draft
from app.tasks.views import bp

C = Capability
OPEN = "open"  # in "goes to": everybody may claim it


@bp.get("/tasks/new/resolution/<int:resolution_id>")
@requires(C.DISPATCH)
def new_tasks(resolution_id: int) -> Response:
    resolution = resolutions.resolution_in_reach(actor(), resolution_id, C.DISPATCH)
    return _page(DraftsForm(), resolution, 200)


@bp.post("/tasks/new/resolution/<int:resolution_id>")
@requires(C.DISPATCH)
def draft_tasks(resolution_id: int) -> Response:
    resolution = resolutions.resolution_in_reach(actor(), resolution_id, C.DISPATCH)
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


@bp.get("/tasks/<int:task_id>/edit")
@requires(C.DISPATCH)
def change_task(task_id: int) -> Response:
    task = tasks.task_in_reach(actor(), task_id, C.DISPATCH)
    if not policy.may_edit(task):
        return see_other(url_for("tasks.show", task_id=task_id))
    return _edit_page(EditForm(obj=task), task, 200)


@bp.post("/tasks/<int:task_id>/edit")
@requires(C.DISPATCH)
def edit_task(task_id: int) -> Response:
    task = tasks.task_in_reach(actor(), task_id, C.DISPATCH)
    form = EditForm()
    if not form.accepts(
        lambda: services.edit_task(
            actor(),
            task,
            title=form.title.data,
            detail=form.detail.data or "",
            difficulty=form.difficulty.data,
            version=form.version.data,
        )
    ):
        form.renew(task.version)
        return _edit_page(form, task, 422)
    db.session.commit()
    flash(_("The task has been changed."))
    return see_other(url_for("tasks.show", task_id=task_id))


def _edit_page(form: EditForm, task: Task, status: int) -> Response:
    return render("tasks/edit.html", status=status, form=form, task=task, levels=_levels())


def _levels() -> list[ServiceLevel]:
    """How long a task of each difficulty may take."""
    return [deadlines.level_of(difficulty, clock.today()) for difficulty in Difficulty]


def _page(form: DraftsForm, resolution: Resolution, status: int) -> Response:
    return render(
        "tasks/new.html",
        status=status,
        form=form,
        resolution=resolution,
        units=units_of(resolution.community_id),
        open_value=OPEN,
        may_add=len(form.rows) < MOST_DRAFTS,
        levels=_levels(),
        living=resolutions.is_living(resolution) and resolution.fed_back_at is None,
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
