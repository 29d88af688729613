"""Units that a topic concerns have to be invited, and may read what it is about."""

import pytest

from app.core.db import db
from app.core.errors import Refused
from app.meetings.models.agenda import ItemKind
from app.meetings.models.attendance import Capacity, Invitation
from app.meetings.queries import readiness as queries
from app.meetings.services import agenda, convening, groups, invitations
from app.meetings.services.groups import Group
from app.topics.services import screening as platforms
from tests.meetings import given


@pytest.fixture
def topic(cast):
    """A resident's topic that concerns the school."""
    topic = given.topic(cast, "校门口交通")
    platforms.name_units(
        cast.actor("staff"), topic, version=topic.version, unit_ids=[cast.school.id]
    )
    return topic


def invitation_of(meeting, unit):
    return db.session.query(Invitation).filter_by(meeting_id=meeting.id, unit_id=unit.id).one()


def with_school(cast, topic):
    meeting = given.council(cast, topic=topic)
    groups.invite_group(cast.actor("staff"), meeting, group=Group.TOPIC_UNITS)
    convening.convene(cast.actor("staff"), meeting)
    db.session.commit()
    return meeting


def test_the_notice_waits_until_they_are_invited(cast, topic, sign_in):
    meeting = given.council(cast, topic=topic)
    db.session.commit()
    assert "大山坪小学" in sign_in(cast.staff).get(f"/meetings/{meeting.id}").text
    with pytest.raises(Refused, match="大山坪小学"):
        convening.convene(cast.actor("staff"), meeting)
    groups.invite_group(cast.actor("staff"), meeting, group=Group.TOPIC_UNITS)
    convening.convene(cast.actor("staff"), meeting)


def test_a_topic_taken_off_again_asks_for_nobody(cast, topic):
    meeting = given.council(cast, topic=topic, items=2)
    agenda.withdraw_item(cast.actor("staff"), given.items(meeting)[0])
    convening.convene(cast.actor("staff"), meeting)


def test_their_invitation_is_marked(cast, topic, sign_in):
    meeting = given.council(cast, topic=topic, items=2)
    invitations.invite_units(cast.actor("staff"), meeting, [cast.school.id, cast.property_firm.id])
    assert invitation_of(meeting, cast.school).required
    assert not invitation_of(meeting, cast.property_firm).required
    db.session.commit()
    assert "须派人参加" in sign_in(cast.staff).get(f"/meetings/{meeting.id}/invitations").text
    agenda.withdraw_item(cast.actor("staff"), given.items(meeting)[0])
    assert not invitation_of(meeting, cast.school).required


def test_a_unit_named_after_it_was_invited_is_marked_with_the_notice(cast):
    topic = given.topic(cast)
    meeting = given.council(cast, topic=topic)
    invitations.invite_units(cast.actor("staff"), meeting, [cast.school.id])
    platforms.name_units(
        cast.actor("staff"), topic, version=topic.version, unit_ids=[cast.school.id]
    )
    convening.convene(cast.actor("staff"), meeting)
    assert invitation_of(meeting, cast.school).required


def test_a_late_topic_waits_for_them_too(cast, topic):
    meeting = given.convened(cast)

    def add():
        agenda.add_item(
            cast.actor("staff"), meeting, kind=ItemKind.DISCUSSION, title=topic.title, planned=9,
            topic=topic,
        )  # fmt: skip

    with pytest.raises(Refused, match="大山坪小学"):
        add()
    invitations.invite_units(
        cast.actor("staff"), meeting, [cast.school.id], capacity=Capacity.OBSERVER
    )
    add()
    assert invitation_of(meeting, cast.school).required


def speaks_for_the_school(cast):
    cast.unit_contact.unit_id = cast.school.id
    db.session.commit()


def test_who_speaks_for_an_invited_unit_reads_what_it_is_about(cast, topic, sign_in):
    meeting = with_school(cast, topic)
    speaks_for_the_school(cast)
    page = sign_in(cast.unit_contact).get(f"/meetings/{meeting.id}").text
    assert "校门口交通" in page
    assert topic.body in page


def test_not_of_a_sensitive_topic(cast, topic, sign_in):
    topic.sensitive = True
    meeting = with_school(cast, topic)
    speaks_for_the_school(cast)
    answer = sign_in(cast.unit_contact).get(f"/meetings/{meeting.id}")
    assert answer.status_code == 200
    assert topic.body not in answer.text


def test_nor_who_is_not_invited_or_before_the_notice(cast, topic, sign_in):
    meeting = with_school(cast, topic)
    page = sign_in(cast.unit_contact).get(f"/meetings/{meeting.id}").text
    assert topic.body not in page  # the property firm's contact
    draft = given.draft(cast, on=meeting.platform)
    invitations.invite_units(cast.actor("staff"), draft, [cast.property_firm.id])
    db.session.commit()
    assert sign_in(cast.unit_contact).get(f"/meetings/{draft.id}").status_code == 404


@pytest.mark.both_engines
def test_readiness_counts_queries_not_units(cast, topic, counted):
    meeting = given.council(cast, topic=topic)
    db.session.commit()
    with counted() as few:
        queries.readiness(meeting)
    platforms.name_units(
        cast.actor("staff"), topic, version=topic.version,
        unit_ids=[cast.school.id, cast.property_firm.id],
    )  # fmt: skip
    db.session.commit()
    with counted() as more:
        queries.readiness(meeting)
    assert len(more) == len(few)
