"""The page of one task, and pressing the buttons on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Actor, Capability, requires
from app.core.bodies import takes_files
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.people import interface as people
from app.people.models import Person
from app.tasks import policy
from app.tasks.deadlines import Light, due_if_claimed, light
from app.tasks.forms import StepForm
from app.tasks.models.tasks import Task
from app.tasks.policy import Action
from app.tasks.queries import history, lists, tasks
from app.tasks.states import OPEN
from app.tasks.views import bp
from app.tasks.views.buttons import BUTTONS
from app.tasks.views.pressing import Button, Link


def task_page(
    task_id: int, *, status: int = 200, refused: tuple[Action, StepForm] | None = None
) -> Response:
    """Everything about a task, with the buttons its reader may press now."""
    who = actor()
    task = tasks.task_in_reach(who, task_id)
    facts = tasks.facts(who, task)
    allowed = policy.actions(who, task, facts)
    forms = _forms(task, allowed, refused)
    verifiers = tasks.verifiers(task) if policy.is_to_verify(task) else []
    return render(
        "tasks/show.html",
        status=status,
        task=task,
        facts=facts,
        buttons=_buttons(allowed, forms),
        forms=forms,
        Action=Action,
        refused=refused,
        by_proxy=policy.by_proxy(who, task),
        names=who.may_around(Capability.SEE_TASKS, task.community.path),
        own_steps=policy.is_handler(who, task),
        verifiers=verifiers,
        others_verify=any(row.id != who.id for row in verifiers),
        steps=history.steps_of(task.id),
        photos=_by_step(task),
        extensions=history.extensions_of(task.id),
        evaluations=history.evaluations_of(task.id),
        light=light(task),
        lights=Light,
        announced=lists.years_announced(),
        due_if_claimed=due_if_claimed(task, clock.today()),
        closes_on=policy.closes_unevaluated_on(task),
        late=policy.is_late(task, clock.today()),
        telephone=_telephone(who, task),
        to_call=_to_call(who, forms.get(Action.ENTER_EVALUATION)),
    )


def _telephone(who: Actor, task: Task) -> dict[str, Any] | None:
    """The number of the handler who has to act, for those who may look at the people here."""
    if task.state not in OPEN or policy.is_handler(who, task):
        return None
    if not who.may_at(Capability.SEE_PEOPLE, task.community.path):
        return None
    if task.unit is not None:
        return people.of_unit(who, task.unit, task.community)
    return people.of_person(who, task.person) if task.person is not None else None


def _buttons(allowed: frozenset[Action], forms: dict[Action, Any]) -> dict[Action, Link]:
    """What the reader may press or follow now, in the order of the table."""
    return {
        action: button
        for action, button in BUTTONS.items()
        if action in (forms if isinstance(button, Button) else allowed)
    }


def _forms(
    task: Task, allowed: frozenset[Action], refused: tuple[Action, StepForm] | None
) -> dict[Action, Any]:
    """The form that was refused, to be sent once more, and empty ones for the other buttons:
    nothing of what was sent goes into those."""
    forms = {}
    for action, button in BUTTONS.items():
        if action not in allowed or not isinstance(button, Button):
            continue
        if refused is not None and refused[0] is action:
            form = refused[1]
            form.renew(task.version)
        else:
            fresh = {"version": task.version}
            form = button.form(formdata=None, prefix=action.value, data=fresh)
        button.offer(task, form)
        if button.fits(task, form):
            forms[action] = form
    return forms


def _to_call(who: Actor, form: Any) -> dict[str, Any] | None:
    """The number of the person chosen to be asked how the work turned out."""
    if form is None or form.person_id.data not in [
        value for value, _name in form.person_id.choices
    ]:
        return None
    person = db.session.get(Person, form.person_id.data) if form.person_id.data else None
    return people.of_person(who, person) if person is not None else None


def _by_step(task: Task) -> dict[int, list[history.Photo]]:
    photos: dict[int, list[history.Photo]] = {}
    for photo in history.evidence_of([task.id]):
        photos.setdefault(photo.step_id, []).append(photo)
    return photos


def _pressed(action: Action, button: Button) -> Callable[[int], Response]:
    """The view of a button: do what it says, within reach, by the form, once; else the page again
    with what is wrong beside it."""

    @requires(button.capability)
    def press(task_id: int) -> Response:
        who = actor()
        task = tasks.task_in_reach(who, task_id, button.reach)
        form = button.form(prefix=action.value)
        button.offer(task, form)
        if button.again in request.form:
            return task_page(task_id, refused=(action, form))
        if not form.accepts(lambda: button.service(who, task, **form.said())):
            return task_page(task_id, status=422, refused=(action, form))
        db.session.commit()
        flash(str(button.done))
        return see_other(url_for("tasks.show", task_id=task_id))

    return takes_files(press) if hasattr(button.form, "photos") else press


for _action, _button in BUTTONS.items():
    if isinstance(_button, Button):
        bp.add_url_rule(
            f"/tasks/<int:task_id>/{_button.address}",
            _button.endpoint,
            _pressed(_action, _button),
            methods=["POST"],
        )
