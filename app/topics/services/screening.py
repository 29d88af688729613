"""What staff decide about a submitted topic."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, select

from app.core import clock
from app.core.access import Actor
from app.core.db import db, hold
from app.core.errors import Refused, Stale
from app.core.i18n import lazy_gettext as _l
from app.core.i18n import marked
from app.people.interface import units_of
from app.platforms import interface as platforms
from app.platforms.models import Platform
from app.points.models import RuleCode
from app.topics import policy
from app.topics.models import ContentClass, Topic, TopicCosigner
from app.topics.queries import following
from app.topics.queries import topics as topics_queries
from app.topics.services.steps import award_author, move, record, tell_taken_in
from app.topics.services.units_concerned import set_concerned
from app.topics.states import topics


def accept(
    actor: Actor,
    topic: Topic,
    *,
    content_class: ContentClass,
    platform: Platform | None = None,
    sensitive: bool | None = None,
    concerned_ids: Iterable[int] | None = None,
) -> None:
    """Take it up as a topic for deliberation, of one of the five classes of content, that concerns
    these units. The author is awarded what a valid topic is worth; therefore authors can't
    accept their own.

    Refused for one's own, (field "platform_id") if the platform is ended or of another community,
    (field "concerned_ids") if a unit is of another, and if it doesn't wait for screening.
    """
    if not policy.may_accept(actor, topic):
        raise Refused(_l("Somebody else has to decide about your own topic."))
    if platform is not None and platform.community_id != topic.community_id:
        raise Refused(_l("This platform is not of this community."), field="platform_id")
    if platform is not None and not platforms.is_running(platform, clock.today()):
        raise Refused(_l("This platform is no longer in use."), field="platform_id")
    move(actor, topic, "accept")
    topic.content_class = content_class
    topic.platform_id = platform.id if platform else None
    if sensitive is not None:
        topic.sensitive = sensitive
    if concerned_ids is not None:
        set_concerned(topic, concerned_ids)
    db.session.flush()
    award_author(
        actor,
        topic,
        RuleCode.TOPIC_VALID,
        happened_on=clock.local(topic.raised_at).date(),
        fact="valid",
        memo=marked("Topic accepted: %(title)s"),
    )


def name_units(actor: Actor, topic: Topic, *, version: int, unit_ids: Iterable[int]) -> None:
    """Say which units the topic concerns, until it is on an agenda: they have to be invited (2025
    law, art. 46). Refused once it is too late, (field "concerned_ids") if one is of another
    community; Stale if the topic was changed since `version`."""
    hold(topic)
    if topic.version != version:
        raise Stale(_l("Somebody else has changed this since you opened it. Please look again."))
    if not policy.may_name_units(topic):
        raise Refused(_l("The units it concerns are named before it is put on an agenda."))
    set_concerned(topic, unit_ids)
    topic.version += 1
    db.session.flush()
    record(actor, "topic.name_units", topic, units=sorted(topics_queries.concerned_ids(topic.id)))


def return_topic(actor: Actor, topic: Topic, *, reason: str) -> None:
    """Send it back to its author, who can change it and submit it again. Refused (field "reason")
    without a reason, and if it doesn't wait for screening."""
    move(actor, topic, "return", reason=reason)


def rule_out(actor: Actor, topic: Topic, *, reason: str) -> None:
    """End it because consultation can't settle it. Refused (field "reason") without a reason, if so
    many residents signed that it has to be put on an agenda, and if it doesn't wait for screening."""
    hold(topic)  # no signature is added while it is decided
    if following.support_of(topic).must_be_scheduled:
        raise Refused(_l("So many residents signed this topic that it must be put on an agenda."))
    move(actor, topic, "rule_out", reason=reason)


def merge(actor: Actor, topic: Topic, *, into: Topic) -> None:
    """Let another topic of the community go on for both. Those who signed the one have then
    signed the other, once. Both authors are told, and from now on of everything that happens to it.

    Refused (field "into_id") if that topic is this one, of another community or no longer open, and
    unless this one is submitted or accepted.
    """
    if into.id == topic.id:
        raise Refused(_l("A topic can't be merged into itself."), field="into_id")
    if into.community_id != topic.community_id:
        raise Refused(_l("That topic is not of this community."), field="into_id")
    # In the order of ids, so that two merges in opposite directions can't wait for each other.
    for row in sorted((topic, into), key=lambda row: row.id):
        hold(row)
    if into.state not in policy.OPEN_FOR_MERGING:
        raise Refused(_l("That topic is no longer open."), field="into_id")
    topics.after(topic.state, "merge")  # refused before people are told
    tell_taken_in(into, topic)
    _carry_signatures(topic, into)
    _carry_units(topic, into)
    # Some who see this one may not read what a sensitive one is about.
    goes_on_as = into.number if into.sensitive else f"{into.number} {into.title}"
    move(actor, topic, "merge", reason=goes_on_as, into=into)
    record(actor, "topic.take_in", into, merged=topic.number)


def _carry_signatures(topic: Topic, into: Topic) -> None:
    """Each as it was given: when, and by whom it was entered."""
    there = {row.person_id: row for row in db.session.scalars(_signatures(into))}
    coming = _signatures(topic).where(
        TopicCosigner.withdrawn_at.is_(None), TopicCosigner.person_id != (into.author_id or 0)
    )
    for row in db.session.scalars(coming):
        signature = there.get(row.person_id)
        if signature is None:
            signature = TopicCosigner(topic_id=into.id, person_id=row.person_id)
            db.session.add(signature)
        elif signature.withdrawn_at is None:
            continue
        signature.signed_at = row.signed_at
        signature.entered_by_id = row.entered_by_id
        signature.withdrawn_at = None
    db.session.flush()


def _signatures(topic: Topic) -> Select[tuple[TopicCosigner]]:
    return select(TopicCosigner).where(TopicCosigner.topic_id == topic.id)


def _carry_units(topic: Topic, into: Topic) -> None:
    """Whom the one concerned, the other concerns as well, if they still take part."""
    coming = {topic.unit_id, *topics_queries.concerned_ids(topic.id)}
    wanted = {unit.id for unit in units_of(into.community_id) if unit.id in coming}
    set_concerned(into, wanted | set(topics_queries.concerned_ids(into.id)))
