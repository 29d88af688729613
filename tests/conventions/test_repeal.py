"""What is in force ends by what a meeting decided, and hangs on the board as long as it holds."""

import pytest

from app.conventions import queries, services
from app.conventions.states import VersionState
from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.disclosure import services as disclosure
from app.meetings import services as meetings
from app.meetings.models import ItemKind
from tests.conventions.given import assembly, decide, meetings_items


@pytest.fixture
def in_force(filed, cast):
    services.publish(cast.actor("staff"), filed, in_force_from=clock.today(), contact="一楼")
    db.session.commit()
    return filed


def voted(cast, *, title="废止公约", against=0):
    """Another assembly that votes on this."""
    meeting = assembly(cast, platform="红色议事亭", appoint=False)
    meetings.add_item(
        cast.actor("staff"), meeting, kind=ItemKind.VOTE, title=title, planned=9, motion=title
    )
    decide(cast, meeting, ayes_but=against)
    db.session.commit()
    return meetings_items(meeting)[0]


def repeal(cast, version, item_id, reason="已有新规定"):
    services.repeal(cast.actor("staff"), version.convention, item_id=item_id, reason=reason)


def test_staff_alone_repeal_nothing(in_force, cast, sign_in):
    with pytest.raises(Refused) as refused:
        repeal(cast, in_force, in_force.item_id)
    assert refused.value.field == "decision"
    page = sign_in(cast.staff).get(f"/conventions/{in_force.convention_id}")
    assert "/repeal" not in page.get_data(as_text=True)


def test_it_ends_by_what_an_assembly_decided(in_force, cast, sign_in):
    item = voted(cast)
    with clock.frozen(item.meeting.starts_at):
        answer = sign_in(cast.staff).post(
            f"/conventions/{in_force.convention_id}/repeal",
            data={"decision": item.id, "reason": "已有新规定"},
        )
    assert answer.status_code == 303
    assert (in_force.state, in_force.ended_item_id) == (VersionState.REPEALED, item.id)


def test_a_motion_that_failed_repeals_nothing(in_force, cast):
    item = voted(cast, against=4)
    with pytest.raises(Refused):
        repeal(cast, in_force, item.id)


def test_it_says_why(in_force, cast, sign_in):
    item = voted(cast)
    with clock.frozen(item.meeting.starts_at):
        answer = sign_in(cast.staff).post(
            f"/conventions/{in_force.convention_id}/repeal",
            data={"decision": item.id, "reason": " "},
        )
    assert answer.status_code == 422
    assert "reason-error" in answer.get_data(as_text=True)


def test_a_notice_that_was_withdrawn_is_hung_again(in_force, cast, sign_in):
    staff, client = cast.actor("staff"), sign_in(cast.staff)
    page = f"/conventions/{in_force.convention_id}/versions/1"
    address = f"/conventions/versions/{in_force.id}/hang-again"
    assert address not in client.get(page).get_data(as_text=True)
    with pytest.raises(Refused):
        services.hang_again(staff, in_force, contact="一楼")
    disclosure.withdraw(staff, queries.notice_of(in_force.id), reason="电话写错")
    db.session.commit()
    assert address in client.get(page).get_data(as_text=True)
    assert client.post(address, data={"contact": "二楼"}).status_code == 303
    assert queries.notice_of(in_force.id).contact == "二楼"
