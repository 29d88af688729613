from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.inbox.models import Message
from app.meetings import policy
from app.meetings.models.attendance import Capacity, Invitation
from app.meetings.models.rules import Composition, MeetingKind, MeetingRule
from app.meetings.queries import readiness as queries
from app.meetings.services import convening, groups, invitations
from app.meetings.services.groups import Group
from app.meetings.states import MeetingState
from app.people.models import Appointment, AppointmentKind, UnitKind
from app.platforms import services as platforms
from app.platforms.models import PlatformKind
from app.topics.states import TopicState
from tests.meetings import given


def convene(cast, meeting, **kwargs):
    convening.convene(cast.actor("staff"), meeting, **kwargs)


def appoint(person, place, kind=AppointmentKind.RESIDENT_REP):
    db.session.add(
        Appointment(person_id=person.id, kind=kind, place_id=place.id, since=date(2024, 1, 1))
    )
    db.session.flush()


def assembly(cast, kind, *, days=15, composition=None):
    meeting = given.draft(cast, kind=kind, days=days, composition=composition)
    given.vote_item(cast, meeting)
    if kind is MeetingKind.RESIDENTS_ASSEMBLY:
        given.invite(cast, meeting, ["zhang"])
    return meeting


def test_the_notice_freezes_the_expected_number_and_the_rule(cast):
    meeting = given.convened(cast)
    assert meeting.state is MeetingState.CONVENED
    assert meeting.expected == 3
    assert meeting.rule.kind is MeetingKind.COUNCIL
    assert len(meeting.check_in_code) > 16


def test_everybody_invited_is_told(cast):
    meeting = given.council(cast)
    invitations.invite_units(cast.actor("staff"), meeting, [cast.property_firm.id])
    convene(cast, meeting)
    told = select(Message.person_id, Message.user_id).where(
        Message.key == f"meeting:{meeting.id}:convened"
    )
    rows = db.session.execute(told).all()
    assert {row.person_id for row in rows if row.person_id} == {
        cast.zhang.id,
        cast.li.id,
        cast.wang.id,
    }
    users = {row.user_id for row in rows if row.user_id}
    assert {cast.unit_contact.id, cast.oversight.id, cast.host.id} <= users


def test_its_topics_are_scheduled(cast):
    topic = given.topic(cast)
    given.convened(cast, topic=topic)
    assert topic.state is TopicState.SCHEDULED


def test_a_meeting_is_convened_once(cast):
    meeting = given.convened(cast)
    with pytest.raises(Refused):
        convene(cast, meeting)


def test_ten_days_before_the_assembly_is_early_enough_and_nine_are_not(cast):
    convene(cast, assembly(cast, MeetingKind.RESIDENTS_ASSEMBLY, days=10))
    platform = given.platform(cast, name="另一议事亭")
    late = given.draft(cast, kind=MeetingKind.RESIDENTS_ASSEMBLY, days=9, on=platform)
    given.vote_item(cast, late)
    given.invite(cast, late, ["zhang"])
    with pytest.raises(Refused) as caught:
        convene(cast, late)
    assert caught.value.field == "urgent_reason"


def test_an_urgent_assembly_is_convened_at_short_notice_with_its_reason(cast):
    meeting = assembly(cast, MeetingKind.RESIDENTS_ASSEMBLY, days=2)
    convene(cast, meeting, urgent_reason="汛期临近，需立即决定排涝设备")
    assert meeting.urgent_reason == "汛期临近，需立即决定排涝设备"


def test_a_council_knows_no_urgency(cast):
    meeting = given.council(cast, days=2)
    (missing,) = queries.readiness(meeting)
    with pytest.raises(Refused) as caught:
        convene(cast, meeting, urgent_reason="很急")
    assert caught.value.message == missing
    assert "3" in str(missing)


def notice_page(sign_in, cast, meeting):
    db.session.commit()
    return sign_in(cast.staff).get(f"/meetings/{meeting.id}/convene").get_data(as_text=True)


def test_the_page_says_beforehand_that_it_is_too_late(cast, sign_in):
    page = notice_page(sign_in, cast, given.council(cast, days=2))
    assert "会议通知须提前 3 日发出，这一天已来不及" in page
    assert "note-good" not in page
    assert "urgent_reason" not in page


@pytest.mark.parametrize(
    ("hours", "offered"), [(-1, True), (2 * 24, False)], ids=["begun already", "still to come"]
)
def test_the_page_leads_to_another_time_once_its_time_has_passed(cast, sign_in, hours, offered):
    meeting = assembly(cast, MeetingKind.RESIDENTS_ASSEMBLY)
    meeting.starts_at = clock.now() + timedelta(hours=hours)
    meeting.host_id = None  # something is missing either way
    page = notice_page(sign_in, cast, meeting)
    assert ("会议开始时间已过" in page) is offered
    assert (f'href="/meetings/{meeting.id}/edit"' in page) is offered


def test_the_page_asks_why_it_is_urgent_where_that_is_enough(cast, sign_in):
    page = notice_page(sign_in, cast, assembly(cast, MeetingKind.RESIDENTS_ASSEMBLY, days=2))
    assert "通知已晚" in page
    assert 'name="urgent_reason"' in page
    assert "note-good" not in page


def test_in_time_the_page_is_content(cast, sign_in):
    page = notice_page(sign_in, cast, given.council(cast, days=3))
    assert "note-good" in page
    assert "urgent_reason" not in page


def test_a_reason_is_not_kept_if_the_notice_is_in_time(cast):
    meeting = given.council(cast, days=3)
    convene(cast, meeting, urgent_reason="以防万一")
    assert meeting.urgent_reason is None


@examples(days=st.integers(0, 60), ahead=st.integers(0, 60))
def test_the_days_missing_are_those_between_the_notice_and_its_last_day(days, ahead):
    rule = MeetingRule(notice_days=days)
    notice_day = date(2026, 11, 1)
    meeting_day = notice_day + timedelta(days=ahead)
    missing = policy.missing_notice_days(rule, meeting_day, notice_day)
    assert missing == max(0, (notice_day - policy.last_notice_day(rule, meeting_day)).days)
    assert (missing == 0) == (ahead >= days)


def test_an_empty_agenda_keeps_the_notice_back(cast):
    meeting = given.draft(cast)
    given.invite(cast, meeting, ["zhang"])
    with pytest.raises(Refused, match="没有议题"):
        convene(cast, meeting)


def test_what_is_voted_on_needs_its_exact_motion(cast):
    meeting = given.draft(cast)
    given.vote_item(cast, meeting, motion="  ", title="修缮外墙")
    given.invite(cast, meeting, ["zhang"])
    with pytest.raises(Refused, match="修缮外墙"):
        convene(cast, meeting)


def test_without_members_nobody_is_expected(cast):
    meeting = given.draft(cast)
    given.vote_item(cast, meeting)
    with pytest.raises(Refused, match="尚未邀请成员"):
        convene(cast, meeting)


def test_the_parties_of_the_platform_have_to_be_invited(cast):
    three_sides = given.platform(
        cast,
        kind=PlatformKind.TRIPARTITE,
        parties=[UnitKind.PROPERTY_FIRM, UnitKind.STATIONED],
    )
    meeting = given.council(cast, on=three_sides)
    assert len(queries.readiness(meeting)) == 2
    invitations.invite_units(cast.actor("staff"), meeting, [cast.property_firm.id])
    (missing,) = queries.readiness(meeting)
    assert missing.params == {"party_label": "Stationed unit"}
    with pytest.raises(Refused):
        convene(cast, meeting)
    groups.invite_group(cast.actor("staff"), meeting, group=Group.PARTIES)
    convene(cast, meeting)


def test_a_unit_that_raised_a_topic_has_to_be_invited(cast):
    topic = given.topic(cast, "校门口交通", author="staff", unit=cast.school)
    meeting = given.council(cast, topic=topic)
    with pytest.raises(Refused, match="大山坪小学"):
        convene(cast, meeting)
    groups.invite_group(cast.actor("staff"), meeting, group=Group.TOPIC_UNITS)
    convene(cast, meeting)


def test_a_topic_that_is_on_another_agenda_is_named(cast):
    topic = given.topic(cast)
    given.convened(cast, topic=topic)
    second = given.council(cast, topic=topic, on=given.platform(cast, name="另一议事亭"))
    with pytest.raises(Refused, match=topic.number):
        convene(cast, second)


def test_no_meeting_is_convened_on_a_platform_that_has_ended(cast):
    meeting = given.council(cast)
    platforms.end_platform(cast.actor("staff"), meeting.platform)
    with pytest.raises(Refused, match="未在使用中"):
        convene(cast, meeting)


@pytest.mark.parametrize("composition", [Composition.ADULTS, Composition.HOUSEHOLDS])
def test_an_assembly_nobody_is_called_to_is_not_convened(cast, composition):
    meeting = given.draft(cast, kind=MeetingKind.RESIDENTS_ASSEMBLY, composition=composition)
    given.vote_item(cast, meeting)
    with pytest.raises(Refused, match="尚未邀请"):
        convene(cast, meeting)
    groups.invite_group(cast.actor("staff"), meeting, group=Group.COMPOSITION)
    convene(cast, meeting)


def test_every_adult_resident_is_expected_at_the_residents_assembly(cast):
    cast.chen.born_on = date(2012, 1, 1)
    meeting = assembly(cast, MeetingKind.RESIDENTS_ASSEMBLY)
    convene(cast, meeting)
    assert meeting.expected == 4


def test_or_every_household(cast):
    cast.wang.household_id = cast.zhao.household_id
    meeting = assembly(cast, MeetingKind.RESIDENTS_ASSEMBLY, composition=Composition.HOUSEHOLDS)
    convene(cast, meeting)
    assert meeting.expected == 4


def test_the_representatives_assembly_is_invited_whole(cast):
    meeting = assembly(cast, MeetingKind.REPS_ASSEMBLY)
    given.invite(cast, meeting, ["zhang"])
    with pytest.raises(Refused, match="1 名组成人员"):
        convene(cast, meeting)
    groups.invite_group(cast.actor("staff"), meeting, group=Group.COMPOSITION)
    convene(cast, meeting)
    assert meeting.expected == 2


def test_four_fifths_of_it_are_representatives(cast):
    appoint(cast.wang, cast.community, AppointmentKind.COMMITTEE_MEMBER)
    meeting = assembly(cast, MeetingKind.REPS_ASSEMBLY)
    groups.invite_group(cast.actor("staff"), meeting, group=Group.COMPOSITION)
    with pytest.raises(Refused, match="3 人中的 2 人"):
        convene(cast, meeting)
    for person in (cast.zhao, cast.chen):
        appoint(person, cast.community)
    groups.invite_group(cast.actor("staff"), meeting, group=Group.COMPOSITION)
    convene(cast, meeting)
    assert meeting.expected == 5


def test_the_oversight_committee_is_invited_to_observe(cast):
    appoint(cast.chen, cast.community, AppointmentKind.OVERSIGHT_MEMBER)
    meeting = given.convened(cast)
    observers = db.session.scalars(
        select(Invitation).where(
            Invitation.meeting_id == meeting.id, Invitation.capacity == Capacity.OBSERVER
        )
    ).all()
    assert {row.person_id for row in observers} == {cast.chen.id, None}
    assert {row.user_id for row in observers} == {cast.oversight.id, None}
    assert meeting.expected == 3


def test_a_refused_notice_tells_nobody(cast):
    meeting = given.council(cast, days=1)
    with pytest.raises(Refused):
        convene(cast, meeting)
    told = select(func.count()).where(Message.key == f"meeting:{meeting.id}:convened")
    assert db.session.scalar(told) == 0


def test_a_meeting_lies_ahead(cast):
    with pytest.raises(Refused) as caught:
        given.draft(cast, days=-1)
    assert caught.value.field == "starts_at"


def test_a_draft_whose_time_has_passed_is_not_ready(cast):
    meeting = given.council(cast)
    assert queries.readiness(meeting) == []
    with clock.frozen(meeting.starts_at):
        assert [str(lack) for lack in queries.readiness(meeting)] == ["会议开始时间已过。"]
        with pytest.raises(Refused):
            convene(cast, meeting)


def test_a_kind_of_meeting_has_its_own_composition(cast):
    with pytest.raises(Refused) as caught:
        given.draft(cast, composition=Composition.ADULTS)
    assert caught.value.field == "composition"


def test_only_somebody_of_the_community_hosts(cast):
    with pytest.raises(Refused) as caught:
        convening.draft_meeting(
            cast.actor("staff"),
            platform=given.platform(cast),
            kind=MeetingKind.COUNCIL,
            title="议事会",
            starts_at=clock.now() + timedelta(days=9),
            venue="议事厅",
            host_id=cast.neighbour_staff.id,
        )
    assert caught.value.field == "host_id"


def test_a_changed_draft_refuses_who_read_it_before(cast):
    meeting = given.draft(cast)
    same = {
        "title": "议事会（改期）",
        "starts_at": clock.now() + timedelta(days=20),
        "venue": "党群服务中心",
        "composition": Composition.INVITED,
        "host_id": cast.host.id,
        "recorder_id": None,
    }
    convening.edit_meeting(cast.actor("staff"), meeting, version=1, **same)
    with pytest.raises(Refused, match="其他人"):
        convening.edit_meeting(cast.actor("second_staff"), meeting, version=1, **same)


def test_after_the_notice_time_and_place_stand(cast):
    meeting = given.convened(cast)
    with pytest.raises(Refused, match="通知已发出"):
        convening.edit_meeting(
            cast.actor("staff"), meeting, version=meeting.version, title="改", venue="改",
            starts_at=meeting.starts_at, composition=meeting.composition, host_id=cast.host.id,
            recorder_id=None,
        )  # fmt: skip


def test_a_meeting_is_edited_at_the_hour_it_begins(cast, sign_in):
    meeting = given.draft(cast)
    page = sign_in(cast.staff).get(f"/meetings/{meeting.id}/edit").text
    assert f'value="{clock.local(meeting.starts_at):%Y-%m-%d}T19:30"' in page


def test_the_notice_is_not_offered_while_something_is_missing(cast, sign_in):
    meeting = given.draft(cast)
    db.session.commit()
    send = f'action="/meetings/{meeting.id}/convene"'
    assert send not in notice_page(sign_in, cast, meeting)
    refused = sign_in(cast.staff).post(f"/meetings/{meeting.id}/convene")
    assert refused.status_code == 422

    given.vote_item(cast, meeting)
    given.invite(cast, meeting, ("zhang", "li", "wang"))
    db.session.commit()
    assert send in notice_page(sign_in, cast, meeting)


def test_what_is_missing_leads_to_where_it_is_put_right(cast, sign_in):
    meeting = given.draft(cast)
    db.session.commit()
    page = sign_in(cast.staff).get(f"/meetings/{meeting.id}/convene").text
    note = page[page.index("尚未齐备") :]
    for tab in ("agenda", "invitations"):
        assert f'class="btn btn-outline-primary btn-sm" href="/meetings/{meeting.id}/{tab}"' in note


def test_the_number_expected_is_known_before_the_notice(cast, sign_in):
    meeting = given.council(cast)
    db.session.commit()
    page = sign_in(cast.staff).get(f"/meetings/{meeting.id}").text
    assert meeting.expected is None
    assert re.search(r"<dt>应到</dt>\s*<dd>3</dd>", page)
