"""Whom a meeting is made of (应到), and who can be invited besides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple, cast

from sqlalchemy import func, or_, select

from app.accounts.interface import in_force, user_ids_with
from app.accounts.models import RoleGrant, User
from app.core import clock
from app.core.access import Role
from app.core.db import db
from app.meetings import policy
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.attendance import Capacity, Invitation
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import Composition
from app.people.interface import (
    adult_residents,
    adults_of,
    appointed,
    committee_members,
    households_of,
    representatives,
)
from app.people.models import AppointmentKind, Unit
from app.places.interface import inside
from app.places.models import Place
from app.platforms.models import PlatformParty
from app.topics.models import Topic, TopicUnit

_HOSTING = (Role.STAFF, Role.HOST)
_WORKING = (Role.STAFF, Role.HOST, Role.GRID, Role.OVERSIGHT, Role.STREET)


class Worker(NamedTuple):
    """A user who works with a community's meetings, with one of their roles there."""

    id: int
    name: str
    person_id: int | None
    role: Role


def composition_ids(meeting: Meeting) -> tuple[set[int], set[int]]:
    """(representatives, committee members) in office on the day of the meeting (art. 28)."""
    on = meeting.day
    reps = {row.person_id for row in representatives(meeting.community_id, on)}
    committee = {row.person_id for row in committee_members(meeting.community_id, on)}
    return reps, committee


def expected_number(meeting: Meeting) -> int:
    """应到 as it would be frozen now."""
    if meeting.composition is Composition.ADULTS:
        return adults_of(meeting.community_id, meeting.day)
    if meeting.composition is Composition.HOUSEHOLDS:
        return households_of(meeting.community_id, meeting.day)
    if meeting.composition is Composition.REPS_AND_COMMITTEE:
        reps, committee = composition_ids(meeting)
        return len(reps | committee)
    return (
        db.session.scalar(
            select(func.count()).where(
                Invitation.meeting_id == meeting.id, Invitation.capacity == Capacity.MEMBER
            )
        )
        or 0
    )


def members_among(meeting: Meeting, person_ids: Collection[int], *, wish: Capacity) -> set[int]:
    """Which of these residents are members with a vote. Where the law says, it decides; among
    invited members the wish does, until the notice has gone out."""
    if not person_ids:
        return set()
    if meeting.composition in policy.EVERYBODY:
        adults = adult_residents(meeting.community_id, meeting.day).subquery()
        return set(db.session.scalars(select(adults.c.id).where(adults.c.id.in_(person_ids))))
    if meeting.composition is Composition.REPS_AND_COMMITTEE:
        reps, committee = composition_ids(meeting)
        return set(person_ids) & (reps | committee)
    wanted = wish is Capacity.MEMBER and policy.may_prepare(meeting)
    return set(person_ids) if wanted else set()


def hosts_of(community_id: int) -> Sequence[Worker]:
    """The users who may host or record meetings in the community or in a part of it."""
    return _holders(community_id, _HOSTING)


def staff_to_invite(community_id: int) -> list[Worker]:
    """The users who work in the community, without those who have an entry as residents: they are
    invited as residents."""
    return [row for row in _holders(community_id, _WORKING) if row.person_id is None]


def oversight_ids(meeting: Meeting) -> tuple[set[int], set[int]]:
    """Who may attend as the oversight committee on the day of the meeting (2025 law, art. 37): ids
    of residents, and of users who have no entry as one."""
    rows = appointed(meeting.community_id, [AppointmentKind.OVERSIGHT_MEMBER], meeting.day)
    people = {row.person_id for row in rows}
    users = db.session.execute(
        select(User.id, User.person_id).where(
            User.id.in_(user_ids_with(Role.OVERSIGHT, meeting.community_id))
        )
    ).all()
    people |= {row.person_id for row in users if row.person_id}
    return people, {row.id for row in users if not row.person_id}


def party_unit_ids(meeting: Meeting) -> set[int]:
    """Units of the kinds that belong to the platform."""
    kinds = select(PlatformParty.unit_kind).where(PlatformParty.platform_id == meeting.platform_id)
    return set(
        db.session.scalars(
            select(Unit.id).where(
                Unit.community_id == meeting.community_id,
                Unit.kind.in_(kinds),
                or_(Unit.ended_on.is_(None), Unit.ended_on > clock.today()),
            )
        )
    )


def topic_unit_ids(meeting: Meeting, *, also: int | None = None) -> set[int]:
    """Units that raised a topic of the agenda or that one concerns, and that therefore have to be
    represented (art. 46). `also` is the id of a topic that is about to come onto the agenda."""
    agenda = select(AgendaItem.topic_id).where(
        AgendaItem.meeting_id == meeting.id, AgendaItem.withdrawn_at.is_(None)
    )
    raised = select(Topic.unit_id).where(or_(Topic.id.in_(agenda), Topic.id == also))
    concerned = select(TopicUnit.unit_id).where(
        or_(TopicUnit.topic_id.in_(agenda), TopicUnit.topic_id == also)
    )
    return set(
        db.session.scalars(
            select(Unit.id).where(
                or_(Unit.id.in_(raised), Unit.id.in_(concerned)),
                or_(Unit.ended_on.is_(None), Unit.ended_on > clock.today()),
            )
        )
    )


def _holders(community_id: int, roles: Collection[Role]) -> Sequence[Worker]:
    path = db.session.scalar(select(Place.path).where(Place.id == community_id)) or "/"
    around = [int(part) for part in path.split("/") if part]
    # Of several roles one is named: by their letters street goes before staff before host.
    holding = (
        select(RoleGrant.user_id, func.max(RoleGrant.role).label("role"))
        .join(Place, Place.id == RoleGrant.place_id)
        .where(
            RoleGrant.role.in_(roles),
            in_force(),
            or_(Place.id.in_(around), inside(path)),
        )
        .group_by(RoleGrant.user_id)
        .subquery()
    )
    found = db.session.execute(
        select(User.id, User.name, User.person_id, holding.c.role)
        .join(holding, holding.c.user_id == User.id)
        .where(User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    )
    return cast("Sequence[Worker]", found.all())
