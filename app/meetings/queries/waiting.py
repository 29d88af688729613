"""The meetings and invitations that wait for the actor."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import CompoundSelect, Select, and_, bindparam, literal, or_, select, union_all

from app.core import clock
from app.core.access import Actor
from app.core.db import built_once, rows
from app.core.i18n import Phrase, marked
from app.core.labels import label
from app.core.waiting import Waiting
from app.meetings.models.attendance import Invitation, Reply
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import MeetingRule
from app.meetings.queries.due import kinds_due
from app.meetings.queries.meetings import hosted, own
from app.meetings.queries.quorum import quorums_lost
from app.meetings.states import MeetingState

if TYPE_CHECKING:
    from collections.abc import Sequence

S = MeetingState
_LONGEST_NOTICE = timedelta(days=91)
_TO_ANSWER = -1  # in the place of days of notice: it is an invitation


class ToDo(NamedTuple):
    """A meeting that the actor runs or is invited to."""

    id: int
    title: str
    state: MeetingState
    starts_at: datetime
    notice_days: int | None


def waiting(actor: Actor, limit: int = 20) -> list[Waiting]:
    """What waits for the actor: as a host meetings to open, run or write up and drafts whose notice
    is due; invitations without a reply; and as staff who convene, meetings a community still has
    to hold this month or half year. Two queries, a third while minutes are open."""
    meetings: Sequence[ToDo] = rows(_to_run_or_answer(actor, limit), now=clock.now())
    closed = [row.id for row in meetings if row.state is S.CLOSED]
    lost = {one.meeting_id for one in quorums_lost(closed)}
    found = [_task(*row, quorum_lost=row.id in lost) for row in meetings]
    return [*(task for task in found if task is not None), *_to_hold(actor)][:limit]


@built_once
def _to_run_or_answer(actor: Actor, limit: int) -> CompoundSelect[Any]:
    """Rows (ToDo)."""
    return union_all(_to_run(actor, limit), _to_answer(actor, limit))


def _to_run(actor: Actor, limit: int) -> Select[Any]:
    tomorrow = clock.at(clock.today() + timedelta(days=1))
    notice_days = (
        select(MeetingRule.notice_days)
        .where(MeetingRule.kind == Meeting.kind, MeetingRule.effective_from <= clock.today())
        .order_by(MeetingRule.effective_from.desc())
        .limit(1)
        .correlate(Meeting)
        .scalar_subquery()
    )
    mine = (
        select(
            Meeting.id,
            Meeting.title,
            Meeting.state,
            Meeting.starts_at,
            notice_days.label("notice_days"),
        )
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
        .subquery()
    )
    return select(mine)


def _to_answer(actor: Actor, limit: int) -> Select[Any]:
    """The same columns; invitations have no days of notice."""
    invited = (
        select(Meeting.id, Meeting.title, Meeting.state, Meeting.starts_at, literal(_TO_ANSWER))
        .join(Invitation, Invitation.meeting_id == Meeting.id)
        .where(
            own(actor),
            Invitation.reply == Reply.NONE,
            Meeting.state == S.CONVENED,
            Meeting.starts_at > bindparam("now", type_=Meeting.starts_at.type),
        )
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(limit)
        .subquery()
    )
    return select(invited)


def _to_hold(actor: Actor) -> list[Waiting]:
    return [
        Waiting(
            Phrase(marked("Meeting to be convened in this period")),
            f"{due.community} · {label(due.kind)}",
            "meetings.new",
            {"community": due.community_id, "kind": due.kind.value},
            due.last_day,
        )
        for due in kinds_due(actor)
        if due.pressing
    ]


def _task(
    meeting_id: int,
    title: str,
    state: MeetingState,
    starts_at: datetime,
    notice_days: int | None,
    *,
    quorum_lost: bool,
) -> Waiting | None:
    day, args = clock.local(starts_at).date(), {"meeting_id": meeting_id}
    if notice_days == _TO_ANSWER:
        words = Phrase(marked("Invitation without a reply"))
        return Waiting(words, title, "meetings.show", args, day)
    if state is S.OPEN:
        words = Phrase(marked("Meeting in session"))
        return Waiting(words, title, "meetings.console", args, day, held=True)
    if state is S.CONVENED:
        words = Phrase(marked("Meeting to be held"))
        return Waiting(words, title, "meetings.console", args, day, held=True)
    if state is S.CLOSED:
        words = Phrase(marked("Minutes to be confirmed"))
        if quorum_lost:
            words = Phrase(marked("A decision of this meeting has lost its quorum"))
        return Waiting(words, title, "meetings.minutes", args)
    due = day - timedelta(days=notice_days or 0)
    if due - clock.today() > timedelta(days=2):
        return None
    return Waiting(Phrase(marked("Meeting notice to be sent")), title, "meetings.show", args, due)
