"""Rows are typed without being made anew: that they have the fields their types name is seen here."""

from __future__ import annotations

import pytest

from app.meetings.models.votes import VoteMode
from app.meetings.queries import agenda, attendance, composition, meetings, session, voting, waiting
from app.meetings.services import speaking
from tests.meetings import given


@pytest.fixture
def called(cast):
    """A roll call about a topic, with a member who asked to speak."""
    meeting, item, vote = given.voting(cast, mode=VoteMode.ROLL_CALL)
    invitation = given.invitation(meeting, cast.zhang)
    speaking.ask_to_speak(cast.actor("host"), item, invitation)
    return meeting, item, vote


def test_rows_about_a_meeting_have_the_fields_of_their_types(called, cast):
    meeting, item, vote = called
    assert attendance.whole_list(meeting.id)[0]._fields == attendance.Listed._fields
    assert session.speaking_queue(item.id)[0]._fields == session.Turn._fields
    assert voting.roll([vote.id])[0]._fields == voting.OnRoll._fields
    hosts = composition.hosts_of(cast.community.id)
    assert hosts[0]._fields == composition.Worker._fields


def test_rows_about_agendas_have_the_fields_of_their_types(cast):
    held_on = given.platform(cast)
    meeting = given.draft(cast, on=held_on)
    drafts = agenda.drafts_for(given.topic(cast), None)
    assert [row.id for row in drafts] == [meeting.id]
    assert drafts[0]._fields == agenda.DraftMeeting._fields
    given.convened(cast, on=held_on)
    votable = agenda.votable_items(cast.community.id)
    assert votable[0]._fields == agenda.VotableItem._fields


def test_lists_of_meetings_select_the_fields_of_their_types(cast):
    staff = cast.actor("staff")
    for asked, row in (
        (meetings.meetings(staff), meetings.ListedMeeting),
        (meetings._upcoming(cast.community.id), meetings.MeetingAhead),
        (meetings._upcoming_for(staff), meetings.MeetingAhead),
        (meetings._platforms_of(staff), meetings.NamedPlatform),
        (waiting._to_run_or_answer(staff, 20), waiting.ToDo),
        (attendance.list_of(1), attendance.Listed),
    ):
        assert tuple(asked.select.selected_columns.keys()) == row._fields
