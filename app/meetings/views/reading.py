"""The list of meetings, and the page of one of them."""

from __future__ import annotations

from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Capability, requires
from app.core.arguments import id_argument, member_argument, page_argument, word_argument
from app.core.guard import actor
from app.core.htmx import render
from app.core.paging import paged
from app.meetings import policy
from app.meetings.forms import ReplyForm
from app.meetings.models.rules import MEETING_KIND_LABELS, MeetingKind
from app.meetings.queries import agenda, attendance, composition, due, meetings, quorum, readiness
from app.meetings.views import bp
from app.meetings.views._pages import rights, tabs

C = Capability


@bp.get("/meetings")
@requires(C.SEE_MEETINGS, C.ANSWER_INVITATION)
def index() -> Response:
    who = actor()
    when = word_argument("when", ("upcoming", "past"))
    kind, platform_id = member_argument("kind", MeetingKind), id_argument("platform")
    mine = id_argument("mine") == 1
    found = meetings.meetings(
        who, past=when == "past", kind=kind, platform_id=platform_id, mine=mine
    )
    return render(
        "meetings/index.html",
        page=paged(found, page_argument()),
        when=when,
        kind=kind,
        kinds=MEETING_KIND_LABELS,
        platform_id=platform_id,
        works_here=who.may(C.SEE_MEETINGS),
        platforms=meetings.platforms_of(who) if who.may(C.SEE_MEETINGS) else (),
        mine=mine,
        now=clock.now(),
        may_convene=who.may(C.CONVENE),
        due=due.kinds_due(who) if who.may(C.CONVENE) else (),
    )


@bp.get("/meetings/<int:meeting_id>")
@requires(C.SEE_MEETINGS, C.ANSWER_INVITATION)
def show(meeting_id: int) -> Response:
    return show_page(meeting_id, 200)


def show_page(meeting_id: int, status: int, reply_form: ReplyForm | None = None) -> Response:
    """The meeting's page, also after a reply was refused."""
    who = actor()
    meeting = meetings.meeting_seen(who, meeting_id)
    may = rights(who, meeting)
    own = attendance.own_invitation(who, meeting.id)
    drafted = may.prepare and policy.may_prepare(meeting)
    return render(
        "meetings/show.html",
        status=status,
        meeting=meeting,
        tabs=tabs(meeting, may, "show"),
        may=may,
        items=agenda.agenda(meeting.id),
        count=attendance.head_count(meeting.id),
        expected=composition.expected_number(meeting) if drafted else meeting.expected,
        own=own,
        briefed=own is not None and meeting.convened_at is not None,
        reply_form=reply_form or ReplyForm(),
        takes_replies=policy.takes_replies(meeting),
        takes_check_ins=policy.takes_check_ins(meeting, clock.now()),
        missing=readiness.readiness(meeting) if drafted else [],
        period=readiness.notice_period(meeting) if drafted else None,
        lost=quorum.quorums_lost([meeting.id]) if meeting.opened_at else [],
    )
