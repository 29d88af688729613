"""What a meeting agreed on without a vote becomes a resolution, and its topic goes on to the end."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.chain import matter as chain
from app.chain.story import Link
from app.core.db import db
from app.core.errors import Refused
from app.meetings.models.agenda import AgendaItem, ItemKind, Outcome
from app.meetings.models.rules import MeetingKind
from app.meetings.services import agenda, convening, groups, session
from app.meetings.services.groups import Group
from app.resolutions import services
from app.topics.states import TopicState
from tests.meetings import given as meeting_given
from tests.resolutions import given

CONTACT = "居委会 0830-1234567"


@pytest.fixture
def talked(cast):
    """An item that was discussed in a council of which zhang and li came."""
    meeting = meeting_given.council(cast, items=0)
    item = agenda.add_item(
        cast.actor("staff"), meeting, kind=ItemKind.DISCUSSION, title="楼道堆物", planned=9,
        topic=meeting_given.topic(cast, title="楼道堆物"),
    )  # fmt: skip
    convening.convene(cast.actor("staff"), meeting)
    meeting_given.open_(cast, meeting, ["zhang", "li"])
    session.start_item(cast.actor("host"), item)
    db.session.commit()
    return item


def agree(cast, item):
    session.settle_item(cast.actor("host"), item, outcome=Outcome.AGREED)
    db.session.commit()


def record(cast, item):
    return services.record(cast.actor("host"), item, title="清理楼道堆物", text="本周六共同清理。")


def test_nothing_is_recorded_before_it_is_agreed(cast, talked):
    with pytest.raises(Refused):
        record(cast, talked)


def test_what_was_put_off_becomes_no_resolution(cast, talked):
    session.settle_item(cast.actor("host"), talked, outcome=Outcome.DEFERRED, reason="资金尚未落实")
    with pytest.raises(Refused):
        record(cast, talked)


def test_an_assembly_decides_by_vote_only(cast):
    meeting = meeting_given.draft(cast, kind=MeetingKind.REPS_ASSEMBLY)
    item = agenda.add_item(
        cast.actor("staff"), meeting, kind=ItemKind.DISCUSSION, title="楼道堆物", planned=9
    )
    groups.invite_group(cast.actor("staff"), meeting, group=Group.COMPOSITION)
    convening.convene(cast.actor("staff"), meeting)
    meeting_given.open_(cast, meeting, ["zhang", "li"])
    session.start_item(cast.actor("host"), item)
    with pytest.raises(Refused):
        session.settle_item(cast.actor("host"), item, outcome=Outcome.AGREED)
    with pytest.raises(Refused):
        record(cast, item)


def test_the_console_offers_to_record_it(cast, sign_in, talked):
    client = sign_in(cast.host)
    address = f"/meetings/{talked.meeting_id}/console"
    form = f"/resolutions/items/{talked.id}"
    assert form not in client.get(address).get_data(as_text=True)
    agree(cast, talked)
    assert form in client.get(address).get_data(as_text=True)


def test_it_is_decided_on_the_day_of_the_meeting(cast, talked):
    agree(cast, talked)
    assert record(cast, talked).decided_on == talked.meeting.day


def test_the_board_says_how_it_was_decided(cast, talked):
    agree(cast, talked)
    notice = services.publish(cast.actor("staff"), record(cast, talked), contact=CONTACT)
    assert "未经表决" in notice.body
    assert "2人" in notice.body


def test_its_page_and_its_print_say_it_too(cast, sign_in, talked):
    agree(cast, talked)
    resolution = record(cast, talked)
    db.session.commit()
    client = sign_in(cast.staff)
    page = client.get(f"/resolutions/{resolution.id}").get_data(as_text=True)
    assert "经协商一致同意" in page
    assert "经协商一致同意" in client.get(f"/resolutions/{resolution.id}/print").text


def test_the_matter_comes_to_its_end(cast, talked):
    agree(cast, talked)
    resolution = record(cast, talked)
    given.closed(cast, resolution, person=cast.zhang)
    services.feed_back(cast.actor("staff"), resolution, result="已清理", contact=CONTACT)
    assert resolution.topic.state is TopicState.FED_BACK
    found = chain.chain(cast.actor("staff"), resolution.topic)
    assert Link.VOTE in {entry.link for entry in found.entries}


@pytest.mark.both_engines
def test_what_a_resolution_rests_on_stays_agreed(cast, talked):
    agree(cast, talked)
    record(cast, talked)
    change = update(AgendaItem).where(AgendaItem.id == talked.id).values(outcome=Outcome.DROPPED)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(change)
