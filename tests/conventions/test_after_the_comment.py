"""Opinions that are taken up get into the text before it goes to the street office."""

import re

import pytest
from sqlalchemy.exc import IntegrityError

from app.conventions.models import Opinion, Verdict
from app.conventions.queries import opinions, texts, waiting
from app.conventions.services import drafting, review
from app.conventions.services import opinions as opinions_services
from app.conventions.states import VersionState
from app.core.db import db
from app.core.errors import Refused
from tests.conventions.given import assembly, decide


@pytest.fixture
def taken_up(commented, cast):
    """A draft whose comment is over tomorrow week, with one opinion taken up."""
    opinion = opinions_services.give_opinion(
        cast.actor("resident"), commented, text="写上电梯", clause=None, person=cast.zhang
    )
    opinions_services.answer_opinion(
        cast.actor("staff"), opinion, verdict=Verdict.ADOPTED, reason=""
    )
    db.session.commit()
    return commented


def change(cast, version, takes_up=None):
    clause = texts.clauses_of(version.id)[0]
    drafting.revise_clause(
        cast.actor("staff"),
        version,
        clause,
        heading=clause.heading,
        text="先到先停，电梯口不停。",
        clause_class=clause.clause_class,
        seen=version.version,
        takes_up=takes_up,
    )


def test_it_is_not_sent_on_as_it_was(taken_up, cast, later):
    with later(8), pytest.raises(Refused):
        review.submit(cast.actor("staff"), taken_up)


def test_the_change_names_the_opinion_and_then_it_is_sent_on(taken_up, cast, later):
    staff = cast.actor("staff")
    [opinion] = opinions.not_in_text(taken_up.id)
    with later(8):
        drafting.redraft(staff, taken_up)
        change(cast, taken_up)
        with pytest.raises(Refused):
            review.submit(staff, taken_up)
        change(cast, taken_up, takes_up=opinion)
        review.submit(staff, taken_up)
    assert taken_up.state is VersionState.UNDER_REVIEW
    assert opinion.in_text_clause_id == texts.clauses_of(taken_up.id)[0].id


def test_a_new_clause_or_one_taken_out_takes_an_opinion_up_as_well(taken_up, cast, later):
    staff = cast.actor("staff")
    [opinion] = opinions.not_in_text(taken_up.id)
    with later(8):
        drafting.redraft(staff, taken_up)
        added = drafting.add_clause(
            staff, taken_up, heading="", text="电梯口不停。", clause_class=None, takes_up=opinion
        )
        assert not opinions.not_in_text(taken_up.id)
        drafting.remove_clause(staff, taken_up, added)
        assert opinions.not_in_text(taken_up.id) == [opinion]
        first = texts.clauses_of(taken_up.id)[0]
        drafting.remove_clause(staff, taken_up, first, takes_up=opinion)
        review.submit(staff, taken_up)
    assert taken_up.state is VersionState.UNDER_REVIEW


def test_the_preamble_takes_an_opinion_up_as_well(taken_up, cast, later):
    staff = cast.actor("staff")
    [opinion] = opinions.not_in_text(taken_up.id)
    with later(8):
        drafting.redraft(staff, taken_up)
        drafting.revise(
            staff, taken_up, preamble="电梯口不停。", legal_basis="", lawyer_opinion="",
            seen=taken_up.version, takes_up=opinion,
        )  # fmt: skip
    assert not opinions.not_in_text(taken_up.id)


def test_what_the_text_says_already_needs_no_change_but_a_reason(commented, cast, later):
    staff = cast.actor("staff")
    opinion = opinions_services.give_opinion(
        cast.actor("resident"), commented, text="狗要牵绳", clause=None, person=cast.zhang
    )
    for verdict, reason, field in (
        (Verdict.ADOPTED, "", "reason"),
        (Verdict.NOT_ADOPTED, "已写", "verdict"),
    ):
        with pytest.raises(Refused) as refused:
            opinions_services.answer_opinion(
                staff, opinion, verdict=verdict, reason=reason, said_already=True
            )
        assert refused.value.field == field
    opinions_services.answer_opinion(
        staff, opinion, verdict=Verdict.ADOPTED, reason="第二条已写明", said_already=True
    )
    with later(8):
        review.submit(staff, commented)
    assert commented.state is VersionState.UNDER_REVIEW


def test_the_clause_that_says_it_is_pointed_out_on_the_page(taken_up, cast, sign_in, later):
    client = sign_in(cast.staff)
    [opinion] = opinions.not_in_text(taken_up.id)
    path = f"/conventions/{taken_up.convention_id}/versions/1"
    clause = texts.clauses_of(taken_up.id)[1]
    with later(8):
        page = client.get(path).get_data(as_text=True)
        assert "尚未写入文本" in page
        assert '<option value=""></option>' in page
        address = f"/conventions/opinions/{opinion.id}/point-out"
        for wrong in ("", "999999"):
            assert client.post(address, data={"clause": wrong}).status_code == 422
        assert client.post(address, data={"clause": clause.id}).status_code == 303
        assert opinion.in_text_clause_id == clause.id
        page = client.get(path).get_data(as_text=True)
    assert "尚未写入文本" not in page
    assert "已写入文本" in page


def test_a_clause_is_changed_for_an_opinion_on_the_page(taken_up, cast, sign_in, later):
    client = sign_in(cast.staff)
    [opinion] = opinions.not_in_text(taken_up.id)
    with later(8):
        drafting.redraft(cast.actor("staff"), taken_up)
        db.session.commit()
        clause = texts.clauses_of(taken_up.id)[0]
        address = f"/conventions/versions/{taken_up.id}/clauses/{clause.id}"
        assert "写上电梯" in client.get(f"{address}?opinion={opinion.id}").get_data(as_text=True)
        data = {"text": "电梯口不停。", "takes_up": opinion.id, "seen": taken_up.version}
        assert client.post(address, data=data | {"takes_up": "999999"}).status_code == 422
        assert client.post(address, data=data).status_code == 303
    assert opinion.in_text_clause_id == clause.id


def test_an_opinion_not_taken_up_gets_into_no_text(commented, cast, later):
    staff = cast.actor("staff")
    opinion = opinions_services.give_opinion(
        cast.actor("resident"), commented, text="罚款", clause=None, person=cast.zhang
    )
    opinions_services.answer_opinion(staff, opinion, verdict=Verdict.NOT_ADOPTED, reason="不能设定")
    with pytest.raises(Refused):
        opinions_services.point_out(staff, opinion, clause=texts.clauses_of(commented.id)[0])


def test_once_it_is_sent_on_nothing_is_pointed_out_any_more(taken_up, cast, later):
    staff, clause = cast.actor("staff"), texts.clauses_of(taken_up.id)[0]
    [opinion] = opinions.not_in_text(taken_up.id)
    with later(8):
        opinions_services.point_out(staff, opinion, clause=clause)
        review.submit(staff, taken_up)
        with pytest.raises(Refused, match="起草"):
            opinions_services.point_out(staff, opinion, clause=clause)


@pytest.mark.both_engines
def test_the_database_sends_nothing_on_without_it(taken_up):
    taken_up.state = VersionState.UNDER_REVIEW
    with pytest.raises(IntegrityError, match="not in the text"):
        db.session.flush()


def test_not_while_residents_may_comment(taken_up, cast, later):
    with later(7), pytest.raises(Refused):
        drafting.redraft(cast.actor("staff"), taken_up)


def test_a_draft_nobody_was_asked_about_is_not_sent_on(draft, cast):
    with pytest.raises(Refused):
        review.submit(cast.actor("staff"), draft)


def test_residents_can_still_read_it(taken_up, cast, later, client):
    path = f"/conventions/{taken_up.convention_id}/versions/1"
    with later(8):
        drafting.redraft(cast.actor("staff"), taken_up)
        db.session.commit()
        page = client.get(path)
    assert page.status_code == 200
    assert "修改中" in page.get_data(as_text=True)


def test_staff_find_it_among_what_waits(taken_up, cast, later):
    with later(8):
        drafting.redraft(cast.actor("staff"), taken_up)
        [waits] = waiting.waiting(cast.actor("staff"))
    assert waits.title == taken_up.convention.title


def test_the_page_leads_the_way(taken_up, cast, later, sign_in):
    client = sign_in(cast.staff)
    [opinion] = opinions.not_in_text(taken_up.id)
    path = f"/conventions/{taken_up.convention_id}/versions/1"
    with later(8):
        assert "按意见修改文本" in client.get(path).get_data(as_text=True)
        sent = client.post(f"/conventions/versions/{taken_up.id}/redraft")
        assert sent.status_code == 303
        assert "报送审核" not in client.get(path).get_data(as_text=True)
        change(cast, taken_up, takes_up=opinion)
        db.session.commit()
        assert "报送审核" in client.get(path).get_data(as_text=True)


def test_a_text_voted_down_and_one_that_was_voted_on_wait_for_staff(reviewed, cast):
    staff, meeting = cast.actor("staff"), assembly(cast)
    review.put_to_vote(staff, reviewed, meeting)
    assert waiting.waiting(staff) == []
    decide(cast, meeting, ayes_but=4)
    assert len(waiting.waiting(staff)) == 1
    review.take_result(staff, reviewed)
    assert reviewed.state is VersionState.REJECTED
    assert len(waiting.waiting(staff)) == 1


def test_the_button_is_there_once_nothing_is_missing(commented, cast, sign_in, later):
    address = f"/conventions/{commented.convention_id}/versions/{commented.number}"
    button = f"/conventions/versions/{commented.id}/submit"
    opinions_services.give_opinion(
        cast.actor("resident"), commented, text="写上电梯", clause=None, person=cast.zhang
    )
    db.session.commit()
    client = sign_in(cast.staff)
    page = client.get(address).text
    assert button not in page
    assert "还有意见没有答复" in page
    [opinion] = db.session.query(Opinion).all()
    opinions_services.answer_opinion(
        cast.actor("staff"), opinion, verdict=Verdict.NOT_ADOPTED, reason="另有规定"
    )
    db.session.commit()
    with later(8):
        assert button in client.get(address).text


def step_of(page, name):
    """How far the page says this step is."""
    steps = re.findall(r'<span class="step-text">([^<]+)<span[^>]*> · ([^<]+)</span>', page)
    return dict(steps)[name]


def test_until_the_last_day_is_over_the_page_says_when_the_text_can_be_revised(
    commented, cast, later, sign_in
):
    address = f"/conventions/{commented.convention_id}/versions/1"
    for days, revisable in ((7, False), (8, True)):
        with later(days):
            page = sign_in(cast.staff).get(address).text
            assert ("/redraft" in page) is revisable
            assert ("过后方可按意见修改文本" in page) is not revisable


def test_the_comment_stays_done_while_the_text_is_revised(commented, cast, later, sign_in):
    address = f"/conventions/{commented.convention_id}/versions/1"
    with later(8):
        drafting.redraft(cast.actor("staff"), commented)
        db.session.commit()
        page = sign_in(cast.staff).get(address).text
    assert step_of(page, "公开征求意见") == "已完成"
    assert step_of(page, "街道审核中") == "未开始"


def test_what_is_in_force_is_where_it_is_and_has_nothing_left_to_look_at(in_force, cast, sign_in):
    page = sign_in(cast.staff).get(f"/conventions/{in_force.convention_id}/versions/1").text
    assert step_of(page, "施行中") == "进行中"
    assert step_of(page, "已备案，待公布") == "已完成"
    assert "请先核对以下内容" not in page


def test_a_draft_has_them_to_look_at(draft, cast, sign_in):
    page = sign_in(cast.staff).get(f"/conventions/{draft.convention_id}/versions/1").text
    assert "请先核对以下内容" in page


def test_what_to_look_at_names_its_clause(draft, cast, sign_in):
    clause = drafting.add_clause(
        cast.actor("staff"), draft, heading="", text="违者罚款。", clause_class=None
    )
    db.session.commit()
    page = sign_in(cast.staff).get(f"/conventions/{draft.convention_id}/versions/1").text
    assert f"第{clause.position}条</a>：可能设定了" in page


def test_the_form_for_an_opinion_says_until_when(commented, cast, sign_in, client):
    """A telephone shows it above the form alone, and not below it the card that leads up to it."""
    address = f"/conventions/{commented.convention_id}/versions/1"
    until = "这是草案，征求意见至"
    visited = client.get(address).text
    assert until in visited
    assert 'class="beside"' not in visited
    page = sign_in(cast.resident).get(address).text
    assert until in page[page.index('id="opinion"') : page.index('class="beside"')]
    assert until not in sign_in(cast.staff).get(address).text
