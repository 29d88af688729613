from __future__ import annotations

from datetime import timedelta

from app.core import clock
from app.meetings import queries, services
from app.meetings.models import Capacity
from tests.meetings import given


def waiting(cast, name):
    return [(w.endpoint, w.text.msgid) for w in queries.waiting(cast.actor(name))]


def test_an_invitation_waits_for_a_reply(cast):
    meeting = given.convened(cast)
    assert waiting(cast, "resident") == [("meetings.show", "Invitation without a reply")]
    (found,) = queries.waiting(cast.actor("resident"))
    assert (found.title, found.due) == (meeting.title, meeting.day)
    own = queries.own_invitation(cast.actor("resident"), meeting.id)
    services.reply(cast.actor("resident"), own, coming=True)
    assert waiting(cast, "resident") == []


def test_a_units_invitation_waits_for_its_contact(cast):
    meeting = given.council(cast)
    services.invite_units(
        cast.actor("staff"), meeting, [cast.property_firm.id], capacity=Capacity.OBSERVER
    )
    services.convene(cast.actor("staff"), meeting)
    assert waiting(cast, "unit_contact") == [("meetings.show", "Invitation without a reply")]


def test_a_draft_waits_for_its_notice_when_the_last_day_is_near(cast):
    meeting = given.draft(cast, days=10)
    assert waiting(cast, "staff") == []
    with clock.frozen(clock.now() + timedelta(days=6)):
        (found,) = queries.waiting(cast.actor("staff"))
        assert found.text.msgid == "Meeting notice to be sent"
        assert found.due == meeting.day - timedelta(days=3)
        assert not found.late
    with clock.frozen(clock.now() + timedelta(days=8)):
        assert queries.waiting(cast.actor("staff"))[0].late


def test_a_meeting_waits_on_its_day_while_it_sits_and_until_its_minutes_are_confirmed(cast):
    meeting = given.convened(cast)
    assert waiting(cast, "host") == []
    with clock.frozen(meeting.starts_at):
        assert waiting(cast, "host") == [("meetings.console", "Meeting to be held")]
        given.open_(cast, meeting, ["zhang"])
        assert waiting(cast, "host") == [("meetings.console", "Meeting in session")]
        services.close_meeting(cast.actor("host"), meeting)
        assert waiting(cast, "host") == [("meetings.minutes", "Minutes to be confirmed")]


def test_the_neighbours_wait_for_nothing_of_it(cast):
    given.convened(cast)
    for name in ("neighbour_staff", "neighbour_resident", "street_officer"):
        assert waiting(cast, name) == []
