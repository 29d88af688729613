"""The page of one task, and what every button on it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import db
from app.core.forms import offered
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.masking import masked_phone
from app.people import interface as people
from app.people.models import Person
from app.tasks import policy
from app.tasks.deadlines import Light, due_if_claimed, light
from app.tasks.forms import (
    PHOTO_TYPES,
    DecisionForm,
    EvaluationForm,
    ExtensionForm,
    FollowUpForm,
    ReasonForm,
    ReportForm,
    StepForm,
    SubmitForm,
    VerifyForm,
)
from app.tasks.models.tasks import Task
from app.tasks.policy import Action
from app.tasks.queries import concerned, history, lists, tasks
from app.tasks.services import working as services
from app.tasks.states import OPEN

# The form of each action on the page. Those that are one button need only the version.
FORMS: dict[Action, type[StepForm]] = {
    Action.OFFER: StepForm,
    Action.UPHOLD: ReasonForm,
    Action.CLAIM_FOR_UNIT: StepForm,
    Action.CLAIM_FOR_ONESELF: StepForm,
    Action.ACCEPT: StepForm,
    Action.RETURN: ReasonForm,
    Action.REPORT: ReportForm,
    Action.ASK_EXTENSION: ExtensionForm,
    Action.DECIDE_EXTENSION: DecisionForm,
    Action.SUBMIT: SubmitForm,
    Action.WITHDRAW: ReasonForm,
    Action.VERIFY: VerifyForm,
    Action.SEND_BACK: ReasonForm,
    Action.EVALUATE: EvaluationForm,
    Action.ENTER_EVALUATION: FollowUpForm,
    Action.REMIND: StepForm,
    Action.CLOSE: StepForm,
    Action.VOID: ReasonForm,
    Action.CANCEL: ReasonForm,
}


def sent(action: Action) -> Any:
    """The form of an action as it was sent."""
    return FORMS[action](prefix=action.value)


def press(
    task_id: int, action: Action, form: StepForm, call: Callable[[Task], Any], done: str
) -> Response:
    """Do what a button says: within reach, by the form, once; else the page again with what is
    wrong beside it."""
    task = tasks.task_in_reach(actor(), task_id)
    if not form.accepts(lambda: call(task)):
        return task_page(task_id, status=422, refused=(action, form))
    db.session.commit()
    flash(done)
    return see_other(url_for("tasks.show", task_id=task_id))


def task_page(
    task_id: int, *, status: int = 200, refused: tuple[Action, StepForm] | None = None
) -> Response:
    """Everything about a task, with the buttons its reader may press now."""
    who = actor()
    task = tasks.task_in_reach(who, task_id)
    facts = tasks.facts(who, task)
    allowed = policy.actions(who, task, facts)
    forms = _forms(task, allowed)
    if refused is not None and refused[0] in forms:
        refused[1].renew(task.version)
        forms[refused[0]] = refused[1]
    _offer_people(task, forms)
    verifiers = tasks.verifiers(task) if policy.is_to_verify(task) else []
    return render(
        "tasks/show.html",
        status=status,
        task=task,
        facts=facts,
        allowed=allowed,
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
        photo_types=PHOTO_TYPES,
        extensions=history.extensions_of(task.id),
        evaluations=history.evaluations_of(task.id),
        light=light(task),
        lights=Light,
        announced=lists.years_announced(),
        longest=services.longest_extension(task) if Action.ASK_EXTENSION in allowed else 0,
        due_if_claimed=due_if_claimed(task, clock.today()),
        closes_on=policy.closes_unevaluated_on(task),
        late=policy.is_late(task, clock.today()),
        telephone=_telephone(who, task),
        to_call=_to_call(who, forms.get(Action.ENTER_EVALUATION)),
    )


def _telephone(who: Actor, task: Task) -> dict[str, Any] | None:
    """The number of whoever has to act, for those who may look at the people here."""
    if task.state not in OPEN or policy.is_handler(who, task):
        return None
    if not who.may_at(Capability.SEE_PEOPLE, task.community.path):
        return None
    if task.unit is not None:
        return people.of_unit(who, task.unit, task.community)
    return people.of_person(who, task.person) if task.person is not None else None


def _forms(task: Task, allowed: frozenset[Action]) -> dict[Action, Any]:
    """Empty forms: also when the page answers a POST, nothing of what was sent goes into them."""
    return {
        action: FORMS[action](formdata=None, prefix=action.value, data={"version": task.version})
        for action in allowed
        if action in FORMS
    }


def _offer_people(task: Task, forms: dict[Action, Any]) -> None:
    form = forms.get(Action.ENTER_EVALUATION)
    if form is not None:
        form.person_id.choices = people_to_ask(task)


def people_to_ask(task: Task) -> list[tuple[Any, Any]]:
    return offered(
        (
            (row.id, " ".join(part for part in (row.name, masked_phone(row.phone)) if part))
            for row in concerned.people_to_ask(task)
        ),
        blank="",
    )


def _to_call(who: Actor, form: Any) -> dict[str, Any] | None:
    """The number of whoever was chosen to be asked how the work turned out."""
    if form is None or form.person_id.data not in [
        value for value, _name in form.person_id.choices
    ]:
        return None
    person = db.session.get(Person, form.person_id.data) if form.person_id.data else None
    return people.of_person(who, person) if person is not None else None


def _by_step(task: Task) -> dict[int, list[Any]]:
    photos: dict[int, list[Any]] = {}
    for photo in history.evidence_of([task.id]):
        photos.setdefault(photo.step_id, []).append(photo)
    return photos
