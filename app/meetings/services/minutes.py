"""The minutes: written item by item, confirmed once, corrected only by numbered additions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update

from app.audit import interface as audit
from app.core import clock
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Refused
from app.core.i18n import Phrase, gettext, marked
from app.core.i18n import lazy_gettext as _l
from app.core.numbering import number_of_year
from app.meetings import policy
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.meetings import Meeting
from app.meetings.models.minutes import MinutesCorrection
from app.meetings.queries import agenda, quorum
from app.meetings.services._common import lock, record, stale
from app.meetings.states import MeetingState, meetings


def save_notes(actor: Actor, item: AgendaItem, *, notes: str, dissent: str, version: int) -> None:
    """Write an item's minutes. Stale if another user wrote them since `version`: then nothing is
    written, and both texts can be put side by side. Refused before the opening and once the minutes
    are confirmed."""
    meeting = lock(item.meeting)
    # Text that saves itself is often sent as it was.
    if (item.notes, item.dissent, item.version) == (notes, dissent, version):
        return
    if not policy.takes_notes(meeting):
        raise Refused(_l("Minutes are written from the opening until they are confirmed."))
    written: Any = db.session.execute(
        update(AgendaItem)
        .where(AgendaItem.id == item.id, AgendaItem.version == version)
        .values(notes=notes, dissent=dissent, version=version + 1)
        .execution_options(synchronize_session=False)
    )
    if written.rowcount != 1:
        raise stale()
    db.session.refresh(item)
    audit.record_work(
        actor, "meeting.save_notes", kind="meeting", id=meeting.id, path=meeting.community.path,
        number=meeting.number, item=item.id,
    )  # fmt: skip


def confirm_minutes(actor: Actor, meeting: Meeting, *, reason: str = "") -> None:
    """Confirm the minutes, which locks them and gives them their archive number. Refused while
    they can't say what became of an item; a decision that has lost its quorum needs the reason
    why they are confirmed all the same, which its minutes then give."""
    lock(meeting)
    state = meetings.after(meeting.state, "confirm")
    open_items = agenda.items_without_outcome(meeting.id)
    if open_items:
        raise Refused(
            Phrase(
                marked("The minutes do not say yet what became of: %(items)s"),
                items="、".join(item.title for item in open_items),
            )
        )
    _explain_quorums(quorum.quorums_lost([meeting.id]), reason)
    meeting.state = state
    meeting.confirmed_at = clock.now()
    meeting.confirmed_by_id = actor.id
    meeting.archive_number = number_of_year(f"minutes:{meeting.kind.value}", meeting.community_id)
    db.session.flush()
    record(actor, "meeting.confirm_minutes", meeting, archive_number=meeting.archive_number)


def _explain_quorums(lost: list[quorum.LostQuorum], reason: str) -> None:
    if lost and not reason:
        raise Refused(
            _l("Fewer than the quorum were present: confirm that you know it, and say why."),
            field="reason",
        )
    for one in lost:
        item = db.session.get_one(AgendaItem, one.item_id)
        said = gettext(
            "Without the check-ins that were taken back only %(counted)s members were present, fewer than"
            " the quorum of %(needed)s. The minutes were confirmed all the same: %(reason)s",
            counted=one.counted,
            needed=one.needed,
            reason=reason,
        )
        item.notes = f"{item.notes}\n{said}".strip()
        item.version += 1
    db.session.flush()  # before the meeting is confirmed: from then on its items stay as they are


def correct_minutes(actor: Actor, meeting: Meeting, *, text: str) -> MinutesCorrection:
    """Add a numbered correction. Refused unless the minutes are confirmed."""
    lock(meeting)
    if meeting.state is not MeetingState.CONFIRMED:
        raise Refused(_l("Only confirmed minutes are corrected; before that they are edited."))
    last = db.session.scalar(
        select(func.max(MinutesCorrection.number)).where(MinutesCorrection.meeting_id == meeting.id)
    )
    correction = MinutesCorrection(
        meeting_id=meeting.id,
        number=(last or 0) + 1,
        text=text,
        by_id=actor.id,
        by_name=actor.name,
    )
    db.session.add(correction)
    db.session.flush()
    record(actor, "meeting.correct_minutes", meeting, correction=correction.number)
    return correction
