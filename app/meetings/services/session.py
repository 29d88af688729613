"""The meeting itself: opening, one item after the other, what becomes of them, closing."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select, update

from app.core import clock
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.meetings import arithmetic, policy
from app.meetings.models.agenda import AgendaItem, Outcome
from app.meetings.models.meetings import Meeting
from app.meetings.models.speeches import Speech
from app.meetings.models.votes import Vote
from app.meetings.queries import agenda, attendance, readiness, voting
from app.meetings.services._common import lock, not_now, record
from app.meetings.states import ItemState, VoteState, agenda_items, meetings
from app.points import interface as points
from app.points.models import RuleCode
from app.topics import interface as topics

# What an outcome means for the topic behind the item.
EVENTS = {
    Outcome.AGREED: "agree",
    Outcome.DEFERRED: "defer",
    Outcome.TO_REPS_ASSEMBLY: "refer_to_reps",
    Outcome.TO_RESIDENTS_ASSEMBLY: "refer_to_residents",
    Outcome.DROPPED: "drop",
}


def open_meeting(actor: Actor, meeting: Meeting) -> None:
    """Open the meeting. The rule in force today applies. Refused unless it is convened, and earlier
    than an hour before its time."""
    lock(meeting)
    state = meetings.after(meeting.state, "open")
    if not policy.has_begun_to_fill(meeting, clock.now()):
        raise Refused(_l("A meeting opens at the earliest an hour before its time."))
    meeting.rule_id = readiness.rule_for(meeting.kind, clock.today()).id
    meeting.state = state
    meeting.opened_at = clock.now()
    db.session.flush()
    record(actor, "meeting.open", meeting)


def start_item(actor: Actor, item: AgendaItem) -> None:
    """Take an item up; the one before it ends. Refused unless the meeting is open, for an item that
    was withdrawn or is the current one, and while a vote is open."""
    meeting = lock(item.meeting)
    db.session.refresh(item)
    if not policy.may_start(meeting, item):
        raise not_now()
    _end_current(meeting)
    item.state = agenda_items.after(item.state, "start")
    item.started_at = item.started_at or clock.now()
    item.ended_at = None
    db.session.flush()
    record(actor, "meeting.start_item", meeting, item=item.id)


def finish_item(actor: Actor, item: AgendaItem) -> None:
    """End the current item without taking up another. Refused if it is not the current one, and
    while a vote is open."""
    meeting = lock(item.meeting)
    db.session.refresh(item)
    if item.state is not ItemState.CURRENT:
        raise not_now()
    _end_current(meeting)
    record(actor, "meeting.finish_item", meeting, item=item.id)


def _is_quorate(meeting: Meeting) -> bool:
    if meeting.rule is None or meeting.expected is None:  # it was never convened
        return False
    here = attendance.head_count(meeting.id).here
    return arithmetic.quorum_met(meeting.rule, here, meeting.expected)


def settle_item(actor: Actor, item: AgendaItem, *, outcome: Outcome, reason: str = "") -> None:
    """Note by the host's word what becomes of an item that was not voted through, and of its topic.
    Refused for what is not among `policy.open_outcomes`, without a reason unless it is agreed, and
    for agreeing without a quorum."""
    meeting = lock(item.meeting)
    db.session.refresh(item)
    if outcome not in policy.open_outcomes(meeting, item, voting.valid_vote(item.id)):
        raise not_now()
    if outcome is Outcome.AGREED and not _is_quorate(meeting):
        raise Refused(_l("Too few are present to agree on anything."))
    if outcome is not Outcome.AGREED and not reason:
        raise Refused(_l("Say why, so that those who raised it know."), field="reason")
    apply_outcome(actor, item, outcome, reason)
    record(actor, "meeting.settle_item", meeting, item=item.id, outcome=outcome.value)


def apply_outcome(actor: Actor, item: AgendaItem, outcome: Outcome, reason: str = "") -> None:
    """Keep the outcome on the item and pass it on to the topic."""
    item.outcome = outcome
    item.outcome_reason = reason or None
    db.session.flush()
    if item.topic is not None:
        topics.settle(actor, item.topic, event=EVENTS[outcome], reason=reason)


def close_meeting(
    actor: Actor, meeting: Meeting, *, left_out: Collection[int] | None = None
) -> None:
    """Close the meeting. Every resident who came is awarded attendance.

    `left_out` are the items of which the host knows that they were never taken up or not voted on;
    with None the host need not know of any. Refused if there are others, such as one added since,
    while a vote is open, and unless the meeting is open.
    """
    lock(meeting)
    state = meetings.after(meeting.state, "close")
    _end_current(meeting)
    if left_out is not None:
        _check_left_out(meeting, left_out)
    meeting.state = state
    meeting.closed_at = clock.now()
    db.session.flush()
    credited = points.award_many(actor, _attendance(meeting))
    record(actor, "meeting.close", meeting, credited=len(credited))


def _check_left_out(meeting: Meeting, known: Collection[int]) -> None:
    _refuse_unknown(
        agenda.never_taken_up(meeting.id),
        known,
        marked("These items have not been taken up: %(items)s"),
    )
    _refuse_unknown(
        agenda.never_voted_on(meeting.id),
        known,
        marked("These items have been taken up and not voted on: %(items)s"),
    )


def _refuse_unknown(items: Sequence[AgendaItem], known: Collection[int], words: str) -> None:
    titles = [item.title for item in items if item.id not in known]
    if titles:
        raise Refused(Phrase(words, items=readiness.COMMA.join(titles)))


def _end_current(meeting: Meeting) -> None:
    """End the current item, if there is one, and its speaking queue. Refused while a vote is open."""
    current = db.session.scalar(
        select(AgendaItem).where(
            AgendaItem.meeting_id == meeting.id, AgendaItem.state == ItemState.CURRENT
        )
    )
    if current is None:
        return
    is_open = select(Vote.id).where(Vote.item_id == current.id, Vote.state == VoteState.OPEN)
    if db.session.scalar(is_open) is not None:
        raise Refused(_l("A vote is still open: close it or declare it void first."))
    db.session.execute(
        update(Speech)
        .where(Speech.item_id == current.id, Speech.ended_at.is_(None))
        .values(ended_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    current.state = agenda_items.after(current.state, "end")
    current.ended_at = clock.now()
    db.session.flush()


def _attendance(meeting: Meeting) -> list[points.Fact]:
    memo = Phrase(marked("Attended the meeting “%(meeting)s”"), meeting=meeting.title)
    return [
        points.Fact(
            person_id=person_id,
            code=RuleCode.ATTENDED,
            fact_key=attendance.attendance_fact(meeting.id, person_id),
            happened_on=clock.local(meeting.opened_at or meeting.starts_at).date(),
            memo=memo,
        )
        for person_id in attendance.attendees(meeting.id)
    ]
