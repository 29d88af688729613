import re

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import Refused
from app.topics.models import Topic, TopicBuilding, TopicSource
from app.topics.queries import topics as queries
from app.topics.services import screening as services
from app.topics.states import TopicState


def the_topic():
    return db.session.scalars(select(Topic)).one()


def test_a_resident_raises_a_topic_in_one_form(cast, sign_in):
    answer = sign_in(cast.resident).post(
        "/topics/new",
        data={"title": "门禁坏了", "building_ids": [cast.building.id], "wish": "修好", "body": ""},
    )

    topic = the_topic()
    assert (answer.status_code, answer.location) == (303, f"/topics/{topic.id}")
    assert topic.state is TopicState.SUBMITTED
    assert (topic.author_id, topic.by_proxy) == (cast.zhang.id, False)
    assert topic.source is TopicSource.OPINION_POINT
    assert db.session.scalars(select(TopicBuilding.place_id)).all() == [cast.building.id]


def test_a_draft_is_saved_for_its_author_alone_and_submitted_later(cast, sign_in):
    sign_in(cast.resident).post("/topics/new", data={"title": "楼道灯坏了", "draft": "1"})
    topic_id = the_topic().id

    for user in (cast.other_resident, cast.staff, cast.street_officer, cast.grid_worker):
        assert sign_in(user).get(f"/topics/{topic_id}").status_code == 404
        assert "楼道灯坏了" not in sign_in(user).get("/topics").text
    assert sign_in(cast.resident).post(f"/topics/{topic_id}/submit").status_code == 303
    assert the_topic().state is TopicState.SUBMITTED


def test_submitting_twice_changes_nothing(cast, draft, sign_in):
    topic_id = draft().id
    resident = sign_in(cast.resident)
    resident.post(f"/topics/{topic_id}/submit")

    again = resident.post(f"/topics/{topic_id}/submit")

    assert again.status_code == 409
    assert len(queries.steps_of(topic_id)) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("title", "   "), ("title", "长" * 101), ("body", "长" * 10_000), ("wish", "长" * 2001)],
)  # fmt: skip
def test_wrong_entries_come_back_beside_their_field_and_nothing_is_written(
    cast, sign_in, field, value
):
    data = {"title": "门禁", "body": "坏了", "wish": "修"} | {field: value}

    answer = sign_in(cast.resident).post("/topics/new", data=data)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert db.session.scalar(select(func.count(Topic.id))) == 0


@pytest.mark.parametrize("value", ["abc", "999999", "99999999999999999999999"])
def test_a_building_that_is_not_there_is_refused(cast, sign_in, value):
    answer = sign_in(cast.resident).post(
        "/topics/new", data={"title": "门禁", "building_ids": [value]}
    )

    assert answer.status_code == 422
    assert 'id="building_ids-error"' in answer.text


def test_a_building_of_another_community_is_refused_by_the_service_too(cast, draft):
    elsewhere = cast.neighbour.id

    with pytest.raises(Refused) as refusal:
        draft(building_ids=[elsewhere])
    assert refusal.value.field == "building_ids"


def test_rare_characters_long_names_and_scripts_are_kept_and_shown_as_text(cast, sign_in):
    resident = sign_in(cast.resident)
    resident.post(
        "/topics/new", data={"title": "𠮷䶮·買買提", "body": "<script>alert(1)</script>\x00"}
    )

    topic = the_topic()
    page = resident.get(f"/topics/{topic.id}").text
    assert topic.body == "<script>alert(1)</script>"
    assert "𠮷䶮·買買提" in page
    assert "<script>alert" not in page


def test_numbers_run_within_the_year_and_the_community(draft):
    first, second = draft(), draft()

    assert first.number.endswith("-001")
    assert second.number.endswith("-002")


def test_whose_it_is_is_explained_to_who_hears_the_page(cast, sign_in):
    page = sign_in(cast.staff).get("/topics/enter").text

    assert 'aria-describedby="author_id-help"' in page
    assert 'id="author_id-help"' in page


def test_a_grid_worker_enters_a_topic_for_somebody_in_their_grid(cast, sign_in):
    answer = sign_in(cast.grid_worker).post(
        "/topics/enter",
        data={"source": "grid", "author_id": cast.wang.id, "title": "楼道堆物"},
    )

    topic = the_topic()
    assert answer.status_code == 303
    assert (topic.author_id, topic.by_proxy, topic.entered_by_id) == (
        cast.wang.id,
        True,
        cast.grid_worker.id,
    )


@pytest.mark.parametrize("source", ["opinion_point", "co_signed", "grid"])
def test_a_residents_source_needs_a_resident(cast, sign_in, source):
    answer = sign_in(cast.staff).post("/topics/enter", data={"source": source, "title": "楼道堆物"})

    assert answer.status_code == 422
    assert 'id="author_id-error"' in answer.text


def test_a_units_topic_needs_a_unit_and_has_no_author(cast, sign_in):
    staff = sign_in(cast.staff)
    data = {"source": "unit", "title": "校门口停车"}

    without = staff.post("/topics/enter", data=data)
    staff.post("/topics/enter", data=data | {"unit_id": cast.school.id, "author_id": ""})

    assert 'id="unit_id-error"' in without.text
    assert (the_topic().author_id, the_topic().unit_id) == (None, cast.school.id)


@pytest.mark.parametrize("source", ["unit", "superior", "party"])
def test_a_resident_who_cannot_be_the_author_is_not_left_out_silently(cast, sign_in, source):
    data = {"source": source, "title": "停车", "author_id": cast.wang.id}
    if source == "unit":
        data["unit_id"] = cast.school.id

    answer = sign_in(cast.staff).post("/topics/enter", data=data)

    assert answer.status_code == 422
    assert 'id="author_id-error"' in answer.text
    assert 'id="author_id-none"' in answer.text
    assert db.session.scalar(select(func.count(Topic.id))) == 0


@pytest.mark.parametrize("source", ["grid", "superior"])
def test_neither_is_a_unit(cast, sign_in, source):
    data = {"source": source, "title": "停车", "unit_id": cast.school.id}
    if source == "grid":
        data["author_id"] = cast.wang.id

    answer = sign_in(cast.staff).post("/topics/enter", data=data)

    assert answer.status_code == 422
    assert 'id="unit_id-error"' in answer.text


def test_a_units_contact_follows_what_their_unit_raised(cast, sign_in):
    sign_in(cast.staff).post(
        "/topics/enter",
        data={"source": "unit", "title": "电梯维保", "unit_id": cast.property_firm.id},
    )
    contact = sign_in(cast.unit_contact)

    assert contact.get(f"/topics/{the_topic().id}").status_code == 200
    assert "电梯维保" in contact.get("/inbox").text


def test_nobody_is_the_author_of_what_comes_from_above(cast, sign_in):
    sign_in(cast.staff).post("/topics/enter", data={"source": "superior", "title": "反诈宣传"})

    assert the_topic().author_id is None
    assert the_topic().by_proxy is False


def test_a_person_of_another_community_cannot_be_the_author(cast, sign_in):
    answer = sign_in(cast.staff).post(
        "/topics/enter",
        data={"source": "grid", "title": "楼道", "author_id": cast.neighbour_person.id},
    )

    assert answer.status_code == 422
    assert db.session.scalar(select(func.count(Topic.id))) == 0


def test_finding_the_author_keeps_what_was_typed_without_javascript(cast, sign_in):
    page = sign_in(cast.staff).post(
        "/topics/enter",
        data={"source": "grid", "title": "楼道堆物", "author_id_search": "wf", "find": "author_id"},
    )

    assert page.status_code == 200
    assert "王芳" in page.text
    assert 'value="楼道堆物"' in page.text
    assert db.session.scalar(select(func.count(Topic.id))) == 0


def test_finding_the_author_as_one_types_answers_with_the_list_alone(cast, sign_in):
    answer = sign_in(cast.staff).get(
        "/topics/enter",
        query_string={"author_id_search": "wf"},
        headers={"HX-Request": "true", "HX-Target": "author_id-list"},
    )

    assert "王芳" in answer.text
    assert "<html" not in answer.text


def test_staff_do_not_raise_topics_of_their_own_and_residents_do_not_enter_for_others(
    cast, sign_in
):
    assert sign_in(cast.staff).get("/topics/new").status_code == 403
    assert sign_in(cast.resident).get("/topics/enter").status_code == 403


def test_a_returned_topic_is_changed_and_submitted_again(cast, submitted, sign_in):
    topic = submitted()
    services.return_topic(cast.actor("staff"), topic, reason="哪个单元？")
    db.session.commit()
    resident = sign_in(cast.resident)

    page = resident.get(f"/topics/{topic.id}/edit").text
    answer = resident.post(
        f"/topics/{topic.id}/edit",
        data={"title": "2栋2单元门禁坏了", "version": topic.version},
    )

    assert "哪个单元？" in page
    assert answer.status_code == 303
    assert (the_topic().title, the_topic().state) == ("2栋2单元门禁坏了", TopicState.SUBMITTED)


def test_a_stale_form_changes_nothing(cast, draft, sign_in):
    topic = draft()
    resident = sign_in(cast.resident)
    first = {"title": "第一次改", "version": topic.version, "draft": "1"}
    resident.post(f"/topics/{topic.id}/edit", data=first)

    answer = resident.post(f"/topics/{topic.id}/edit", data=first | {"title": "旧表单"})

    assert answer.status_code == 422
    assert the_topic().title == "第一次改"


@pytest.mark.parametrize("version", ["", "abc", "-1", "99999999999999999999"])
def test_a_forged_version_changes_nothing(cast, draft, sign_in, version):
    topic = draft()

    answer = sign_in(cast.resident).post(
        f"/topics/{topic.id}/edit", data={"title": "改", "version": version}
    )

    assert answer.status_code == 422
    assert the_topic().title == "2栋单元门禁坏了三个月"


def test_what_was_submitted_cannot_be_changed(cast, submitted, sign_in):
    topic = submitted()

    answer = sign_in(cast.resident).post(
        f"/topics/{topic.id}/edit", data={"title": "改", "version": topic.version}
    )

    assert answer.status_code == 422
    assert the_topic().title == "2栋单元门禁坏了三个月"


def test_others_cannot_change_or_submit_it(cast, draft, sign_in):
    topic_id = draft().id
    for user in (cast.other_resident, cast.staff, cast.neighbour_resident):
        visitor = sign_in(user)
        assert visitor.get(f"/topics/{topic_id}/edit").status_code == 404
        assert visitor.post(f"/topics/{topic_id}/edit", data={"title": "x"}).status_code == 404
        assert visitor.post(f"/topics/{topic_id}/submit").status_code == 404


def test_a_similar_topic_is_suggested_while_typing(cast, submitted, sign_in):
    submitted("other_resident", title="2栋门禁坏了没人修")
    resident = sign_in(cast.resident)

    fragment = resident.get(
        "/topics/new",
        query_string={"title": "2栋的门禁坏了"},
        headers={"HX-Request": "true", "HX-Target": "similar"},
    ).text
    refused = resident.post("/topics/new", data={"title": "2栋门禁坏了", "wish": "长" * 2001}).text

    assert "2栋门禁坏了没人修" in fragment
    assert "<html" not in fragment
    assert "2栋门禁坏了没人修" in refused


def test_what_was_submitted_is_not_offered_for_changing(cast, sign_in, submitted):
    topic = submitted()
    client = sign_in(cast.resident)
    answer = client.get(f"/topics/{topic.id}/edit")

    assert (answer.status_code, answer.location) == (303, f"/topics/{topic.id}")
    assert "已提交的议题不能再修改" in client.get(answer.location).text


def test_no_building_is_ticked_that_nobody_ticked(cast, sign_in):
    assert cast.zhang.household_id is not None
    page = sign_in(cast.resident).get("/topics/new").text
    assert f'name="building_ids" value="{cast.building.id}"' in page
    assert "checked" not in page


@pytest.mark.parametrize("path", ["/topics/new", "/topics/enter"])
def test_nothing_that_is_pasted_is_cut_off_without_a_word(cast, sign_in, path):
    page = sign_in(cast.resident if path == "/topics/new" else cast.staff).get(path).text
    form = page.partition('class="form-narrow"')[2].partition("</form>")[0]
    for name in ("title", "body", "wish"):
        [control] = re.findall(rf'<(?:input|textarea)[^>]* name="{name}"[^>]*>', form)
        assert "maxlength" not in control
