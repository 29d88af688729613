"""The one way in which a topic changes its state."""

from __future__ import annotations

from datetime import date

from app.accounts.interface import user_ids_of_units
from app.audit import interface as audit
from app.core import clock
from app.core.access import Actor
from app.core.db import db, hold
from app.core.errors import Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.inbox import interface as inbox
from app.places.models import Place
from app.points import interface as points
from app.topics.models import Topic, TopicStep
from app.topics.queries import following as queries
from app.topics.states import topics

# What those who follow the topic are told, in plain words. Events with a reason say it.
_TAKEN_IN = marked("Topic %(topic)s was merged into the topic “%(title)s”.")
_OFF = marked("The topic “%(title)s” was taken off the agenda and waits for the next.")
_TOLD = {
    "submit": marked("The topic “%(title)s” has been submitted."),
    "accept": marked("The topic “%(title)s” has been accepted and will be deliberated."),
    "return": marked("The topic “%(title)s” was returned: %(reason)s"),
    "merge": marked("The topic “%(title)s” was merged into topic %(reason)s."),
    "rule_out": marked("The topic “%(title)s” can't be settled by consultation: %(reason)s"),
    "schedule": marked("The topic “%(title)s” is on the agenda: %(reason)s"),
    "unschedule": _OFF,
    "unschedule_for_reps": _OFF,
    "unschedule_for_residents": _OFF,
    "agree": marked("Consensus was reached on the topic “%(title)s”."),
    "refer_to_reps": marked("The topic “%(title)s” goes to the representatives' assembly."),
    "refer_to_residents": marked("The topic “%(title)s” goes to the residents' assembly."),
    "defer": marked("The topic “%(title)s” was deferred to a later meeting."),
    "drop": marked("The topic “%(title)s” was not adopted: %(reason)s"),
    "unsettle": marked("The vote on the topic “%(title)s” was declared void: %(reason)s"),
    "implement": marked("What was agreed on the topic “%(title)s” has been carried out."),
    "reopen": marked("The topic “%(title)s” is being worked on again."),
    "feed_back": marked("The result of the topic “%(title)s”: %(reason)s"),
    "close": marked("The topic “%(title)s” is closed."),
}

# Authors are always told why.
_NEEDS_REASON = {"return", "rule_out", "merge", "drop", "unsettle", "feed_back"}
_IN_A_MESSAGE = 120  # characters of a reason that an inbox shows


def move(
    actor: Actor, topic: Topic, event: str, *, reason: str = "", into: Topic | None = None
) -> TopicStep:
    """Take the topic through one event of its state machine.

    Locks its row, changes the state, writes the step and the audit entry and tells the author,
    all who co-signed and the authors of topics merged into it. Refused if the event can't
    happen now, (field "reason") if it lacks the reason it needs.
    """
    reason = reason.strip()
    if event in _NEEDS_REASON and not reason:
        raise Refused(_l("Say why, so that the author knows."), field="reason")
    hold(topic)
    topic.state = topics.after(topic.state, event)
    topic.state_reason = reason or None
    topic.merged_into_id = into.id if into else None
    topic.moved_at = clock.now()
    topic.version += 1
    step = TopicStep(
        topic_id=topic.id,
        state=topic.state,
        reason=reason or None,
        by_id=actor.id,
        by_name=actor.name,
    )
    db.session.add(step)
    db.session.flush()
    record(actor, f"topic.{event}", topic, reason=reason)
    _tell(topic, step, event, reason)
    return step


def record(actor: Actor, action: str, topic: Topic, **detail: object) -> None:
    """Write to the trail of the topic's community; of a sensitive topic no words."""
    if topic.sensitive:
        detail = {name: value for name, value in detail.items() if name not in {"title", "reason"}}
    path = db.session.get_one(Place, topic.community_id).path
    audit.record(actor, action, kind="topic", id=topic.id, path=path, number=topic.number, **detail)


def award_author(
    actor: Actor, topic: Topic, code: str, *, happened_on: date, fact: str, memo: str
) -> None:
    """Credit the resident who raised the topic, once per fact; `memo` says for what, with %(title)s
    in it. Topics that came from no resident earn nothing."""
    if topic.author_id is None:
        return
    # Awards are read by more people than a sensitive topic is.
    called = topic.number if topic.sensitive else topic.title
    points.award(
        actor,
        person_id=topic.author_id,
        code=code,
        fact_key=f"topic:{topic.id}:{fact}",
        happened_on=happened_on,
        memo=Phrase(memo, title=called),
    )


def tell_taken_in(into: Topic, topic: Topic) -> None:
    """Tell those behind a topic that another one is merged into it."""
    taken = topic.number if topic.sensitive else f"{topic.number} {topic.title}"
    text = Phrase(_TAKEN_IN, title=into.title, topic=taken)
    _tell_followers(into, f"topic:{into.id}:takes:{topic.id}", text)


def _tell(topic: Topic, step: TopicStep, event: str, reason: str) -> None:
    if len(reason) > _IN_A_MESSAGE:
        reason = reason[:_IN_A_MESSAGE] + "…"
    text = Phrase(_TOLD[event], title=topic.title, reason=reason)
    _tell_followers(topic, f"topic:{topic.id}:step:{step.id}", text)


def _tell_followers(topic: Topic, key: str, text: Phrase) -> None:
    followers = queries.behind(topic.id)
    inbox.tell(
        key=key,
        text=text,
        url=f"/topics/{topic.id}",
        people=followers.people,
        users=[*user_ids_of_units(followers.unit_ids), *followers.users],
    )
