"""Drafting a meeting and changing the draft."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Capability, requires
from app.core.arguments import id_argument, member_argument
from app.core.db import db
from app.core.forms import offered
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.meetings import policy
from app.meetings.forms import EditMeetingForm, MeetingForm, NewMeetingForm, in_china
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import MEETING_KIND_LABELS, MeetingKind
from app.meetings.queries import composition, meetings, readiness
from app.meetings.services import convening as services
from app.meetings.views import bp
from app.meetings.views._pages import rights, tabs
from app.places.interface import communities, reached_community
from app.platforms.interface import platform_in_reach, running_platforms
from app.platforms.models import Platform

CONVENE = Capability.CONVENE


@bp.get("/meetings/new")
@requires(CONVENE)
def new() -> Response:
    """Staff first choose the platform; the form is made for it. The address carries the topic for
    which the meeting is prepared, so that its box beside the agenda is ticked."""
    platform_id = id_argument("platform")
    if platform_id is None:
        return _choose_platform()
    platform = platform_in_reach(actor(), CONVENE, platform_id)
    form = NewMeetingForm(data={"venue": platform.venue, "host_id": actor().id})
    return _new_page(form, platform, _kind(platform), 200)


@bp.post("/meetings/new")
@requires(CONVENE)
def draft() -> Response:
    platform = platform_in_reach(actor(), CONVENE, id_argument("platform") or 0)
    kind = _kind(platform)
    form = _with_people(NewMeetingForm(), platform.community_id, kind)
    if "other-kind" in request.form:
        return _new_page(form, platform, kind, 200, again=True)
    if not form.accepts(
        lambda: services.draft_meeting(actor(), platform=platform, kind=kind, **_entered(form))
    ):
        return _new_page(form, platform, kind, 422)
    db.session.commit()
    flash(_("The meeting has been prepared. Now put its agenda together."))
    topic_id = id_argument("topic")
    anchor = "topics" if topic_id else None
    return see_other(
        url_for("meetings.agenda", meeting_id=form.result.id, topic=topic_id, _anchor=anchor)
    )


@bp.get("/meetings/<int:meeting_id>/edit")
@requires(CONVENE)
def edit(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), CONVENE, meeting_id)
    form = EditMeetingForm(obj=meeting)
    # The field shows what a clock in China does, and is read in the same way.
    form.starts_at.data = clock.local(meeting.starts_at).replace(tzinfo=None)
    return _edit_page(form, meeting, 200)


@bp.post("/meetings/<int:meeting_id>/edit")
@requires(CONVENE)
def save(meeting_id: int) -> Response:
    meeting = meetings.meeting_in_reach(actor(), CONVENE, meeting_id)
    form = _with_people(EditMeetingForm(), meeting.community_id, meeting.kind)
    if not form.accepts(
        lambda: services.edit_meeting(actor(), meeting, version=form.version.data, **_entered(form))
    ):
        return _edit_page(form, meeting, 422)
    db.session.commit()
    flash(_("Saved."))
    return see_other(url_for("meetings.show", meeting_id=meeting.id))


def _kind(platform: Platform) -> MeetingKind:
    """What was chosen in the form, else what the link said, else what the platform is for."""
    chosen = request.form.get("kind")
    if chosen in list(MeetingKind):
        return MeetingKind(chosen)
    return member_argument("kind", MeetingKind) or policy.KIND_OF_PLATFORM[platform.kind]


def _choose_platform() -> Response:
    who = actor()
    choices = communities(who, CONVENE)
    community = reached_community(who, CONVENE, id_argument("community"))
    return render(
        "meetings/choose_platform.html",
        communities=choices,
        community=community,
        platforms=running_platforms(community.id, clock.today()),
        kinds=policy.KIND_OF_PLATFORM,
        kind=member_argument("kind", MeetingKind),
        topic_id=id_argument("topic"),
    )


def _new_page(
    form: MeetingForm, platform: Platform, kind: MeetingKind, status: int, *, again: bool = False
) -> Response:
    _with_people(form, platform.community_id, kind)
    return render(
        "meetings/new.html",
        swap={"new-meeting": "meetings/_new.html"},
        status=status,
        again=again,
        form=form,
        platform=platform,
        kind=kind,
        kinds=MEETING_KIND_LABELS,
        kind_asked=member_argument("kind", MeetingKind),
        topic_id=id_argument("topic"),
        rule=readiness.rule_or_none(kind, clock.today()),
    )


def _edit_page(form: MeetingForm, meeting: Meeting, status: int) -> Response:
    _with_people(form, meeting.community_id, meeting.kind)
    may = rights(actor(), meeting)
    return render(
        "meetings/edit.html",
        status=status,
        form=form,
        meeting=meeting,
        tabs=tabs(meeting, may, "show"),
    )


def _with_people(form: MeetingForm, community_id: int, kind: MeetingKind) -> MeetingForm:
    hosts = offered((row.id, row.name) for row in composition.hosts_of(community_id))
    form.host_id.choices = hosts
    form.recorder_id.choices = [("", _("– none –")), *hosts]
    form.limit_to(kind)
    possible = policy.COMPOSITIONS[kind]
    # What the form says was meant for another kind, if it was chosen after the page was made.
    nothing_to_choose = len(possible) == 1 or "other-kind" in request.form
    if form.composition.data is None or (
        nothing_to_choose and form.composition.data not in possible
    ):
        form.composition.data = possible[0]
    return form


def _entered(form: MeetingForm) -> dict[str, Any]:
    return {
        "title": form.title.data,
        "starts_at": in_china(form.starts_at.data),
        "venue": form.venue.data,
        "composition": form.composition.data,
        "host_id": form.host_id.data,
        "recorder_id": form.recorder_id.data,
    }
