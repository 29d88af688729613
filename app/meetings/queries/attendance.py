"""Who is invited, who said what, who came."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.core.access import Actor, Capability
from app.core.db import built_once, db, rows
from app.core.errors import NotFoundError
from app.meetings.models.attendance import Capacity, CheckIn, Invitation, Reply
from app.meetings.models.meetings import Meeting
from app.meetings.queries.meetings import hosted, own
from app.people.interface import adult_residents, by_surname, prefix
from app.people.models import Household, Person, Unit
from app.places.interface import in_reach
from app.places.models import Place

PRESENT = Invitation.present_at.is_not(None) & Invitation.voided_at.is_(None)  # came
HERE = PRESENT & Invitation.left_at.is_(None)  # in the room now


class Listed(NamedTuple):
    """An invitation or a walk-in. `present_at` and `left_at` are None after a voided check-in."""

    id: int
    person_id: int | None
    unit_id: int | None
    user_id: int | None
    name: str
    building: str | None
    room: str | None
    capacity: Capacity
    walk_in: bool
    required: bool
    reply: Reply
    leave_reason: str | None
    present_at: datetime | None
    method: CheckIn | None
    representative: str | None
    void_reason: str | None
    left_at: datetime | None


_NAME = func.coalesce(Person.name, Unit.name, User.name).label("name")
_COLUMNS = (
    Invitation.id,
    Invitation.person_id,
    Invitation.unit_id,
    Invitation.user_id,
    _NAME,
    Place.name.label("building"),
    Household.room,
    Invitation.capacity,
    Invitation.walk_in,
    Invitation.required,
    Invitation.reply,
    Invitation.leave_reason,
    case((Invitation.voided_at.is_(None), Invitation.present_at)).label("present_at"),
    Invitation.check_in_method.label("method"),
    Invitation.representative,
    Invitation.void_reason,
    case((Invitation.voided_at.is_(None), Invitation.left_at)).label("left_at"),
)


@dataclass(frozen=True)
class HeadCount:
    """Numbers of one meeting. `present` are members who came (实到), `here` those of them in the
    room now, `observers` others who came; the rest counts invitations."""

    present: int
    here: int
    observers: int
    invited: int
    members: int
    coming: int
    leave: int

    @property
    def unanswered(self) -> int:
        return self.invited - self.coming - self.leave


def attendance_fact(meeting_id: int, person_id: int) -> str:
    """The key under which the person's attendance earns points."""
    return f"meeting:{meeting_id}:attendance:{person_id}"


def attendees(meeting_id: int) -> list[int]:
    """Ids of the residents who came, members and observers."""
    return list(
        db.session.scalars(
            select(Invitation.person_id)
            .where(Invitation.meeting_id == meeting_id, Invitation.person_id.is_not(None), PRESENT)
            .order_by(Invitation.person_id)
        )
    )


def head_count(meeting_id: int) -> HeadCount:
    """All numbers in one query."""
    return HeadCount(*rows(_HEAD_COUNT, meeting_id=meeting_id)[0])


def _counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


_MEMBER = Invitation.capacity == Capacity.MEMBER
_INVITED = Invitation.walk_in.is_(False)
_HEAD_COUNT = select(
    _counted(PRESENT & _MEMBER),
    _counted(HERE & _MEMBER),
    _counted(PRESENT & ~_MEMBER),
    _counted(_INVITED),
    _counted(_INVITED & _MEMBER),
    _counted(_INVITED & (Invitation.reply == Reply.COMING)),
    _counted(_INVITED & (Invitation.reply == Reply.LEAVE)),
).where(Invitation.meeting_id == bindparam("meeting_id"))


@built_once
def list_of(
    meeting_id: int,
    text: str = "",
    *,
    capacity: Capacity | None = None,
    present: bool | None = None,
    here: bool = False,
) -> Select[Any]:
    """Rows (Listed) of the invited and the walk-ins, members first, by name. With `here` only those
    who are in the room."""
    statement = (
        select(*_COLUMNS)
        .outerjoin(Person, Person.id == Invitation.person_id)
        .outerjoin(Household, Household.id == Person.household_id)
        .outerjoin(Place, Place.id == Household.building_id)
        .outerjoin(Unit, Unit.id == Invitation.unit_id)
        .outerjoin(User, User.id == Invitation.user_id)
        .where(Invitation.meeting_id == meeting_id)
        .order_by(
            Invitation.capacity,
            Invitation.unit_id.is_not(None),
            *by_surname(),
            _NAME,
            Invitation.id,
        )
    )
    if capacity is not None:
        statement = statement.where(Invitation.capacity == capacity)
    if present is not None:
        statement = statement.where(PRESENT if present else ~PRESENT)
    if here:
        statement = statement.where(HERE)
    wanted = unicodedata.normalize("NFKC", text).strip()
    return statement.where(_named(wanted)) if wanted else statement


def listed(invitation: Invitation) -> Listed:
    """The row of `list_of` of one invitation."""
    statement = list_of(invitation.meeting_id).select.where(Invitation.id == invitation.id)
    return cast("Listed", db.session.execute(statement).one())


def name_of(invitation: Invitation) -> str:
    """Who is invited."""
    return listed(invitation).name


def whole_list(meeting_id: int) -> Sequence[Listed]:
    """All rows of `list_of`, for minutes and papers. One query."""
    return rows(list_of(meeting_id))


def own_invitation(actor: Actor, meeting_id: int) -> Invitation | None:
    """The actor's invitation: their own before their unit's."""
    return db.session.scalar(
        select(Invitation)
        .where(Invitation.meeting_id == meeting_id, own(actor))
        .order_by(Invitation.person_id.is_(None), Invitation.unit_id.is_(None))
        .limit(1)
    )


def invitation_in_reach(actor: Actor, capability: Capability, invitation_id: int) -> Invitation:
    """One's own invitation (ANSWER_INVITATION), or one to a meeting in reach; else NotFoundError.

    Staff who may convene answer for everybody of their community.
    """
    reach = {
        Capability.ANSWER_INVITATION: lambda who: (
            own(who) | in_reach(Meeting.community_id, who, Capability.CONVENE)
        ),
        Capability.HOST_MEETING: hosted,
    }.get(capability, lambda who: in_reach(Meeting.community_id, who, capability))
    invitation = db.session.scalar(
        select(Invitation)
        .join(Meeting, Meeting.id == Invitation.meeting_id)
        .where(Invitation.id == invitation_id, reach(actor))
        .options(joinedload(Invitation.meeting).joinedload(Meeting.community))
    )
    if invitation is None:
        raise NotFoundError
    return invitation


def is_own(actor: Actor, invitation: Invitation) -> bool:
    """Whether the invitation is the actor's own."""
    return (
        invitation.user_id == actor.id
        or (actor.person_id is not None and invitation.person_id == actor.person_id)
        or (actor.unit_id is not None and invitation.unit_id == actor.unit_id)
    )


def capacity_in_household(meeting: Meeting, invitation: Invitation) -> Capacity:
    """A member's capacity for the first adult of a household who comes, an observer's for others."""
    adults = adult_residents(meeting.community_id, meeting.day).subquery()
    household = db.session.scalar(
        select(Person.household_id)
        .join(adults, adults.c.id == Person.id)
        .where(Person.id == invitation.person_id)
    )
    if household is None:
        return Capacity.OBSERVER
    before = select(Invitation.id).where(
        Invitation.meeting_id == meeting.id,
        Invitation.id != invitation.id,
        Invitation.capacity == Capacity.MEMBER,
        Invitation.person_id.in_(select(Person.id).where(Person.household_id == household)),
        PRESENT,
    )
    represented = db.session.scalar(before.limit(1)) is not None
    return Capacity.OBSERVER if represented else Capacity.MEMBER


def _named(text: str) -> ColumnElement[bool]:
    """Condition on the rows of `list_of`: a name contains the text, or the pinyin, the initials or
    the phone tail begins with it."""
    spelt = "".join(text.split()).lower()
    ways = [
        column.contains(text, autoescape=True)
        for column in (Person.name, Unit.name, User.name, Invitation.representative)
    ]
    if spelt.isascii():
        ways += [prefix(Person.pinyin, spelt), prefix(Person.initials, spelt)]
        ways.append(prefix(Person.phone_tail, spelt))
    return or_(*ways)
