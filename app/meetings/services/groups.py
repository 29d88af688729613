"""Whole groups: inviting them at once, and who of them is a member if the meeting is moved."""

from __future__ import annotations

from enum import StrEnum, auto
from typing import Any

from sqlalchemy import literal, update

from app.core.access import Actor
from app.core.db import db, insert_new
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.meetings import policy
from app.meetings.models.attendance import Capacity, Invitation
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import Composition
from app.meetings.queries import composition as queries
from app.meetings.services._common import record
from app.meetings.services.invitations import count_invited, invite_people, invite_units, may_invite
from app.people.interface import adult_residents, committee_members, representatives
from app.people.models import Person


class Group(StrEnum):
    """Whom one button invites."""

    COMPOSITION = auto()
    REPRESENTATIVES = auto()
    COMMITTEE = auto()
    PARTIES = auto()
    TOPIC_UNITS = auto()


GROUP_LABELS = labelled(
    {
        Group.COMPOSITION: _l("Everybody the meeting is made of"),
        Group.REPRESENTATIVES: _l("All resident representatives"),
        Group.COMMITTEE: _l("All members of the residents' committee"),
        Group.PARTIES: _l("The parties of the platform"),
        Group.TOPIC_UNITS: _l("The units that topics concern"),
    }
)


def invite_group(actor: Actor, meeting: Meeting, *, group: Group) -> int:
    """Invite a whole group at once. Returns how many were new. Refused once the meeting is open."""
    may_invite(meeting)
    if group is Group.PARTIES:
        return invite_units(actor, meeting, queries.party_unit_ids(meeting))
    if group is Group.TOPIC_UNITS:
        return invite_units(actor, meeting, queries.topic_unit_ids(meeting))
    if group is Group.COMPOSITION and meeting.composition in policy.EVERYBODY:
        return _invite_every_adult(actor, meeting)
    people = _group_ids(meeting, group)
    return invite_people(actor, meeting, people)


def refresh_members(meeting: Meeting) -> None:
    """Make those of the invited members who are in office or of age on the meeting's day, and the
    rest observers (2025 law, art. 26, 28). Members who were chosen one by one stay as they are."""
    if meeting.composition is Composition.INVITED:
        return
    members: Any = _group_ids(meeting, Group.COMPOSITION)
    if meeting.composition in policy.EVERYBODY:
        members = adult_residents(meeting.community_id, meeting.day).with_only_columns(Person.id)
    of_meeting = update(Invitation).where(
        Invitation.meeting_id == meeting.id, Invitation.person_id.is_not(None)
    )
    for capacity, belongs in (
        (Capacity.MEMBER, Invitation.person_id.in_(members)),
        (Capacity.OBSERVER, Invitation.person_id.not_in(members)),
    ):
        db.session.execute(
            of_meeting.where(belongs, Invitation.capacity != capacity)
            .values(capacity=capacity)
            .execution_options(synchronize_session="fetch")
        )


def _group_ids(meeting: Meeting, group: Group) -> set[int]:
    ids: set[int] = set()
    if group in {Group.COMPOSITION, Group.REPRESENTATIVES}:
        ids |= {row.person_id for row in representatives(meeting.community_id, meeting.day)}
    if group in {Group.COMPOSITION, Group.COMMITTEE}:
        ids |= {row.person_id for row in committee_members(meeting.community_id, meeting.day)}
    return ids


def _invite_every_adult(actor: Actor, meeting: Meeting) -> int:
    """Invite thousands of people in one statement, without reading them."""
    adults = adult_residents(meeting.community_id, meeting.day)
    columns = ["meeting_id", "person_id", "capacity", "required", "walk_in", "reply"]
    chosen = adults.with_only_columns(
        literal(meeting.id),
        Person.id,
        literal(Capacity.MEMBER.value),
        literal(False),  # noqa: FBT003 - a column
        literal(False),  # noqa: FBT003 - a column
        literal("none"),
    )
    db.session.execute(
        update(Invitation)
        .where(Invitation.meeting_id == meeting.id, Invitation.person_id.in_(adults))
        .values(capacity=Capacity.MEMBER)
        .execution_options(synchronize_session=False)
    )
    before = count_invited(meeting)
    db.session.execute(insert_new(Invitation).from_select(columns, chosen))
    new = count_invited(meeting) - before
    record(actor, "meeting.invite_everybody", meeting, new=new)
    return new
