"""The life of a meeting, of an agenda item and of a vote."""

from __future__ import annotations

from enum import StrEnum, auto

from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.core.states import Machine


class MeetingState(StrEnum):
    DRAFT = auto()
    CONVENED = auto()
    OPEN = auto()
    CLOSED = auto()
    CONFIRMED = auto()
    CANCELLED = auto()


M = MeetingState

MEETING_STATE_LABELS = labelled(
    {
        M.DRAFT: _l("Being prepared"),
        M.CONVENED: _l("Convened"),
        M.OPEN: _l("In session"),
        M.CLOSED: _l("Closed, minutes open"),
        M.CONFIRMED: _l("Minutes confirmed"),
        M.CANCELLED: _l("Called off"),
    }
)

meetings: Machine[MeetingState] = Machine(
    {
        (M.DRAFT, "convene"): M.CONVENED,
        (M.DRAFT, "call_off"): M.CANCELLED,
        (M.CONVENED, "call_off"): M.CANCELLED,
        (M.CONVENED, "open"): M.OPEN,
        (M.OPEN, "close"): M.CLOSED,
        (M.CLOSED, "confirm"): M.CONFIRMED,
    }
)


class ItemState(StrEnum):
    WAITING = auto()
    CURRENT = auto()
    DONE = auto()


ITEM_STATE_LABELS = labelled(
    {
        ItemState.WAITING: _l("Waiting"),
        ItemState.CURRENT: _l("Being dealt with"),
        ItemState.DONE: _l("Done"),
    }
)

# An item can be taken up again after others.
agenda_items: Machine[ItemState] = Machine(
    {
        (ItemState.WAITING, "start"): ItemState.CURRENT,
        (ItemState.DONE, "start"): ItemState.CURRENT,
        (ItemState.CURRENT, "end"): ItemState.DONE,
    }
)


class VoteState(StrEnum):
    OPEN = auto()
    CLOSED = auto()
    VOIDED = auto()


VOTE_STATE_LABELS = labelled(
    {
        VoteState.OPEN: _l("Voting"),
        VoteState.CLOSED: _l("Votes counted"),
        VoteState.VOIDED: _l("Void"),
    }
)

votes: Machine[VoteState] = Machine(
    {
        (VoteState.OPEN, "close"): VoteState.CLOSED,
        (VoteState.OPEN, "void"): VoteState.VOIDED,
        (VoteState.CLOSED, "void"): VoteState.VOIDED,
    }
)
