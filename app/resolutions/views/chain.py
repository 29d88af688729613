"""The chain: a whole matter on one page, and what a topic's own page says of it."""

from __future__ import annotations

from typing import Any

from flask import render_template
from werkzeug.wrappers import Response

from app.core.access import signed_in
from app.core.guard import actor
from app.core.htmx import render
from app.core.slots import fills
from app.platforms.models import Topic
from app.resolutions import chain as matter
from app.resolutions.views import bp


@bp.get("/chain/<int:topic_id>")
@signed_in
def chain(topic_id: int) -> Response:
    who = actor()
    topic = matter.topic_for(who, topic_id)
    return render(
        "resolutions/chain.html",
        topic=topic,
        chain=matter.chain(who, topic),
        own=who.person_id is not None and who.person_id == topic.author_id,
    )


@fills("platforms.topic")
def chain_of_topic(*, topic: Topic, **_context: Any) -> str:
    """How far the matter has come, with the way to the whole of it."""
    return render_template("resolutions/_topic.html", topic=topic, summary=matter.summary(topic.id))
