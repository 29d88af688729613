from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given as examples
from hypothesis import strategies as st

from app.core import clock
from app.core.db import db
from app.meetings import policy
from app.meetings.models.attendance import Capacity
from app.meetings.models.rules import MeetingKind
from app.meetings.queries import attendance
from app.meetings.queries import due as due_queries
from app.meetings.queries import waiting as waiting_queries
from app.meetings.services import attendance as attendance_services
from app.meetings.services import convening, invitations, session
from tests.meetings import given

HOLD = "Meeting to be convened in this period"


def tasks(cast, name):
    """What waits, without the meetings that are to be held regularly (see the last tests)."""
    return [w for w in waiting_queries.waiting(cast.actor(name)) if w.text.msgid != HOLD]


def waiting(cast, name):
    return [(w.endpoint, w.text.msgid) for w in tasks(cast, name)]


def test_an_invitation_waits_for_a_reply(cast):
    meeting = given.convened(cast)
    assert waiting(cast, "resident") == [("meetings.show", "Invitation without a reply")]
    (found,) = waiting_queries.waiting(cast.actor("resident"))
    assert (found.title, found.due) == (meeting.title, meeting.day)
    own = attendance.own_invitation(cast.actor("resident"), meeting.id)
    attendance_services.reply(cast.actor("resident"), own, coming=True)
    assert waiting(cast, "resident") == []


def test_a_units_invitation_waits_for_its_contact(cast):
    meeting = given.council(cast)
    invitations.invite_units(
        cast.actor("staff"), meeting, [cast.property_firm.id], capacity=Capacity.OBSERVER
    )
    convening.convene(cast.actor("staff"), meeting)
    assert waiting(cast, "unit_contact") == [("meetings.show", "Invitation without a reply")]


def test_a_draft_waits_for_its_notice_when_the_last_day_is_near(cast):
    meeting = given.draft(cast, days=10)
    assert waiting(cast, "staff") == []
    with clock.frozen(clock.now() + timedelta(days=6)):
        (found,) = tasks(cast, "staff")
        assert found.text.msgid == "Meeting notice to be sent"
        assert found.due == meeting.day - timedelta(days=3)
        assert not found.late
    with clock.frozen(clock.now() + timedelta(days=8)):
        assert tasks(cast, "staff")[0].late


def test_a_meeting_waits_on_its_day_while_it_sits_and_until_its_minutes_are_confirmed(cast):
    meeting = given.convened(cast)
    assert waiting(cast, "host") == []
    with clock.frozen(meeting.starts_at):
        assert waiting(cast, "host") == [("meetings.console", "Meeting to be held")]
        given.open_(cast, meeting, ["zhang"])
        assert waiting(cast, "host") == [("meetings.console", "Meeting in session")]
        session.close_meeting(cast.actor("host"), meeting)
        assert waiting(cast, "host") == [("meetings.minutes", "Minutes to be confirmed")]


def due(cast, name="staff"):
    return {d.kind: d for d in due_queries.kinds_due(cast.actor(name))}


def test_every_community_still_has_to_hold_its_regular_meetings(cast):
    found = due(cast)
    assert set(found) == {MeetingKind.REPS_ASSEMBLY, MeetingKind.JOINT}
    assert found[MeetingKind.REPS_ASSEMBLY].last_day == date(2026, 12, 31)
    assert found[MeetingKind.JOINT].last_day == date(2026, 11, 30)
    assert due(cast, "resident") == {}


def test_a_convened_meeting_settles_it_and_a_cancelled_one_does_not(cast):
    meeting = given.draft(cast, kind=MeetingKind.JOINT, days=5)
    given.vote_item(cast, meeting)
    given.invite(cast, meeting, ["zhang"])
    assert MeetingKind.JOINT in due(cast)
    convening.convene(cast.actor("staff"), meeting)
    assert MeetingKind.JOINT not in due(cast)
    convening.call_off(cast.actor("staff"), meeting, reason="改期")
    assert MeetingKind.JOINT in due(cast)


def test_a_meeting_of_the_next_month_does_not_count_for_this_one(cast):
    meeting = given.draft(cast, kind=MeetingKind.JOINT, days=30)
    given.vote_item(cast, meeting)
    given.invite(cast, meeting, ["zhang"])
    convening.convene(cast.actor("staff"), meeting)
    assert MeetingKind.JOINT in due(cast)


def test_in_the_last_third_of_the_period_it_waits_for_staff(cast):
    kinds = [w.args for w in waiting_queries.waiting(cast.actor("staff")) if w.text.msgid == HOLD]
    assert kinds == [{"community": cast.community.id, "kind": "reps_assembly"}]
    with clock.frozen(clock.at(date(2026, 11, 25), 9)):
        last_days = [
            w.due for w in waiting_queries.waiting(cast.actor("staff")) if w.text.msgid == HOLD
        ]
    assert last_days == [date(2026, 11, 30), date(2026, 12, 31)]


def test_what_is_due_leads_to_a_meeting_of_that_kind(cast, sign_in):
    platform = given.platform(cast)  # on which a council usually sits
    db.session.commit()
    client = sign_in(cast.staff)
    (task,) = (w for w in waiting_queries.waiting(cast.actor("staff")) if w.text.msgid == HOLD)
    first = client.get("/meetings/new", query_string=task.args).get_data(as_text=True)
    onward = f"/meetings/new?platform={platform.id}&amp;kind=reps_assembly"
    assert f'href="{onward}"' in first
    form = client.get(onward.replace("&amp;", "&")).get_data(as_text=True)
    assert '<option value="reps_assembly" selected>' in form
    listed = client.get("/meetings").get_data(as_text=True)
    assert f'href="/meetings/new?community={cast.community.id}&amp;kind=reps_assembly"' in listed


@examples(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.sampled_from([1, 3, 6, 12]))
def test_periods_follow_one_another_without_a_gap(day, months):
    first, last = policy.period(day, months)
    assert first <= day <= last
    assert first.day == 1
    assert (first.month - 1) % months == 0
    assert policy.period(last + timedelta(days=1), months)[0] == last + timedelta(days=1)


def test_the_neighbours_wait_for_nothing_of_it(cast):
    given.convened(cast)
    for name in ("neighbour_staff", "neighbour_resident", "street_officer"):
        assert waiting(cast, name) == []


def test_one_that_was_convened_and_never_opened_was_not_held(cast):
    meeting = given.draft(cast, kind=MeetingKind.JOINT, days=5)
    given.vote_item(cast, meeting)
    given.invite(cast, meeting, ["zhang"])
    convening.convene(cast.actor("staff"), meeting)
    with clock.frozen(meeting.starts_at + timedelta(hours=2)):
        assert MeetingKind.JOINT not in due(cast)
    with clock.frozen(meeting.starts_at + timedelta(days=1)):
        assert MeetingKind.JOINT in due(cast)


def test_a_meeting_of_today_is_held_today_and_not_due(cast, sign_in):
    meeting = given.convened(cast)
    db.session.commit()
    with clock.frozen(clock.at(meeting.day, 9)):
        page = sign_in(cast.host).get("/today").text
    assert "今天召开" in page
    assert "今天到期" not in page
