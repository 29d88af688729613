"""The minutes: read, written item by item, confirmed, corrected."""

from __future__ import annotations

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.core import autosave
from app.core.access import Capability, requires
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.meetings import policy
from app.meetings.arithmetic import percent
from app.meetings.forms import ConfirmForm, CorrectionForm, NotesForm, SettleForm, VoidForm
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.meetings import Meeting
from app.meetings.queries import agenda, meetings
from app.meetings.queries import minutes as minutes_queries
from app.meetings.services import minutes as services
from app.meetings.states import MeetingState
from app.meetings.views import bp
from app.meetings.views._pages import archive_number, rights, tabs

C = Capability
HOST = Capability.HOST_MEETING


@bp.get("/meetings/<int:meeting_id>/minutes")
@requires(C.SEE_MEETINGS, C.ANSWER_INVITATION)
def minutes(meeting_id: int) -> Response:
    meeting = meetings.meeting_seen(actor(), meeting_id)
    if not policy.may_read_minutes(actor(), meeting):
        raise NotFoundError
    return minutes_page(meeting, 200)


@bp.get("/meetings/items/<int:item_id>/notes")
@requires(HOST)
def edit_notes(item_id: int) -> Response:
    item = agenda.item_in_reach(actor(), HOST, item_id)
    return _notes_page(NotesForm.of(item), item, 200)


@bp.post("/meetings/items/<int:item_id>/notes")
@requires(HOST)
def save_notes(item_id: int) -> Response:
    """Of two users who write at once, the second gets their text back, with the other's beside it."""
    item = agenda.item_in_reach(actor(), HOST, item_id)
    form = NotesForm(prefix=f"item{item_id}")
    if not form.accepts(
        lambda: services.save_notes(
            actor(),
            item,
            notes=form.notes.data or "",
            dissent=form.dissent.data or "",
            version=form.version.data,
        )
    ):
        if autosave.is_autosave():
            return autosave.refused(
                "meetings/_notes_refused.html",
                item.version,
                notes_form=form,
                theirs=_theirs(form, item),
            )
        return _notes_page(form, item, 422)
    db.session.commit()
    if autosave.is_autosave():
        return autosave.saved(item.version)
    flash(_("The minutes of this item have been saved."))
    return see_other(_after_notes(item))


@bp.post("/meetings/<int:meeting_id>/minutes/confirm")
@requires(HOST)
def confirm_minutes(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), HOST, meeting_id)
    form = ConfirmForm()
    if not form.accepts(
        lambda: services.confirm_minutes(
            actor(), meeting, reason=form.reason.data if form.aware.data else ""
        )
    ):
        return minutes_page(meeting, 422, confirm=form)
    db.session.commit()
    flash(_("The minutes are confirmed and locked."))
    return see_other(url_for("meetings.minutes", meeting_id=meeting.id))


@bp.post("/meetings/<int:meeting_id>/minutes/corrections")
@requires(HOST)
def correct_minutes(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), HOST, meeting_id)
    form = CorrectionForm()
    if not form.accepts(lambda: services.correct_minutes(actor(), meeting, text=form.text.data)):
        return minutes_page(meeting, 422, form)
    db.session.commit()
    flash(_("The correction has been added."))
    return see_other(url_for("meetings.minutes", meeting_id=meeting.id))


def minutes_page(
    meeting: Meeting,
    status: int,
    form: CorrectionForm | None = None,
    *,
    settle: dict[int, SettleForm] | None = None,
    void: dict[int, VoidForm] | None = None,
    confirm: ConfirmForm | None = None,
) -> Response:
    """The whole of the minutes. `settle` is the refused form of an item by its id, `void` that of a
    vote."""
    may = rights(actor(), meeting)
    record = minutes_queries.minutes_of(meeting)
    return render(
        "meetings/minutes.html",
        status=status,
        meeting=meeting,
        tabs=tabs(meeting, may, "minutes"),
        may=may,
        record=record,
        takes_notes=policy.takes_notes(meeting),
        percent=percent,
        archive=archive_number(meeting),
        outcomes=_settle_forms(meeting, record) | (settle or {}),
        form=form or CorrectionForm(),
        voids=_void_forms(record) | (void or {}),
        confirm=confirm or ConfirmForm(formdata=None),
    )


def _settle_forms(meeting: Meeting, record: minutes_queries.Minutes) -> dict[int, SettleForm]:
    """After the meeting: a form for each item that has no outcome yet."""
    if meeting.state is not MeetingState.CLOSED:
        return {}
    open_ = {
        item.id: policy.open_outcomes(meeting, item, record.valid(item))
        for item in record.unfinished
    }
    return {
        item_id: SettleForm.about(item_id, outcomes, formdata=None)
        for item_id, outcomes in open_.items()
        if outcomes
    }


def _void_forms(record: minutes_queries.Minutes) -> dict[int, VoidForm]:
    """After the meeting: a form for each vote that has lost its quorum."""
    if record.meeting.state is not MeetingState.CLOSED:
        return {}
    ids = [one.vote_id for one in record.lost if one.vote_id is not None]
    return {vote_id: VoidForm.about(vote_id, formdata=None) for vote_id in ids}


def _notes_page(form: NotesForm, item: AgendaItem, status: int) -> Response:
    return render(
        "meetings/notes.html",
        status=status,
        form=form,
        item=item,
        meeting=item.meeting,
        theirs=_theirs(form, item),
    )


def _theirs(form: NotesForm, item: AgendaItem) -> AgendaItem | None:
    """The item as another user saved it since the form was made, if one did. Saving the form once
    more then replaces what they wrote."""
    if form.version.data == item.version:
        return None
    form.version.data = item.version
    form.version.raw_data = None
    return item


def _after_notes(item: AgendaItem) -> str:
    page = "console" if item.meeting.state in policy.RUNNING else "minutes"
    return url_for(f"meetings.{page}", meeting_id=item.meeting_id)
