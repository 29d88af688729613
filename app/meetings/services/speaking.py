"""The speaking queue: two minutes a turn, two turns per person and item (萝卜议事规则)."""

from __future__ import annotations

from sqlalchemy import func, or_, select, update

from app.core import clock
from app.core.access import Actor
from app.core.db import db
from app.core.errors import NotFoundError, Refused
from app.core.i18n import lazy_gettext as _l
from app.meetings import policy
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.attendance import Invitation
from app.meetings.models.speeches import Speech, Stance
from app.meetings.services._common import lock, not_now, record
from app.meetings.states import ItemState


def ask_to_speak(
    actor: Actor, item: AgendaItem, invitation: Invitation, *, stance: Stance = Stance.NEUTRAL
) -> Speech:
    """Put a person at the end of the queue; one who waits there already keeps their place. Refused
    for a person who is not in the room or had their turns, and for an item that is not the current
    one; NotFoundError for another meeting's invitation."""
    meeting = lock(item.meeting)
    if invitation.meeting_id != item.meeting_id:
        raise NotFoundError
    db.session.refresh(item)
    if item.state is not ItemState.CURRENT:
        raise not_now()
    if not invitation.is_here:
        raise Refused(_l("Only those who are present can speak."), field="invitation_id")
    waiting = select(Speech).where(
        Speech.item_id == item.id,
        Speech.invitation_id == invitation.id,
        Speech.started_at.is_(None),
        Speech.ended_at.is_(None),
    )
    if asked := db.session.scalar(waiting):
        return asked  # one place in the queue, however often they ask
    turns = select(func.count()).where(
        Speech.item_id == item.id,
        Speech.invitation_id == invitation.id,
        or_(Speech.started_at.is_not(None), Speech.ended_at.is_(None)),
    )
    if (db.session.scalar(turns) or 0) >= policy.SPEAKING_TURNS:
        raise Refused(_l("Everybody speaks at most twice on an item."), field="invitation_id")
    speech = Speech(item_id=item.id, invitation_id=invitation.id, stance=stance)
    db.session.add(speech)
    db.session.flush()
    record(actor, "meeting.ask_to_speak", meeting, item=item.id, invitation=invitation.id)
    return speech


def start_speech(actor: Actor, item: AgendaItem, speech_id: int) -> None:
    """Give a person of the queue the floor; the speaker before them ends. Refused if the item is
    not the current one or the turn has begun or ended; NotFoundError for another item's turn."""
    meeting = lock(item.meeting)
    speech = _speech(item, speech_id)
    db.session.refresh(item)
    if item.state is not ItemState.CURRENT or speech.started_at or speech.ended_at:
        raise not_now()
    running = db.session.scalar(
        select(Speech).where(
            Speech.item_id == item.id, Speech.started_at.is_not(None), Speech.ended_at.is_(None)
        )
    )
    if running is not None:
        running.ended_at = clock.now()
        db.session.flush()
    speech.started_at = clock.now()
    db.session.flush()
    record(actor, "meeting.start_speech", meeting, item=item.id, speech=speech.id)


def end_speech(actor: Actor, item: AgendaItem, speech_id: int) -> None:
    """End a turn, or take a person off the queue who no longer wants to speak. NotFoundError for
    another item's turn."""
    meeting = lock(item.meeting)
    speech = _speech(item, speech_id)
    if speech.ended_at is not None:
        return
    speech.ended_at = clock.now()
    db.session.flush()
    record(actor, "meeting.end_speech", meeting, item=item.id, speech=speech.id)


def leave_queue(invitation: Invitation) -> None:
    """End the turn of a person who is no longer in the room, and their waiting for one."""
    db.session.execute(
        update(Speech)
        .where(Speech.invitation_id == invitation.id, Speech.ended_at.is_(None))
        .values(ended_at=clock.now())
        .execution_options(synchronize_session="fetch")
    )


def _speech(item: AgendaItem, speech_id: int) -> Speech:
    speech = db.session.scalar(
        select(Speech).where(Speech.id == speech_id, Speech.item_id == item.id).with_for_update()
    )
    if speech is None:
        raise NotFoundError
    return speech
