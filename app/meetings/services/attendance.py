"""Replies, checking in, and taking a wrong check-in back."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import User
from app.core import clock
from app.core.access import Actor
from app.core.db import db, hold
from app.core.errors import NotFoundError, Refused
from app.core.i18n import lazy_gettext as _l
from app.meetings import policy
from app.meetings.models.attendance import Capacity, CheckIn, Invitation, Reply
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import Composition
from app.meetings.queries import attendance, composition
from app.meetings.services._common import lock, not_now, record
from app.meetings.services.speaking import leave_queue
from app.meetings.states import MeetingState
from app.people.models import Person
from app.points import interface as points


def reply(actor: Actor, invitation: Invitation, *, coming: bool, reason: str | None = None) -> None:
    """Note whether the invited person, unit or user is coming. Refused for leave without a reason
    and unless the meeting is convened and not open yet."""
    meeting = lock(invitation.meeting)
    if not policy.takes_replies(meeting):
        raise Refused(_l("The meeting takes no replies any more."))
    if not coming and not reason:
        raise Refused(_l("Say why you can't come."), field="reason")
    hold(invitation)
    invitation.reply = Reply.COMING if coming else Reply.LEAVE
    invitation.leave_reason = None if coming else reason
    invitation.replied_at = clock.now()
    invitation.replied_by_id = actor.id
    db.session.flush()
    record(
        actor,
        "meeting.reply",
        meeting,
        invitation=invitation.id,
        coming=coming,
        by_proxy=not attendance.is_own(actor, invitation),
    )


def check_in(
    actor: Actor, invitation: Invitation, *, method: CheckIn, representative: str | None = None
) -> Invitation:
    """Check the invited person, unit or user in. Doing it twice changes nothing. Refused earlier
    than an hour before the meeting and after its end, and for a unit without the name of the
    person who came for it: a vote is cast by a person, and the minutes name them.

    The meeting's row is locked: of a household at most one person comes in as a member, and no
    check-in is entered while the meeting is being closed.
    """
    meeting = lock(invitation.meeting)
    if not policy.takes_check_ins(meeting, clock.now()):
        raise Refused(_l("Checking in is possible from an hour before the meeting until its end."))
    hold(invitation)
    if invitation.is_present:
        if invitation.left_at is not None:
            _take_back_leaving(actor, meeting, invitation)
        return invitation
    if invitation.unit_id is not None:
        invitation.representative = representative or invitation.representative
        if not invitation.representative:
            raise Refused(_l("Say who has come for the unit."), field="representative")
    if meeting.composition is Composition.HOUSEHOLDS:
        invitation.capacity = attendance.capacity_in_household(meeting, invitation)
    invitation.present_at = clock.now()
    invitation.check_in_method = method
    invitation.checked_in_by_id = actor.id
    invitation.voided_at = None
    invitation.void_reason = invitation.left_at = invitation.left_noted_by_id = None
    db.session.flush()
    record(actor, "meeting.check_in", meeting, invitation=invitation.id, method=method.value)
    return invitation


def check_in_person(
    actor: Actor, meeting: Meeting, person: Person, *, method: CheckIn
) -> Invitation:
    """Check a resident in who may not have been invited: where the law makes every adult
    resident a member they are one, elsewhere they observe. NotFoundError for a resident of another
    community; Refused as by `check_in`."""
    if person.community_id != meeting.community_id:
        raise NotFoundError
    lock(meeting)
    found = _invitation_of(meeting, person_id=person.id)
    if found is None:
        members = composition.members_among(meeting, {person.id}, wish=Capacity.OBSERVER)
        capacity = Capacity.MEMBER if members else Capacity.OBSERVER
        found = _walk_in(meeting, capacity, person_id=person.id)
    return check_in(actor, found, method=method)


def check_in_user(actor: Actor, meeting: Meeting, user: User, *, method: CheckIn) -> Invitation:
    """Check a user in who works with the community's meetings; uninvited, they observe.
    NotFoundError for other users; Refused as by `check_in`."""
    lock(meeting)
    found = _invitation_of(meeting, user_id=user.id)
    if found is None:
        if user.id not in {row.id for row in composition.staff_to_invite(meeting.community_id)}:
            raise NotFoundError
        found = _walk_in(meeting, Capacity.OBSERVER, user_id=user.id)
    return check_in(actor, found, method=method)


def check_in_by_code(actor: Actor, meeting: Meeting) -> Invitation:
    """Check the actor in, who has scanned the code on the screen; `meeting` was found by it.
    Refused for a unit that is not invited, and as by `check_in`."""
    if actor.person_id is not None:
        person = db.session.get_one(Person, actor.person_id)
        return check_in_person(actor, meeting, person, method=CheckIn.QR_CODE)
    if actor.unit_id is not None:
        lock(meeting)
        found = _invitation_of(meeting, unit_id=actor.unit_id)
        if found is None:
            raise Refused(_l("Your unit has not been invited. Please speak to the host."))
        return check_in(actor, found, method=CheckIn.QR_CODE, representative=actor.name)
    user = db.session.get_one(User, actor.id)
    return check_in_user(actor, meeting, user, method=CheckIn.QR_CODE)


def leave_early(actor: Actor, invitation: Invitation) -> None:
    """Note that a person leaves now, before the end: they have attended, but do not count for the
    quorum and the roll of a vote that is opened later. An open vote keeps its roll. Refused unless
    the meeting is open and the person is in the room."""
    meeting = lock(invitation.meeting)
    hold(invitation)
    if meeting.state is not MeetingState.OPEN or not invitation.is_here:
        raise not_now()
    invitation.left_at = clock.now()
    invitation.left_noted_by_id = actor.id
    db.session.flush()
    leave_queue(invitation)
    record(actor, "meeting.leave_early", meeting, invitation=invitation.id)


def come_back(actor: Actor, invitation: Invitation) -> None:
    """Take back that a person has left: they are in the room again. Refused unless the meeting is
    open and they had left."""
    meeting = lock(invitation.meeting)
    hold(invitation)
    if meeting.state is not MeetingState.OPEN or invitation.left_at is None:
        raise not_now()
    _take_back_leaving(actor, meeting, invitation)


def void_check_in(actor: Actor, invitation: Invitation, *, reason: str) -> None:
    """Take a wrong check-in back. What was voted on meanwhile keeps its roll; points that were
    credited for it are reversed. Refused once the minutes are confirmed, and if there is no
    check-in that counts."""
    meeting = lock(invitation.meeting)
    if meeting.state is MeetingState.CONFIRMED:
        raise Refused(_l("The minutes are confirmed: write a correction instead."))
    hold(invitation)
    if not invitation.is_present:
        raise not_now()
    invitation.voided_at = clock.now()
    invitation.void_reason = reason
    db.session.flush()
    leave_queue(invitation)
    if invitation.person_id is not None:
        points.reverse_award(
            actor,
            fact_key=attendance.attendance_fact(meeting.id, invitation.person_id),
            reason=reason,
        )
    record(actor, "meeting.void_check_in", meeting, invitation=invitation.id, reason=reason)


def _take_back_leaving(actor: Actor, meeting: Meeting, invitation: Invitation) -> None:
    """Both rows are locked already."""
    invitation.left_at = invitation.left_noted_by_id = None
    db.session.flush()
    record(actor, "meeting.come_back", meeting, invitation=invitation.id)


def _invitation_of(meeting: Meeting, **whose: int) -> Invitation | None:
    return db.session.scalar(
        select(Invitation).filter_by(meeting_id=meeting.id, **whose).with_for_update()
    )


def _walk_in(meeting: Meeting, capacity: Capacity, **whose: int) -> Invitation:
    invitation = Invitation(meeting_id=meeting.id, capacity=capacity, walk_in=True, **whose)
    db.session.add(invitation)
    db.session.flush()
    return invitation
