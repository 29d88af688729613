"""Running the meeting: opening it, one item after the other, closing it."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.arguments import as_id
from app.core.db import db
from app.core.forms import Form
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.labels import label
from app.meetings import policy
from app.meetings.forms import LateItemForm, SettleForm
from app.meetings.models.meetings import Meeting
from app.meetings.queries import agenda, meetings, voting
from app.meetings.services import agenda as agenda_services
from app.meetings.services import session
from app.meetings.views import _console, bp
from app.meetings.views.minutes import minutes_page

HOST = Capability.HOST_MEETING


@bp.get("/meetings/<int:meeting_id>/console")
@requires(HOST)
def console(meeting_id: int) -> Response:
    return _console.page(meeting_id)


@bp.post("/meetings/<int:meeting_id>/open")
@requires(HOST)
def open_meeting(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), HOST, meeting_id)
    session.open_meeting(actor(), meeting)
    db.session.commit()
    return _console.back(meeting)


@bp.get("/meetings/<int:meeting_id>/close")
@requires(HOST)
def ask_close(meeting_id: int) -> Response:
    """Ask the host to confirm what on the agenda has not been taken up or voted on."""
    meeting = meetings.meeting_in_reach(actor(), HOST, meeting_id)
    return _close_page(Form(), meeting, 200)


@bp.post("/meetings/<int:meeting_id>/close")
@requires(HOST)
def close_meeting(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), HOST, meeting_id)
    form = Form()
    known = [id_ for text in request.form.getlist("left-out") if (id_ := as_id(text))]
    if not form.accepts(lambda: session.close_meeting(actor(), meeting, left_out=known)):
        return _close_page(form, meeting, 422)
    db.session.commit()
    flash(_("The meeting is closed. Attendance has been credited; the minutes can be finished."))
    return see_other(url_for("meetings.minutes", meeting_id=meeting.id))


@bp.post("/meetings/items/<int:item_id>/start")
@requires(HOST)
def start_item(item_id: int) -> Response:
    item = agenda.item_in_reach(actor(), HOST, item_id)
    session.start_item(actor(), item)
    db.session.commit()
    return _console.back(item.meeting)


@bp.post("/meetings/items/<int:item_id>/finish")
@requires(HOST)
def finish_item(item_id: int) -> Response:
    item = agenda.item_in_reach(actor(), HOST, item_id)
    session.finish_item(actor(), item)
    db.session.commit()
    return _console.back(item.meeting)


@bp.post("/meetings/items/<int:item_id>/settle")
@requires(HOST)
def settle_item(item_id: int) -> Response:
    item = agenda.item_in_reach(actor(), HOST, item_id)
    outcomes = policy.open_outcomes(item.meeting, item, voting.valid_vote(item.id))
    form, sits = SettleForm.about(item.id, outcomes), policy.sits(item.meeting)
    if not form.accepts(
        lambda: session.settle_item(
            actor(), item, outcome=form.outcome.data, reason=form.reason.data or ""
        )
    ):
        if sits:
            return _console.page(item.meeting_id, 422, settle_form=form)
        return minutes_page(item.meeting, 422, settle={item.id: form})
    db.session.commit()
    flash(_("Noted: %(outcome)s", outcome=label(item.outcome)))
    if sits:
        return _console.back(item.meeting)
    return see_other(url_for("meetings.minutes", meeting_id=item.meeting_id))


def _close_page(form: Form, meeting: Meeting, status: int) -> Response:
    return render(
        "meetings/close.html",
        status=status,
        form=form,
        meeting=meeting,
        left_out=agenda.never_taken_up(meeting.id),
        unvoted=agenda.never_voted_on(meeting.id),
    )


@bp.post("/meetings/<int:meeting_id>/late-items")
@requires(HOST)
def add_late_item(meeting_id: int) -> Response:
    """Something that came up in the meeting: it can be discussed, not decided."""
    meeting = meetings.meeting_in_reach(actor(), HOST, meeting_id)
    form = LateItemForm(prefix="late")
    if not form.accepts(
        lambda: agenda_services.add_item(
            actor(),
            meeting,
            kind=form.kind.data,
            title=form.title.data,
            planned=form.planned.data,
        )
    ):
        return _console.page(meeting.id, 422, late_form=form)
    db.session.commit()
    return _console.back(meeting)
