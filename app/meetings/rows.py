"""What the host's console reads of a meeting: shaped as the tables' objects are, without their cost.

It is asked for every few seconds while a meeting sits. `policy` takes both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.meetings.models.agenda import AgendaItem, ItemKind, Outcome
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import Majority, MeetingKind, MeetingRule
from app.meetings.models.votes import Vote, VoteMode
from app.meetings.states import ItemState, MeetingState, VoteState


@dataclass(slots=True)
class RuleRow:
    """What a MeetingRule says about numbers."""

    quorum_numerator: int
    quorum_denominator: int
    quorum_strict: bool
    pass_numerator: int
    pass_denominator: int
    pass_strict: bool
    majority: Majority


class PlaceRow(NamedTuple):
    name: str
    path: str


class PlatformRow(NamedTuple):
    place: PlaceRow


class MeetingRow(NamedTuple):
    id: int
    title: str
    kind: MeetingKind
    state: MeetingState
    starts_at: datetime
    venue: str
    expected: int | None
    host_id: int | None
    opened_at: datetime | None
    closed_at: datetime | None
    community: PlaceRow
    platform: PlatformRow
    rule: RuleRow | None


class ItemRow(NamedTuple):
    id: int
    topic_id: int | None
    kind: ItemKind
    title: str
    motion: str
    added_late: bool
    withdrawn_at: datetime | None
    state: ItemState
    outcome: Outcome | None
    outcome_reason: str | None
    notes: str
    dissent: str
    version: int


@dataclass(slots=True)
class VoteRow:
    rule: RuleRow
    id: int
    mode: VoteMode
    present: int
    ayes: int
    nays: int
    abstentions: int
    state: VoteState
    passed: bool | None
    scrutineer: str
    teller: str
    closed_at: datetime | None

    silent = Vote.silent
    silence = Vote.silence


AnyMeeting = Meeting | MeetingRow
AnyItem = AgendaItem | ItemRow
AnyVote = Vote | VoteRow

RULE = (
    MeetingRule.quorum_numerator,
    MeetingRule.quorum_denominator,
    MeetingRule.quorum_strict,
    MeetingRule.pass_numerator,
    MeetingRule.pass_denominator,
    MeetingRule.pass_strict,
    MeetingRule.majority,
)
MEETING = (
    Meeting.id,
    Meeting.title,
    Meeting.kind,
    Meeting.state,
    Meeting.starts_at,
    Meeting.venue,
    Meeting.expected,
    Meeting.host_id,
    Meeting.opened_at,
    Meeting.closed_at,
)
ITEM = (
    AgendaItem.id,
    AgendaItem.topic_id,
    AgendaItem.kind,
    AgendaItem.title,
    AgendaItem.motion,
    AgendaItem.added_late,
    AgendaItem.withdrawn_at,
    AgendaItem.state,
    AgendaItem.outcome,
    AgendaItem.outcome_reason,
    AgendaItem.notes,
    AgendaItem.dissent,
    AgendaItem.version,
)
VOTE = (
    Vote.id,
    Vote.mode,
    Vote.present,
    Vote.ayes,
    Vote.nays,
    Vote.abstentions,
    Vote.state,
    Vote.passed,
    Vote.scrutineer,
    Vote.teller,
    Vote.closed_at,
)
