"""What waits for somebody among the meetings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, or_, select

from app.core import clock
from app.core.access import Actor
from app.core.db import db
from app.core.i18n import Phrase, marked
from app.core.waiting import Waiting
from app.meetings.models import Invitation, Meeting, MeetingRule, Reply
from app.meetings.queries.meetings import hosted, own
from app.meetings.states import MeetingState

S = MeetingState
_LONGEST_NOTICE = timedelta(days=91)


def waiting(actor: Actor, limit: int = 20) -> list[Waiting]:
    """Meetings to open, to run or to write up and drafts whose notice is due, for those who run
    them; invitations without a reply for the invited. Two queries."""
    return [*_to_run(actor, limit), *_to_answer(actor, limit)][:limit]


def _to_run(actor: Actor, limit: int) -> list[Waiting]:
    tomorrow = clock.at(clock.today() + timedelta(days=1))
    notice_days = (
        select(MeetingRule.notice_days)
        .where(MeetingRule.kind == Meeting.kind, MeetingRule.effective_from <= clock.today())
        .order_by(MeetingRule.effective_from.desc())
        .limit(1)
        .correlate(Meeting)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Meeting.id, Meeting.title, Meeting.state, Meeting.starts_at, notice_days)
        .where(
            hosted(actor),
            or_(
                Meeting.state.in_([S.OPEN, S.CLOSED]),
                and_(Meeting.state == S.CONVENED, Meeting.starts_at < tomorrow),
                and_(Meeting.state == S.DRAFT, Meeting.starts_at < tomorrow + _LONGEST_NOTICE),
            ),
        )
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(limit)
    )
    return [found for row in rows.tuples() if (found := _task(*row)) is not None]


def _task(
    meeting_id: int, title: str, state: MeetingState, starts_at: Any, notice_days: int | None
) -> Waiting | None:
    day, args = clock.local(starts_at).date(), {"meeting_id": meeting_id}
    if state is S.OPEN:
        return Waiting(Phrase(marked("Meeting in session")), title, "meetings.console", args, day)
    if state is S.CONVENED:
        return Waiting(Phrase(marked("Meeting to be held")), title, "meetings.console", args, day)
    if state is S.CLOSED:
        return Waiting(Phrase(marked("Minutes to be confirmed")), title, "meetings.minutes", args)
    due = day - timedelta(days=notice_days or 0)
    if due - clock.today() > timedelta(days=2):
        return None
    return Waiting(Phrase(marked("Meeting notice to be sent")), title, "meetings.show", args, due)


def _to_answer(actor: Actor, limit: int) -> list[Waiting]:
    rows = db.session.execute(
        select(Meeting.id, Meeting.title, Meeting.starts_at)
        .join(Invitation, Invitation.meeting_id == Meeting.id)
        .where(
            own(actor),
            Invitation.reply == Reply.NONE,
            Meeting.state == S.CONVENED,
            Meeting.starts_at > clock.now(),
        )
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(limit)
    )
    return [
        Waiting(
            Phrase(marked("Invitation without a reply")),
            row.title,
            "meetings.show",
            {"meeting_id": row.id},
            clock.local(row.starts_at).date(),
        )
        for row in rows
    ]
