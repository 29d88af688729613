"""The chain: a whole matter on one page, and what a topic's own page says of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from app.chain import matter
from app.core.access import signed_in
from app.core.guard import actor
from app.core.htmx import render
from app.core.slots import fills
from app.topics.models import Topic

bp = Blueprint("chain", __name__)


@bp.get("/chain/<int:topic_id>")
@signed_in
def show(topic_id: int) -> Response:
    who = actor()
    topic = matter.topic_for(who, topic_id)
    return render(
        "chain/show.html",
        topic=topic,
        chain=matter.chain(who, topic),
        own=who.person_id is not None and who.person_id == topic.author_id,
    )


@fills("topics.topic")
def chain_of_topic(*, topic: Topic, **_context: Any) -> str:
    """How far the matter has come, with the way to the whole of it."""
    return render_template("chain/_topic.html", topic=topic, summary=matter.summary(topic.id))


@fills("topics.chain")
def link_to_chain(*, topic_id: int | None) -> str:
    """The way to the whole matter, for those who may read it."""
    if not matter.is_open_to(actor(), topic_id):
        return ""
    return render_template("chain/_link.html", topic_id=topic_id)
