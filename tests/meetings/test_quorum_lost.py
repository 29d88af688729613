"""A check-in taken back after the vote: what was decided may have lost its quorum."""

from __future__ import annotations

import pytest

from app.core.db import db
from app.core.errors import Refused
from app.meetings.models.agenda import ItemKind, Outcome
from app.meetings.queries import attendance, quorum
from app.meetings.services import agenda, convening, minutes, session, voting
from app.meetings.services import attendance as attendance_services
from app.meetings.states import MeetingState, VoteState
from app.resolutions import services as resolutions
from app.topics.states import TopicState
from tests.meetings import given
from tests.meetings.test_waiting import waiting

LOST = "已低于到会门槛"
WAITS = ("meetings.minutes", "A decision of this meeting has lost its quorum")


@pytest.fixture
def carried(cast):
    """A closed council of three, two of whom, just the quorum, carried a motion on a topic."""
    meeting, item, vote = given.voting(cast, topic=given.topic(cast), present=("zhang", "li"))
    voting.close_vote(cast.actor("host"), vote, counts=(2, 0, 0))
    session.close_meeting(cast.actor("host"), meeting)
    return meeting, item, vote


def take_back(cast, meeting, name="li"):
    attendance_services.void_check_in(
        cast.actor("host"), given.invitation(meeting, getattr(cast, name)), reason="代签"
    )


def test_a_decision_has_its_quorum_while_those_who_took_it_were_there(carried, cast):
    meeting, item, _vote = carried
    assert quorum.quorums_lost([meeting.id]) == []
    assert quorum.quorum_lost(item.id) is None
    assert WAITS not in waiting(cast, "host")


def test_it_is_lost_with_the_check_ins_it_rested_on(carried, cast):
    meeting, item, vote = carried
    take_back(cast, meeting)
    lost = quorum.quorum_lost(item.id)
    assert quorum.quorums_lost([meeting.id]) == [lost]
    assert (lost.vote_id, lost.counted, lost.needed) == (vote.id, 1, 2)
    assert waiting(cast, "host") == [WAITS]


def test_who_came_after_the_vote_does_not_make_up_for_it(cast):
    meeting, item, vote = given.voting(cast, present=("zhang", "li"))
    voting.close_vote(cast.actor("host"), vote, counts=(2, 0, 0))
    given.check_in(cast, meeting, ["wang"])
    take_back(cast, meeting)
    assert attendance.head_count(meeting.id).present == 2
    assert quorum.quorum_lost(item.id).counted == 1


def test_a_check_in_outside_the_roll_takes_nothing_from_it(cast):
    meeting, item, vote = given.voting(cast, present=("zhang", "li"))
    voting.close_vote(cast.actor("host"), vote, counts=(2, 0, 0))
    given.check_in(cast, meeting, ["wang"])
    take_back(cast, meeting, "wang")
    assert quorum.quorum_lost(item.id) is None


def test_what_did_not_pass_has_nothing_to_lose(cast):
    meeting, item, vote = given.voting(cast, present=("zhang", "li"))
    voting.close_vote(cast.actor("host"), vote, counts=(1, 1, 0))
    take_back(cast, meeting)
    assert quorum.quorum_lost(item.id) is None


def test_what_was_agreed_on_without_a_vote_loses_it_too(cast):
    meeting = given.draft(cast)
    item = agenda.add_item(
        cast.actor("staff"), meeting, kind=ItemKind.DISCUSSION, title="绿化", planned=5
    )
    given.invite(cast, meeting, ["zhang", "li", "wang"])
    convening.convene(cast.actor("staff"), meeting)
    given.open_(cast, meeting, ["zhang", "li"])
    session.start_item(cast.actor("host"), item)
    session.settle_item(cast.actor("host"), item, outcome=Outcome.AGREED)
    assert quorum.quorum_lost(item.id) is None
    take_back(cast, meeting)
    lost = quorum.quorum_lost(item.id)
    assert (lost.vote_id, lost.counted, lost.needed) == (None, 1, 2)


def test_the_meeting_its_minutes_and_the_resolution_say_so(carried, cast, sign_in):
    meeting, item, _vote = carried
    resolution = resolutions.record(cast.actor("staff"), item, title="建设充电棚", text="同意")
    db.session.commit()
    pages = [
        f"/meetings/{meeting.id}",
        f"/meetings/{meeting.id}/minutes",
        f"/resolutions/{resolution.id}",
    ]
    client = sign_in(cast.staff)
    for page in pages:
        assert LOST not in client.get(page).text
    take_back(cast, meeting)
    db.session.commit()
    for page in pages:
        text = client.get(page).text
        assert LOST in text
        assert "重新召开会议表决" in text
    assert "低于到会门槛（2人）" in client.get(f"/meetings/{meeting.id}/minutes/paper").text


def test_the_minutes_are_confirmed_only_knowingly_and_then_say_why(carried, cast, sign_in):
    meeting, item, _vote = carried
    take_back(cast, meeting)
    db.session.commit()
    client, address = sign_in(cast.host), f"/meetings/{meeting.id}/minutes/confirm"
    for sent in ({}, {"aware": "y"}, {"reason": "另有三人到会未签到"}):
        answer = client.post(address, data=sent)
        assert answer.status_code == 422
        assert 'id="reason-error"' in answer.text
    db.session.refresh(meeting)
    assert meeting.state is MeetingState.CLOSED
    sent = {"aware": "y", "reason": "另有三人到会未签到"}
    assert client.post(address, data=sent).status_code == 303
    db.session.refresh(item)
    assert meeting.state is MeetingState.CONFIRMED
    assert item.notes.endswith(
        "到会仅1人，低于到会门槛（2人）。仍确认本纪要，原因：另有三人到会未签到"
    )
    assert waiting(cast, "host") == []
    assert LOST in client.get(f"/meetings/{meeting.id}/minutes").text


def test_nobody_is_asked_where_nothing_was_lost(carried, cast, sign_in):
    meeting, item, _vote = carried
    db.session.commit()
    client = sign_in(cast.host)
    assert 'name="aware"' not in client.get(f"/meetings/{meeting.id}/minutes").text
    assert client.post(f"/meetings/{meeting.id}/minutes/confirm").status_code == 303
    db.session.refresh(item)
    assert item.notes == ""


def test_such_a_vote_is_declared_void_after_the_meeting(carried, cast, sign_in):
    meeting, item, vote = carried
    take_back(cast, meeting)
    db.session.commit()
    client, address = sign_in(cast.host), f"/meetings/votes/{vote.id}/void"
    assert address in client.get(f"/meetings/{meeting.id}/minutes").text
    name = f"void{vote.id}-reason"
    answer = client.post(address, data={name: ""})
    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text
    answer = client.post(address, data={name: "两人代签"})
    assert answer.location.endswith(f"/meetings/{meeting.id}/minutes")
    db.session.refresh(vote)
    db.session.refresh(item)
    assert (vote.state, item.outcome) == (VoteState.VOIDED, None)
    assert item.topic.state is TopicState.SCHEDULED
    with pytest.raises(Refused, match="建设充电棚"):
        minutes.confirm_minutes(cast.actor("host"), meeting)
    session.settle_item(cast.actor("host"), item, outcome=Outcome.DEFERRED, reason="到会人数不足")
    minutes.confirm_minutes(cast.actor("host"), meeting)


def test_but_not_once_a_resolution_rests_on_it(carried, cast, sign_in):
    meeting, item, vote = carried
    resolutions.record(cast.actor("staff"), item, title="建设充电棚", text="同意")
    take_back(cast, meeting)
    db.session.commit()
    answer = sign_in(cast.host).post(
        f"/meetings/votes/{vote.id}/void", data={f"void{vote.id}-reason": "两人代签"}
    )
    assert answer.status_code == 422
    assert "以新决议替代" in answer.text
    db.session.refresh(vote)
    assert vote.state is VoteState.CLOSED
