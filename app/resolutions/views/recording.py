"""Recording a resolution in place, from a passed item on the host's console or in the minutes."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from flask import flash, g, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Actor, Capability, requires
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.guard import actor, visitor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.slots import fills
from app.meetings import interface as meetings
from app.meetings.interface import item_in_reach
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.meetings import Meeting
from app.resolutions import policy, services
from app.resolutions.forms import RecordForm
from app.resolutions.queries import resolutions as queries
from app.resolutions.views import bp

C = Capability
RECORDERS = (C.DISPATCH, C.HOST_MEETING)
_LONGEST_TITLE = 120


@fills("meetings.item")
def resolution_of_item(
    *, meeting: Meeting, item: AgendaItem, items: Any = (), **_context: Any
) -> str:
    """The resolution an item became, or the form to record it; nothing while nothing has passed.
    One query for all items of the page."""
    del items  # asked for by meeting, so that each item's place on the page finds it read
    outcome = _outcomes(meeting.id).get(item.id)
    who = visitor()
    if outcome is None or who is None:
        return ""
    form = None
    if outcome.resolution_id is None and may_record(who, meeting):
        form = _fresh(outcome)
    return render_template(
        "resolutions/_item.html",
        item=item,
        outcome=outcome,
        form=form,
        may_open=who.may_at(C.SEE_RESOLUTIONS, meeting.community.path),
        back="console" if request.path.endswith("/console") else "minutes",
    )


@fills("meetings.item_paper")
def resolution_on_paper(*, meeting: Meeting, item: AgendaItem, **_context: Any) -> str:
    """The resolution's number in the printed minutes."""
    outcome = _outcomes(meeting.id).get(item.id)
    if outcome is None or outcome.resolution_id is None:
        return ""
    return render_template("resolutions/_item_on_paper.html", outcome=outcome)


@bp.get("/resolutions/items/<int:item_id>")
@requires(*RECORDERS)
def new(item_id: int) -> Response:
    item = _item(actor(), item_id)
    outcome = _outcomes(item.meeting_id).get(item.id)
    if outcome is None or outcome.resolution_id is not None:
        raise NotFoundError
    return _page(_fresh(outcome), item, outcome, 200)


@bp.post("/resolutions/items/<int:item_id>")
@requires(*RECORDERS)
def record(item_id: int) -> Response:
    item = _item(actor(), item_id)
    form = RecordForm(prefix=_prefix(item_id))
    outcome = _outcomes(item.meeting_id).get(item.id)
    form.decided_on = clock.local(outcome.decided_at).date() if outcome else None
    if not form.accepts(
        lambda: services.record(
            actor(),
            item,
            title=form.title.data,
            text=form.text.data,
            feedback_due_on=form.feedback_due_on.data,
        )
    ):
        return _page(form, item, outcome, 422)
    db.session.commit()
    flash(_("Resolution %(number)s has been recorded.", number=form.result.number))
    return see_other(_back(item, form.result.id))


def may_record(who: Actor, meeting: Meeting) -> bool:
    """Whether the user is staff of the community or hosts the meeting."""
    return who.may_at(C.DISPATCH, meeting.community.path) or meetings.may_host(who, meeting)


def _item(who: Actor, item_id: int) -> AgendaItem:
    for capability in RECORDERS:
        with suppress(NotFoundError):
            return item_in_reach(who, capability, item_id)
    raise NotFoundError


def _outcomes(meeting_id: int) -> dict[int, queries.ItemOutcome]:
    """Read once a request, however many items the page has."""
    read: dict[int, dict[int, queries.ItemOutcome]] = g.setdefault("resolutions_of_items", {})
    if meeting_id not in read:
        read[meeting_id] = queries.of_items(meeting_id)
    return read[meeting_id]


def _fresh(outcome: queries.ItemOutcome) -> RecordForm:
    """The form, filled from the motion."""
    return RecordForm(
        formdata=None,
        prefix=_prefix(outcome.item_id),
        data={
            "title": outcome.title[:_LONGEST_TITLE],
            "text": outcome.motion or "",
            "feedback_due_on": clock.local(outcome.decided_at).date()
            + timedelta(days=policy.FEEDBACK_DAYS),
        },
    )


def _prefix(item_id: int) -> str:
    return f"resolution{item_id}"


def _page(
    form: RecordForm, item: AgendaItem, outcome: queries.ItemOutcome | None, status: int
) -> Response:
    return render(
        "resolutions/record.html",
        status=status,
        form=form,
        item=item,
        outcome=outcome,
        back=_from(),
        cancel=url_for(f"meetings.{_from() or 'show'}", meeting_id=item.meeting_id),
    )


def _from() -> str:
    """The page of the meeting it is recorded on, also after it was refused: that one goes on."""
    where = request.form.get("back", "")
    return where if where in {"console", "minutes"} else ""


def _back(item: AgendaItem, resolution_id: int) -> str:
    """To where it was recorded; else to the resolution."""
    if where := _from():
        return url_for(f"meetings.{where}", meeting_id=item.meeting_id)
    return url_for("resolutions.show", resolution_id=resolution_id)
