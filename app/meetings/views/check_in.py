"""Who has come: the host's list, the code on the screen, walk-ins."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from app.accounts.models import User
from app.core import clock
from app.core.access import Capability, requires
from app.core.addresses import printed
from app.core.arguments import page_argument, text_argument, word_argument
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.guard import actor
from app.core.htmx import no_longer, render, see_other, wanted_fragment
from app.core.i18n import gettext as _
from app.core.paging import paged
from app.meetings import policy
from app.meetings.forms import CheckInForm, VoidForm
from app.meetings.models.attendance import CheckIn, Invitation
from app.meetings.models.meetings import Meeting
from app.meetings.queries import attendance, composition, meetings, session
from app.meetings.rows import AnyMeeting
from app.meetings.services import attendance as services
from app.meetings.views import bp
from app.meetings.views._pages import needed, rights, tabs
from app.people.interface import person_in_reach, search_people

HOST = Capability.HOST_MEETING
_PER_PAGE = 60
_FOUND = 8


@bp.get("/meetings/<int:meeting_id>/check-in")
@requires(HOST)
def check_in_list(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), HOST, meeting_id)
    return _list_page(meeting, text_argument())


def _list_page(meeting: Meeting, text: str, status: int = 200, **refused: Any) -> Response:
    """The list. `refused` is the form of a check-in that was refused; the text finds its row."""
    who = actor()
    show = word_argument("show", ("all", "absent", "present"))
    present = {"absent": False, "present": True}.get(show)
    listed = attendance.list_of(meeting.id, text, present=present)
    walk_in = text_argument("person")
    found = search_people(who, HOST, walk_in, meeting.community_id).select.limit(_FOUND)
    return render(
        "meetings/check_in.html",
        status=status,
        swap={
            "attendees": "meetings/_attendees.html",
            "walk-ins": "meetings/_walk_ins.html",
        },
        meeting=meeting,
        tabs=tabs(meeting, rights(who, meeting), "check_in_list"),
        page=paged(listed, page_argument(), per_page=_PER_PAGE),
        text=text,
        show=show,
        walk_in=walk_in,
        found=db.session.execute(found).all() if walk_in else (),
        users=composition.staff_to_invite(meeting.community_id),
        takes_check_ins=policy.takes_check_ins(meeting, clock.now()),
        **quorum(meeting),
        **refused,
    )


@bp.get("/meetings/<int:meeting_id>/quorum")
@requires(HOST)
def quorum_bar(meeting_id: int) -> Response:
    """How many are there: what console, screen and list ask for every few seconds."""
    meeting = session.running_meeting(actor(), meeting_id)
    if meeting.state not in policy.RUNNING:
        return no_longer(url_for("meetings.show", meeting_id=meeting.id))
    return render(
        "meetings/quorum.html",
        swap={"quorum": "meetings/_quorum.html"},
        meeting=meeting,
        **quorum(meeting),
    )


@bp.get("/meetings/<int:meeting_id>/check-in-screen")
@requires(HOST)
def check_in_screen(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), HOST, meeting_id)
    if meeting.check_in_code is None or meeting.state not in policy.RUNNING:
        raise NotFoundError
    address = printed("meetings.scanned", code=meeting.check_in_code)
    return render(
        "meetings/check_in_screen.html",
        meeting=meeting,
        address=address,
        **quorum(meeting),
    )


@bp.post("/meetings/invitations/<int:invitation_id>/check-in")
@requires(HOST)
def check_in(invitation_id: int) -> Response:
    invitation = attendance.invitation_in_reach(actor(), HOST, invitation_id)
    form = CheckInForm()
    if not form.accepts(
        lambda: services.check_in(
            actor(),
            invitation,
            method=CheckIn.LIST,
            representative=form.representative.data or None,
        )
    ):
        return _not_checked_in(form, invitation)
    db.session.commit()
    return _row(invitation)


@bp.post("/meetings/invitations/<int:invitation_id>/leave-early")
@requires(HOST)
def leave_early(invitation_id: int) -> Response:
    invitation = attendance.invitation_in_reach(actor(), HOST, invitation_id)
    services.leave_early(actor(), invitation)
    db.session.commit()
    return _row(invitation)


@bp.post("/meetings/invitations/<int:invitation_id>/come-back")
@requires(HOST)
def come_back(invitation_id: int) -> Response:
    invitation = attendance.invitation_in_reach(actor(), HOST, invitation_id)
    services.come_back(actor(), invitation)
    db.session.commit()
    return _row(invitation)


@bp.get("/meetings/invitations/<int:invitation_id>/void-check-in")
@requires(HOST)
def ask_void_check_in(invitation_id: int) -> Response:
    invitation = attendance.invitation_in_reach(actor(), HOST, invitation_id)
    if not invitation.is_present:
        flash(_("There is nothing to take back: this check-in does not count."), "info")
        return see_other(url_for("meetings.check_in_list", meeting_id=invitation.meeting_id))
    return _void_page(VoidForm(), invitation, 200)


@bp.post("/meetings/invitations/<int:invitation_id>/void-check-in")
@requires(HOST)
def void_check_in(invitation_id: int) -> Response:
    invitation = attendance.invitation_in_reach(actor(), HOST, invitation_id)
    form = VoidForm()
    if not form.accepts(
        lambda: services.void_check_in(actor(), invitation, reason=form.reason.data)
    ):
        return _void_page(form, invitation, 422)
    db.session.commit()
    flash(_("The check-in has been taken back."))
    _say_what_is_left(invitation.meeting)
    return see_other(url_for("meetings.check_in_list", meeting_id=invitation.meeting_id))


@bp.post("/meetings/<int:meeting_id>/walk-ins")
@requires(HOST)
def walk_in(meeting_id: int) -> Response:
    """Check a person in who came without being invited, found by their name."""
    who = actor()
    meeting = meetings.meeting_in_reach(who, HOST, meeting_id)
    person_id, user_id = (request.form.get(name, type=int) for name in ("person", "user"))
    if person_id:
        person = person_in_reach(who, HOST, person_id)
        services.check_in_person(who, meeting, person, method=CheckIn.STAFF)
    elif user_id:
        user = db.session.get(User, user_id)
        if user is None:
            raise NotFoundError
        services.check_in_user(who, meeting, user, method=CheckIn.STAFF)
    else:
        raise BadRequest
    db.session.commit()
    flash(_("Checked in."))
    return see_other(url_for("meetings.check_in_list", meeting_id=meeting.id))


@bp.get("/meetings/check-in/<string:code>")
@requires(Capability.ANSWER_INVITATION)
def scanned(code: str) -> Response:
    """What a phone shows after scanning the screen: one button."""
    meeting = meetings.meeting_by_code(actor(), code)
    return _scanned_page(meeting, code)


@bp.post("/meetings/check-in/<string:code>")
@requires(Capability.ANSWER_INVITATION)
def check_in_myself(code: str) -> Response:
    meeting = meetings.meeting_by_code(actor(), code)
    services.check_in_by_code(actor(), meeting)
    db.session.commit()
    return see_other(url_for("meetings.scanned", code=code))


def quorum(meeting: AnyMeeting) -> dict[str, Any]:
    """What the quorum bar shows."""
    return {"count": attendance.head_count(meeting.id), "needed": needed(meeting)}


def _say_what_is_left(meeting: Meeting) -> None:
    """What taking a check-in back means for the quorum."""
    came, enough = attendance.head_count(meeting.id).present, needed(meeting)
    if enough is None or meeting.rule is None or not meeting.rule.quorum_numerator:
        return
    if came >= enough:
        flash(
            _("%(came)s members have come; the quorum is %(needed)s.", came=came, needed=enough),
            "info",
        )
    else:
        flash(
            _(
                "Only %(came)s members have come; the quorum is %(needed)s. Votes already taken keep the"
                " roll they had: look whether they hold.",
                came=came,
                needed=enough,
            ),
            "warning",
        )


def _not_checked_in(form: CheckInForm, invitation: Invitation) -> Response:
    """The row again with what was wrong; without htmx, the list searched for that name."""
    refused = {"refused": form, "refused_id": invitation.id}
    if wanted_fragment():
        return _row(invitation, 422, **refused)
    return _list_page(invitation.meeting, attendance.name_of(invitation), 422, **refused)


def _row(invitation: Invitation, status: int = 200, **refused: Any) -> Response:
    """The one row htmx swaps, or back to the list."""
    meeting = invitation.meeting
    if not wanted_fragment():
        return see_other(url_for("meetings.check_in_list", meeting_id=meeting.id))
    return render(
        "meetings/_attendee.html",
        status=status,
        row=attendance.listed(invitation),
        meeting=meeting,
        takes_check_ins=policy.takes_check_ins(meeting, clock.now()),
        **refused,
    )


def _void_page(form: VoidForm, invitation: Invitation, status: int) -> Response:
    return render(
        "meetings/void_check_in.html",
        status=status,
        form=form,
        invitation=invitation,
        meeting=invitation.meeting,
        name=attendance.name_of(invitation),
    )


def _scanned_page(meeting: Meeting, code: str) -> Response:
    return render(
        "meetings/scanned.html",
        meeting=meeting,
        code=code,
        own=attendance.own_invitation(actor(), meeting.id),
        takes_check_ins=policy.takes_check_ins(meeting, clock.now()),
    )
