"""A topic's life (domain.md 1)."""

from __future__ import annotations

from enum import StrEnum, auto

from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.core.states import Machine


class TopicState(StrEnum):
    DRAFT = auto()
    SUBMITTED = auto()
    ACCEPTED = auto()
    RETURNED = auto()
    MERGED = auto()
    OUT_OF_SCOPE = auto()
    SCHEDULED = auto()
    CONSENSUS = auto()
    TO_REPS_ASSEMBLY = auto()
    TO_RESIDENTS_ASSEMBLY = auto()
    DEFERRED = auto()
    DROPPED = auto()
    IMPLEMENTED = auto()
    FED_BACK = auto()
    CLOSED = auto()


S = TopicState

TOPIC_STATE_LABELS = labelled(
    {
        S.DRAFT: _l("Draft"),
        S.SUBMITTED: _l("Submitted"),
        S.ACCEPTED: _l("Accepted as a topic"),
        S.RETURNED: _l("Returned to its author"),
        S.MERGED: _l("Merged into another topic"),
        S.OUT_OF_SCOPE: _l("Not a matter for consultation"),
        S.SCHEDULED: _l("On a meeting's agenda"),
        S.CONSENSUS: _l("Consensus reached"),
        S.TO_REPS_ASSEMBLY: _l("Referred to the representatives' assembly"),
        S.TO_RESIDENTS_ASSEMBLY: _l("Referred to the residents' assembly"),
        S.DEFERRED: _l("Deferred"),
        S.DROPPED: _l("Not adopted"),
        S.IMPLEMENTED: _l("Carried out"),
        S.FED_BACK: _l("Result reported back"),
        S.CLOSED: _l("Closed"),
    }
)

# A deliberated topic can come back to a meeting: deferred, or referred to a higher one.
topics: Machine[TopicState] = Machine(
    {
        (S.DRAFT, "submit"): S.SUBMITTED,
        (S.RETURNED, "submit"): S.SUBMITTED,
        (S.SUBMITTED, "accept"): S.ACCEPTED,
        (S.SUBMITTED, "return"): S.RETURNED,
        (S.SUBMITTED, "merge"): S.MERGED,
        (S.ACCEPTED, "merge"): S.MERGED,
        (S.SUBMITTED, "rule_out"): S.OUT_OF_SCOPE,
        **{
            (state, "schedule"): S.SCHEDULED
            for state in (S.ACCEPTED, S.DEFERRED, S.TO_REPS_ASSEMBLY, S.TO_RESIDENTS_ASSEMBLY)
        },
        (S.SCHEDULED, "unschedule"): S.ACCEPTED,
        # What was referred upward before waits for that assembly again.
        (S.SCHEDULED, "unschedule_for_reps"): S.TO_REPS_ASSEMBLY,
        (S.SCHEDULED, "unschedule_for_residents"): S.TO_RESIDENTS_ASSEMBLY,
        (S.SCHEDULED, "agree"): S.CONSENSUS,
        (S.SCHEDULED, "refer_to_reps"): S.TO_REPS_ASSEMBLY,
        (S.SCHEDULED, "refer_to_residents"): S.TO_RESIDENTS_ASSEMBLY,
        (S.SCHEDULED, "defer"): S.DEFERRED,
        (S.SCHEDULED, "drop"): S.DROPPED,
        (S.CONSENSUS, "unsettle"): S.SCHEDULED,
        (S.CONSENSUS, "implement"): S.IMPLEMENTED,
        (S.IMPLEMENTED, "reopen"): S.CONSENSUS,
        (S.IMPLEMENTED, "feed_back"): S.FED_BACK,
        (S.FED_BACK, "close"): S.CLOSED,
    }
)
