"""Sending the notice, calling the meeting off."""

from __future__ import annotations

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Capability, requires
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.meetings import policy
from app.meetings.forms import ConveneForm, MoveForm, ReasonForm, in_china
from app.meetings.models.meetings import Meeting
from app.meetings.queries import agenda, attendance, composition, meetings, readiness
from app.meetings.services import convening as services
from app.meetings.views import bp

CONVENE = Capability.CONVENE


@bp.get("/meetings/<int:meeting_id>/convene")
@requires(CONVENE)
def prepare_notice(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), CONVENE, meeting_id)
    return _notice_page(ConveneForm(), meeting, 200)


@bp.post("/meetings/<int:meeting_id>/convene")
@requires(CONVENE)
def convene(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), CONVENE, meeting_id)
    form = ConveneForm()
    if not form.accepts(
        lambda: services.convene(actor(), meeting, urgent_reason=form.urgent_reason.data or None)
    ):
        return _notice_page(form, meeting, 422)
    db.session.commit()
    flash(_("The notice has gone out. Everybody invited has been told."))
    return see_other(url_for("meetings.show", meeting_id=meeting.id))


@bp.get("/meetings/<int:meeting_id>/call-off")
@requires(CONVENE)
def ask_call_off(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), CONVENE, meeting_id)
    return render("meetings/call_off.html", meeting=meeting, form=ReasonForm())


@bp.post("/meetings/<int:meeting_id>/call-off")
@requires(CONVENE)
def call_off(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), CONVENE, meeting_id)
    form = ReasonForm()
    if not form.accepts(lambda: services.call_off(actor(), meeting, reason=form.reason.data)):
        return render("meetings/call_off.html", status=422, meeting=meeting, form=form)
    db.session.commit()
    flash(_("The meeting has been called off."))
    return see_other(url_for("meetings.show", meeting_id=meeting.id))


@bp.get("/meetings/<int:meeting_id>/move")
@requires(CONVENE)
def ask_move(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), CONVENE, meeting_id)
    form = MoveForm(obj=meeting, urgent_reason="")
    # The field shows what a clock in China does, and is read in the same way.
    form.starts_at.data = clock.local(meeting.starts_at).replace(tzinfo=None)
    return _move_page(form, meeting, 200)


@bp.post("/meetings/<int:meeting_id>/move")
@requires(CONVENE)
def move(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), CONVENE, meeting_id)
    form = MoveForm()
    if not form.accepts(
        lambda: services.move_meeting(
            actor(),
            meeting,
            version=form.version.data,
            starts_at=in_china(form.starts_at.data),
            venue=form.venue.data,
            reason=form.reason.data,
            urgent_reason=form.urgent_reason.data or None,
        )
    ):
        return _move_page(form, meeting, 422)
    db.session.commit()
    flash(_("The meeting has been moved. Everybody invited has been told."))
    return see_other(url_for("meetings.show", meeting_id=meeting.id))


def _move_page(form: MoveForm, meeting: Meeting, status: int) -> Response:
    return render(
        "meetings/move.html",
        status=status,
        meeting=meeting,
        form=form,
        rule=readiness.rule_or_none(meeting.kind, meeting.day),
    )


def _notice_page(form: ConveneForm, meeting: Meeting, status: int) -> Response:
    drafted = policy.may_prepare(meeting)
    period = readiness.notice_period(meeting)
    late = drafted and period is not None and period.missing > 0
    return render(
        "meetings/convene.html",
        status=status,
        meeting=meeting,
        form=form,
        missing=readiness.readiness(meeting) if drafted else [],
        period=period,
        asks_why=late and period is not None and period.rule.short_notice,
        another_time=drafted and bool(readiness.about_the_day(meeting)),
        count=attendance.head_count(meeting.id),
        items=agenda.agenda(meeting.id),
        expected=composition.expected_number(meeting),
        drafted=drafted,
    )
