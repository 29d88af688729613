"""Who is invited, and as what. Whole groups are added in one statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from app.accounts.interface import user_ids_of_units
from app.core import clock
from app.core.access import Actor
from app.core.db import db, insert_new
from app.core.errors import NotFoundError, Refused
from app.core.i18n import Phrase
from app.core.i18n import lazy_gettext as _l
from app.inbox import interface as inbox
from app.meetings import policy
from app.meetings.models.attendance import Capacity, Invitation, Reply
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import Composition
from app.meetings.queries import composition as queries
from app.meetings.services._common import call_to, lock, not_now, record
from app.people.models import Person, Unit


def invite_people(
    actor: Actor,
    meeting: Meeting,
    person_ids: Iterable[int],
    *,
    capacity: Capacity = Capacity.MEMBER,
) -> int:
    """Invite residents of the community. Returns how many were new.

    `capacity` only counts where members are invited: elsewhere the law says who is one.
    NotFoundError for people who don't live there; Refused once the meeting is open.
    """
    may_invite(meeting)
    wanted = set(person_ids)
    known = set(
        db.session.scalars(
            select(Person.id).where(
                Person.id.in_(wanted),
                Person.community_id == meeting.community_id,
                or_(Person.moved_out_on.is_(None), Person.moved_out_on > clock.today()),
            )
        )
    )
    if known != wanted:
        raise NotFoundError
    members = queries.members_among(meeting, known, wish=capacity)
    return _insert(actor, meeting, "person_id", known, members)


def invite_units(
    actor: Actor,
    meeting: Meeting,
    unit_ids: Iterable[int],
    *,
    capacity: Capacity = Capacity.MEMBER,
) -> int:
    """Invite units of the community, which decide whom they send. Returns how many were new.
    NotFoundError for units that aren't there; Refused once the meeting is open."""
    may_invite(meeting)
    wanted = set(unit_ids)
    known = set(
        db.session.scalars(
            select(Unit.id).where(
                Unit.id.in_(wanted),
                Unit.community_id == meeting.community_id,
                or_(Unit.ended_on.is_(None), Unit.ended_on > clock.today()),
            )
        )
    )
    if known != wanted:
        raise NotFoundError
    members = known if _may_be_member(meeting, capacity) else set()
    new = _insert(actor, meeting, "unit_id", known, members)
    mark_required(meeting)
    return new


def invite_users(
    actor: Actor,
    meeting: Meeting,
    user_ids: Iterable[int],
    *,
    capacity: Capacity = Capacity.OBSERVER,
) -> int:
    """Invite people who work with the community's meetings. Returns how many were new.
    NotFoundError for other users; Refused once the meeting is open."""
    may_invite(meeting)
    wanted = set(user_ids)
    if not wanted <= {row.id for row in queries.staff_to_invite(meeting.community_id)}:
        raise NotFoundError
    members = wanted if _may_be_member(meeting, capacity) else set()
    return _insert(actor, meeting, "user_id", wanted, members)


def change_capacity(actor: Actor, invitation: Invitation, *, capacity: Capacity) -> None:
    """Make an invited member an observer or the reverse. Refused after the notice, and where the
    law says who is a member."""
    meeting = lock(invitation.meeting)
    if not policy.may_prepare(meeting) or meeting.composition is not Composition.INVITED:
        raise not_now()
    invitation.capacity = capacity
    db.session.flush()
    record(actor, "meeting.change_capacity", meeting, invitation=invitation.id, capacity=capacity)


def uninvite(actor: Actor, invitation: Invitation) -> None:
    """Delete an invitation from a draft, of which the invited have not been told yet. Refused after
    the notice, and for the oversight committee, whom the notice would invite again."""
    meeting = lock(invitation.meeting)
    if not policy.may_prepare(meeting):
        raise Refused(_l("The notice has gone out: nobody can be uninvited."))
    people, users = queries.oversight_ids(meeting)
    if invitation.person_id in people or invitation.user_id in users:
        raise Refused(
            _l(
                "The oversight committee is always invited to observe: its members stay on the list."
            )
        )
    db.session.execute(delete(Invitation).where(Invitation.id == invitation.id))
    record(
        actor,
        "meeting.uninvite",
        meeting,
        person=invitation.person_id,
        unit=invitation.unit_id,
        user=invitation.user_id,
    )


def mark_required(meeting: Meeting) -> None:
    """Note which of the invited units have to send a representative: the platform's parties and
    those that the topics of the agenda concern (2025 law, art. 46)."""
    wanted = queries.party_unit_ids(meeting) | queries.topic_unit_ids(meeting)
    db.session.execute(
        update(Invitation)
        .where(Invitation.meeting_id == meeting.id, Invitation.unit_id.is_not(None))
        .values(required=Invitation.unit_id.in_(wanted))
        .execution_options(synchronize_session="fetch")
    )


def invite_oversight(meeting: Meeting) -> None:
    """Invite the oversight committee, which may observe every consultation (2025 law, art. 37)."""
    people, users = queries.oversight_ids(meeting)
    _add(meeting, "person_id", people, set())
    _add(meeting, "user_id", users, set())


def ask_again(meeting: Meeting, reason: str) -> None:
    """Clear all replies of a meeting that was moved to another time, and take back with that reason
    the check-ins of those who had come for the time before."""
    of_meeting = update(Invitation).where(Invitation.meeting_id == meeting.id)
    db.session.execute(
        of_meeting.where(Invitation.reply != Reply.NONE)
        .values(reply=Reply.NONE, leave_reason=None, replied_at=None, replied_by_id=None)
        .execution_options(synchronize_session="fetch")
    )
    db.session.execute(
        of_meeting.where(Invitation.present_at.is_not(None), Invitation.voided_at.is_(None))
        .values(voided_at=clock.now(), void_reason=reason)
        .execution_options(synchronize_session="fetch")
    )


def tell_invited(meeting: Meeting, event: str, text: Phrase) -> None:
    """Put a sentence into the inbox of all who are invited, of the users of invited units, and of
    the host and the recorder."""
    rows = db.session.execute(
        select(Invitation.person_id, Invitation.unit_id, Invitation.user_id).where(
            Invitation.meeting_id == meeting.id
        )
    ).all()
    users = {row.user_id for row in rows if row.user_id}
    users |= set(user_ids_of_units(row.unit_id for row in rows if row.unit_id))
    users |= {user for user in (meeting.host_id, meeting.recorder_id) if user}
    inbox.tell(
        key=f"meeting:{meeting.id}:{event}",
        text=text,
        url=f"/meetings/{meeting.id}",
        people=[row.person_id for row in rows if row.person_id],
        users=users,
    )


def may_invite(meeting: Meeting) -> None:
    """Lock the meeting; Refused if it is open already."""
    lock(meeting)
    if not policy.may_invite(meeting):
        raise not_now()


def _may_be_member(meeting: Meeting, capacity: Capacity) -> bool:
    """Whether an invitation may make a member. After the notice the expected number stands: those
    who are invited then observe."""
    return (
        capacity is Capacity.MEMBER
        and meeting.composition is Composition.INVITED
        and policy.may_prepare(meeting)
    )


def _insert(
    actor: Actor, meeting: Meeting, column: str, ids: Collection[int], members: Collection[int]
) -> int:
    new = _add(meeting, column, ids, members)
    if meeting.convened_at is not None and new:
        # The same key as the notice had: those who have been told already are not told again.
        tell_invited(meeting, "convened", call_to(meeting))
    record(actor, "meeting.invite", meeting, new=new, **{column: sorted(ids)})
    return new


def _add(meeting: Meeting, column: str, ids: Collection[int], members: Collection[int]) -> int:
    """Add invitations; one that is there already becomes a member's if it is among `members`.
    Returns how many were new."""
    if not ids:
        return 0
    if members and policy.may_prepare(meeting):
        db.session.execute(
            update(Invitation)
            .where(
                Invitation.meeting_id == meeting.id,
                getattr(Invitation, column).in_(members),
            )
            .values(capacity=Capacity.MEMBER)
            .execution_options(synchronize_session=False)
        )
    before = count_invited(meeting)
    rows: list[dict[str, Any]] = [
        {
            "meeting_id": meeting.id,
            column: id_,
            "capacity": Capacity.MEMBER if id_ in members else Capacity.OBSERVER,
        }
        for id_ in sorted(ids)
    ]
    db.session.execute(insert_new(Invitation), rows)
    return count_invited(meeting) - before


def count_invited(meeting: Meeting) -> int:
    return db.session.scalar(select(func.count()).where(Invitation.meeting_id == meeting.id)) or 0
