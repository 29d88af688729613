from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, or_, select

from app.core.db import db
from app.core.errors import NotFoundError, Refused
from app.inbox.models import Message
from app.meetings.models.attendance import Capacity, Invitation
from app.meetings.models.rules import Composition, MeetingKind
from app.meetings.queries import attendance, composition
from app.meetings.services import convening, groups, invitations
from app.meetings.services.groups import Group
from app.people.models import Appointment, AppointmentKind, Person
from tests.meetings import given

MEMBER, OBSERVER = Capacity.MEMBER, Capacity.OBSERVER


def capacities(meeting):
    rows = db.session.execute(
        select(Invitation.person_id, Invitation.unit_id, Invitation.user_id, Invitation.capacity)
        .where(Invitation.meeting_id == meeting.id)
        .order_by(Invitation.id)
    )
    return {("person", p) if p else ("unit", u) if u else ("user", s): c for p, u, s, c in rows}


def test_the_oversight_committee_is_on_the_list_from_the_start(cast):
    assert capacities(given.draft(cast)) == {("user", cast.oversight.id): OBSERVER}


def test_somebody_is_invited_once(cast):
    meeting = given.draft(cast)
    staff = cast.actor("staff")
    assert invitations.invite_people(staff, meeting, [cast.zhang.id, cast.li.id]) == 2
    assert invitations.invite_people(staff, meeting, [cast.zhang.id]) == 0


def test_people_of_another_community_are_not_found(cast):
    meeting = given.draft(cast)
    with pytest.raises(NotFoundError):
        invitations.invite_people(
            cast.actor("staff"), meeting, [cast.zhang.id, cast.neighbour_person.id]
        )
    with pytest.raises(NotFoundError):
        invitations.invite_users(cast.actor("staff"), meeting, [cast.neighbour_staff.id])
    with pytest.raises(NotFoundError):
        invitations.invite_units(cast.actor("staff"), meeting, [999_999])


def test_who_has_moved_out_is_not_invited(cast):
    cast.wang.moved_out_on = date(2026, 10, 1)
    with pytest.raises(NotFoundError):
        given.invite(cast, given.draft(cast), ["wang"])


def test_a_group_is_invited_with_one_button(cast):
    meeting = given.draft(cast)
    staff = cast.actor("staff")
    assert groups.invite_group(staff, meeting, group=Group.REPRESENTATIVES) == 2
    assert groups.invite_group(staff, meeting, group=Group.REPRESENTATIVES) == 0
    assert groups.invite_group(staff, meeting, group=Group.COMMITTEE) == 0


def test_every_adult_is_invited_in_one_statement(cast):
    grown = [
        Person(
            code=f"Z{n:06}", name="居民", community_id=cast.community.id,
            household_id=cast.zhang.household_id, born_on=date(1990, 1, 1),
        )
        for n in range(3000)
    ]  # fmt: skip
    db.session.add_all(grown)
    cast.chen.born_on = date(2015, 1, 1)
    meeting = given.draft(cast, kind=MeetingKind.RESIDENTS_ASSEMBLY)
    new = groups.invite_group(cast.actor("staff"), meeting, group=Group.COMPOSITION)
    assert new == 3004
    assert attendance.head_count(meeting.id).members == 3004
    assert ("person", cast.chen.id) not in capacities(meeting)


def test_in_the_representatives_assembly_others_observe(cast):
    meeting = given.draft(cast, kind=MeetingKind.REPS_ASSEMBLY)
    groups.invite_group(cast.actor("staff"), meeting, group=Group.COMPOSITION)
    given.invite(cast, meeting, ["wang"])
    invitations.invite_units(cast.actor("staff"), meeting, [cast.school.id])
    found = capacities(meeting)
    assert found["person", cast.zhang.id] is MEMBER
    assert found["person", cast.wang.id] is OBSERVER
    assert found["unit", cast.school.id] is OBSERVER


def test_an_observer_who_turns_out_to_be_a_member_becomes_one(cast):
    meeting = given.draft(cast)
    given.invite(cast, meeting, ["zhang"], OBSERVER)
    groups.invite_group(cast.actor("staff"), meeting, group=Group.REPRESENTATIVES)
    assert capacities(meeting)["person", cast.zhang.id] is MEMBER


def test_after_the_notice_whoever_is_invited_observes_and_is_told(cast):
    meeting = given.convened(cast)
    given.invite(cast, meeting, ["chen"])
    assert capacities(meeting)["person", cast.chen.id] is OBSERVER
    assert meeting.expected == 3
    told = select(func.count()).where(
        Message.key == f"meeting:{meeting.id}:convened", Message.person_id == cast.chen.id
    )
    assert db.session.scalar(told) == 1
    twice = select(func.count()).where(
        Message.key == f"meeting:{meeting.id}:convened", Message.person_id == cast.zhang.id
    )
    assert db.session.scalar(twice) == 1


def test_capacity_changes_only_in_a_draft_of_invited_members(cast):
    meeting = given.council(cast)
    zhang = given.invitation(meeting, cast.zhang)
    invitations.change_capacity(cast.actor("staff"), zhang, capacity=OBSERVER)
    assert composition.expected_number(meeting) == 2
    convening.convene(cast.actor("staff"), meeting)
    with pytest.raises(Refused):
        invitations.change_capacity(cast.actor("staff"), zhang, capacity=MEMBER)


def test_only_a_draft_forgets_somebody(cast):
    meeting = given.council(cast)
    invitations.uninvite(cast.actor("staff"), given.invitation(meeting, cast.zhang))
    assert ("person", cast.zhang.id) not in capacities(meeting)
    convening.convene(cast.actor("staff"), meeting)
    with pytest.raises(Refused):
        invitations.uninvite(cast.actor("staff"), given.invitation(meeting, cast.li))


def test_whoever_is_invited_by_office_stays_on_the_list(cast, sign_in):
    """The notice would bring them back."""
    office = Appointment(
        person_id=cast.chen.id,
        kind=AppointmentKind.OVERSIGHT_MEMBER,
        place_id=cast.community.id,
        since=date(2024, 1, 1),
    )
    db.session.add(office)
    db.session.flush()
    meeting = given.council(cast)
    by_office = db.session.scalars(
        select(Invitation).where(
            or_(Invitation.person_id == cast.chen.id, Invitation.user_id == cast.oversight.id),
            Invitation.meeting_id == meeting.id,
        )
    ).all()
    assert len(by_office) == 2
    db.session.commit()
    client = sign_in(cast.staff)
    page = client.get(f"/meetings/{meeting.id}/invitations").text
    assert page.count("依职务受邀") == 2
    zhang = given.invitation(meeting, cast.zhang)
    assert f"/meetings/invitations/{zhang.id}/remove" in page
    for invitation in by_office:
        address = f"/meetings/invitations/{invitation.id}/remove"
        assert address not in page
        answer = client.post(address)
        assert answer.status_code == 409
        assert "居务监督委员会始终受邀列席，其成员不能移除" in answer.text
    assert {("person", cast.chen.id), ("user", cast.oversight.id)} <= set(capacities(meeting))


def test_users_with_an_entry_as_residents_are_invited_as_residents(cast):
    offered = {row.id for row in composition.staff_to_invite(cast.community.id)}
    assert {cast.staff.id, cast.host.id, cast.oversight.id, cast.street_officer.id} <= offered
    assert cast.resident.id not in offered
    cast.staff.person_id = cast.wang.id
    db.session.flush()
    assert cast.staff.id not in {row.id for row in composition.staff_to_invite(cast.community.id)}


def test_an_assembly_of_households_expects_households(cast):
    meeting = given.draft(
        cast, kind=MeetingKind.RESIDENTS_ASSEMBLY, composition=Composition.HOUSEHOLDS
    )
    assert groups.invite_group(cast.actor("staff"), meeting, group=Group.COMPOSITION) == 5
    cast.wang.household_id = cast.zhao.household_id
    assert composition.expected_number(meeting) == 4


@pytest.mark.parametrize("kind", ["people?person=zhang", "units", "users"])
def test_nobody_chosen_is_said_beside_the_list(cast, sign_in, kind):
    meeting = given.draft(cast)
    db.session.commit()
    answer = sign_in(cast.staff).post(f"/meetings/{meeting.id}/invitations/{kind}")
    assert answer.status_code == 422
    assert "请至少选择一个" in answer.text
    assert "都已在名单上" not in answer.text


def test_who_works_here_is_named_with_their_role(cast, sign_in):
    meeting = given.draft(cast)
    db.session.commit()
    page = sign_in(cast.staff).get(f"/meetings/{meeting.id}/invitations").text
    assert f'{cast.host.name} <span class="muted">会议主持人</span>' in page
    assert f'<span class="muted">{cast.host.username}</span>' not in page


def test_people_of_one_surname_stand_together(cast):
    meeting = given.draft(cast)
    names = {"陈桂梅": "chenguimei", "程月芳": "chengyuefang", "陈素英": "chensuying"}
    for number, (name, pinyin) in enumerate(names.items()):
        person = Person(
            code=f"ORDER{number}", name=name, pinyin=pinyin, community_id=cast.community.id
        )
        db.session.add(person)
        db.session.flush()
        invitations.invite_people(cast.actor("staff"), meeting, [person.id])
    listed = [row.name for row in attendance.whole_list(meeting.id) if row.person_id]
    assert listed == ["陈桂梅", "陈素英", "程月芳"]
