"""Reading platforms and topics. One module per subject; call them from here."""

from app.platforms.queries.following import (
    Behind,
    Support,
    behind,
    cosigner_ids,
    cosigners,
    support_of,
    supports,
)
from app.platforms.queries.platforms import (
    parts_of,
    platform_in_reach,
    platform_seen_by,
    platforms_for,
    running_platforms,
)
from app.platforms.queries.scheduling import Schedulable, referred, schedulable
from app.platforms.queries.sight import (
    may_read,
    reached_openly,
    topic_in_reach,
    topic_seen_by,
    visible_to,
)
from app.platforms.queries.similar import SimilarTopic, merge_targets, similar_topics
from app.platforms.queries.topics import (
    GROUPS,
    TopicFilter,
    buildings_of,
    concerned_ids,
    merged_into,
    steps_of,
    topics_for,
    topics_on,
    units_concerned,
)
from app.platforms.queries.waiting import waiting

__all__ = [
    "GROUPS",
    "Behind",
    "Schedulable",
    "SimilarTopic",
    "Support",
    "TopicFilter",
    "behind",
    "buildings_of",
    "concerned_ids",
    "cosigner_ids",
    "cosigners",
    "may_read",
    "merge_targets",
    "merged_into",
    "parts_of",
    "platform_in_reach",
    "platform_seen_by",
    "platforms_for",
    "reached_openly",
    "referred",
    "running_platforms",
    "schedulable",
    "similar_topics",
    "steps_of",
    "support_of",
    "supports",
    "topic_in_reach",
    "topic_seen_by",
    "topics_for",
    "topics_on",
    "units_concerned",
    "visible_to",
    "waiting",
]
