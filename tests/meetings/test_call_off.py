from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import Refused
from app.inbox.models import Message
from app.meetings.queries import meetings as queries
from app.meetings.services import convening as services
from app.meetings.states import MeetingState
from app.topics.states import TopicState
from tests.meetings import given


def call_off(cast, meeting, reason="暴雨红色预警"):
    services.call_off(cast.actor("staff"), meeting, reason=reason)


def told(meeting):
    key = f"meeting:{meeting.id}:called-off"
    return db.session.scalar(select(func.count()).where(Message.key == key))


def test_everybody_is_told_and_the_topics_wait_again(cast):
    topic = given.topic(cast)
    meeting = given.convened(cast, topic=topic)
    call_off(cast, meeting)
    assert meeting.state is MeetingState.CANCELLED
    assert topic.state is TopicState.ACCEPTED
    assert told(meeting) >= 3


def test_of_a_draft_nobody_knew(cast):
    meeting = given.council(cast)
    call_off(cast, meeting)
    assert meeting.state is MeetingState.CANCELLED
    assert told(meeting) == 0


def test_a_meeting_that_sits_is_not_called_off(cast):
    meeting = given.sits(cast)
    with pytest.raises(Refused):
        call_off(cast, meeting)


def test_a_cancelled_meeting_is_not_among_those_ahead(cast):
    meeting = given.convened(cast)
    assert [row.id for row in queries.upcoming(cast.community.id)] == [meeting.id]
    call_off(cast, meeting)
    assert queries.upcoming(cast.community.id) == []


def test_a_meeting_about_a_sensitive_topic_shows_to_staff_and_the_invited_only(cast, sign_in):
    topic = given.topic(cast)
    meeting = given.convened(cast, people=("zhang", "wang"), topic=topic)
    address = f"/meetings/{meeting.id}"
    assert sign_in(cast.other_resident).get(address).status_code == 200
    topic.sensitive = True
    db.session.commit()
    assert sign_in(cast.resident).get(address).status_code == 200
    assert sign_in(cast.staff).get(address).status_code == 200
    assert sign_in(cast.host).get(address).status_code == 200
    for reader in (cast.other_resident, cast.street_officer, cast.neighbour_staff):
        assert sign_in(reader).get(address).status_code == 404
