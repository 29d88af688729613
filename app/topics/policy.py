"""What may be done with a topic or a platform now, and when a topic must be put on an agenda."""

from __future__ import annotations

from app.core.access import Actor, Capability
from app.platforms.interface import works_there
from app.topics.models import Topic
from app.topics.states import TopicState, topics

# While these last, people may add and take back their signature.
CO_SIGNABLE = frozenset({TopicState.SUBMITTED, TopicState.ACCEPTED})
JOINTLY = 2  # people who have to sign before it counts as signed jointly
EDITABLE = frozenset({TopicState.DRAFT, TopicState.RETURNED})


# Seen only by those who have to do with the topic: it is not, or no longer, before the community.
UNSEEN_BY_OTHERS = frozenset({TopicState.DRAFT, TopicState.RETURNED})


# A topic can be merged into one that is still on its way to a meeting.
OPEN_FOR_MERGING = frozenset(
    {
        TopicState.SUBMITTED,
        TopicState.ACCEPTED,
        TopicState.SCHEDULED,
        TopicState.DEFERRED,
        TopicState.TO_REPS_ASSEMBLY,
        TopicState.TO_RESIDENTS_ASSEMBLY,
    }
)


# The assemblies a meeting refers a topic to, upward.
REFERRED = (TopicState.TO_REPS_ASSEMBLY, TopicState.TO_RESIDENTS_ASSEMBLY)


# Before it is on an agenda, the units it concerns can still be named.
UNITS_NAMED = OPEN_FOR_MERGING - {TopicState.SCHEDULED}


# The way of a topic that comes to a good end, and where the other states stand on it.
WAY = (
    TopicState.SUBMITTED,
    TopicState.ACCEPTED,
    TopicState.SCHEDULED,
    TopicState.CONSENSUS,
    TopicState.IMPLEMENTED,
    TopicState.FED_BACK,
)
_STANDS_AT = {
    TopicState.RETURNED: TopicState.SUBMITTED,
    TopicState.DEFERRED: TopicState.SCHEDULED,
    TopicState.TO_REPS_ASSEMBLY: TopicState.SCHEDULED,
    TopicState.TO_RESIDENTS_ASSEMBLY: TopicState.SCHEDULED,
    TopicState.CLOSED: TopicState.FED_BACK,
}


# Nothing more is going to happen to these.
ENDED = frozenset(
    {TopicState.MERGED, TopicState.OUT_OF_SCOPE, TopicState.DROPPED, TopicState.CLOSED}
)


def can(topic: Topic, event: str) -> bool:
    return topics.can(topic.state, event)


def may_name_units(topic: Topic) -> bool:
    return topic.state in UNITS_NAMED


def wrote(actor: Actor, topic: Topic) -> bool:
    """Whether it is the actor's own topic, or one they entered for others."""
    own = topic.author_id is not None and topic.author_id == actor.person_id
    return own or topic.entered_by_id == actor.id


def may_accept(actor: Actor, topic: Topic) -> bool:
    """Authors can't accept their own topic: they are awarded what it is worth."""
    return topic.author_id is None or topic.author_id != actor.person_id


def works_everywhere(actor: Actor) -> bool:
    """Whether all topics that the actor sees in a list are of communities they work in."""
    return actor.may(Capability.SEE_TOPICS) and all(
        works_there(actor, path) for path in actor.paths(Capability.RAISE_TOPIC)
    )


def may_sign(actor: Actor, topic: Topic) -> bool:
    """Whether the actor is a resident who can sign the topic, or take their signature back, now."""
    return (
        actor.person_id is not None
        and actor.person_id != topic.author_id
        and topic.state in CO_SIGNABLE
        and actor.may(Capability.RAISE_TOPIC)
    )


def way(state: TopicState) -> list[tuple[TopicState, str]]:
    """How far a topic has come on the way from being submitted to its result being reported, as
    (state, "done" | "current" | "todo" | "stopped")."""
    if state is TopicState.DRAFT:
        return [(step, "todo") for step in WAY]
    if state in ENDED and state is not TopicState.CLOSED:
        come = WAY[:3] if state is TopicState.DROPPED else WAY[:1]
        return [*((step, "done") for step in come), (state, "stopped")]
    here = WAY.index(_STANDS_AT.get(state, state))
    finished = state is TopicState.CLOSED
    return [
        (step, "done" if n < here or finished else "current" if n == here else "todo")
        for n, step in enumerate(WAY)
    ]


def may_edit(actor: Actor, topic: Topic) -> bool:
    return topic.state in EDITABLE and wrote(actor, topic)


def must_be_scheduled(*, residents: int, signers: int, reps: int, rep_signers: int) -> bool:
    """Whether so many signed that the topic has to be put on an agenda: one tenth of the adult
    residents or one fifth of the representatives, both inclusive (Civil Code art. 1259).

    `signers` counts the author too, but one person alone hasn't signed jointly.
    """
    if signers < JOINTLY:
        return False
    return (residents > 0 and 10 * signers >= residents) or (reps > 0 and 5 * rep_signers >= reps)
