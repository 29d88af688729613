"""Meetings that have to be held in every month or half year, and in this one were neither held nor
convened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import built_once, rows
from app.meetings import policy
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import MeetingKind, MeetingRule
from app.meetings.states import MeetingState
from app.places.interface import reached_communities
from app.places.models import Place

_HELD = (MeetingState.OPEN, MeetingState.CLOSED, MeetingState.CONFIRMED)
_PERIODS = (1, 3, 6, 12)  # months


@dataclass(frozen=True)
class Due:
    """A kind of meeting that a community still has to hold by `last_day`."""

    community_id: int
    community: str
    kind: MeetingKind
    every_months: int
    last_day: date

    @property
    def pressing(self) -> bool:
        return policy.is_pressing(clock.today(), self.every_months)


def kinds_due(actor: Actor) -> Sequence[Due]:
    """What the communities for which the actor convenes meetings still have to hold in the current
    period (art. 28: the representatives' assembly every half year). One query."""
    return [
        Due(community_id, community, kind, months, policy.period(clock.today(), months)[1])
        for community_id, community, kind, months in rows(_kinds_due(actor))
        if months is not None
    ]


@built_once
def _kinds_due(actor: Actor) -> Select[Any]:
    today = clock.today()
    newer = aliased(MeetingRule)
    superseded = exists().where(
        newer.kind == MeetingRule.kind,
        newer.effective_from <= today,
        newer.effective_from > MeetingRule.effective_from,
    )
    held = exists().where(
        Meeting.community_id == Place.id,
        Meeting.kind == MeetingRule.kind,
        or_(
            Meeting.state.in_(_HELD),
            # Convened and never opened, it was not held.
            and_(Meeting.state == MeetingState.CONVENED, Meeting.starts_at >= clock.at(today)),
        ),
        or_(*(_in_period(today, months) for months in _PERIODS)),
    )
    return (
        select(Place.id, Place.name, MeetingRule.kind, MeetingRule.every_months)
        .select_from(Place)
        .join(MeetingRule, MeetingRule.effective_from <= today)
        .where(
            Place.id.in_(reached_communities(actor, Capability.CONVENE)),
            MeetingRule.every_months.is_not(None),
            ~superseded,
            ~held,
        )
        .order_by(MeetingRule.every_months, Place.path)
    )


def _in_period(today: date, months: int) -> ColumnElement[bool]:
    first, last = policy.period(today, months)
    return and_(
        MeetingRule.every_months == months,
        Meeting.starts_at >= clock.at(first),
        Meeting.starts_at < clock.at(last + timedelta(days=1)),
    )
