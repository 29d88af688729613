"""Rows are typed without being made anew: that they have the fields their types name is seen here."""

from __future__ import annotations

from app.conventions.queries import deciding, opinions, texts, waiting
from app.conventions.states import VersionState
from app.core import clock
from app.core.access import Capability
from tests.conventions.given import assembly


def test_lists_of_conventions_select_the_fields_of_their_types(cast):
    staff, today = cast.actor("staff"), clock.today()
    manage, filed = Capability.MANAGE_CONVENTIONS, (VersionState.FILED,)
    for statement, row in (
        (texts.visible(staff), texts.ListedVersion),
        (texts.in_force(cast.community.id, today).select, texts.InForce),
        (texts.open_drafts(cast.community.id, today).select, texts.OpenDraft),
        (opinions.opinions_of(1), opinions.ListedOpinion),
        (waiting._drafts(cast.actor("resident"), 20).select, texts.OpenDraft),
        (waiting._waiting(staff, manage, filed, 20).select, waiting.ToWorkOn),
    ):
        assert tuple(statement.selected_columns.keys()) == row._fields


def test_rows_about_the_vote_have_the_fields_of_their_types(reviewed, cast):
    meeting = assembly(cast)
    meetings = deciding.meetings_to_decide(reviewed.convention)
    assert [row.id for row in meetings] == [meeting.id]
    assert meetings[0]._fields == deciding.MeetingToDecide._fields
    versions = deciding.versions_to_decide(meeting)
    assert [row.id for row in versions] == [reviewed.id]
    assert versions[0]._fields == deciding.VersionToDecide._fields
