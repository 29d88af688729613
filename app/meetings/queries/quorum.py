"""Decisions that too few were present for, once wrong check-ins had been taken back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    bindparam,
    cast,
    func,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.core.db import built_once, rows
from app.core.statements import Asked
from app.meetings import arithmetic
from app.meetings.models.agenda import AgendaItem, Outcome
from app.meetings.models.attendance import Capacity, Invitation
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import MeetingRule
from app.meetings.models.votes import Vote, VoteRoll
from app.meetings.states import VoteState


@dataclass(frozen=True)
class LostQuorum:
    """What was carried, or agreed on without a vote, on the strength of check-ins that did not
    stand: `counted` of those who decided were present, `needed` would have been enough."""

    meeting_id: int
    item_id: int
    title: str
    vote_id: int | None
    counted: int
    needed: int


def quorums_lost(meeting_ids: Collection[int]) -> list[LostQuorum]:
    """The decisions of these meetings that have lost their quorum, in one query. Computed when it
    is read: a check-in can be taken back until the minutes are confirmed."""
    return _lost(_of_meetings(), meetings=list(meeting_ids)) if meeting_ids else []


def quorum_lost(item_id: int) -> LostQuorum | None:
    """The same of one item's decision."""
    return next(iter(_lost(_of_item(), item=item_id)), None)


@built_once
def _of_meetings() -> CompoundSelect[Any]:
    return _decided(Meeting.id.in_(bindparam("meetings", expanding=True)))


@built_once
def _of_item() -> CompoundSelect[Any]:
    return _decided(AgendaItem.id == bindparam("item"))


def _decided(which: ColumnElement[bool]) -> CompoundSelect[Any]:
    return union_all(_voted(which), _agreed(which))


def _lost(statement: Asked[CompoundSelect[Any]], **values: Any) -> list[LostQuorum]:
    found = []
    for row in rows(statement, **values):
        if not arithmetic.quorum_met(row, row.counted, row.expected):
            needed = arithmetic.needed_for_quorum(row, row.expected)
            about = (row.meeting_id, row.item_id, row.title, row.vote_id)
            found.append(LostQuorum(*about, counted=row.counted, needed=needed))
    return sorted(found, key=lambda one: one.item_id)


_ITEM = (AgendaItem.meeting_id, AgendaItem.id.label("item_id"), AgendaItem.title)
_RULE = (MeetingRule.quorum_numerator, MeetingRule.quorum_denominator, MeetingRule.quorum_strict)


def _voted(which: ColumnElement[bool]) -> Select[Any]:
    """Motions that were carried; `counted` are those on the roll whose check-in stands."""
    gone = func.count(VoteRoll.id)
    return (
        select(
            *_ITEM,
            Vote.id.label("vote_id"),
            (Vote.present - gone).label("counted"),
            Vote.expected,
            *_RULE,
        )
        .select_from(Invitation)
        .join(Meeting, Meeting.id == Invitation.meeting_id)
        .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
        .join(Vote, and_(Vote.item_id == AgendaItem.id, Vote.state == VoteState.CLOSED))
        .join(VoteRoll, and_(VoteRoll.vote_id == Vote.id, VoteRoll.invitation_id == Invitation.id))
        .join(MeetingRule, MeetingRule.id == Vote.rule_id)
        .where(which, Vote.passed.is_(True), Invitation.voided_at.is_not(None))
        .group_by(AgendaItem.id, Vote.id, MeetingRule.id)
    )


def _agreed(which: ColumnElement[bool]) -> Select[Any]:
    """What was agreed on without a vote; `counted` are all members whose check-in stands."""
    taken_back, came = aliased(Invitation), aliased(Invitation)
    some_back = select(taken_back.id).where(
        taken_back.meeting_id == Meeting.id, taken_back.voided_at.is_not(None)
    )
    vote = select(Vote.id).where(Vote.item_id == AgendaItem.id, Vote.state != VoteState.VOIDED)
    counted = select(func.count(came.id)).where(
        came.meeting_id == Meeting.id,
        came.capacity == Capacity.MEMBER,
        came.present_at.is_not(None),
        came.voided_at.is_(None),
    )
    return (
        select(
            *_ITEM,
            cast(null(), Integer).label("vote_id"),
            counted.scalar_subquery().label("counted"),
            Meeting.expected,
            *_RULE,
        )
        .select_from(AgendaItem)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .join(MeetingRule, MeetingRule.id == Meeting.rule_id)
        .where(which, AgendaItem.outcome == Outcome.AGREED, ~vote.exists(), some_back.exists())
    )
