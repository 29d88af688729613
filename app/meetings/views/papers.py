"""What is put on paper: the notice, the attendance sheet, the minutes."""

from __future__ import annotations

from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.errors import NotFoundError
from app.core.guard import actor
from app.core.htmx import render
from app.meetings import policy
from app.meetings.arithmetic import percent
from app.meetings.queries import agenda, attendance, meetings, minutes
from app.meetings.views import bp
from app.meetings.views._pages import archive_number, rights

C = Capability


@bp.get("/meetings/<int:meeting_id>/notice-paper")
@requires(C.SEE_MEETINGS, C.ANSWER_INVITATION)
def notice_paper(meeting_id: int) -> Response:
    meeting = meetings.meeting_seen(actor(), meeting_id)
    if meeting.convened_at is None:
        raise NotFoundError
    return render(
        "meetings/print_notice.html",
        meeting=meeting,
        items=[item for item, _vote in agenda.agenda(meeting.id) if not item.withdrawn_at],
    )


@bp.get("/meetings/<int:meeting_id>/attendance-sheet")
@requires(C.CONVENE, C.HOST_MEETING)
def attendance_sheet(meeting_id: int) -> Response:
    meeting = meetings.meeting_seen(actor(), meeting_id)
    if not policy.may_host(actor(), meeting):
        raise NotFoundError
    return render(
        "meetings/print_attendance.html",
        meeting=meeting,
        rows=attendance.whole_list(meeting.id),
        count=attendance.head_count(meeting.id),
    )


@bp.get("/meetings/<int:meeting_id>/minutes/paper")
@requires(C.SEE_MEETINGS, C.ANSWER_INVITATION)
def minutes_paper(meeting_id: int) -> Response:
    meeting = meetings.meeting_seen(actor(), meeting_id)
    if not policy.may_read_minutes(actor(), meeting):
        raise NotFoundError
    return render(
        "meetings/print_minutes.html",
        meeting=meeting,
        may=rights(actor(), meeting),
        record=minutes.minutes_of(meeting),
        percent=percent,
        archive=archive_number(meeting),
    )
