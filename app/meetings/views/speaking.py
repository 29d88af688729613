"""The speaking queue of the current item."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.arguments import page_argument, text_argument
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render
from app.core.paging import paged
from app.meetings.models.speeches import STANCE_LABELS, Stance
from app.meetings.queries import agenda, attendance
from app.meetings.services import speaking as services
from app.meetings.views import _console, bp

HOST = Capability.HOST_MEETING
_PER_PAGE = 20


@bp.get("/meetings/items/<int:item_id>/speakers")
@requires(HOST)
def speakers(item_id: int) -> Response:
    """Those present, found by name, to be put into the queue."""
    item, text = agenda.item_in_reach(actor(), HOST, item_id), text_argument()
    present = attendance.list_of(item.meeting_id, text, here=True)
    return render(
        "meetings/speakers.html",
        swap={"speakers": "meetings/_speakers.html"},
        meeting=item.meeting,
        item=item,
        text=text,
        page=paged(present, page_argument(), per_page=_PER_PAGE),
        stances=STANCE_LABELS,
    )


@bp.post("/meetings/items/<int:item_id>/speakers")
@requires(HOST)
def ask_to_speak(item_id: int) -> Response:
    item = agenda.item_in_reach(actor(), HOST, item_id)
    invitation = attendance.invitation_in_reach(
        actor(), HOST, request.form.get("invitation", 0, type=int)
    )
    said = request.form.get("stance")
    stance = Stance(said) if said in list(Stance) else Stance.NEUTRAL
    services.ask_to_speak(actor(), item, invitation, stance=stance)
    db.session.commit()
    return _console.back(item.meeting, "queue")


@bp.post("/meetings/items/<int:item_id>/speakers/<int:speech_id>/start")
@requires(HOST)
def start_speech(item_id: int, speech_id: int) -> Response:
    item = agenda.item_in_reach(actor(), HOST, item_id)
    services.start_speech(actor(), item, speech_id)
    db.session.commit()
    return _console.back(item.meeting, "queue")


@bp.post("/meetings/items/<int:item_id>/speakers/<int:speech_id>/end")
@requires(HOST)
def end_speech(item_id: int, speech_id: int) -> Response:
    item = agenda.item_in_reach(actor(), HOST, item_id)
    services.end_speech(actor(), item, speech_id)
    db.session.commit()
    return _console.back(item.meeting, "queue")
