"""What is in force ends by what a meeting decided, and hangs on the board as long as it holds."""

import pytest

from app.conventions.queries import deciding
from app.conventions.queries import texts as queries
from app.conventions.services import drafting, effect
from app.conventions.states import VersionState
from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.meetings.models.agenda import ItemKind
from app.meetings.services import agenda as meetings
from tests.conventions.given import assembly, decide, meetings_items


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
    effect.repeal(cast.actor("staff"), version.convention, item_id=item_id, reason=reason)


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


def test_what_was_voted_through_is_offered_as_its_repeal(in_force, cast):
    item = voted(cast)
    decisions = deciding.decisions_to_repeal(in_force.convention)
    assert [row.id for row in decisions] == [item.id]
    assert decisions[0]._fields == deciding.Decision._fields


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


def test_its_notice_is_not_withdrawn_with_nothing_in_its_place(in_force, cast, sign_in):
    client, notice = sign_in(cast.staff), queries.notice_of(in_force.id)
    page = client.get(f"/notices/{notice.id}").get_data(as_text=True)
    assert "/withdraw" not in page
    answer = client.post(f"/notices/{notice.id}/withdraw", data={"reason": "电话写错"})
    assert answer.status_code == 422
    assert queries.notice_of(in_force.id) is not None


def test_its_notice_is_hung_anew_with_a_reason(in_force, cast, sign_in):
    client, before = sign_in(cast.staff), queries.notice_of(in_force.id)
    address = f"/conventions/versions/{in_force.id}/hang-again"
    page = f"/conventions/{in_force.convention_id}/versions/1"
    assert address in client.get(page).get_data(as_text=True)
    assert client.post(address, data={"contact": "二楼"}).status_code == 422
    data = {"contact": "二楼", "reason": "电话写错"}
    assert client.post(address, data=data).status_code == 303
    hanging = queries.notice_of(in_force.id)
    assert hanging.id != before.id
    assert hanging.contact == "二楼"
    assert before.withdrawn_reason == "电话写错"


def test_what_ended_is_not_hung_anew(in_force, cast):
    item = voted(cast)
    with clock.frozen(item.meeting.starts_at):
        repeal(cast, in_force, item.id)
        with pytest.raises(Refused):
            effect.hang_again(cast.actor("staff"), in_force, contact="一楼", reason="改")


def test_what_ended_is_not_repealed_again(in_force, cast):
    item = voted(cast)
    with clock.frozen(item.meeting.starts_at):
        repeal(cast, in_force, item.id)
        with pytest.raises(Refused):
            repeal(cast, in_force, item.id)


def test_the_street_office_and_neighbours_repeal_nothing(in_force, cast, sign_in):
    item, data = voted(cast), {"reason": "已有新规定"}
    address = f"/conventions/{in_force.convention_id}/repeal"
    with clock.frozen(item.meeting.starts_at):
        for user, status in ((cast.street_officer, 403), (cast.neighbour_staff, 404)):
            answer = sign_in(user).post(address, data=data | {"decision": item.id})
            assert answer.status_code == status
    assert in_force.state is VersionState.IN_FORCE


def test_in_the_list_what_ended_gives_way_to_what_follows_it(in_force, cast, sign_in):
    item, text = voted(cast), "第1版"
    with clock.frozen(item.meeting.starts_at):
        repeal(cast, in_force, item.id)
        db.session.commit()
        assert text in sign_in(cast.staff).get("/conventions").text
        drafting.amend(cast.actor("staff"), in_force.convention)
        db.session.commit()
        assert text not in sign_in(cast.staff).get("/conventions").text
        assert text in sign_in(cast.resident).get("/conventions").text
