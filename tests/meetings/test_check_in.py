from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import NotFoundError, Refused
from app.meetings.models.attendance import Capacity, CheckIn, Invitation
from app.meetings.models.rules import Composition, MeetingKind
from app.meetings.queries import attendance, meetings
from app.meetings.services import agenda, convening, invitations, minutes, session
from app.meetings.services import attendance as attendance_services
from app.points.models import Award, AwardStatus
from tests.meetings import given


@pytest.fixture
def meeting(cast):
    """It has been convened; the test may move to its start."""
    return given.convened(cast)


def check_in(cast, invitation, by="host", **kwargs):
    return attendance_services.check_in(cast.actor(by), invitation, method=CheckIn.LIST, **kwargs)


def test_people_check_in_from_an_hour_before(meeting, cast):
    zhang = given.invitation(meeting, cast.zhang)
    with clock.frozen(meeting.starts_at - timedelta(minutes=61)), pytest.raises(Refused):
        check_in(cast, zhang)
    with clock.frozen(meeting.starts_at - timedelta(minutes=60)):
        check_in(cast, zhang)
    assert zhang.is_present
    assert attendance.head_count(meeting.id).present == 1


def test_checking_in_twice_changes_nothing(meeting, cast):
    zhang = given.invitation(meeting, cast.zhang)
    with clock.frozen(meeting.starts_at):
        check_in(cast, zhang)
    with clock.frozen(meeting.starts_at + timedelta(minutes=9)):
        attendance_services.check_in(cast.actor("staff"), zhang, method=CheckIn.STAFF)
    assert (zhang.present_at, zhang.check_in_method) == (meeting.starts_at, CheckIn.LIST)


def test_after_the_end_nobody_comes_in(meeting, cast):
    given.open_(cast, meeting, ["zhang"])
    session.close_meeting(cast.actor("host"), meeting)
    with pytest.raises(Refused):
        check_in(cast, given.invitation(meeting, cast.li))


def test_a_unit_names_whom_it_sent(cast):
    meeting = given.council(cast)
    invitations.invite_units(cast.actor("staff"), meeting, [cast.property_firm.id])
    convening.convene(cast.actor("staff"), meeting)
    given.open_(cast, meeting)
    unit = db.session.query(Invitation).filter_by(unit_id=cast.property_firm.id).one()
    check_in(cast, unit, representative="钱经理")
    assert (unit.is_present, unit.representative) == (True, "钱经理")


@pytest.fixture
def unit(cast):
    """A unit invited to a meeting that has opened."""
    meeting = given.council(cast)
    invitations.invite_units(cast.actor("staff"), meeting, [cast.property_firm.id])
    convening.convene(cast.actor("staff"), meeting)
    given.open_(cast, meeting)
    db.session.commit()
    return db.session.query(Invitation).filter_by(unit_id=cast.property_firm.id).one()


def test_a_unit_comes_in_somebody_or_not_at_all(cast, unit):
    with pytest.raises(Refused) as caught:
        check_in(cast, unit)
    assert caught.value.field == "representative"
    db.session.rollback()
    assert not unit.is_present


def test_after_a_mistake_it_is_still_known_who_came_for_the_unit(cast, unit):
    check_in(cast, unit, representative="钱经理")
    attendance_services.void_check_in(cast.actor("host"), unit, reason="人还没到")
    check_in(cast, unit)
    assert (unit.is_present, unit.representative) == (True, "钱经理")


@pytest.mark.parametrize("typed", ["", "   "])
@pytest.mark.parametrize("fragment", [True, False])
def test_the_row_of_a_unit_says_what_is_missing(cast, sign_in, unit, typed, fragment):
    client, row = sign_in(cast.host), f"invitation-{unit.id}"
    headers = {"HX-Request": "true", "HX-Target": row} if fragment else {}
    address = f"/meetings/invitations/{unit.id}/check-in"
    answer = client.post(address, data={"representative": typed}, headers=headers)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'aria-describedby="wrong-{unit.id}"' in page
    assert "请填写单位到会代表的姓名" in page
    assert ("<html" in page) is not fragment
    assert client.post(address, data={"representative": " 钱经理 "}).status_code == 303
    db.session.refresh(unit)
    assert (unit.is_present, unit.representative) == (True, "钱经理")


def test_whoever_comes_uninvited_to_a_council_observes(meeting, cast):
    given.open_(cast, meeting)
    row = attendance_services.check_in_person(
        cast.actor("host"), meeting, cast.chen, method=CheckIn.STAFF
    )
    assert (row.walk_in, row.capacity) == (True, Capacity.OBSERVER)
    count = attendance.head_count(meeting.id)
    assert (count.present, count.observers, count.invited) == (0, 1, 4)


def test_an_invited_member_found_by_name_is_no_walk_in(meeting, cast):
    given.open_(cast, meeting)
    row = attendance_services.check_in_person(
        cast.actor("host"), meeting, cast.zhang, method=CheckIn.STAFF
    )
    assert (row.walk_in, row.capacity) == (False, Capacity.MEMBER)


def test_people_of_other_communities_do_not_check_in(meeting, cast):
    given.open_(cast, meeting)
    with pytest.raises(NotFoundError):
        attendance_services.check_in_person(
            cast.actor("host"), meeting, cast.neighbour_person, method=CheckIn.STAFF
        )
    with pytest.raises(NotFoundError):
        attendance_services.check_in_user(
            cast.actor("host"), meeting, cast.neighbour_staff, method=CheckIn.STAFF
        )


@pytest.fixture
def assembly(cast):
    def convened(composition):
        meeting = given.draft(cast, kind=MeetingKind.RESIDENTS_ASSEMBLY, composition=composition)
        given.vote_item(cast, meeting)
        given.invite(cast, meeting, ["zhang"])
        convening.convene(cast.actor("staff"), meeting)
        given.open_(cast, meeting)
        return meeting

    return convened


def walk_in(cast, meeting, person):
    return attendance_services.check_in_person(
        cast.actor("host"), meeting, person, method=CheckIn.STAFF
    )


def test_every_adult_resident_is_a_member_of_the_assembly(assembly, cast):
    meeting = assembly(Composition.ADULTS)
    cast.chen.born_on = clock.today() - timedelta(days=17 * 365)
    assert walk_in(cast, meeting, cast.wang).capacity is Capacity.MEMBER
    assert walk_in(cast, meeting, cast.chen).capacity is Capacity.OBSERVER
    cast.zhao.household_id = None
    db.session.flush()
    assert walk_in(cast, meeting, cast.zhao).capacity is Capacity.OBSERVER


def test_of_a_household_the_first_who_comes_speaks_for_it(assembly, cast):
    meeting = assembly(Composition.HOUSEHOLDS)
    cast.wang.household_id = cast.zhao.household_id
    db.session.flush()
    first, second = walk_in(cast, meeting, cast.zhao), walk_in(cast, meeting, cast.wang)
    assert (first.capacity, second.capacity) == (Capacity.MEMBER, Capacity.OBSERVER)
    assert attendance.head_count(meeting.id).present == 1


def test_the_other_speaks_for_it_if_the_first_was_a_mistake(assembly, cast):
    meeting = assembly(Composition.HOUSEHOLDS)
    cast.wang.household_id = cast.zhao.household_id
    db.session.flush()
    first, second = walk_in(cast, meeting, cast.zhao), walk_in(cast, meeting, cast.wang)
    host = cast.actor("host")
    attendance_services.void_check_in(host, first, reason="认错人")
    attendance_services.void_check_in(host, second, reason="重新登记")
    assert walk_in(cast, meeting, cast.wang).capacity is Capacity.MEMBER


def test_a_resident_checks_in_with_the_code_on_the_screen(meeting, cast):
    given.open_(cast, meeting)
    found = meetings.meeting_by_code(cast.actor("resident"), meeting.check_in_code)
    row = attendance_services.check_in_by_code(cast.actor("resident"), found)
    assert (row.person_id, row.check_in_method) == (cast.zhang.id, CheckIn.QR_CODE)


def test_a_units_contact_checks_the_unit_in(cast):
    meeting = given.council(cast)
    invitations.invite_units(cast.actor("staff"), meeting, [cast.property_firm.id])
    convening.convene(cast.actor("staff"), meeting)
    given.open_(cast, meeting)
    row = attendance_services.check_in_by_code(cast.actor("unit_contact"), meeting)
    assert (row.unit_id, row.representative) == (cast.property_firm.id, "钱经理")


def test_a_unit_that_was_not_invited_speaks_to_the_host(meeting, cast):
    given.open_(cast, meeting)
    with pytest.raises(Refused):
        attendance_services.check_in_by_code(cast.actor("unit_contact"), meeting)


def test_staff_who_scan_observe(meeting, cast):
    given.open_(cast, meeting)
    row = attendance_services.check_in_by_code(cast.actor("second_staff"), meeting)
    assert (row.user_id, row.capacity) == (cast.second_staff.id, Capacity.OBSERVER)


def test_the_code_means_nothing_to_the_neighbours(meeting, cast):
    for name in ("neighbour_resident", "neighbour_staff"):
        with pytest.raises(NotFoundError):
            meetings.meeting_by_code(cast.actor(name), meeting.check_in_code)
    with pytest.raises(NotFoundError):
        meetings.meeting_by_code(cast.actor("resident"), "made-up")


def test_a_wrong_check_in_is_taken_back_and_can_be_made_again(meeting, cast):
    given.open_(cast, meeting, ["zhang"])
    zhang = given.invitation(meeting, cast.zhang)
    attendance_services.void_check_in(cast.actor("host"), zhang, reason="认错人")
    assert not zhang.is_present
    assert attendance.head_count(meeting.id).present == 0
    with pytest.raises(Refused):
        attendance_services.void_check_in(cast.actor("host"), zhang, reason="再次")
    check_in(cast, zhang)
    assert (zhang.is_present, zhang.void_reason) == (True, None)


def test_after_the_meeting_the_points_for_it_are_reversed(meeting, cast):
    given.open_(cast, meeting, ["zhang", "li"])
    session.close_meeting(cast.actor("host"), meeting)
    zhang = given.invitation(meeting, cast.zhang)
    attendance_services.void_check_in(cast.actor("host"), zhang, reason="代签")
    fact = attendance.attendance_fact(meeting.id, cast.zhang.id)
    award = db.session.scalars(select(Award).where(Award.fact_key == fact)).one()
    assert award.status is AwardStatus.REVERSED
    assert attendance.attendees(meeting.id) == [cast.li.id]


def test_confirmed_minutes_keep_their_attendance(meeting, cast):
    given.open_(cast, meeting, ["zhang", "li"])
    agenda.withdraw_item(cast.actor("staff"), given.items(meeting)[0], reason="延期")
    session.close_meeting(cast.actor("host"), meeting)
    minutes.confirm_minutes(cast.actor("host"), meeting)
    with pytest.raises(Refused):
        attendance_services.void_check_in(
            cast.actor("host"), given.invitation(meeting, cast.zhang), reason="代签"
        )


def test_without_a_quorum_none_is_called_met(cast, sign_in):
    meeting = given.draft(cast, kind=MeetingKind.COURTYARD)
    given.vote_item(cast, meeting)
    given.invite(cast, meeting, ["zhang"])
    convening.convene(cast.actor("staff"), meeting)
    given.open_(cast, meeting, ["zhang"])
    db.session.commit()
    client = sign_in(cast.host)
    page = client.get(f"/meetings/{meeting.id}/console").text
    assert meeting.rule.quorum_numerator == 0
    assert "不设到会门槛" in page
    assert "已达到会门槛" not in page
    voided = client.post(
        f"/meetings/invitations/{given.invitation(meeting, cast.zhang).id}/void-check-in",
        data={"reason": "代签"},
    )
    assert "门槛" not in client.get(voided.location).text.replace("不设到会门槛", "")
