"""Opinions that are taken up get into the text before it goes to the street office."""

from datetime import timedelta

import pytest

from app.conventions import policy, queries, services
from app.conventions.models import Verdict
from app.conventions.states import VersionState
from app.core.db import db
from app.core.errors import Refused
from tests.conventions.given import assembly, decide


@pytest.fixture
def taken_up(commented, cast):
    """A draft whose comment is over tomorrow week, with one opinion taken up."""
    opinion = services.give_opinion(
        cast.actor("resident"), commented, text="写上电梯", clause=None, person=cast.zhang
    )
    services.answer_opinion(cast.actor("staff"), opinion, verdict=Verdict.ADOPTED, reason="")
    db.session.commit()
    return commented


def change(cast, version):
    clause = queries.clauses_of(version.id)[0]
    services.revise_clause(
        cast.actor("staff"),
        version,
        clause,
        heading=clause.heading,
        text="先到先停，电梯口不停。",
        clause_class=clause.clause_class,
        seen=version.version,
    )


def test_it_is_not_sent_on_as_it_was(taken_up, cast, later):
    with later(8), pytest.raises(Refused):
        services.submit(cast.actor("staff"), taken_up)


def test_the_text_is_changed_and_then_sent_on(taken_up, cast, later):
    staff = cast.actor("staff")
    with later(8):
        services.redraft(staff, taken_up)
        with pytest.raises(Refused):
            services.submit(staff, taken_up)
        change(cast, taken_up)
        services.submit(staff, taken_up)
    assert taken_up.state is VersionState.UNDER_REVIEW


def test_not_while_residents_may_comment(taken_up, cast, later):
    with later(7), pytest.raises(Refused):
        services.redraft(cast.actor("staff"), taken_up)


def test_a_draft_nobody_was_asked_about_is_not_sent_on(draft, cast):
    with pytest.raises(Refused):
        services.submit(cast.actor("staff"), draft)


def test_residents_can_still_read_it(taken_up, cast, later, client):
    path = f"/conventions/{taken_up.convention_id}/versions/1"
    with later(8):
        services.redraft(cast.actor("staff"), taken_up)
        db.session.commit()
        page = client.get(path)
    assert page.status_code == 200
    assert "修改中" in page.get_data(as_text=True)


def test_staff_find_it_among_what_waits(taken_up, cast, later):
    with later(8):
        services.redraft(cast.actor("staff"), taken_up)
        [waits] = queries.waiting(cast.actor("staff"))
    assert waits.title == taken_up.convention.title


def test_the_page_leads_the_way(taken_up, cast, later, sign_in):
    client = sign_in(cast.staff)
    path = f"/conventions/{taken_up.convention_id}/versions/1"
    with later(8):
        assert "按意见修改文本" in client.get(path).get_data(as_text=True)
        sent = client.post(f"/conventions/versions/{taken_up.id}/redraft")
        assert sent.status_code == 303
        assert "报送审核" in client.get(path).get_data(as_text=True)


def test_a_text_voted_down_and_one_that_was_voted_on_wait_for_staff(reviewed, cast):
    staff, meeting = cast.actor("staff"), assembly(cast)
    services.put_to_vote(staff, reviewed, meeting)
    assert queries.waiting(staff) == []
    decide(cast, meeting, ayes_but=4)
    assert len(queries.waiting(staff)) == 1
    services.take_result(staff, reviewed)
    assert reviewed.state is VersionState.REJECTED
    assert len(queries.waiting(staff)) == 1


def test_what_is_filed_after_ten_days_was_late(filed):
    assert not policy.filed_late(filed)
    filed.filed_on = filed.adopted_on + timedelta(days=11)
    assert policy.filed_late(filed)
