"""Units that a topic concerns are named when it is accepted: they are invited and can read it."""

import pytest

from app.core.db import db
from app.core.errors import Refused
from app.meetings import queries as meetings
from app.meetings import services as meeting_services
from app.meetings.models import Invitation
from app.platforms import queries, services
from app.platforms.models import ContentClass, TopicSource
from tests.meetings import given


@pytest.fixture
def raised(cast):
    who = cast.actor("resident")
    topic = services.raise_topic(
        who,
        community_id=cast.community.id,
        title="校门口停车",
        body="放学时堵车。",
        wish="",
        source=TopicSource.OPINION_POINT,
        author_id=cast.zhang.id,
    )
    services.submit(who, topic)
    db.session.commit()
    return topic


def accept(cast, topic, *units, sensitive=False):
    services.accept(
        cast.actor("staff"),
        topic,
        content_class=ContentClass.PUBLIC_AFFAIRS,
        concerned=[unit.id for unit in units],
        sensitive=sensitive,
    )
    db.session.commit()


def test_staff_tick_them(cast, sign_in, raised):
    client = sign_in(cast.staff)
    page = client.get(f"/topics/{raised.id}/screen").get_data(as_text=True)
    assert "大山坪小学" in page
    sent = {"accept-content_class": "public_affairs", "accept-unit_ids": cast.school.id}
    assert client.post(f"/topics/{raised.id}/accept", data=sent).status_code == 303
    assert [unit.id for unit in queries.units_concerned(raised.id)] == [cast.school.id]
    assert "大山坪小学" in client.get(f"/topics/{raised.id}").get_data(as_text=True)


def test_a_unit_of_elsewhere_is_refused(cast, sign_in, raised):
    sent = {"accept-content_class": "public_affairs", "accept-unit_ids": 987_654}
    answer = sign_in(cast.staff).post(f"/topics/{raised.id}/accept", data=sent)
    assert answer.status_code == 422
    with pytest.raises(Refused) as refused:
        services.accept(
            cast.actor("staff"), raised, content_class=ContentClass.PUBLIC_AFFAIRS, concerned=[0]
        )
    assert refused.value.field == "unit_ids"


def test_the_unit_reads_it(cast, sign_in, raised):
    contact = sign_in(cast.unit_contact)
    assert contact.get(f"/topics/{raised.id}").status_code == 404
    accept(cast, raised, cast.property_firm)
    assert contact.get(f"/topics/{raised.id}").status_code == 200


def test_not_if_it_is_sensitive(cast, sign_in, raised):
    accept(cast, raised, cast.property_firm, sensitive=True)
    assert sign_in(cast.unit_contact).get(f"/topics/{raised.id}").status_code == 404


def test_it_has_to_be_invited(cast, raised):
    accept(cast, raised, cast.school)
    meeting = given.council(cast, topic=raised)
    with pytest.raises(Refused) as refused:
        meeting_services.convene(cast.actor("staff"), meeting)
    assert "大山坪小学" in str(refused.value.message)
    meeting_services.invite_group(
        cast.actor("staff"), meeting, group=meeting_services.Group.TOPIC_UNITS
    )
    meeting_services.convene(cast.actor("staff"), meeting)
    invited = db.session.query(Invitation).filter_by(meeting_id=meeting.id, unit_id=cast.school.id)
    assert invited.one().meeting_id == meeting.id
    assert meetings.topic_unit_ids(meeting) == {cast.school.id}
