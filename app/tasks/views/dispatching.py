"""Giving a task to a unit or a person."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Capability, requires
from app.core.db import db
from app.core.forms import offered
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.people.interface import Choice, offer_people, units_of
from app.people.models import Person, Unit
from app.tasks import deadlines
from app.tasks.forms import DispatchForm
from app.tasks.models.tasks import Task
from app.tasks.queries import tasks as queries
from app.tasks.services import dispatching
from app.tasks.views import bp

C = Capability


@bp.get("/tasks/<int:task_id>/dispatch")
@requires(C.DISPATCH)
def choose_handler(task_id: int) -> Response:
    task = queries.task_in_reach(actor(), task_id, C.DISPATCH)
    form = DispatchForm(data={"version": task.version})
    form.unit_id.process(request.args)
    return _dispatch_page(form, task, _offer_handlers(form, task), 200)


@bp.post("/tasks/<int:task_id>/dispatch")
@requires(C.DISPATCH)
def dispatch(task_id: int) -> Response:
    task = queries.task_in_reach(actor(), task_id, C.DISPATCH)
    form = DispatchForm()
    people = _offer_handlers(form, task)
    if "find" in request.form:
        return _dispatch_page(form, task, people, 200)
    if not form.accepts(
        lambda: dispatching.dispatch(
            actor(),
            task,
            unit=db.session.get(Unit, form.unit_id.data) if form.unit_id.data else None,
            person=db.session.get(Person, form.person_id.data) if form.person_id.data else None,
            due_on=form.due_on.data,
            text=form.text.data or "",
            version=form.version.data,
        )
    ):
        form.renew(task.version)
        return _dispatch_page(form, task, people, 422)
    db.session.commit()
    flash(_("The task has been dispatched."))
    return see_other(url_for("tasks.show", task_id=task_id))


def _dispatch_page(form: DispatchForm, task: Task, people: Choice, status: int) -> Response:
    level = deadlines.level_of(task.difficulty, clock.today())
    _tick_the_only_one(form, people)
    return render(
        "tasks/dispatch.html",
        swap=people.swap,
        status=status,
        form=form,
        task=task,
        people=people,
        level=level,
        usual=deadlines.period(clock.today(), level.handle_days),
    )


def _offer_handlers(form: DispatchForm, task: Task) -> Choice:
    """Offer the community's units and its people. Who was picked before a search goes: the tick
    may have come of itself, for a person only met while typing."""
    if "find" in request.form:
        form.person_id.data = None
    units = [(unit.id, unit.name) for unit in units_of(task.community_id)]
    form.unit_id.choices = offered(units, blank=_("– no unit –"))
    people = offer_people(form.person_id, C.SEE_PEOPLE, task.community_id)
    form.searched = bool(people.text)
    return people


def _tick_the_only_one(form: DispatchForm, people: Choice) -> None:
    """Preselect the person if the search found exactly one and no unit is chosen."""
    if people.text and form.unit_id.data is None and len(people.candidates) == 1:
        form.person_id.data = people.candidates[0].id
