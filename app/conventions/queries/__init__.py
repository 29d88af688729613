"""Reading conventions: their texts, opinions, decisions, and what waits around them."""

from app.conventions.queries.deciding import (
    decisions_to_repeal,
    is_voted_on,
    item_of,
    meetings_to_decide,
    undecided,
    versions_to_decide,
)
from app.conventions.queries.opinions import (
    missing_for_review,
    not_in_text,
    opinion_in_reach,
    opinions_of,
    said_already,
    unanswered,
)
from app.conventions.queries.texts import (
    SUBJECT,
    clause_of,
    clauses_of,
    convention,
    in_force,
    notice_of,
    open_drafts,
    places_to_regulate,
    steps_of,
    version_in_reach,
    version_of,
    versions_of,
    visible,
)
from app.conventions.queries.waiting import waiting

__all__ = [
    "SUBJECT",
    "clause_of",
    "clauses_of",
    "convention",
    "decisions_to_repeal",
    "in_force",
    "is_voted_on",
    "item_of",
    "meetings_to_decide",
    "missing_for_review",
    "not_in_text",
    "notice_of",
    "open_drafts",
    "opinion_in_reach",
    "opinions_of",
    "places_to_regulate",
    "said_already",
    "steps_of",
    "unanswered",
    "undecided",
    "version_in_reach",
    "version_of",
    "versions_of",
    "versions_to_decide",
    "visible",
    "waiting",
]
