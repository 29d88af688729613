"""The tables of meetings. One module per subject; import them from here."""

from app.meetings.models.agenda import (
    ITEM_KIND_LABELS,
    OUTCOME_LABELS,
    AgendaItem,
    ItemKind,
    Outcome,
)
from app.meetings.models.attendance import (
    CAPACITY_LABELS,
    CHECK_IN_LABELS,
    REPLY_LABELS,
    Capacity,
    CheckIn,
    Invitation,
    Reply,
)
from app.meetings.models.meetings import Meeting
from app.meetings.models.minutes import MinutesCorrection
from app.meetings.models.rules import (
    COMPOSITION_LABELS,
    MAJORITY_LABELS,
    MEETING_KIND_LABELS,
    Composition,
    Majority,
    MeetingKind,
    MeetingRule,
)
from app.meetings.models.speeches import STANCE_LABELS, Speech, Stance
from app.meetings.models.votes import (
    CHOICE_LABELS,
    VOTE_MODE_LABELS,
    Choice,
    Vote,
    VoteMode,
    VoteRoll,
)

__all__ = [
    "CAPACITY_LABELS",
    "CHECK_IN_LABELS",
    "CHOICE_LABELS",
    "COMPOSITION_LABELS",
    "ITEM_KIND_LABELS",
    "MAJORITY_LABELS",
    "MEETING_KIND_LABELS",
    "OUTCOME_LABELS",
    "REPLY_LABELS",
    "STANCE_LABELS",
    "VOTE_MODE_LABELS",
    "AgendaItem",
    "Capacity",
    "CheckIn",
    "Choice",
    "Composition",
    "Invitation",
    "ItemKind",
    "Majority",
    "Meeting",
    "MeetingKind",
    "MeetingRule",
    "MinutesCorrection",
    "Outcome",
    "Reply",
    "Speech",
    "Stance",
    "Vote",
    "VoteMode",
    "VoteRoll",
]
