"""Who leaves before the end has attended, but is not in the room for a later vote."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.meetings.models.attendance import CheckIn, Invitation
from app.meetings.models.votes import VoteMode
from app.meetings.queries import attendance as attendance_queries
from app.meetings.queries import minutes, session
from app.meetings.services import attendance as attendance_services
from app.meetings.services import session as session_services
from app.meetings.services import speaking, voting
from app.points.queries import wallets as points
from tests.meetings import given


@pytest.fixture
def meeting(cast):
    return given.sits(cast)


def leave(cast, meeting, who="wang"):
    invitation = given.invitation(meeting, getattr(cast, who))
    attendance_services.leave_early(cast.actor("host"), invitation)
    return invitation


def open_vote(cast, meeting):
    item = given.items(meeting)[0]
    session_services.start_item(cast.actor("host"), item)
    return voting.open_vote(cast.actor("host"), item, mode=VoteMode.SHOW_OF_HANDS)


def test_they_came_but_are_not_here(cast, meeting):
    leave(cast, meeting)
    count = attendance_queries.head_count(meeting.id)
    assert (count.present, count.here) == (3, 2)


def test_a_later_vote_goes_on_without_them(cast, meeting):
    leave(cast, meeting)
    assert open_vote(cast, meeting).present == 2


def test_an_open_vote_keeps_its_roll(cast, meeting):
    vote = open_vote(cast, meeting)
    leave(cast, meeting)
    assert vote.present == 3
    voting.close_vote(cast.actor("host"), vote, counts=(3, 0, 0))
    assert vote.passed


def test_the_quorum_is_judged_by_who_is_in_the_room(cast, meeting):
    leave(cast, meeting, "wang")
    leave(cast, meeting, "li")
    with pytest.raises(Refused):
        open_vote(cast, meeting)


def test_they_are_credited_for_attending(cast, meeting):
    leave(cast, meeting)
    before = points.balance_of(cast.wang.id)
    session_services.close_meeting(cast.actor("host"), meeting)
    assert points.balance_of(cast.wang.id) > before


def test_the_minutes_say_when_they_left(cast, sign_in, meeting):
    invitation = leave(cast, meeting)
    db.session.commit()
    page = sign_in(cast.host).get(f"/meetings/{meeting.id}/minutes").get_data(as_text=True)
    time = f"{clock.local(invitation.left_at):%H:%M}"
    assert f"王芳（{time}提前离会）" in page.replace(" ", "")
    assert len(minutes.minutes_of(meeting).present) == 3


def test_who_is_back_counts_again(cast, meeting):
    invitation = leave(cast, meeting)
    attendance_services.come_back(cast.actor("host"), invitation)
    assert attendance_queries.head_count(meeting.id).here == 3


def test_who_scans_the_code_again_is_back(cast, meeting):
    invitation = leave(cast, meeting)
    attendance_services.check_in(cast.actor("host"), invitation, method=CheckIn.QR_CODE)
    assert invitation.is_here


def test_nobody_leaves_twice_or_before_coming(cast):
    meeting = given.sits(cast, present=("zhang", "li"))
    with pytest.raises(Refused):
        leave(cast, meeting, "wang")
    leave(cast, meeting, "li")
    with pytest.raises(Refused):
        leave(cast, meeting, "li")


def test_after_the_end_nobody_leaves_early(cast, meeting):
    session_services.close_meeting(cast.actor("host"), meeting)
    with pytest.raises(Refused):
        leave(cast, meeting)


def test_who_left_is_not_given_the_word(cast, meeting):
    session_services.start_item(cast.actor("host"), given.items(meeting)[0])
    invitation = leave(cast, meeting)
    with pytest.raises(Refused):
        speaking.ask_to_speak(cast.actor("host"), given.items(meeting)[0], invitation)


def test_the_list_has_a_button_for_it(cast, sign_in, meeting):
    db.session.commit()
    client, invitation = sign_in(cast.host), given.invitation(meeting, cast.wang)
    address = f"/meetings/invitations/{invitation.id}"
    page = client.get(f"/meetings/{meeting.id}/check-in").get_data(as_text=True)
    assert f'action="{address}/leave-early"' in page
    assert client.post(f"{address}/leave-early").status_code == 303
    row = client.post(f"{address}/come-back", headers={"HX-Request": "true", "HX-Target": "x"})
    assert 'leave-early"' in row.get_data(as_text=True)


@pytest.mark.both_engines
def test_the_database_knows_nobody_who_left_before_coming(cast, meeting):
    invitation = given.invitation(meeting, cast.wang)
    early = invitation.present_at - timedelta(minutes=1)
    change = update(Invitation).where(Invitation.id == invitation.id).values(left_at=early)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(change)


@pytest.mark.both_engines
def test_nor_who_left_after_its_end(cast, meeting):
    session_services.close_meeting(cast.actor("host"), meeting)
    late = meeting.closed_at + timedelta(minutes=1)
    change = update(Invitation).where(Invitation.person_id == cast.wang.id).values(left_at=late)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(change)


def test_it_is_known_who_noted_it(cast, meeting):
    invitation = leave(cast, meeting)
    assert invitation.left_noted_by_id == cast.host.id
    attendance_services.come_back(cast.actor("host"), invitation)
    assert invitation.left_noted_by_id is None


@pytest.fixture
def queue(cast, meeting):
    """Li speaks on the first item, Wang waits; the test may look who is left."""
    host, item = cast.actor("host"), given.items(meeting)[0]
    session_services.start_item(host, item)
    first, _second = (
        speaking.ask_to_speak(host, item, given.invitation(meeting, person))
        for person in (cast.li, cast.wang)
    )
    speaking.start_speech(host, item, first.id)
    return lambda: [row.name for row in session.speaking_queue(item.id) if not row.ended_at]


def test_who_leaves_no_longer_waits_to_speak(cast, meeting, queue):
    leave(cast, meeting)
    assert queue() == ["李秀英"]


def test_who_leaves_in_the_middle_of_a_turn_ends_it(cast, meeting, queue):
    leave(cast, meeting, "li")
    assert queue() == ["王芳"]


def test_nor_does_somebody_speak_whose_check_in_was_wrong(cast, meeting, queue):
    wang = given.invitation(meeting, cast.wang)
    attendance_services.void_check_in(cast.actor("host"), wang, reason="认错人")
    assert queue() == ["李秀英"]


def test_checking_in_again_locks_the_meeting_once(cast, meeting, monkeypatch):
    invitation, locked = leave(cast, meeting), []
    lock = attendance_services.lock
    monkeypatch.setattr(attendance_services, "lock", lambda row: locked.append(row) or lock(row))
    attendance_services.check_in(cast.actor("host"), invitation, method=CheckIn.LIST)
    assert invitation.is_here
    assert locked == [meeting]
