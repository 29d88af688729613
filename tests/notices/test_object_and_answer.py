from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.core.masking import masked_name, masked_phone
from app.inbox.queries import unread_count
from app.notices import queries, services
from app.notices.models import NoticeKind, Objection

MONDAY = clock.at(date(2026, 3, 2), 9)
AFTER = date(2026, 3, 18)


@pytest.fixture(autouse=True)
def on_a_monday():
    with clock.frozen(MONDAY):
        yield


@pytest.fixture
def notice(cast):
    notice = services.publish(
        cast.actor("staff"), community_id=cast.community.id, kind=NoticeKind.RESOLUTION, title="电梯维修",
        body="内容", contact="电话",
    )  # fmt: skip
    db.session.commit()
    return notice


@pytest.fixture
def objection(cast, notice):
    objection = services.object_to(cast.actor("resident"), notice, text="费用分摊不公，李某多占")
    db.session.commit()
    return objection


def test_a_resident_objects_for_themselves(cast, notice, sign_in):
    answer = sign_in(cast.resident).post(f"/notices/{notice.id}/object", data={"text": "不同意"})

    found = db.session.scalars(select(Objection)).one()
    assert answer.status_code == 303
    assert (found.person_id, found.name, found.phone) == (cast.zhang.id, "张建国", "13800001234")
    assert queries.unanswered(notice.id) == 1
    assert unread_count(cast.actor("staff")) == 1


def test_the_same_objection_sent_twice_is_taken_once(cast, notice, sign_in):
    reader = sign_in(cast.resident)
    reader.post(f"/notices/{notice.id}/object", data={"text": "不同意"})

    again = reader.post(f"/notices/{notice.id}/object", data={"text": "不同意"})

    assert again.status_code == 422
    assert queries.unanswered(notice.id) == 1


def test_after_the_period_nobody_objects(cast, notice):
    with clock.frozen(clock.at(AFTER, 8)), pytest.raises(Refused):
        services.object_to(cast.actor("resident"), notice, text="晚了")


def test_a_letter_that_came_in_time_is_entered_later(cast, notice):
    with clock.frozen(clock.at(AFTER, 8)):
        entered = services.object_for(
            cast.actor("staff"), notice, text="来信", person_id=None, name="外地业主", phone=None,
            received_on=date(2026, 3, 17),
        )  # fmt: skip

    assert entered.received_on == date(2026, 3, 17)


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 3)])
def test_a_day_before_the_notice_or_in_the_future_is_refused(cast, notice, day):
    with pytest.raises(Refused) as refusal:
        services.object_for(
            cast.actor("staff"), notice, text="来信", person_id=cast.li.id, name=None, phone=None,
            received_on=day,
        )  # fmt: skip

    assert refusal.value.field == "received_on"


def test_a_withdrawn_notice_takes_no_objections(cast, notice):
    services.withdraw(cast.actor("staff"), notice, reason="有误")

    with pytest.raises(Refused):
        services.object_to(cast.actor("resident"), notice, text="不同意")


def test_staff_find_a_resident_and_enter_their_objection(cast, notice, sign_in):
    staff = sign_in(cast.staff)
    address = f"/notices/{notice.id}/objections/new"

    found = staff.get(
        address, query_string={"person_id_search": "lxy"},
        headers={"HX-Request": "true", "HX-Target": "person_id-list"},
    ).text  # fmt: skip
    without_script = staff.post(
        address, data={"person_id_search": "lxy", "find": "1", "text": "留着"}
    )
    entered = staff.post(
        address,
        data={"person_id": cast.li.id, "text": "电话反映", "received_on": "2026-03-02"},
    )

    assert "李秀英" in found
    assert "<html" not in found
    assert "李秀英" in without_script.text
    assert "留着" in without_script.text
    assert entered.status_code == 303
    objection = db.session.scalars(select(Objection)).one()
    assert (objection.person_id, objection.entered_by_id) == (cast.li.id, cast.staff.id)


def test_staff_cannot_pick_a_person_of_another_community(cast, notice, sign_in):
    answer = sign_in(cast.staff).post(
        f"/notices/{notice.id}/objections/new",
        data={"person_id": cast.neighbour_person.id, "text": "x", "received_on": "2026-03-02"},
    )

    assert answer.status_code == 422
    assert 'id="person_id-error"' in answer.text


def test_entering_for_nobody_is_refused_beside_the_field(cast, notice, sign_in):
    answer = sign_in(cast.staff).post(
        f"/notices/{notice.id}/objections/new", data={"text": "x", "received_on": "2026-03-02"}
    )

    assert answer.status_code == 422
    assert 'id="person_id-error"' in answer.text


def test_another_communitys_people_cannot_object_or_answer(cast, notice, objection, sign_in):
    notice_id, objection_id = notice.id, objection.id
    resident, staff = cast.neighbour_resident, cast.neighbour_staff

    assert sign_in(resident).get(f"/notices/{notice_id}/object").status_code == 404
    assert (
        sign_in(resident).post(f"/notices/{notice_id}/object", data={"text": "x"}).status_code
        == 404
    )
    assert sign_in(staff).get(f"/notices/{notice_id}/objections/new").status_code == 404
    assert sign_in(staff).get(f"/notices/objections/{objection_id}/answer").status_code == 404
    assert (
        sign_in(staff).post(f"/notices/objections/{objection_id}/answer", data={}).status_code
        == 404
    )


def test_an_answer_reaches_whoever_objected(cast, notice, objection, sign_in):
    answer = sign_in(cast.staff).post(
        f"/notices/objections/{objection.id}/answer",
        data={"upheld": "no", "answer": "费用按面积分摊。"},
    )

    assert answer.status_code == 303
    assert (queries.unanswered(notice.id), queries.upheld(notice.id)) == (0, 0)
    assert unread_count(cast.actor("resident")) == 1
    page = sign_in(cast.resident).get("/inbox").text
    assert "电梯维修" in page


def test_an_overseers_own_objection_is_answered_to_them(cast, notice):
    objection = services.object_to(cast.actor("oversight"), notice, text="程序有误")
    services.answer_objection(cast.actor("staff"), objection, answer="已更正", upheld=True)

    assert unread_count(cast.actor("oversight")) == 1


def test_answering_needs_an_outcome_and_words(cast, objection, sign_in):
    answer = sign_in(cast.staff).post(f"/notices/objections/{objection.id}/answer", data={})

    assert answer.status_code == 422
    assert 'id="upheld-error"' in answer.text
    assert 'id="answer-error"' in answer.text


def test_an_objection_is_answered_once(cast, objection, sign_in):
    staff = sign_in(cast.staff)
    data = {"upheld": "no", "answer": "第一次"}
    staff.post(f"/notices/objections/{objection.id}/answer", data=data)

    again = staff.post(
        f"/notices/objections/{objection.id}/answer", data=data | {"answer": "第二次"}
    )

    assert again.status_code == 422
    assert db.session.scalars(select(Objection)).one().answer == "第一次"


def test_an_answered_objection_has_no_form_any_more(cast, objection, notice, sign_in):
    services.answer_objection(cast.actor("staff"), objection, answer="不成立", upheld=False)
    db.session.commit()
    staff = sign_in(cast.staff)

    opened = staff.get(f"/notices/objections/{objection.id}/answer")

    assert (opened.status_code, opened.location) == (303, f"/notices/{notice.id}")
    page = staff.get(opened.location).text
    assert "该异议已经答复" in page
    assert "不成立" in page


def test_an_upheld_objection_asks_staff_to_withdraw_and_correct(cast, notice, objection, sign_in):
    services.answer_objection(cast.actor("staff"), objection, answer="成立", upheld=True)
    db.session.commit()

    withdraw = f'href="/notices/{notice.id}/withdraw"'
    assert withdraw in sign_in(cast.staff).get(f"/notices/{notice.id}").text
    seen = sign_in(cast.resident).get(f"/notices/{notice.id}").text
    assert "异议成立" in seen
    assert withdraw not in seen
    (waits,) = queries.waiting(cast.actor("staff"))
    assert str(waits.text.msgid) == "Withdraw or correct: an objection was upheld"
    assert queries.waiting(cast.actor("resident")) == []

    services.withdraw(cast.actor("staff"), notice, reason="异议成立，重新测算")
    assert queries.waiting(cast.actor("staff")) == []


def test_nobody_answers_their_own_objection(cast, objection):
    cast.resident.person_id = None
    db.session.flush()
    cast.staff.person_id = cast.zhang.id
    db.session.flush()

    with pytest.raises(Refused):
        services.answer_objection(cast.actor("staff"), objection, answer="同意自己", upheld=True)


def test_whoever_objected_finds_no_button_to_answer_it(cast, notice, objection, sign_in):
    page, answer = f"/notices/{notice.id}", f"/notices/objections/{objection.id}/answer"
    assert answer in sign_in(cast.staff).get(page).text
    cast.resident.person_id = None
    db.session.flush()
    cast.staff.person_id = cast.zhang.id
    db.session.commit()

    assert answer not in sign_in(cast.staff).get(page).text


def test_a_notice_is_cleared_only_when_over_answered_and_nothing_upheld(cast, notice, objection):
    assert not queries.cleared(notice, AFTER)
    services.answer_objection(cast.actor("staff"), objection, answer="不成立", upheld=False)
    assert not queries.cleared(notice, date(2026, 3, 17))
    assert queries.cleared(notice, AFTER)

    other = services.object_to(cast.actor("other_resident"), notice, text="另一条")
    services.answer_objection(cast.actor("staff"), other, answer="成立", upheld=True)
    assert not queries.cleared(notice, AFTER)


@pytest.mark.usefixtures("objection")
def test_the_board_masks_names_and_keeps_the_words_of_an_objection(notice, client):
    page = client.get(f"/notices/{notice.id}").text

    assert "张*国" in page
    assert "张建国" not in page
    assert "李某多占" not in page


@pytest.mark.usefixtures("objection")
def test_staff_overseers_and_whoever_objected_read_the_words(cast, notice, sign_in):
    for user in (cast.staff, cast.oversight, cast.street_officer, cast.resident):
        assert "李某多占" in sign_in(user).get(f"/notices/{notice.id}").text
    for user in (cast.other_resident, cast.neighbour_staff, cast.unit_contact):
        assert "李某多占" not in sign_in(user).get(f"/notices/{notice.id}").text


def test_only_those_who_answer_see_whose_it_is(cast, notice, objection, sign_in):
    form = sign_in(cast.resident).get(f"/notices/{notice.id}/object").text
    assert "您的姓名和电话只有负责答复的人能看到" in form
    for user, seen in ((cast.staff, True), (cast.street_officer, True), (cast.oversight, False)):
        page = sign_in(user).get(f"/notices/{notice.id}").text
        for words in (objection.name, masked_phone(objection.phone)):
            assert (words in page) is seen, user.username
        assert masked_name(objection.name) not in page


def test_the_result_sheet_says_what_came_of_the_objections(cast, notice, objection, client):
    services.answer_objection(
        cast.actor("staff"), objection, answer="费用按面积分摊。", upheld=False
    )
    db.session.commit()

    with clock.frozen(clock.at(AFTER, 9)):
        sheet = client.get(f"/notices/{notice.id}/result").text

    assert "费用按面积分摊。" in sheet
    assert "张*国" in sheet
    assert "张建国" not in sheet


@pytest.mark.both_engines
def test_unanswered_objections_wait_for_staff_and_nobody_else(cast, notice, objection, counted):
    staff = cast.actor("staff")
    with counted() as sent:
        waiting = queries.waiting(staff)

    assert len(sent) == 1
    assert [(item.title, item.args) for item in waiting] == [("电梯维修", {"notice_id": notice.id})]
    assert queries.waiting(cast.actor("street_officer"))
    assert queries.waiting(cast.actor("neighbour_staff")) == []
    assert queries.waiting(cast.actor("resident")) == []
    services.answer_objection(staff, objection, answer="不成立", upheld=False)
    assert queries.waiting(staff) == []


def test_ten_thousand_characters_come_back_with_the_error_beside_the_field(cast, notice, sign_in):
    answer = sign_in(cast.resident).post(
        f"/notices/{notice.id}/object", data={"text": "长" * 10_000}
    )

    assert answer.status_code == 422
    assert 'id="text-error"' in answer.text


@pytest.mark.both_engines
def test_the_words_of_an_objection_cannot_be_changed_in_the_database(objection):
    with pytest.raises(IntegrityError):
        db.session.execute(update(Objection).where(Objection.id == objection.id).values(text="改"))


@pytest.mark.parametrize("phone", ["12", "电话abc", "12345678901"])
def test_what_is_no_telephone_number_is_refused_beside_the_field(cast, notice, sign_in, phone):
    own, given = f"/notices/{notice.id}/object", {"text": "不同意", "phone": phone}
    for user, address, more in (
        (cast.resident, own, {}),
        (
            cast.staff,
            f"/notices/{notice.id}/objections/new",
            {"name": "某某", "received_on": "2026-03-02"},
        ),
    ):
        answer = sign_in(user).post(address, data=given | more)
        assert answer.status_code == 422
        assert 'id="phone-error"' in answer.text
    assert queries.unanswered(notice.id) == 0


@pytest.mark.parametrize(
    ("written", "kept"),
    [("", "13800001234"), ("１３７ 0000-2468", "13700002468"), ("0830-2345678", "08302345678")],
)
def test_a_number_is_kept_in_digits_and_the_registered_one_need_not_be_given(
    cast, notice, sign_in, written, kept
):
    resident, address = sign_in(cast.resident), f"/notices/{notice.id}/object"
    assert "不填则使用您登记的号码138****1234" in resident.get(address).text
    resident.post(address, data={"text": "不同意", "phone": written})
    assert db.session.scalars(select(Objection)).one().phone == kept
