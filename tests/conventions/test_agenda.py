"""A reviewed text is put on an agenda from the agenda's own page."""

from app.conventions.states import VersionState
from app.core.db import db
from app.meetings.models.rules import MeetingKind
from app.meetings.services import convening, groups
from app.platforms.models import PlatformKind
from tests.conventions.given import assembly, meetings_items
from tests.meetings import given


def test_the_agenda_of_a_meeting_that_may_decide_on_it_offers_it(reviewed, cast, sign_in):
    meeting = assembly(cast)
    db.session.commit()
    client, agenda = sign_in(cast.staff), f"/meetings/{meeting.id}/agenda"
    address = f"/conventions/versions/{reviewed.id}/vote"
    assert address in client.get(agenda).text
    answer = client.post(address, data={"meeting": meeting.id, "back": "agenda"})
    assert answer.location == agenda
    db.session.refresh(reviewed)
    assert reviewed.state is VersionState.VOTING
    assert [item.id for item in meetings_items(meeting)] == [reviewed.item_id]
    assert address not in client.get(agenda).text


def test_others_do_not(reviewed, cast, sign_in):
    talk = given.draft(cast, kind=MeetingKind.TALK, on=given.platform(cast, kind=PlatformKind.TALK))
    convened = assembly(cast)
    given.vote_item(cast, convened)
    staff = cast.actor("staff")
    groups.invite_group(staff, convened, group=groups.Group.COMPOSITION)
    convening.convene(staff, convened)
    db.session.commit()
    for meeting in (talk, convened):
        page = sign_in(cast.staff).get(f"/meetings/{meeting.id}/agenda").text
        assert f"/conventions/versions/{reviewed.id}/vote" not in page


def test_a_meeting_is_named_with_its_day_as_it_is_written_here(reviewed, cast, sign_in):
    assembly(cast)
    db.session.commit()
    path = f"/conventions/{reviewed.convention_id}/versions/{reviewed.number}"
    page = sign_in(cast.staff).get(path).text
    assert "居民代表会议（2026年" in page
