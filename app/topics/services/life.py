"""What happens to an accepted topic: meetings and resolutions call these, in their transaction."""

from __future__ import annotations

from collections.abc import Iterable

from app.core import clock
from app.core.access import Actor
from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l
from app.core.i18n import marked
from app.points.interface import reverse_award
from app.points.models import RuleCode
from app.topics.models import Topic
from app.topics.queries import scheduling as queries
from app.topics.services.steps import award_author, move
from app.topics.states import TopicState

_UNSCHEDULING = {
    None: "unschedule",
    TopicState.TO_REPS_ASSEMBLY: "unschedule_for_reps",
    TopicState.TO_RESIDENTS_ASSEMBLY: "unschedule_for_residents",
}
SETTLING = ("agree", "refer_to_reps", "refer_to_residents", "defer", "drop")


def schedule(actor: Actor, topics: Iterable[Topic], *, where: str) -> None:
    """Note that a meeting's agenda has these topics. `where` names the meeting for people. Refused
    if one of them doesn't wait for a meeting."""
    for topic in sorted(topics, key=lambda topic: topic.id):
        move(actor, topic, "schedule", reason=where)


def unschedule(actor: Actor, topics: Iterable[Topic], *, reason: str = "") -> None:
    """Note that they are off the agenda again: taken off, or the meeting was called off. Those
    referred to an assembly before wait for it as they did. Refused if one is on no agenda."""
    waiting = sorted(topics, key=lambda topic: topic.id)
    referred = queries.referred([topic.id for topic in waiting])
    for topic in waiting:
        move(actor, topic, _UNSCHEDULING[referred.get(topic.id)], reason=reason)


def settle(actor: Actor, topic: Topic, *, event: str, reason: str = "") -> None:
    """Note what a meeting came to on the topic. `event` is one of SETTLING; dropping needs a
    reason. Agreement earns the author points.

    Refused (field "event") for any other event, (field "reason") without the reason, and if the
    topic is not at a meeting.
    """
    if event not in SETTLING:
        raise Refused(_l("A meeting can't settle a topic in this way."), field="event")
    move(actor, topic, event, reason=reason)
    if event == "agree":
        award_author(
            actor,
            topic,
            RuleCode.TOPIC_ADOPTED,
            happened_on=clock.today(),
            fact="adopted",
            memo=marked("Topic adopted: %(title)s"),
        )


def unsettle(actor: Actor, topic: Topic, *, reason: str) -> None:
    """Note that the vote which agreed on it was declared void: the meeting has it before it again,
    and what the agreement earned is taken back. Refused (field "reason") without a reason, and if
    there is no agreement on it, or it has been carried out."""
    move(actor, topic, "unsettle", reason=reason)
    reverse_award(actor, fact_key=f"topic:{topic.id}:adopted", reason=reason)


def implement(actor: Actor, topic: Topic, *, reason: str = "") -> None:
    """Note that everything that was agreed has been done. Refused if nothing was agreed, or it has
    been noted."""
    move(actor, topic, "implement", reason=reason)


def reopen(actor: Actor, topic: Topic, *, reason: str = "") -> None:
    """Note that what counted as done has to be done again. Refused if it doesn't count as done, or
    its result was reported."""
    move(actor, topic, "reopen", reason=reason)


def feed_back(actor: Actor, topic: Topic, *, result: str) -> None:
    """Report the result to those who raised the topic, in words. Refused (field "reason") without
    any, and if it has not been carried out or was reported."""
    move(actor, topic, "feed_back", reason=result)


def close(actor: Actor, topic: Topic, *, reason: str = "") -> None:
    """The end of the topic. Refused if its result has not been reported, or it is closed."""
    move(actor, topic, "close", reason=reason)
