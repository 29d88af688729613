"""What whoever handles a task does with it, and the time they ask for."""

from __future__ import annotations

from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.guard import actor
from app.core.i18n import gettext as _
from app.tasks.policy import Action
from app.tasks.queries import tasks as queries
from app.tasks.services import working as services
from app.tasks.views import bp
from app.tasks.views.photos import kept_photos
from app.tasks.views.task import press, sent

C = Capability
A = Action


@bp.post("/tasks/<int:task_id>/report")
@requires(C.HANDLE_TASK)
def report(task_id: int) -> Response:
    form = sent(A.REPORT)
    return press(
        task_id,
        A.REPORT,
        form,
        lambda task: services.report(
            actor(),
            task,
            text=form.text.data,
            photos=kept_photos(form.photos.data),
            version=form.version.data,
        ),
        _("The progress has been reported."),
    )


@bp.post("/tasks/<int:task_id>/submit")
@requires(C.HANDLE_TASK)
def submit(task_id: int) -> Response:
    form = sent(A.SUBMIT)
    return press(
        task_id,
        A.SUBMIT,
        form,
        lambda task: services.submit(
            actor(),
            task,
            text=form.text.data,
            photos=kept_photos(form.photos.data),
            version=form.version.data,
        ),
        _("The work has been handed in. The community's staff will verify it."),
    )


@bp.post("/tasks/<int:task_id>/withdraw")
@requires(C.HANDLE_TASK)
def withdraw(task_id: int) -> Response:
    form = sent(A.WITHDRAW)
    return press(
        task_id,
        A.WITHDRAW,
        form,
        lambda task: services.withdraw(
            actor(), task, reason=form.reason.data, version=form.version.data
        ),
        _("It has been withdrawn, and stays in the course of the task."),
    )


@bp.post("/tasks/<int:task_id>/extension")
@requires(C.HANDLE_TASK)
def ask_extension(task_id: int) -> Response:
    form = sent(A.ASK_EXTENSION)
    return press(
        task_id,
        A.ASK_EXTENSION,
        form,
        lambda task: services.ask_extension(
            actor(),
            task,
            days=form.days.data,
            reason=form.reason.data,
            version=form.version.data,
        ),
        _("The request has been sent. Until it is decided the last day stays as it is."),
    )


@bp.post("/tasks/<int:task_id>/extension/decision")
@requires(C.DISPATCH)
def decide_extension(task_id: int) -> Response:
    queries.task_in_reach(actor(), task_id, C.DISPATCH)
    form = sent(A.DECIDE_EXTENSION)
    return press(
        task_id,
        A.DECIDE_EXTENSION,
        form,
        lambda task: services.decide_extension(
            actor(),
            task,
            granted=form.granted.data,
            reason=form.reason.data or "",
            version=form.version.data,
        ),
        _("The request has been decided; the handler has been told."),
    )
