"""What a topic's own page says of meetings: where it goes from here."""

from __future__ import annotations

from typing import Any

from flask import render_template

from app.core import clock
from app.core.access import Capability
from app.core.db import db
from app.core.guard import actor
from app.core.slots import fills
from app.meetings import policy
from app.meetings.queries import agenda as queries
from app.places.models import Place
from app.platforms.interface import running_platforms
from app.topics.interface import GROUPS, referred
from app.topics.models import Topic


@fills("topics.topic")
def next_step(*, topic: Topic, **_context: Any) -> str:
    """Show users who may convene how to put an accepted topic on an agenda."""
    if topic.state not in GROUPS["waiting"]:
        return ""
    if not actor().may_at(Capability.CONVENE, db.session.get_one(Place, topic.community_id).path):
        return ""
    upward = referred([topic.id]).get(topic.id)
    running = {row.id for row in running_platforms(topic.community_id, clock.today())}
    return render_template(
        "meetings/_topic.html",
        topic=topic,
        drafts=queries.drafts_for(topic, upward),
        kind=policy.ASSEMBLY_FOR.get(upward) if upward else None,
        platform_id=topic.platform_id if topic.platform_id in running and not upward else None,
    )
