"""The way of an accepted topic from its own page onto an agenda."""

from __future__ import annotations

import pytest

from app.core import clock
from app.core.db import db
from app.meetings.models.agenda import Outcome
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import MeetingKind
from app.meetings.services import session as services
from app.topics.models import ContentClass, TopicSource
from app.topics.services import screening, topics
from app.topics.states import TopicState
from tests.meetings import given

NEXT = 'id="next-step"'


@pytest.fixture
def topic(cast):
    return given.topic(cast)


def page(client, topic):
    db.session.commit()
    return client.get(f"/topics/{topic.id}").get_data(as_text=True)


def test_a_meeting_is_prepared_for_it(cast, sign_in, topic):
    platform, client = given.platform(cast), sign_in(cast.staff)
    first = f"/meetings/new?community={cast.community.id}&amp;topic={topic.id}"
    assert f'href="{first}"' in page(client, topic)
    choice = client.get(first.replace("&amp;", "&")).get_data(as_text=True)
    address = f"/meetings/new?platform={platform.id}&amp;topic={topic.id}"
    assert f'href="{address}"' in choice
    form = client.get(address.replace("&amp;", "&")).get_data(as_text=True)
    action = f"/meetings/new?platform={platform.id}&amp;kind=council&amp;topic={topic.id}"
    assert f'action="{action}"' in form
    entered = {
        "title": "充电棚议事会",
        "starts_at": "2026-11-20T19:30",
        "venue": "议事厅",
        "composition": "invited",
        "host_id": cast.host.id,
    }
    answer = client.post(action.replace("&amp;", "&"), data=entered)
    meeting = db.session.query(Meeting).one()
    assert answer.location == f"/meetings/{meeting.id}/agenda?topic={topic.id}#topics"
    agenda = client.get(answer.location).get_data(as_text=True)
    assert f'value="{topic.id}" id="topic-{topic.id}" checked' in agenda


def test_it_is_put_on_an_agenda_that_is_being_prepared(cast, sign_in, topic):
    meeting, client = given.draft(cast), sign_in(cast.staff)
    address = f"/meetings/{meeting.id}/agenda?topic={topic.id}#topics"
    assert f'href="{address}"' in page(client, topic)
    given.vote_item(cast, meeting, topic=topic)
    there = page(client, topic)
    assert f'href="/meetings/{meeting.id}"' in there
    assert address not in there
    assert "/meetings/new" not in there


def test_it_is_shown_to_whoever_may_convene_and_while_the_topic_waits(cast, sign_in, topic):
    for reader in (cast.resident, cast.host, cast.oversight):
        assert NEXT not in page(sign_in(reader), topic)
    client = sign_in(cast.staff)
    assert NEXT in page(client, topic)
    given.convened(cast, topic=topic)
    assert topic.state is TopicState.SCHEDULED
    assert NEXT not in page(client, topic)


def test_what_was_referred_to_an_assembly_goes_to_no_council(cast, sign_in, topic):
    meeting = given.sits(cast, topic=topic)
    (item,) = given.items(meeting)
    host = cast.actor("host")
    services.start_item(host, item)
    services.settle_item(host, item, outcome=Outcome.TO_REPS_ASSEMBLY, reason="事关全体居民")
    there = given.platform(cast, name="红色议事亭")
    council = given.draft(cast, on=there)
    assembly = given.draft(cast, on=there, kind=MeetingKind.REPS_ASSEMBLY)
    shown = page(sign_in(cast.staff), topic)
    assert f"/meetings/{council.id}/agenda" not in shown
    assert f"/meetings/{assembly.id}/agenda" in shown
    assert "kind=reps_assembly" in shown


def test_the_platform_it_was_accepted_on_is_chosen_already(cast, sign_in):
    platform, client = given.platform(cast), sign_in(cast.staff)
    by = cast.actor("resident")
    topic = topics.raise_topic(
        by,
        community_id=cast.community.id,
        title="路灯",
        body="坏了",
        wish="修",
        source=TopicSource.OPINION_POINT,
        author_id=by.person_id,
    )
    topics.submit(by, topic)
    screening.accept(
        cast.actor("staff"), topic, content_class=ContentClass.PUBLIC_AFFAIRS, platform=platform
    )
    address = f"/meetings/new?platform={platform.id}&amp;topic={topic.id}"
    assert f'href="{address}"' in page(client, topic)
    form = client.get(address.replace("&amp;", "&")).text
    other = f"/meetings/new?community={cast.community.id}&amp;topic={topic.id}"
    assert f'href="{other}"' in form
    platform.ended_on = clock.today()
    assert f'href="{other}"' in page(client, topic)
