"""The life of one version of a convention (domain.md 3)."""

from __future__ import annotations

from enum import StrEnum, auto

from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.core.states import Machine


class VersionState(StrEnum):
    DRAFTING = auto()
    PUBLIC_COMMENT = auto()
    UNDER_REVIEW = auto()
    RETURNED = auto()
    REVIEWED = auto()
    VOTING = auto()
    REJECTED = auto()
    ADOPTED = auto()
    FILED = auto()
    IN_FORCE = auto()
    SUPERSEDED = auto()
    REPEALED = auto()


S = VersionState

VERSION_STATE_LABELS = labelled(
    {
        S.DRAFTING: _l("Being drafted"),
        S.PUBLIC_COMMENT: _l("Open for comment"),
        S.UNDER_REVIEW: _l("Under review by the street office"),
        S.RETURNED: _l("Returned by the street office"),
        S.REVIEWED: _l("Review passed"),
        S.VOTING: _l("Before a meeting for its vote"),
        S.REJECTED: _l("Voted down"),
        S.ADOPTED: _l("Adopted, to be filed"),
        S.FILED: _l("Filed, to be published"),
        S.IN_FORCE: _l("In force"),
        S.SUPERSEDED: _l("Replaced by a newer version"),
        S.REPEALED: _l("Repealed"),
    }
)

versions: Machine[VersionState] = Machine(
    {
        (S.DRAFTING, "open_comment"): S.PUBLIC_COMMENT,
        (S.PUBLIC_COMMENT, "submit"): S.UNDER_REVIEW,
        (S.PUBLIC_COMMENT, "redraft"): S.DRAFTING,  # to take opinions up
        (S.DRAFTING, "submit"): S.UNDER_REVIEW,  # once there has been a public comment
        (S.UNDER_REVIEW, "return"): S.RETURNED,
        (S.RETURNED, "redraft"): S.DRAFTING,
        (S.UNDER_REVIEW, "pass_review"): S.REVIEWED,
        (S.REVIEWED, "put_to_vote"): S.VOTING,
        (S.VOTING, "adopt"): S.ADOPTED,
        (S.VOTING, "reject"): S.REJECTED,
        (S.VOTING, "withdraw"): S.REVIEWED,  # the meeting was called off
        (S.REJECTED, "redraft"): S.DRAFTING,
        (S.ADOPTED, "file"): S.FILED,
        (S.FILED, "publish"): S.IN_FORCE,
        (S.IN_FORCE, "supersede"): S.SUPERSEDED,
        (S.IN_FORCE, "repeal"): S.REPEALED,
    }
)

EDITABLE = frozenset({S.DRAFTING})
