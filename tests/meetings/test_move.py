"""A meeting that has been convened is moved to another time or place."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import db
from app.core.errors import Refused, Stale
from app.inbox.models import Message
from app.meetings.models.attendance import Capacity, Reply
from app.meetings.models.rules import MeetingKind
from app.meetings.queries import attendance, meetings
from app.meetings.services import attendance as attendance_services
from app.meetings.services import convening, groups, invitations, session
from app.meetings.services.groups import Group
from app.meetings.states import MeetingState
from app.people.models import Appointment, AppointmentKind
from tests.meetings import given
from tests.meetings.test_rules import set_rule


def at(days, hour=19, minute=30):
    return clock.at(clock.today() + timedelta(days=days), hour, minute)


def move(cast, meeting, starts_at=None, *, venue=None, **more):
    convening.move_meeting(
        cast.actor("staff"),
        meeting,
        **{
            "version": meeting.version,
            "starts_at": starts_at or meeting.starts_at,
            "venue": venue or meeting.venue,
            "reason": "暴雨红色预警",
        }
        | more,
    )


def answer(cast, meeting, who, **said):
    attendance_services.reply(
        cast.actor("staff"), given.invitation(meeting, getattr(cast, who)), **said
    )


def assembly(cast, days=15):
    meeting = given.draft(cast, kind=MeetingKind.RESIDENTS_ASSEMBLY, days=days)
    given.vote_item(cast, meeting)
    given.invite(cast, meeting, ["zhang"])
    convening.convene(cast.actor("staff"), meeting)
    return meeting


@pytest.fixture
def meeting(cast):
    """In fifteen days. Zhang comes, Li has asked for leave, Wang has not replied."""
    made = given.convened(cast)
    answer(cast, made, "zhang", coming=True)
    answer(cast, made, "li", coming=False, reason="出差")
    return made


def replies(cast, meeting):
    return [given.invitation(meeting, who).reply for who in (cast.zhang, cast.li, cast.wang)]


def told(meeting):
    """The words of what the invited were told of its moves, by reader."""
    rows = db.session.execute(
        select(Message.person_id, Message.text).where(
            Message.key.startswith(f"meeting:{meeting.id}:moved"), Message.person_id.is_not(None)
        )
    )
    return {person: str(text) for person, text in rows}


def test_everybody_is_told_and_asked_again(cast, meeting):
    before = meeting.starts_at
    move(cast, meeting, at(20), venue="社区二楼")
    assert (meeting.starts_at, meeting.venue) == (at(20), "社区二楼")
    assert meeting.state is MeetingState.CONVENED
    assert replies(cast, meeting) == [Reply.NONE] * 3
    messages = told(meeting)
    assert set(messages) == {cast.zhang.id, cast.li.id, cast.wang.id}
    said = messages[cast.zhang.id]
    for word in ("2026年11月22日", "19:30", "社区二楼", "暴雨红色预警"):
        assert word in said
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "meeting.move")).one()
    assert entry.detail["was"] == {"starts_at": before.isoformat(), "venue": "社区一楼议事厅"}
    assert entry.detail["reason"] == "暴雨红色预警"


def test_in_another_room_the_replies_stand(cast, meeting):
    notice = meeting.convened_at
    with clock.frozen(meeting.starts_at - timedelta(hours=3)):
        move(cast, meeting, venue="社区二楼")
    assert replies(cast, meeting) == [Reply.COMING, Reply.LEAVE, Reply.NONE]
    assert "社区二楼" in told(meeting)[cast.zhang.id]
    assert meeting.convened_at == notice


def test_a_second_move_is_told_as_well(cast, meeting):
    move(cast, meeting, at(20))
    move(cast, meeting, at(21))
    rows = select(Message.key).where(
        Message.person_id == cast.zhang.id, Message.key.startswith(f"meeting:{meeting.id}:moved")
    )
    assert len(db.session.scalars(rows).all()) == 2


def test_the_notice_has_to_be_in_time_for_the_new_day(cast, meeting):
    db.session.commit()
    with pytest.raises(Refused) as caught:
        move(cast, meeting, at(2), urgent_reason="很急")
    assert caught.value.field == "starts_at"
    db.session.rollback()
    move(cast, meeting, at(3))
    assert meeting.convened_at == clock.now()


def test_where_urgency_is_allowed_it_is_said(cast):
    meeting = assembly(cast)
    db.session.commit()
    with pytest.raises(Refused) as caught:
        move(cast, meeting, at(9))
    assert caught.value.field == "urgent_reason"
    db.session.rollback()
    move(cast, meeting, at(9), urgent_reason="汛期临近")
    assert meeting.urgent_reason == "汛期临近"
    move(cast, meeting, at(10), urgent_reason="汛期临近")
    assert meeting.urgent_reason is None


def test_on_the_day_itself_it_begins_later_without_a_new_notice(cast):
    meeting = assembly(cast)
    later = meeting.starts_at + timedelta(hours=1)
    with clock.frozen(meeting.starts_at - timedelta(hours=3)):
        move(cast, meeting, later)
    assert (meeting.starts_at, meeting.urgent_reason) == (later, None)


def test_the_rule_of_the_new_day_applies(cast, meeting):
    rule = set_rule(cast, effective_from=meeting.day + timedelta(days=1))
    move(cast, meeting, at(20))
    assert meeting.rule_id == rule.id


def test_who_had_come_for_the_time_before_is_not_there(cast, meeting):
    with clock.frozen(meeting.starts_at - timedelta(minutes=10)):
        given.check_in(cast, meeting, ["zhang"])
        move(cast, meeting, at(5))
    assert attendance.head_count(meeting.id).present == 0
    with clock.frozen(meeting.starts_at):
        given.check_in(cast, meeting, ["zhang"])
    assert attendance.head_count(meeting.id).present == 1


def test_one_that_nobody_opened_in_time_can_still_be_held(cast, meeting):
    with clock.frozen(meeting.starts_at + timedelta(days=1)):
        move(cast, meeting, at(4))
        assert [row.id for row in meetings.upcoming(cast.community.id)] == [meeting.id]


@pytest.mark.parametrize("days", [-1, 0])
def test_not_into_the_past(cast, meeting, days):
    with pytest.raises(Refused) as caught:
        move(cast, meeting, at(days, 8))
    assert caught.value.field == "starts_at"


def test_not_to_where_it_is(cast, meeting):
    with pytest.raises(Refused):
        move(cast, meeting)
    assert told(meeting) == {}


def test_not_to_a_day_on_which_the_platform_is_closed(cast, meeting):
    meeting.platform.ended_on = clock.today() + timedelta(days=18)
    db.session.flush()
    with pytest.raises(Refused) as caught:
        move(cast, meeting, at(20))
    assert caught.value.field == "starts_at"


def test_only_while_it_is_convened(cast):
    draft = given.council(cast)
    there = draft.platform
    called_off = given.convened(cast, on=there)
    convening.call_off(cast.actor("staff"), called_off, reason="暴雨")
    sitting = given.sits(cast, on=there)
    held = given.sits(cast, on=there)
    session.close_meeting(cast.actor("host"), held)
    for meeting in (draft, called_off, sitting, held):
        with pytest.raises(Refused):
            move(cast, meeting, at(20))


def test_of_two_who_move_it_the_second_looks_again(cast, meeting):
    seen = meeting.version
    move(cast, meeting, at(20))
    with pytest.raises(Stale):
        move(cast, meeting, at(21), version=seen)


def test_through_the_page(cast, sign_in, meeting):
    db.session.commit()
    client, here = sign_in(cast.staff), f"/meetings/{meeting.id}"
    assert f'href="{here}/move"' in client.get(here).get_data(as_text=True)
    form = client.get(f"{here}/move").get_data(as_text=True)
    assert 'value="2026-11-17T19:30"' in form
    entered = {"starts_at": "2026-11-04T19:30", "venue": "社区二楼", "version": meeting.version}
    assert client.post(f"{here}/move", data=entered).status_code == 422
    late = client.post(f"{here}/move", data=entered | {"reason": "暴雨"})
    assert late.status_code == 422
    assert 'aria-describedby="starts_at-error"' in late.get_data(as_text=True)
    entered |= {"reason": "暴雨", "starts_at": "2026-11-20T19:30"}
    assert client.post(f"{here}/move", data=entered).status_code == 303
    assert client.post(f"{here}/move", data=entered).status_code == 422  # sent twice
    db.session.refresh(meeting)
    assert meeting.day == date(2026, 11, 20)


def test_whoever_may_convene_moves(cast, sign_in, meeting):
    db.session.commit()
    address = f"/meetings/{meeting.id}/move"
    for who, status in ((cast.host, 403), (cast.resident, 403), (cast.neighbour_staff, 404)):
        assert sign_in(who).get(address).status_code == status
        assert sign_in(who).post(address).status_code == status
    for who in (cast.host, cast.resident):
        assert address not in sign_in(who).get(f"/meetings/{meeting.id}").get_data(as_text=True)


def representatives_called(cast, terms, *, days=20):
    """An assembly of representatives with these (first, last) days in office, counted from today."""
    for name, (first, last) in terms.items():
        db.session.add(
            Appointment(
                person_id=getattr(cast, name).id,
                kind=AppointmentKind.RESIDENT_REP,
                place_id=cast.community.id,
                since=clock.today() + timedelta(days=first),
                until=None if last is None else clock.today() + timedelta(days=last),
            )
        )
    db.session.flush()
    made = given.draft(cast, kind=MeetingKind.REPS_ASSEMBLY, days=days)
    given.vote_item(cast, made)
    groups.invite_group(cast.actor("staff"), made, group=Group.COMPOSITION)
    convening.convene(cast.actor("staff"), made)
    return made


def test_who_is_out_of_office_on_the_new_day_keeps_no_vote(cast):
    made = representatives_called(
        cast, {"zhang": (-90, None), "li": (-90, None), "wang": (-90, 25)}
    )
    wang = given.invitation(made, cast.wang)
    assert (wang.capacity, made.expected) == (Capacity.MEMBER, 3)

    move(cast, made, at(22))
    assert (wang.capacity, made.expected) == (Capacity.MEMBER, 3)
    move(cast, made, at(30))

    assert (wang.capacity, made.expected) == (Capacity.OBSERVER, 2)
    assert given.invitation(made, cast.zhang).capacity is Capacity.MEMBER
    assert attendance.head_count(made.id).members == 2


def test_who_is_in_office_on_the_new_day_has_a_vote_then(cast):
    made = representatives_called(
        cast, {"zhang": (-90, None), "li": (-90, None), "wang": (25, None)}
    )
    invitations.invite_people(cast.actor("staff"), made, [cast.wang.id])
    wang = given.invitation(made, cast.wang)
    assert wang.capacity is Capacity.OBSERVER

    move(cast, made, at(30))

    assert (wang.capacity, made.expected) == (Capacity.MEMBER, 3)


def test_of_members_chosen_one_by_one_all_stay(cast, meeting):
    move(cast, meeting, at(20))

    assert given.invitation(meeting, cast.wang).capacity is Capacity.MEMBER


def test_of_all_adults_who_has_moved_out_by_the_new_day_keeps_no_vote(cast):
    made = assembly(cast)
    cast.zhang.moved_out_on = made.day + timedelta(days=2)
    given_before = given.invitation(made, cast.zhang)
    invitations.invite_people(cast.actor("staff"), made, [cast.li.id])
    db.session.flush()

    move(cast, made, at(20))

    assert given_before.capacity is Capacity.OBSERVER
    assert given.invitation(made, cast.li).capacity is Capacity.MEMBER
