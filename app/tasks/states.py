"""A task's life (domain.md 6)."""

from __future__ import annotations

from enum import StrEnum, auto

from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.core.states import Machine


class TaskState(StrEnum):
    DRAFTED = auto()
    OFFERED = auto()
    DISPATCHED = auto()
    RETURNED = auto()
    ACCEPTED = auto()
    IN_PROGRESS = auto()
    SUBMITTED = auto()
    VERIFIED = auto()
    CLOSED = auto()
    CANCELLED = auto()


S = TaskState

TASK_STATE_LABELS = labelled(
    {
        S.DRAFTED: _l("Not dispatched yet"),
        S.OFFERED: _l("Open for claiming"),
        S.DISPATCHED: _l("Dispatched, not accepted yet"),
        S.RETURNED: _l("Returned by the handling unit"),
        S.ACCEPTED: _l("Accepted by whoever handles it"),
        S.IN_PROGRESS: _l("In progress"),
        S.SUBMITTED: _l("Submitted for verification"),
        S.VERIFIED: _l("Verified, awaiting evaluation"),
        S.CLOSED: _l("Completed and closed"),
        S.CANCELLED: _l("Task cancelled"),
    }
)

# "rework" comes from the verifying staff, "withdraw" from the one who handed it in, "reopen" from a low
# evaluation, "void" from staff who find that it isn't done after all.
tasks: Machine[TaskState] = Machine(
    {
        (S.DRAFTED, "dispatch"): S.DISPATCHED,
        (S.DRAFTED, "offer"): S.OFFERED,
        (S.OFFERED, "dispatch"): S.DISPATCHED,
        (S.OFFERED, "claim"): S.ACCEPTED,
        (S.DISPATCHED, "accept"): S.ACCEPTED,
        (S.DISPATCHED, "return"): S.RETURNED,
        (S.RETURNED, "dispatch"): S.DISPATCHED,
        (S.RETURNED, "offer"): S.OFFERED,
        (S.RETURNED, "uphold"): S.DISPATCHED,
        (S.ACCEPTED, "report"): S.IN_PROGRESS,
        (S.IN_PROGRESS, "report"): S.IN_PROGRESS,
        (S.ACCEPTED, "submit"): S.SUBMITTED,
        (S.IN_PROGRESS, "submit"): S.SUBMITTED,
        (S.SUBMITTED, "verify"): S.VERIFIED,
        (S.SUBMITTED, "rework"): S.IN_PROGRESS,
        (S.SUBMITTED, "withdraw"): S.IN_PROGRESS,
        (S.VERIFIED, "reopen"): S.IN_PROGRESS,
        (S.VERIFIED, "void"): S.IN_PROGRESS,
        (S.VERIFIED, "close"): S.CLOSED,
        (S.CLOSED, "reopen"): S.IN_PROGRESS,
        (S.CLOSED, "void"): S.IN_PROGRESS,
        **{
            (state, "cancel"): S.CANCELLED
            for state in (S.DRAFTED, S.OFFERED, S.DISPATCHED, S.RETURNED, S.ACCEPTED, S.IN_PROGRESS)
        },
    }
)

DONE = frozenset({S.VERIFIED, S.CLOSED})
UNDER_WAY = frozenset({S.ACCEPTED, S.IN_PROGRESS})
OPEN = frozenset(set(TaskState) - DONE - {S.CANCELLED})
