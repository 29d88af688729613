"""Votes and who could vote."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple, cast

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.accounts.models import User
from app.core.access import Actor, Capability
from app.core.db import db
from app.core.errors import NotFoundError
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.attendance import Invitation
from app.meetings.models.meetings import Meeting
from app.meetings.models.votes import Choice, Vote, VoteRoll
from app.meetings.queries.meetings import hosted
from app.meetings.states import VoteState
from app.people.interface import by_surname
from app.people.models import Person, Unit
from app.places.interface import in_reach


class OnRoll(NamedTuple):
    """A member on the roll of a vote; `choice` is what they said in a roll call."""

    id: int
    vote_id: int
    invitation_id: int
    name: str
    person_id: int | None
    representative: str | None
    choice: Choice | None


def valid_vote(item_id: int) -> Vote | None:
    """The one vote on the item that is not void, open or closed."""
    return db.session.scalar(
        select(Vote)
        .where(Vote.item_id == item_id, Vote.state != VoteState.VOIDED)
        .options(joinedload(Vote.rule))
    )


def passed(item_id: int) -> bool:
    """Whether the meeting carried the item's motion."""
    return bool(
        db.session.scalar(
            select(Vote.id).where(
                Vote.item_id == item_id, Vote.state == VoteState.CLOSED, Vote.passed.is_(True)
            )
        )
    )


def vote_in_reach(actor: Actor, capability: Capability, vote_id: int) -> Vote:
    """The vote with its item, meeting and rule, if the actor reaches the meeting with the
    capability; else NotFoundError."""
    reach = (
        hosted(actor)
        if capability is Capability.HOST_MEETING
        else in_reach(Meeting.community_id, actor, capability)
    )
    vote = db.session.scalar(
        select(Vote)
        .join(Vote.item)
        .join(AgendaItem.meeting)
        .where(Vote.id == vote_id, reach)
        .options(
            contains_eager(Vote.item)
            .contains_eager(AgendaItem.meeting)
            .options(joinedload(Meeting.community), joinedload(Meeting.rule)),
            joinedload(Vote.rule),
        )
    )
    if vote is None:
        raise NotFoundError
    return vote


def roll(vote_ids: Collection[int]) -> Sequence[OnRoll]:
    """The rolls of these votes, each by name."""
    if not vote_ids:
        return []
    name = func.coalesce(Person.name, Unit.name, User.name).label("name")
    found = db.session.execute(
        select(
            VoteRoll.id,
            VoteRoll.vote_id,
            VoteRoll.invitation_id,
            name,
            Person.id.label("person_id"),
            Invitation.representative,
            VoteRoll.choice,
        )
        .join(Invitation, Invitation.id == VoteRoll.invitation_id)
        .outerjoin(Person, Person.id == Invitation.person_id)
        .outerjoin(Unit, Unit.id == Invitation.unit_id)
        .outerjoin(User, User.id == Invitation.user_id)
        .where(VoteRoll.vote_id.in_(vote_ids))
        .order_by(VoteRoll.vote_id, Person.id.is_not(None), *by_surname(), name, VoteRoll.id)
    )
    return cast("Sequence[OnRoll]", found.all())
