"""The list of topics, and the whole life of one."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Actor, Capability, requires, signed_in
from app.core.arguments import id_argument, member_argument, page_argument, text_argument
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render
from app.core.i18n import gettext as _
from app.core.labels import label
from app.core.masking import masked_name
from app.core.paging import first_rows, paged
from app.core.slots import fills
from app.places.models import Place
from app.platforms import interface as platforms
from app.platforms.models import Platform
from app.topics import policy
from app.topics.models import CONTENT_CLASS_SHORT, ContentClass, Topic, TopicSource
from app.topics.queries import following, sight, similar
from app.topics.queries import topics as topics_queries
from app.topics.queries.topics import GROUPS, TopicFilter
from app.topics.states import TopicState
from app.topics.views import bp

S = TopicState
_LONGEST_CHOICE = 100

TONES = {
    S.SUBMITTED: "info",
    S.RETURNED: "wait",
    S.ACCEPTED: "info",
    S.SCHEDULED: "info",
    S.CONSENSUS: "good",
    S.IMPLEMENTED: "good",
    S.FED_BACK: "good",
    S.CLOSED: "good",
    S.DRAFT: "quiet",
    S.MERGED: "quiet",
    S.OUT_OF_SCOPE: "quiet",
    S.DROPPED: "quiet",
}


@bp.app_template_filter()
def topic_tone(state: TopicState) -> str:
    """The tone of the badge that says where a topic stands."""
    return TONES.get(state, "neutral")


@bp.get("/topics")
@requires(Capability.SEE_TOPICS, Capability.RAISE_TOPIC, Capability.ANSWER_INVITATION)
def index() -> Response:
    """For a unit those that it has raised or signed."""
    who = actor()
    wanted = TopicFilter(
        group=request.args.get("state") if request.args.get("state") in GROUPS else None,
        source=member_argument("source", TopicSource),
        content_class=member_argument("class", ContentClass),
        platform_id=id_argument("platform"),
        text=text_argument(),
        mine=request.args.get("mine") == "1",
    )
    page = paged(topics_queries.topics_for(who, wanted), page_argument())
    return render(
        "topics/index.html",
        swap={"topic-list": "topics/_topics.html"},
        page=page,
        wanted=wanted,
        works=policy.works_everywhere(who),
        must=_must_be_scheduled(who, page.rows),
        platforms=_platforms(who),
        all_sources=[("", _("All")), *((one.value, label(one)) for one in TopicSource)],
        all_classes=[
            ("", _("All")),
            *((one.value, short) for one, short in CONTENT_CLASS_SHORT.items()),
        ],
        may_raise=who.may(Capability.RAISE_TOPIC),
        may_enter=who.may(Capability.ENTER_TOPIC),
    )


@bp.get("/topics/<int:topic_id>")
@signed_in
def show(topic_id: int) -> Response:
    return render("topics/show.html", **page_of(sight.topic_seen_by(actor(), topic_id)))


@fills("platforms.platform")
def topics_of_platform(*, platform: Platform) -> str:
    """The topics that are deliberated on a platform, as far as the reader may see them."""
    found = topics_queries.topics_on(platform.id, actor())
    return render_template(
        "topics/_on_platform.html", topics=paged(found, page_argument(), per_page=10)
    )


def page_of(topic: Topic) -> dict[str, Any]:
    """What the page of a topic shows to the user who is signed in."""
    who = actor()
    community = db.session.get_one(Place, topic.community_id)
    works = platforms.works_there(who, community.path)
    own = policy.wrote(who, topic)
    collecting = topic.state in policy.CO_SIGNABLE
    cosigners = following.cosigners(topic.id)
    return {
        "topic": topic,
        "community": community,
        "steps": _timeline(topic, names=works or own),
        "way": policy.way(topic.state),
        "buildings": topics_queries.buildings_of(topic.id),
        "merged": topics_queries.merged_into(topic.id),
        "concerned": topics_queries.units_concerned(topic.id),
        "onward": _onward(who, topic),
        "cosigners": cosigners,
        "signed": any(person.person_id == who.person_id for person in cosigners),
        "support": following.support_of(topic) if collecting else None,
        "similar": _similar(who, topic),
        "works": works,
        "own": own,
        "reader": who,
        "may_edit": policy.may_edit(who, topic),
        "may_submit": own and policy.can(topic, "submit"),
        "may_sign": policy.may_sign(who, topic),
        "may_screen": who.may_at(Capability.SCREEN_TOPIC, community.path),
        "may_name_units": policy.may_name_units(topic)
        and who.may_at(Capability.SCREEN_TOPIC, community.path),
        "may_enter_signatures": collecting
        and who.may_around(Capability.ENTER_TOPIC, community.path),
        "can": lambda event: policy.can(topic, event),
    }


def _timeline(topic: Topic, *, names: bool) -> list[dict[str, Any]]:
    """Every step for `ui.timeline`. Staff sign with their names; the resident who raised it is
    masked for those who needn't know."""
    hidden = None if names or topic.by_proxy or topic.author_id is None else topic.entered_by_id
    return [
        {
            "at": step.at,
            "title": step.state,
            "text": step.reason,
            "actor": masked_name(step.by_name) if step.by_id == hidden else step.by_name,
            "tone": TONES.get(step.state),
        }
        for step in topics_queries.steps_of(topic.id)
    ]


def _onward(who: Actor, topic: Topic) -> Topic | None:
    """The topic that goes on for a merged one, if the reader may read it."""
    if topic.merged_into_id is None or not sight.may_read(who, topic.merged_into_id):
        return None
    return topic.merged_into


def _similar(who: Actor, topic: Topic) -> list[similar.SimilarTopic]:
    """Before it is submitted or taken up, topics that may be about the same matter."""
    if topic.state not in {S.DRAFT, S.SUBMITTED, S.RETURNED}:
        return []
    return similar.similar_topics(who, topic.community_id, topic.title, other_than=topic.id)


def _platforms(who: Actor) -> list[Any]:
    found = first_rows(platforms.platforms_for(who, clock.today()), _LONGEST_CHOICE)
    return [(row.id, row.name) for row in found]


def _must_be_scheduled(who: Actor, rows: Any) -> set[int]:
    """Which of the topics on the page so many signed that they must be put on an agenda: of those
    of the reader's own community, whose residents are counted."""
    home, waiting = who.community_id, {S.SUBMITTED, *GROUPS["waiting"]}
    ids = [row.id for row in rows if row.state in waiting and row.community_id == home]
    if not ids or home is None or not who.may(Capability.SEE_TOPICS):
        return set()
    support = following.supports(home, ids)
    return {topic_id for topic_id, found in support.items() if found.must_be_scheduled}
