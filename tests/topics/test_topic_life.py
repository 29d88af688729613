"""Every step goes through one door: the machine decides, the author is told, the trail is kept."""

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import clock
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Refused
from app.inbox.models import Message
from app.points.models import Award, RuleCode
from app.topics.models import ContentClass, Topic, TopicStep
from app.topics.queries import topics as queries
from app.topics.services import cosigning, life, screening
from app.topics.services import topics as topics_services
from app.topics.states import TopicState, topics

S = TopicState
REASON = "因为需要说明"


@dataclass
class Story:
    """A topic, another one it may be merged into, and who acts."""

    staff: Actor
    author: Actor
    topic: Topic
    other: Topic

    def settle(self, event, reason=""):
        life.settle(self.staff, self.topic, event=event, reason=reason)


# Every event with the call that makes it happen, always with a reason where there is one to give.
CALLS = {
    "submit": lambda s: topics_services.submit(s.author, s.topic),
    "accept": lambda s: screening.accept(s.staff, s.topic, content_class=ContentClass.DIFFICULTIES),
    "return": lambda s: screening.return_topic(s.staff, s.topic, reason=REASON),
    "merge": lambda s: screening.merge(s.staff, s.topic, into=s.other),
    "rule_out": lambda s: screening.rule_out(s.staff, s.topic, reason=REASON),
    "schedule": lambda s: life.schedule(s.staff, [s.topic], where="议事会"),
    "unschedule": lambda s: life.unschedule(s.staff, [s.topic]),
    "agree": lambda s: s.settle("agree"),
    "refer_to_reps": lambda s: s.settle("refer_to_reps"),
    "refer_to_residents": lambda s: s.settle("refer_to_residents"),
    "defer": lambda s: s.settle("defer"),
    "drop": lambda s: s.settle("drop", REASON),
    "unsettle": lambda s: life.unsettle(s.staff, s.topic, reason=REASON),
    "implement": lambda s: life.implement(s.staff, s.topic),
    "reopen": lambda s: life.reopen(s.staff, s.topic),
    "feed_back": lambda s: life.feed_back(s.staff, s.topic, result="门禁已修好"),
    "close": lambda s: life.close(s.staff, s.topic),
}
# Taken off an agenda, a topic waits for the assembly it was referred to, if it was.
OFF = {
    None: "unschedule",
    S.TO_REPS_ASSEMBLY: "unschedule_for_reps",
    S.TO_RESIDENTS_ASSEMBLY: "unschedule_for_residents",
}


def test_every_event_of_the_machine_has_its_button():
    assert {event for _state, event in topics.table} == set(CALLS) | set(OFF.values())


def test_every_state_can_be_reached_and_every_end_is_one():
    reached, new = {S.DRAFT}, {S.DRAFT}
    while new:
        new = {topics.table[key] for key in topics.table if key[0] in reached} - reached
        reached |= new

    assert reached == set(TopicState)
    ends = set(TopicState) - {source for source, _event in topics.table}
    assert ends == {S.MERGED, S.OUT_OF_SCOPE, S.DROPPED, S.CLOSED}


def messages_to(person):
    """About topics: what points tell is their own business."""
    return db.session.scalars(
        select(Message)
        .where(Message.person_id == person.id, Message.key.startswith("topic:"))
        .order_by(Message.id)
    ).all()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(events=["submit", "merge", "merge"])
@given(events=st.lists(st.sampled_from(sorted(CALLS)), max_size=12))
def test_any_sequence_of_events_keeps_the_machine_and_tells_the_author(
    cast, draft, submitted, events
):
    other = submitted("other_resident", title="另一件事")
    topic = draft()
    story = Story(cast.actor("staff"), cast.actor("resident"), topic, other)
    state, told, steps = S.DRAFT, len(messages_to(cast.zhang)), 0
    referred = None
    for event in events:
        allowed = topics.can(state, event)
        try:
            CALLS[event](story)
            happened = True
        except Refused:
            db.session.expire_all()
            happened = False
        assert happened == allowed
        if happened:
            state = topics.table[state, OFF[referred] if event == "unschedule" else event]
            if state in OFF:
                referred = max(referred or state, state, key=list(OFF).index)
            told, steps = told + 1, steps + 1
        assert topic.state is state
        assert len(messages_to(cast.zhang)) == told
        assert len(queries.steps_of(topic.id)) == steps
        assert (topic.merged_into_id is not None) == (state is S.MERGED)


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_nobody_is_sent_away_without_a_reason(cast, submitted, reason):
    staff, topic = cast.actor("staff"), submitted()
    for act in (screening.return_topic, screening.rule_out):
        with pytest.raises(Refused) as refusal:
            act(staff, topic, reason=reason)
        assert refusal.value.field == "reason"
    screening.accept(staff, topic, content_class=ContentClass.DIFFICULTIES)
    life.schedule(staff, [topic], where="议事会")
    with pytest.raises(Refused):
        life.settle(staff, topic, event="drop", reason=reason)

    assert topic.state is S.SCHEDULED


def test_a_meeting_cannot_do_to_a_topic_what_is_not_its_to_do(cast, submitted):
    with pytest.raises(Refused):
        life.settle(cast.actor("staff"), submitted(), event="accept", reason="x")


def test_a_step_names_who_did_it_when_and_why(cast, submitted):
    topic = submitted()
    screening.return_topic(cast.actor("staff"), topic, reason="请写明是哪个单元")

    last = queries.steps_of(topic.id)[-1]

    assert (last.state, last.reason, last.by_name) == (S.RETURNED, "请写明是哪个单元", "陈社工")
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.action, entry.subject_id) == ("topic.return", topic.id)
    assert entry.place_path == cast.community.path


def test_a_returned_topic_tells_its_author_why(cast, submitted):
    topic = submitted()
    screening.return_topic(cast.actor("staff"), topic, reason="请写明是哪个单元")

    message = messages_to(cast.zhang)[-1]

    assert message.url == f"/topics/{topic.id}"
    assert message.text.params == {"title": topic.title, "reason": "请写明是哪个单元"}


def test_co_signers_are_told_as_well(cast, submitted):
    topic = submitted()
    cosigning.cosign(cast.actor("other_resident"), topic, person_id=cast.li.id)
    screening.accept(cast.actor("staff"), topic, content_class=ContentClass.DIFFICULTIES)

    assert [message.url for message in messages_to(cast.li)] == [f"/topics/{topic.id}"]


def test_whoever_took_a_signature_back_is_told_no_more(cast, submitted):
    topic = submitted()
    li = cast.actor("other_resident")
    cosigning.cosign(li, topic, person_id=cast.li.id)
    cosigning.take_back_signature(li, topic, person_id=cast.li.id)
    screening.accept(cast.actor("staff"), topic, content_class=ContentClass.DIFFICULTIES)

    assert messages_to(cast.li) == []


def test_acceptance_and_adoption_earn_the_author_points_once(cast, submitted):
    staff, topic = cast.actor("staff"), submitted()
    screening.accept(staff, topic, content_class=ContentClass.DIFFICULTIES)
    life.schedule(staff, [topic], where="议事会")
    life.unschedule(staff, [topic])
    life.schedule(staff, [topic], where="议事会")
    life.settle(staff, topic, event="agree")

    awards = db.session.scalars(select(Award).order_by(Award.id)).all()

    assert [(award.person_id, award.fact_key, award.rule.code) for award in awards] == [
        (cast.zhang.id, f"topic:{topic.id}:valid", RuleCode.TOPIC_VALID),
        (cast.zhang.id, f"topic:{topic.id}:adopted", RuleCode.TOPIC_ADOPTED),
    ]


def test_no_points_are_taken_whatever_becomes_of_a_topic(cast, accepted):
    staff, topic = cast.actor("staff"), accepted()
    life.schedule(staff, [topic], where="议事会")
    life.settle(staff, topic, event="drop", reason="大家不同意")

    assert [award.fact_key for award in db.session.scalars(select(Award))] == [
        f"topic:{topic.id}:valid"
    ]


def test_the_rule_of_the_day_the_topic_was_raised_applies(cast, draft):
    with clock.frozen(clock.at(date(2026, 3, 2), 9)):
        topic = draft()
    with clock.frozen(clock.at(date(2026, 3, 5), 9)):
        topics_services.submit(cast.actor("resident"), topic)
    with clock.frozen(clock.at(date(2026, 4, 1), 9)):
        screening.accept(cast.actor("staff"), topic, content_class=ContentClass.DIFFICULTIES)

    award = db.session.scalars(select(Award)).one()

    assert (
        award.happened_on == topic.raised_at.date() or award.happened_on >= topic.raised_at.date()
    )


def test_steps_cannot_be_changed_in_the_database(submitted):
    step = db.session.scalars(select(TopicStep).where(TopicStep.topic_id == submitted().id)).one()
    step.reason = "改写历史"

    with pytest.raises(Exception, match="append-only"):
        db.session.flush()
    db.session.rollback()
