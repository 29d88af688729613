from __future__ import annotations

import pytest

from app.core.access import Capability
from app.core.db import db
from app.core.errors import NotFoundError, Refused, Stale
from app.meetings.models.agenda import ItemKind
from app.meetings.models.votes import VoteMode
from app.meetings.queries import agenda as queries
from app.meetings.services import agenda, session, voting
from app.topics.states import TopicState
from tests.meetings import given


@pytest.fixture
def meeting(cast):
    found = given.draft(cast)
    for title in ("第一项", "第二项", "第三项"):
        given.vote_item(cast, found, title=title)
    return found


def titles(meeting):
    return [item.title for item in given.items(meeting) if item.withdrawn_at is None]


def test_items_stand_in_the_order_they_were_added(meeting):
    assert titles(meeting) == ["第一项", "第二项", "第三项"]


def test_an_item_moves_up_and_down(meeting, cast):
    first, _second, third = given.items(meeting)
    agenda.move_item(cast.actor("staff"), third, up=True)
    assert titles(meeting) == ["第一项", "第三项", "第二项"]
    agenda.move_item(cast.actor("staff"), first, up=True)
    agenda.move_item(cast.actor("staff"), first, up=False)
    assert titles(meeting) == ["第三项", "第一项", "第二项"]


def test_the_whole_order_is_changed_at_once(meeting, cast):
    order = [item.id for item in reversed(given.items(meeting))]
    agenda.reorder_items(cast.actor("staff"), meeting, order=order)
    assert titles(meeting) == ["第三项", "第二项", "第一项"]


def test_an_order_that_misses_an_item_is_stale(meeting, cast):
    order = [item.id for item in given.items(meeting)]
    for wrong in (order[:2], [*order, 999_999], [order[0], order[0], order[1]]):
        with pytest.raises(Stale):
            agenda.reorder_items(cast.actor("staff"), meeting, order=wrong)


def test_only_what_is_voted_on_keeps_a_motion(meeting, cast):
    item = given.items(meeting)[0]
    agenda.edit_item(
        cast.actor("staff"), item, kind=ItemKind.DISCUSSION, title="改", planned=5, motion="同意"
    )
    assert (item.kind, item.title, item.motion) == (ItemKind.DISCUSSION, "改", "")


def test_a_topic_is_not_only_reported(meeting, cast):
    topic = given.topic(cast)
    with pytest.raises(Refused):
        agenda.add_topics(cast.actor("staff"), meeting, [topic], kind=ItemKind.REPORT)
    item = given.vote_item(cast, meeting, topic=topic)
    with pytest.raises(Refused) as refused:
        agenda.edit_item(cast.actor("staff"), item, kind=ItemKind.REPORT, title="通报", planned=5)
    assert refused.value.field == "kind"


def test_an_item_changed_meanwhile_is_not_overwritten(meeting, cast):
    item = given.items(meeting)[0]
    same = {"kind": ItemKind.REPORT, "planned": 5, "version": 1}
    agenda.edit_item(cast.actor("staff"), item, title="先写", **same)
    with pytest.raises(Stale):
        agenda.edit_item(cast.actor("second_staff"), item, title="后写", **same)
    assert item.title == "先写"


def test_a_topic_stands_once_on_an_agenda(meeting, cast):
    topic = given.topic(cast)
    given.vote_item(cast, meeting, topic=topic)
    with pytest.raises(Refused) as refused:
        given.vote_item(cast, meeting, topic=topic)
    assert refused.value.field == "topic_id"


def test_a_topic_of_another_community_is_not_found(meeting, cast):
    topic = given.topic(cast, near=False)
    with pytest.raises(NotFoundError):
        given.vote_item(cast, meeting, topic=topic)


def test_picked_topics_bring_their_wish_as_the_motion(meeting, cast):
    topic = given.topic(cast)
    assert [row.id for row in queries.topics_to_pick(meeting)] == [topic.id]
    (item,) = agenda.add_topics(cast.actor("staff"), meeting, [topic], kind=ItemKind.VOTE)
    assert (item.title, item.motion) == (topic.title, given.MOTION)
    assert queries.topics_to_pick(meeting) == []
    assert topic.state is TopicState.ACCEPTED


def test_an_item_of_a_draft_is_taken_off_without_a_word(meeting, cast):
    agenda.withdraw_item(cast.actor("staff"), given.items(meeting)[1])
    assert titles(meeting) == ["第一项", "第三项"]


def test_after_the_notice_taking_off_needs_a_reason_and_frees_the_topic(cast):
    topic = given.topic(cast)
    item = given.items(given.convened(cast, topic=topic, items=2))[0]
    with pytest.raises(Refused) as refused:
        agenda.withdraw_item(cast.actor("staff"), item)
    assert refused.value.field == "reason"
    agenda.withdraw_item(cast.actor("staff"), item, reason="方案尚未完成报价")
    assert topic.state is TopicState.ACCEPTED
    with pytest.raises(Refused):
        agenda.withdraw_item(cast.actor("staff"), item, reason="再次")


def test_what_has_been_voted_on_stays_on_the_agenda(cast):
    _meeting, item, _vote = given.voting(cast)
    with pytest.raises(Refused, match="不能撤下"):
        agenda.withdraw_item(cast.actor("staff"), item, reason="反悔")


def test_after_the_notice_the_agenda_is_locked(cast):
    meeting = given.convened(cast, items=2)
    first, second = given.items(meeting)
    with pytest.raises(Refused, match="议程已锁定"):
        agenda.edit_item(
            cast.actor("staff"), first, kind=ItemKind.VOTE, title="改", planned=5, motion="改"
        )
    with pytest.raises(Refused, match="议程已锁定"):
        agenda.reorder_items(cast.actor("staff"), meeting, order=[second.id, first.id])


def test_a_late_item_schedules_its_topic_for_discussion(cast):
    meeting = given.convened(cast)
    topic = given.topic(cast, "东门路灯不亮")
    late = agenda.add_item(
        cast.actor("staff"),
        meeting,
        kind=ItemKind.DISCUSSION,
        title=topic.title,
        planned=10,
        topic=topic,
    )
    assert late.added_late
    assert topic.state is TopicState.SCHEDULED


def test_nothing_is_added_to_a_closed_meeting(cast):
    meeting = given.sits(cast)
    session.close_meeting(cast.actor("host"), meeting)
    with pytest.raises(Refused):
        agenda.add_item(
            cast.actor("staff"), meeting, kind=ItemKind.DISCUSSION, title="迟到", planned=5
        )


def test_items_that_wait_for_a_vote_are_listed_for_conventions(cast):
    meeting = given.convened(cast, items=2)
    first, second = given.items(meeting)
    assert [row.id for row in queries.votable_items(cast.community.id)] == [first.id, second.id]
    given.open_(cast, meeting, ["zhang", "li", "wang"])
    session.start_item(cast.actor("host"), first)
    voting.open_vote(cast.actor("host"), first, mode=VoteMode.SHOW_OF_HANDS)
    assert [row.id for row in queries.votable_items(cast.community.id)] == [second.id]


def test_an_item_of_another_community_is_not_found(cast):
    item = given.items(given.convened(cast))[0]
    found = queries.item_in_reach(cast.actor("staff"), Capability.CONVENE, item.id)
    assert found.meeting.community_id == cast.community.id
    for name in ("neighbour_staff", "resident", "unit_contact"):
        with pytest.raises(NotFoundError):
            queries.item_in_reach(cast.actor(name), Capability.CONVENE, item.id)


@pytest.mark.parametrize(
    ("pressed", "focus"), [((1, "up"), "down"), ((2, "up"), "up"), ((1, "down"), "up")]
)
def test_who_works_with_keys_goes_on_where_they_were(meeting, cast, sign_in, pressed, focus):
    ids = [item.id for item in given.items(meeting)]
    db.session.commit()
    number, way = pressed
    client, moved = sign_in(cast.staff), f"{ids[number]}:{way}"
    answer = client.post(f"/meetings/{meeting.id}/agenda/order", data={"order": ids, "move": moved})
    page = client.get(answer.location).text
    assert page.count(" autofocus") == 1
    assert f'value="{ids[number]}:{focus}" autofocus' in page
