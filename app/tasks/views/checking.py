"""Judging finished work: verifying, sending back, evaluating, closing, giving up."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.guard import actor
from app.core.i18n import gettext as _
from app.people.models import Person
from app.tasks.forms import FollowUpForm
from app.tasks.models.evaluations import Channel
from app.tasks.models.tasks import Task
from app.tasks.policy import Action
from app.tasks.queries import tasks as queries
from app.tasks.services import checking as services
from app.tasks.views import bp
from app.tasks.views.task import people_to_ask, press, sent, task_page

C = Capability
A = Action


@bp.post("/tasks/<int:task_id>/verify")
@requires(C.VERIFY_TASK)
def verify(task_id: int) -> Response:
    queries.task_in_reach(actor(), task_id, C.VERIFY_TASK)
    form = sent(A.VERIFY)
    return press(
        task_id,
        A.VERIFY,
        form,
        lambda task: services.verify(
            actor(), task, text=form.text.data or "", version=form.version.data
        ),
        _("The work has been verified. Those concerned are asked how it turned out."),
    )


@bp.post("/tasks/<int:task_id>/send-back")
@requires(C.VERIFY_TASK)
def send_back(task_id: int) -> Response:
    queries.task_in_reach(actor(), task_id, C.VERIFY_TASK)
    form = sent(A.SEND_BACK)
    return press(
        task_id,
        A.SEND_BACK,
        form,
        lambda task: services.send_back(
            actor(), task, reason=form.reason.data, version=form.version.data
        ),
        _("The work has been sent back to be done again."),
    )


@bp.post("/tasks/<int:task_id>/evaluate")
@requires(C.EVALUATE)
def evaluate(task_id: int) -> Response:
    form = sent(A.EVALUATE)

    def take_down(task: Task) -> Any:
        return services.evaluate(
            actor(),
            task,
            person=_myself(),
            channel=Channel.SELF,
            score=form.score.data,
            solved=form.solved.data,
            comment=form.comment.data or "",
            version=form.version.data,
        )

    return press(task_id, A.EVALUATE, form, take_down, _("Thank you for your evaluation."))


@bp.post("/tasks/<int:task_id>/follow-up")
@requires(C.ENTER_EVALUATION)
def follow_up(task_id: int) -> Response:
    task = queries.task_in_reach(actor(), task_id, C.ENTER_EVALUATION)
    form: FollowUpForm = sent(A.ENTER_EVALUATION)
    form.person_id.choices = people_to_ask(task)
    if "call" in request.form:
        return task_page(task_id, refused=(A.ENTER_EVALUATION, form))

    def take_down(task: Task) -> Any:
        return services.evaluate(
            actor(),
            task,
            person=db.session.get_one(Person, form.person_id.data),
            channel=form.channel.data,
            reached=form.reached.data,
            score=form.score.data,
            solved=form.solved.data,
            comment=form.comment.data or "",
            version=form.version.data,
        )

    return press(task_id, A.ENTER_EVALUATION, form, take_down, _("The follow-up has been entered."))


@bp.post("/tasks/<int:task_id>/close")
@requires(C.DISPATCH)
def close_task(task_id: int) -> Response:
    queries.task_in_reach(actor(), task_id, C.DISPATCH)
    form = sent(A.CLOSE)
    return press(
        task_id,
        A.CLOSE,
        form,
        lambda task: services.close_task(actor(), task, version=form.version.data),
        _("The task is completed and closed."),
    )


@bp.post("/tasks/<int:task_id>/void")
@requires(C.DISPATCH)
def void_completion(task_id: int) -> Response:
    queries.task_in_reach(actor(), task_id, C.DISPATCH)
    form = sent(A.VOID)
    return press(
        task_id,
        A.VOID,
        form,
        lambda task: services.void_completion(
            actor(), task, reason=form.reason.data, version=form.version.data
        ),
        _("The completion has been voided. The work is taken up again."),
    )


@bp.post("/tasks/<int:task_id>/cancel")
@requires(C.DISPATCH)
def cancel_task(task_id: int) -> Response:
    queries.task_in_reach(actor(), task_id, C.DISPATCH)
    form = sent(A.CANCEL)
    return press(
        task_id,
        A.CANCEL,
        form,
        lambda task: services.cancel_task(
            actor(), task, reason=form.reason.data, version=form.version.data
        ),
        _("The task has been cancelled."),
    )


def _myself() -> Person:
    person = db.session.get(Person, actor().person_id) if actor().person_id else None
    if person is None:
        raise NotFoundError
    return person
