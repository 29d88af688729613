"""What was referred to an assembly comes before no lower body again."""

import pytest

from app.core.db import db
from app.core.errors import Refused
from app.meetings.models.agenda import ItemKind, Outcome
from app.meetings.models.rules import MeetingKind
from app.meetings.queries import agenda as queries
from app.meetings.services import agenda, convening, groups, session
from app.meetings.services.groups import Group
from app.topics.states import TopicState
from tests.meetings import given

REPS, RESIDENTS = MeetingKind.REPS_ASSEMBLY, MeetingKind.RESIDENTS_ASSEMBLY


@pytest.fixture
def topic(cast):
    return given.topic(cast)


def refer(cast, topic, *, outcome=Outcome.TO_REPS_ASSEMBLY):
    """A council hands the topic up."""
    meeting = given.sits(cast, topic=topic)
    item = given.items(meeting)[0]
    session.start_item(cast.actor("host"), item)
    session.settle_item(cast.actor("host"), item, outcome=outcome, reason="涉及全体居民")
    return meeting


def draft(cast, kind, platform):
    return given.draft(cast, kind=kind, on=platform)


def pickable(meeting):
    return [row.id for row in queries.topics_to_pick(meeting)]


def assembly(cast, topic, platform):
    """A convened representatives' assembly with the topic on its agenda."""
    meeting = draft(cast, REPS, platform)
    item = given.vote_item(cast, meeting, topic=topic)
    groups.invite_group(cast.actor("staff"), meeting, group=Group.COMPOSITION)
    convening.convene(cast.actor("staff"), meeting)
    return meeting, item


@pytest.mark.parametrize(
    ("outcome", "taken_by"),
    [
        (Outcome.TO_REPS_ASSEMBLY, {REPS, RESIDENTS}),
        (Outcome.TO_RESIDENTS_ASSEMBLY, {RESIDENTS}),
    ],
)
def test_only_that_assembly_or_a_higher_one_takes_it_up(cast, topic, outcome, taken_by):
    platform = refer(cast, topic, outcome=outcome).platform
    for kind in (MeetingKind.COUNCIL, MeetingKind.HEARING, REPS, RESIDENTS):
        meeting = draft(cast, kind, platform)
        assert (topic.id in pickable(meeting)) == (kind in taken_by), kind
        if kind in taken_by:
            given.vote_item(cast, meeting, topic=topic)
        else:
            with pytest.raises(Refused, match=topic.number):
                given.vote_item(cast, meeting, topic=topic)


def test_the_page_says_why(cast, topic, sign_in):
    meeting = draft(cast, MeetingKind.COUNCIL, refer(cast, topic).platform)
    db.session.commit()
    answer = sign_in(cast.staff).post(
        f"/meetings/{meeting.id}/agenda/topics", data={"topic": topic.id, "kind": "discussion"}
    )
    assert answer.status_code == 422
    assert topic.number in answer.text


def test_nor_after_the_notice(cast, topic):
    platform = refer(cast, topic).platform
    meeting = given.convened(cast, on=platform)
    with pytest.raises(Refused):
        agenda.add_item(
            cast.actor("staff"), meeting, kind=ItemKind.DISCUSSION, title="充电", planned=9,
            topic=topic,
        )  # fmt: skip


def test_a_draft_that_had_it_before_is_not_convened(cast, topic):
    waiting = given.council(cast, topic=topic, on=given.platform(cast, name="另一议事亭"))
    refer(cast, topic)
    with pytest.raises(Refused, match=topic.number):
        convening.convene(cast.actor("staff"), waiting)


def test_what_the_assembly_puts_off_stays_its_matter(cast, topic):
    platform = refer(cast, topic).platform
    meeting, item = assembly(cast, topic, platform)
    given.open_(cast, meeting, ["zhang", "li"])
    session.start_item(cast.actor("host"), item)
    session.settle_item(cast.actor("host"), item, outcome=Outcome.DEFERRED, reason="材料不全")
    assert topic.state is TopicState.DEFERRED
    assert pickable(draft(cast, MeetingKind.COUNCIL, platform)) == []
    assert pickable(draft(cast, REPS, platform)) == [topic.id]


def test_an_assembly_called_off_leaves_it_waiting_for_the_next(cast, topic):
    platform = refer(cast, topic).platform
    meeting, _item = assembly(cast, topic, platform)
    convening.call_off(cast.actor("staff"), meeting, reason="改期")
    assert topic.state is TopicState.TO_REPS_ASSEMBLY
    assert pickable(draft(cast, MeetingKind.COUNCIL, platform)) == []


def test_an_item_taken_off_too(cast, topic):
    platform = refer(cast, topic).platform
    _meeting, item = assembly(cast, topic, platform)
    agenda.withdraw_item(cast.actor("staff"), item, reason="材料不全")
    assert topic.state is TopicState.TO_REPS_ASSEMBLY


def test_a_topic_that_was_never_referred_is_accepted_again(cast, topic):
    meeting = given.convened(cast, topic=topic)
    convening.call_off(cast.actor("staff"), meeting, reason="改期")
    assert topic.state is TopicState.ACCEPTED
