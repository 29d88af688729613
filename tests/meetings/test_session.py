"""Opening, one item after the other, what becomes of them, closing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.meetings import policy
from app.meetings.models.agenda import ItemKind, Outcome
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import MeetingKind
from app.meetings.models.speeches import Stance
from app.meetings.models.votes import VoteMode
from app.meetings.queries import agenda, session
from app.meetings.services import agenda as agenda_services
from app.meetings.services import convening, speaking, voting
from app.meetings.services import session as session_services
from app.meetings.states import ItemState, MeetingState
from app.points.models import Award, AwardStatus, RuleCode
from app.topics.states import TopicState
from tests.meetings import given
from tests.meetings.test_rules import set_rule


def host(cast):
    return cast.actor("host")


def test_a_meeting_opens_at_the_earliest_an_hour_before(cast):
    meeting = given.convened(cast)
    with clock.frozen(meeting.starts_at - timedelta(minutes=61)), pytest.raises(Refused):
        session_services.open_meeting(host(cast), meeting)
    with clock.frozen(meeting.starts_at - timedelta(minutes=59)):
        session_services.open_meeting(host(cast), meeting)
    assert meeting.state is MeetingState.OPEN


def test_a_draft_does_not_open(cast):
    meeting = given.council(cast)
    with clock.frozen(meeting.starts_at), pytest.raises(Refused):
        session_services.open_meeting(host(cast), meeting)


def test_the_rule_of_the_day_it_opens_applies(cast):
    meeting = given.convened(cast)
    new = set_rule(cast, effective_from=meeting.day)
    with clock.frozen(meeting.starts_at):
        session_services.open_meeting(host(cast), meeting)
    assert meeting.rule_id == new.id


def test_taking_up_an_item_ends_the_one_before(cast):
    meeting = given.sits(cast, items=2)
    first, second = given.items(meeting)
    session_services.start_item(host(cast), first)
    session_services.start_item(host(cast), second)
    assert (first.state, second.state) == (ItemState.DONE, ItemState.CURRENT)
    session_services.finish_item(host(cast), second)
    assert second.ended_at is not None


def test_an_item_can_be_taken_up_again(cast):
    meeting = given.sits(cast, items=2)
    first, second = given.items(meeting)
    session_services.start_item(host(cast), first)
    began = first.started_at
    session_services.start_item(host(cast), second)
    session_services.start_item(host(cast), first)
    assert (first.state, first.started_at, first.ended_at) == (ItemState.CURRENT, began, None)


def test_nothing_goes_on_while_a_vote_is_open(cast):
    meeting, _first, _vote = given.voting(cast, items=2)
    with pytest.raises(Refused):
        session_services.start_item(host(cast), given.items(meeting)[1])
    with pytest.raises(Refused):
        session_services.close_meeting(host(cast), meeting)
    assert meeting.state is MeetingState.OPEN


def test_everybody_who_came_is_credited_once(cast):
    meeting = given.sits(cast, present=("zhang", "li"))
    session_services.close_meeting(host(cast), meeting)
    awards = db.session.scalars(
        select(Award).where(Award.fact_key.startswith(f"meeting:{meeting.id}:attendance:"))
    ).all()
    assert {award.person_id for award in awards} == {cast.zhang.id, cast.li.id}
    assert {award.status for award in awards} == {AwardStatus.POSTED}
    assert {award.rule.code for award in awards} == {RuleCode.ATTENDED}
    assert {award.happened_on for award in awards} == {meeting.day}
    with pytest.raises(Refused):
        session_services.close_meeting(host(cast), meeting)


def test_what_was_never_taken_up_is_named_before_the_meeting_closes(cast, sign_in):
    meeting = given.sits(cast, items=3)
    first, second, third = given.items(meeting)
    session_services.start_item(host(cast), first)
    second.title, third.title = "电梯加装", "花坛改造"
    db.session.commit()
    client, address = sign_in(cast.host), f"/meetings/{meeting.id}/close"
    console = client.get(f"/meetings/{meeting.id}/console").get_data(as_text=True)
    assert f'href="{address}"' in console
    assert f'action="{address}"' not in console
    page = client.get(address).get_data(as_text=True)
    assert "2项议程尚未进行" in page.replace(" ", "")
    assert page.index("电梯加装") < page.index("花坛改造")
    # Another user has added the third in the meantime: it is asked again.
    refused = client.post(address, data={"left-out": second.id})
    assert refused.status_code == 422
    assert "花坛改造" in refused.get_data(as_text=True)
    assert db.session.get(Meeting, meeting.id).state is MeetingState.OPEN
    known = {"left-out": [first.id, second.id, third.id]}
    assert client.post(address, data=known).status_code == 303
    assert db.session.get(Meeting, meeting.id).state is MeetingState.CLOSED


def test_when_everything_was_dealt_with_the_console_closes_at_once(cast, sign_in):
    meeting = given.passed_item(cast).meeting
    db.session.commit()
    client, address = sign_in(cast.host), f"/meetings/{meeting.id}/close"
    console = client.get(f"/meetings/{meeting.id}/console").get_data(as_text=True)
    assert f'action="{address}"' in console
    assert client.post(address).status_code == 303


def test_what_was_taken_up_and_not_voted_on_is_named_before_the_meeting_closes(cast, sign_in):
    _meeting, item, vote = given.voting(cast)
    voting.void_vote(host(cast), vote, reason="计票有误")
    db.session.commit()
    client, address = sign_in(cast.host), f"/meetings/{item.meeting_id}/close"
    console = client.get(f"/meetings/{item.meeting_id}/console").get_data(as_text=True)
    assert f'href="{address}"' in console
    page = client.get(address).get_data(as_text=True)
    assert "1项表决议程尚未表决" in page.replace(" ", "")
    assert f'name="left-out" value="{item.id}"' in page
    refused = client.post(address)
    assert refused.status_code == 422
    assert item.title in refused.get_data(as_text=True)
    assert client.post(address, data={"left-out": item.id}).status_code == 303


def test_what_the_host_has_put_off_needs_no_vote(cast):
    meeting = given.sits(cast)
    (item,) = given.items(meeting)
    session_services.start_item(host(cast), item)
    assert agenda.never_voted_on(meeting.id) == [item]
    settle(cast, item, Outcome.DEFERRED)
    assert agenda.never_voted_on(meeting.id) == []
    session_services.close_meeting(host(cast), meeting, left_out=[])


def test_an_item_that_was_taken_off_is_not_left_out(cast):
    meeting = given.sits(cast, items=2)
    first, second = given.items(meeting)
    agenda_services.withdraw_item(cast.actor("staff"), second, reason="材料未齐")
    assert list(agenda.never_taken_up(meeting.id)) == [first]
    with pytest.raises(Refused):
        session_services.close_meeting(host(cast), meeting, left_out=[second.id])
    session_services.close_meeting(host(cast), meeting, left_out=[first.id])


def settle(cast, item, outcome, reason="资金尚未落实"):
    session_services.settle_item(host(cast), item, outcome=outcome, reason=reason)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.DEFERRED, TopicState.DEFERRED),
        (Outcome.DROPPED, TopicState.DROPPED),
        (Outcome.TO_REPS_ASSEMBLY, TopicState.TO_REPS_ASSEMBLY),
        (Outcome.TO_RESIDENTS_ASSEMBLY, TopicState.TO_RESIDENTS_ASSEMBLY),
    ],
)
def test_after_a_failed_vote_the_host_says_what_becomes_of_it(cast, outcome, state):
    topic = given.topic(cast)
    _meeting, item, vote = given.voting(cast, topic=topic)
    voting.close_vote(host(cast), vote, counts=(1, 2, 0))
    settle(cast, item, outcome)
    assert (item.outcome, topic.state) == (outcome, state)
    with pytest.raises(Refused):
        settle(cast, item, Outcome.DEFERRED)


def test_putting_off_needs_a_reason(cast):
    _meeting, item, vote = given.voting(cast)
    voting.close_vote(host(cast), vote, counts=(1, 2, 0))
    with pytest.raises(Refused) as refused:
        settle(cast, item, Outcome.DEFERRED, reason="")
    assert refused.value.field == "reason"


def test_nobody_settles_what_is_being_voted_on(cast):
    _meeting, item, _vote = given.voting(cast)
    with pytest.raises(Refused):
        settle(cast, item, Outcome.DEFERRED)


def test_a_failed_motion_is_not_agreed_by_the_hosts_word(cast):
    _meeting, item, vote = given.voting(cast)
    voting.close_vote(host(cast), vote, counts=(1, 2, 0))
    with pytest.raises(Refused):
        settle(cast, item, Outcome.AGREED)


def discussed(cast, topic, *, late=False):
    meeting = given.council(cast) if not late else given.convened(cast)
    item = agenda_services.add_item(
        cast.actor("staff"), meeting, kind=ItemKind.DISCUSSION, title="讨论", planned=9, topic=topic
    )
    if not late:
        convening.convene(cast.actor("staff"), meeting)
    given.open_(cast, meeting, ["zhang", "li"])
    session_services.start_item(host(cast), item)
    return item


def test_a_discussion_can_end_in_agreement_without_a_vote(cast):
    topic = given.topic(cast)
    item = discussed(cast, topic)
    settle(cast, item, Outcome.AGREED, reason="")
    assert topic.state is TopicState.CONSENSUS


def test_but_not_about_what_the_notice_did_not_name(cast):
    topic = given.topic(cast)
    item = discussed(cast, topic, late=True)
    with pytest.raises(Refused):
        settle(cast, item, Outcome.AGREED)
    settle(cast, item, Outcome.DEFERRED)
    assert topic.state is TopicState.DEFERRED


def test_an_assembly_refers_nothing_to_itself(cast):
    meeting = given.draft(cast, kind=MeetingKind.RESIDENTS_ASSEMBLY)
    item = given.vote_item(cast, meeting)
    given.invite(cast, meeting, ["zhang"])
    convening.convene(cast.actor("staff"), meeting)
    given.open_(cast, meeting)
    session_services.start_item(host(cast), item)
    open_ = policy.open_outcomes(meeting, item, None)
    assert open_ == [Outcome.DEFERRED, Outcome.DROPPED]


def test_after_the_meeting_what_was_left_over_is_still_settled(cast):
    topic = given.topic(cast)
    meeting = given.sits(cast, topic=topic)
    item = given.items(meeting)[0]
    session_services.close_meeting(host(cast), meeting)
    assert agenda.items_without_outcome(meeting.id) == [item]
    settle(cast, item, Outcome.DEFERRED)
    assert topic.state is TopicState.DEFERRED


# --- Speaking ---


def speak(cast, meeting, person, stance=Stance.NEUTRAL):
    item = given.items(meeting)[0]
    return speaking.ask_to_speak(host(cast), item, given.invitation(meeting, person), stance=stance)


@pytest.fixture
def discussing(cast):
    meeting = given.sits(cast)
    session_services.start_item(host(cast), given.items(meeting)[0])
    return meeting


def test_everybody_speaks_at_most_twice_on_an_item(discussing, cast):
    item = given.items(discussing)[0]
    for _turn in range(2):
        turn = speak(cast, discussing, cast.zhang)
        speaking.start_speech(host(cast), item, turn.id)
        speaking.end_speech(host(cast), item, turn.id)
    with pytest.raises(Refused) as refused:
        speak(cast, discussing, cast.zhang)
    assert refused.value.field == "invitation_id"


def test_giving_up_costs_no_turn(discussing, cast):
    item = given.items(discussing)[0]
    for _time in range(3):
        speaking.end_speech(host(cast), item, speak(cast, discussing, cast.zhang).id)
    assert speak(cast, discussing, cast.zhang)


def test_one_person_has_the_floor(discussing, cast):
    item = given.items(discussing)[0]
    first, second = (speak(cast, discussing, p) for p in (cast.zhang, cast.li))
    speaking.start_speech(host(cast), item, first.id)
    speaking.start_speech(host(cast), item, second.id)
    assert first.ended_at is not None
    assert second.ended_at is None


def test_those_for_and_against_take_turns(discussing, cast):
    item = given.items(discussing)[0]
    first = speak(cast, discussing, cast.zhang, Stance.FOR)
    speak(cast, discussing, cast.li, Stance.FOR)
    speaking.start_speech(host(cast), item, first.id)
    assert session.next_stance(session.speaking_queue(item.id)) is None
    speak(cast, discussing, cast.wang, Stance.AGAINST)
    queue = session.speaking_queue(item.id)
    assert session.next_stance(queue) is Stance.AGAINST
    assert [row.name for row in queue] == ["张建国", "李秀英", "王芳"]


def test_only_those_who_came_speak(cast):
    meeting = given.sits(cast, present=("zhang", "li"))
    session_services.start_item(host(cast), given.items(meeting)[0])
    with pytest.raises(Refused):
        speak(cast, meeting, cast.wang)


def test_the_queue_ends_with_the_item(discussing, cast):
    item = given.items(discussing)[0]
    waiting = speak(cast, discussing, cast.zhang)
    session_services.finish_item(host(cast), item)
    db.session.refresh(waiting)
    assert waiting.ended_at is not None
    with pytest.raises(Refused):
        speak(cast, discussing, cast.li)


def test_the_law_of_the_day_is_kept_with_the_vote(cast):
    _meeting, _item, vote = given.voting(cast, mode=VoteMode.SHOW_OF_HANDS)
    assert vote.rule.effective_from == date(2026, 1, 1)


def test_nobody_agrees_on_anything_without_a_quorum(cast):
    meeting = given.draft(cast)
    agenda_services.add_item(
        cast.actor("staff"), meeting, kind=ItemKind.DISCUSSION, title="停车", planned=10
    )
    given.invite(cast, meeting, ("zhang", "li", "wang"))
    convening.convene(cast.actor("staff"), meeting)
    given.open_(cast, meeting, ("zhang",))
    [item] = given.items(meeting)
    session_services.start_item(cast.actor("host"), item)
    with pytest.raises(Refused):
        session_services.settle_item(cast.actor("host"), item, outcome=Outcome.AGREED)
    given.check_in(cast, meeting, ("li", "wang"))
    session_services.settle_item(cast.actor("host"), item, outcome=Outcome.AGREED)
    assert item.outcome is Outcome.AGREED


def test_a_meeting_is_not_opened_on_another_day_than_its_notice_names(cast):
    meeting = given.convened(cast)
    with (
        clock.frozen(meeting.starts_at + timedelta(days=1)),
        pytest.raises(Refused),
    ):
        session_services.open_meeting(cast.actor("host"), meeting)


@pytest.mark.parametrize(
    ("outcome", "taken_by"),
    [
        (Outcome.DEFERRED, {MeetingKind.COUNCIL, *policy.BY_LAW}),
        (Outcome.TO_REPS_ASSEMBLY, policy.BY_LAW),
        (Outcome.TO_RESIDENTS_ASSEMBLY, {MeetingKind.RESIDENTS_ASSEMBLY}),
    ],
)
def test_what_was_referred_upwards_is_not_taken_up_below(cast, outcome, taken_by):
    topic = given.topic(cast)
    _meeting, item, vote = given.voting(cast, topic=topic)
    voting.close_vote(host(cast), vote, counts=(1, 2, 0))
    settle(cast, item, outcome)
    for number, kind in enumerate((MeetingKind.COUNCIL, *policy.BY_LAW)):
        on = given.platform(cast, name=f"议事亭{number}")
        meeting = given.draft(cast, kind=kind, on=on)
        if kind in taken_by:
            agenda_services.add_topics(
                cast.actor("staff"), meeting, [topic], kind=ItemKind.DISCUSSION
            )
            continue
        with pytest.raises(Refused) as refused:
            agenda_services.add_topics(
                cast.actor("staff"), meeting, [topic], kind=ItemKind.DISCUSSION
            )
        assert refused.value.field == "topic_id"
