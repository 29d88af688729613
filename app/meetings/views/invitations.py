"""Who is invited."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.arguments import as_id, page_argument, text_argument
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.paging import paged
from app.meetings import policy
from app.meetings.models.attendance import Capacity
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import Composition
from app.meetings.queries import attendance, composition, meetings
from app.meetings.services import groups
from app.meetings.services import invitations as invitations_services
from app.meetings.services.groups import Group
from app.meetings.views import bp
from app.meetings.views._pages import rights, tabs
from app.people.interface import search_people, units_of

CONVENE = Capability.CONVENE
_FOUND = 12  # residents a search shows at once
_PER_PAGE = 50


@bp.get("/meetings/<int:meeting_id>/invitations")
@requires(CONVENE)
def invitations(meeting_id: int) -> Response:
    return _page(meetings.meeting_in_reach(actor(), CONVENE, meeting_id))


def _page(meeting: Meeting, status: int = 200, refused: str = "", error: str = "") -> Response:
    """The list and the forms to invite by; `refused` names the form that was wrong, `error` how."""
    who, text = actor(), text_argument("person")
    found = search_people(who, CONVENE, text, meeting.community_id).select.limit(_FOUND)
    listed = text_argument()
    return render(
        "meetings/invitations.html",
        status=status,
        refused=refused,
        error=error,
        swap={
            "people-found": "meetings/_people_found.html",
            "invited": "meetings/_invited.html",
        },
        meeting=meeting,
        tabs=tabs(meeting, rights(who, meeting), "invitations"),
        page=paged(attendance.list_of(meeting.id, listed), page_argument(), per_page=_PER_PAGE),
        count=attendance.head_count(meeting.id),
        text=text,
        listed=listed,
        found=db.session.execute(found).all() if text else (),
        drafting=policy.may_prepare(meeting),
        by_office=composition.oversight_ids(meeting),
        may_invite=policy.may_invite(meeting),
        by_wish=meeting.composition is Composition.INVITED,
        groups=_groups(meeting),
        units=units_of(meeting.community_id) if policy.may_invite(meeting) else (),
        users=composition.staff_to_invite(meeting.community_id)
        if policy.may_invite(meeting)
        else (),
    )


@bp.post("/meetings/<int:meeting_id>/invitations/people")
@requires(CONVENE)
def invite_people(meeting_id: int) -> Response:
    return _invite(meeting_id, invitations_services.invite_people, "person")


@bp.post("/meetings/<int:meeting_id>/invitations/units")
@requires(CONVENE)
def invite_units(meeting_id: int) -> Response:
    return _invite(meeting_id, invitations_services.invite_units, "unit")


@bp.post("/meetings/<int:meeting_id>/invitations/users")
@requires(CONVENE)
def invite_users(meeting_id: int) -> Response:
    return _invite(meeting_id, invitations_services.invite_users, "user")


@bp.post("/meetings/<int:meeting_id>/invitations/group")
@requires(CONVENE)
def invite_group(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), CONVENE, meeting_id)
    if request.form.get("group") not in list(Group):
        raise BadRequest
    new = groups.invite_group(actor(), meeting, group=Group(request.form["group"]))
    db.session.commit()
    return _after(meeting.id, new)


@bp.post("/meetings/invitations/<int:invitation_id>/capacity")
@requires(CONVENE)
def change_capacity(invitation_id: int) -> Response:
    invitation = attendance.invitation_in_reach(actor(), CONVENE, invitation_id)
    invitations_services.change_capacity(actor(), invitation, capacity=_capacity())
    db.session.commit()
    return see_other(url_for("meetings.invitations", meeting_id=invitation.meeting_id))


@bp.post("/meetings/invitations/<int:invitation_id>/remove")
@requires(CONVENE)
def uninvite(invitation_id: int) -> Response:
    invitation = attendance.invitation_in_reach(actor(), CONVENE, invitation_id)
    meeting_id = invitation.meeting_id
    invitations_services.uninvite(actor(), invitation)
    db.session.commit()
    return see_other(url_for("meetings.invitations", meeting_id=meeting_id))


def _invite(meeting_id: int, invite: Callable[..., int], field: str) -> Response:
    meeting = meetings.meeting_in_reach(actor(), CONVENE, meeting_id)
    ids = [id_ for text in request.form.getlist(field) if (id_ := as_id(text))]
    if not ids:
        return _page(meeting, 422, field, _("Choose at least one first."))
    new = invite(actor(), meeting, ids, capacity=_capacity())
    db.session.commit()
    return _after(meeting_id, new)


def _capacity() -> Capacity:
    value = request.form.get("capacity")
    return Capacity(value) if value in list(Capacity) else Capacity.MEMBER


def _groups(meeting: Meeting) -> list[Group]:
    """The buttons that make sense: whole assemblies, or the groups a council is chosen from."""
    if not policy.may_invite(meeting):
        return []
    if meeting.composition is Composition.INVITED:
        return [Group.REPRESENTATIVES, Group.COMMITTEE, Group.PARTIES, Group.TOPIC_UNITS]
    return [Group.COMPOSITION, Group.PARTIES, Group.TOPIC_UNITS]


def _after(meeting_id: int, new: int) -> Response:
    if new:
        flash(ngettext("%(num)s invited.", "%(num)s invited.", new))
    else:
        flash(_("Nobody new: they are on the list already."), "info")
    return see_other(url_for("meetings.invitations", meeting_id=meeting_id))
