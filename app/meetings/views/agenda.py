"""Putting the agenda together."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.arguments import as_id, id_argument, text_argument
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.ordering import reordered
from app.meetings import policy
from app.meetings.forms import (
    EditItemForm,
    ItemForm,
    LateItemForm,
    NewItemForm,
    PickForm,
    ReasonForm,
)
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.meetings import Meeting
from app.meetings.queries import agenda as agenda_queries
from app.meetings.queries import meetings
from app.meetings.services import agenda as services
from app.meetings.views import bp
from app.meetings.views._pages import rights, tabs

CONVENE = Capability.CONVENE


@bp.get("/meetings/<int:meeting_id>/agenda")
@requires(CONVENE)
def agenda(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), CONVENE, meeting_id)
    return _agenda_page(meeting, 200)


@bp.post("/meetings/<int:meeting_id>/agenda/order")
@requires(CONVENE)
def order_agenda(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), CONVENE, meeting_id)
    order = reordered(request.form.getlist("order"), request.form.get("move"))
    services.reorder_items(actor(), meeting, order=order)
    db.session.commit()
    moved = request.form.get("move")
    return see_other(url_for("meetings.agenda", meeting_id=meeting.id, moved=moved or None))


@bp.post("/meetings/<int:meeting_id>/agenda/topics")
@requires(CONVENE)
def pick_topics(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), CONVENE, meeting_id)
    form = PickForm()
    chosen = [id_ for text in request.form.getlist("topic") if (id_ := as_id(text))]
    topics = agenda_queries.topics_named(meeting, chosen)
    if not topics:
        form.form_errors.append(_("Choose at least one topic."))
        return _agenda_page(meeting, 422, form)
    if not form.accepts(lambda: services.add_topics(actor(), meeting, topics, kind=form.kind.data)):
        return _agenda_page(meeting, 422, form)
    db.session.commit()
    return _after(meeting)


@bp.get("/meetings/<int:meeting_id>/items/new")
@requires(CONVENE)
def new_item(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), CONVENE, meeting_id)
    return _item_page(_item_form(meeting), meeting, 200)


@bp.post("/meetings/<int:meeting_id>/items/new")
@requires(CONVENE)
def add_item(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), CONVENE, meeting_id)
    form = _item_form(meeting)
    if not form.accepts(lambda: services.add_item(actor(), meeting, **_entered(form))):
        return _item_page(form, meeting, 422)
    db.session.commit()
    return _after(meeting)


@bp.get("/meetings/items/<int:item_id>/edit")
@requires(CONVENE)
def edit_item(item_id: int) -> Response:
    item = agenda_queries.item_in_reach(actor(), CONVENE, item_id)
    return _item_page(_edit_form(item, obj=item), item.meeting, 200, item)


@bp.post("/meetings/items/<int:item_id>/edit")
@requires(CONVENE)
def save_item(item_id: int) -> Response:
    item = agenda_queries.item_in_reach(actor(), CONVENE, item_id)
    form = _edit_form(item)
    if not form.accepts(
        lambda: services.edit_item(actor(), item, version=form.version.data, **_entered(form, item))
    ):
        return _item_page(form, item.meeting, 422, item)
    db.session.commit()
    return _after(item.meeting)


@bp.get("/meetings/items/<int:item_id>/withdraw")
@requires(CONVENE)
def withdraw_item(item_id: int) -> Response:
    item = agenda_queries.item_in_reach(actor(), CONVENE, item_id)
    return render("meetings/withdraw_item.html", item=item, meeting=item.meeting, form=ReasonForm())


@bp.post("/meetings/items/<int:item_id>/withdraw")
@requires(CONVENE)
def take_off(item_id: int) -> Response:
    item = agenda_queries.item_in_reach(actor(), CONVENE, item_id)
    if policy.may_prepare(item.meeting):
        services.withdraw_item(actor(), item)
        db.session.commit()
        return _after(item.meeting)
    form = ReasonForm()
    if not form.accepts(lambda: services.withdraw_item(actor(), item, reason=form.reason.data)):
        return render(
            "meetings/withdraw_item.html", status=422, item=item, meeting=item.meeting, form=form
        )
    db.session.commit()
    flash(_("The item has been taken off the agenda."))
    return _after(item.meeting)


def _agenda_page(meeting: Meeting, status: int, pick: PickForm | None = None) -> Response:
    may = rights(actor(), meeting)
    drafting = policy.may_prepare(meeting)
    return render(
        "meetings/agenda.html",
        status=status,
        meeting=meeting,
        tabs=tabs(meeting, may, "agenda"),
        items=agenda_queries.agenda(meeting.id),
        drafting=drafting,
        may_add=policy.may_add_items(meeting),
        topics=agenda_queries.topics_to_pick(meeting) if policy.may_add_items(meeting) else [],
        pick=pick or PickForm(),
        picked=id_argument("topic"),
        moved=text_argument("moved"),
    )


def _item_form(meeting: Meeting) -> ItemForm | LateItemForm:
    return NewItemForm() if policy.may_prepare(meeting) else LateItemForm()


def _edit_form(item: AgendaItem, **given: Any) -> EditItemForm:
    """The form of an item, without the motion if that is a text frozen for its vote."""
    form = EditItemForm(**given)
    if agenda_queries.is_frozen(item):
        del form.kind, form.motion
    return form


def _item_page(
    form: ItemForm | LateItemForm, meeting: Meeting, status: int, item: AgendaItem | None = None
) -> Response:
    return render("meetings/item.html", status=status, form=form, meeting=meeting, item=item)


def _entered(form: ItemForm | LateItemForm, item: AgendaItem | None = None) -> dict[str, Any]:
    """What the form says; what it does not ask for stays as it is in the item."""
    motion = form.motion.data if "motion" in form else item.motion if item else ""
    return {
        "kind": form.kind.data if item is None or "kind" in form else item.kind,
        "title": form.title.data,
        "planned": form.planned.data,
        "motion": motion or "",
    }


def _after(meeting: Meeting) -> Response:
    return see_other(url_for("meetings.agenda", meeting_id=meeting.id))
