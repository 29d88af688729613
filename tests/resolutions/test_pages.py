"""What the pages show to whom."""

from __future__ import annotations

import re

import pytest

from app.core.db import db
from app.resolutions import services
from app.tasks.models.tasks import Task
from app.tasks.services import dispatching
from tests.resolutions import given


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("who", ["staff", "street_officer", "host", "oversight"])
def test_who_works_with_resolutions_reads_them(cast, sign_in, resolution, who):
    given.verified(cast, resolution)
    db.session.commit()
    client = sign_in(getattr(cast, who))
    assert resolution.number in page(client, "/resolutions")
    assert given.MOTION in page(client, f"/resolutions/{resolution.id}")
    assert given.MOTION in page(client, f"/resolutions/{resolution.id}/print")


def test_on_paper_too_it_says_how_many_did_not_vote(cast, sign_in):
    resolution = given.resolution(cast, counts=(2, 0, 0))
    printed = page(sign_in(cast.staff), f"/resolutions/{resolution.id}/print")
    assert "弃权0票，未表决1人，表决通过" in printed


@pytest.mark.parametrize("who", ["resident", "unit_contact", "grid_worker"])
def test_others_are_told_they_may_not(cast, sign_in, who):
    assert sign_in(getattr(cast, who)).get("/resolutions").status_code == 403


def test_the_neighbours_staff_find_nothing(cast, sign_in, resolution):
    task = given.dispatched(cast, resolution)
    db.session.commit()
    client = sign_in(cast.neighbour_staff)
    assert resolution.number not in page(client, "/resolutions")
    assert task.title not in page(client, "/tasks")
    for path in (
        f"/resolutions/{resolution.id}",
        f"/resolutions/{resolution.id}/print",
        f"/tasks/new/resolution/{resolution.id}",
        f"/tasks/{task.id}",
        f"/tasks/{task.id}/dispatch",
        f"/chain/{resolution.topic_id}",
    ):
        assert client.get(path).status_code == 404, path


def test_a_contact_sees_the_tasks_of_their_unit_only(cast, sign_in, resolution):
    own = given.dispatched(cast, resolution, title="搭棚")
    other = given.dispatched(cast, resolution, title="种树", unit=cast.school)
    db.session.commit()
    client = sign_in(cast.unit_contact)
    shown = page(client, "/tasks")
    assert own.title in shown
    assert other.title not in shown
    assert client.get(f"/tasks/{own.id}").status_code == 200
    assert client.get(f"/tasks/{other.id}").status_code == 404


def test_a_resident_sees_their_own_and_what_is_open(cast, sign_in, resolution):
    own = given.dispatched(cast, resolution, title="发传单", person=cast.zhang)
    foreign = given.dispatched(cast, resolution, title="贴标线", person=cast.li)
    offered = given.drafted(cast, resolution, title="清扫")
    dispatching.offer(cast.actor("staff"), offered)
    db.session.commit()
    client = sign_in(cast.resident)
    assert own.title in page(client, "/tasks")
    assert offered.title in page(client, "/tasks?shelf=open")
    assert client.get(f"/tasks/{foreign.id}").status_code == 404
    assert "认领" in page(client, f"/tasks/{offered.id}")


def test_a_residents_tasks_open_where_there_is_something(cast, sign_in, resolution):
    offered = given.drafted(cast, resolution, title="清扫")
    dispatching.offer(cast.actor("staff"), offered)
    db.session.commit()
    client = sign_in(cast.resident)
    assert "清扫" in page(client, "/tasks")
    assert "清扫" not in page(client, "/tasks?shelf=mine")
    own = given.dispatched(cast, resolution, title="发传单", person=cast.zhang)
    db.session.commit()
    assert own.title in page(client, "/tasks")


def test_a_resident_finds_what_they_can_evaluate(cast, sign_in, resolution):
    task = given.verified(cast, resolution)
    db.session.commit()
    client = sign_in(cast.other_resident)
    assert task.title in page(client, "/tasks?shelf=evaluate")
    assert "evaluate-score" in page(client, f"/tasks/{task.id}")


def test_names_of_residents_are_masked_for_others(cast, sign_in, resolution):
    task = given.verified(cast, resolution, person=cast.zhang)
    given.evaluated(cast, task)
    db.session.commit()
    shown = page(sign_in(cast.other_resident), f"/tasks/{task.id}")
    assert cast.zhang.name not in shown
    for_staff = page(sign_in(cast.staff), f"/tasks/{task.id}")
    assert cast.zhang.name in for_staff
    assert f">{cast.li.name}<" not in for_staff
    assert "李*英" in for_staff


def test_only_the_buttons_that_can_be_pressed_now_are_there(cast, sign_in, resolution):
    task = given.dispatched(cast, resolution)
    db.session.commit()
    for_unit = page(sign_in(cast.unit_contact), f"/tasks/{task.id}")
    assert f"/tasks/{task.id}/accept" in for_unit
    assert f"/tasks/{task.id}/verify" not in for_unit
    assert f"/tasks/{task.id}/cancel" not in for_unit
    for_street = page(sign_in(cast.street_officer), f"/tasks/{task.id}")
    assert f"/tasks/{task.id}/" not in for_street


def test_an_old_page_says_so_and_keeps_what_was_typed(cast, sign_in, resolution):
    task = given.dispatched(cast, resolution)
    old = task.version
    dispatching.accept(cast.actor("staff"), task)
    db.session.commit()
    answer = sign_in(cast.unit_contact).post(
        f"/tasks/{task.id}/report", data={"report-text": "材料已到", "report-version": str(old)}
    )
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "材料已到" in shown
    assert (
        f'name="report-version" type="hidden" value="{db.session.get(Task, task.id).version}"'
        in shown
    )


@pytest.mark.both_engines
def test_the_list_is_filtered_and_searched(cast, sign_in, resolution):
    given.dispatched(cast, resolution, title="搭棚")
    given.drafted(cast, resolution, title="种树")
    db.session.commit()
    client = sign_in(cast.staff)
    assert "种树" not in page(client, "/tasks?group=to_accept")
    assert "搭棚" not in page(client, "/tasks?q=种树")
    assert "种树" not in page(client, f"/tasks?unit={cast.property_firm.id}")
    assert "搭棚" not in page(client, "/tasks?only=overdue")


@pytest.mark.both_engines
def test_a_search_answers_with_the_list_alone(cast, sign_in, resolution):
    given.dispatched(cast, resolution, title="搭棚")
    db.session.commit()
    headers = {"HX-Request": "true", "HX-Target": "tasks"}
    answer = sign_in(cast.staff).get("/tasks?q=搭棚", headers=headers).get_data(as_text=True)
    assert answer.strip().startswith('<div id="tasks">')
    assert "搭棚" in answer


def test_several_tasks_are_written_on_one_page_and_one_more(cast, sign_in, resolution):
    client = sign_in(cast.staff)
    path = f"/tasks/new/resolution/{resolution.id}"
    assert page(client, path).count('-title"') >= 3
    more = client.post(path, data={"more": "1", "rows-0-title": "搭棚"})
    assert more.status_code == 200
    assert "搭棚" in more.get_data(as_text=True)


def test_a_task_with_words_but_no_title_is_refused(cast, sign_in, resolution):
    answer = sign_in(cast.staff).post(
        f"/tasks/new/resolution/{resolution.id}",
        data={"rows-0-detail": "十个车位", "rows-0-difficulty": "hard"},
    )
    assert answer.status_code == 422
    assert 'id="rows-0-title-error"' in answer.text
    summary = answer.text.partition("error-summary")[2].partition("</ul>")[0]
    assert '<a href="#rows-0-title"' in summary
    assert "第1行 · 任务事项" in summary
    assert "{" not in summary


@pytest.mark.parametrize(
    "filled", [{"detail": "十个车位"}, {"difficulty": "hard"}, {"goes_to": "open"}]
)
def test_nor_is_a_row_dropped_beside_one_that_is_complete(cast, sign_in, resolution, filled):
    path = f"/tasks/new/resolution/{resolution.id}"
    rows = {f"rows-{n}-difficulty": "ordinary" for n in range(3)} | {"rows-0-title": "搭棚"}
    rows |= {f"rows-1-{name}": value for name, value in filled.items()}
    client = sign_in(cast.staff)
    answer = client.post(path, data=rows)
    assert answer.status_code == 422
    assert 'id="rows-1-title-error"' in answer.text
    assert 'id="rows-0-title-error"' not in answer.text
    assert db.session.query(Task).count() == 0
    assert client.post(path, data=rows | {"rows-1-title": "划线"}).status_code == 303
    assert db.session.query(Task).count() == 2


def test_rows_left_empty_are_no_tasks(cast, sign_in, resolution):
    rows = {f"rows-{n}-difficulty": "ordinary" for n in range(3)} | {"rows-0-title": "搭棚"}
    path = f"/tasks/new/resolution/{resolution.id}"
    assert sign_in(cast.staff).post(path, data=rows).status_code == 303
    assert db.session.query(Task).count() == 1


def test_somebody_is_found_by_name_to_dispatch_to(cast, sign_in, resolution):
    task = given.drafted(cast, resolution)
    db.session.commit()
    client = sign_in(cast.staff)
    path = f"/tasks/{task.id}/dispatch"
    headers = {"HX-Request": "true", "HX-Target": "person_id-list"}
    found = client.get(f"{path}?person_id_search=zjg", headers=headers).get_data(as_text=True)
    assert cast.zhang.name in found
    assert "<html" not in found
    data = {"person_id": str(cast.zhang.id), "version": str(task.version)}
    assert client.post(path, data=data).status_code == 303
    assert db.session.get(Task, task.id).person_id == cast.zhang.id


def ticked(text):
    """Whom the list has ticked; "" is nobody."""
    return re.findall(r'type="radio" name="person_id" value="(\d*)"[^>]* checked', text)


def test_whoever_alone_is_found_to_dispatch_to_is_ticked(cast, sign_in, resolution):
    task = given.drafted(cast, resolution)
    db.session.commit()
    client, path = sign_in(cast.staff), f"/tasks/{task.id}/dispatch"
    zhang = {"person_id_search": cast.zhang.name}
    assert ticked(client.get(path, query_string=zhang).text) == [str(cast.zhang.id)]
    assert ticked(client.get(path, query_string={"person_id_search": "z"}).text) == [""]
    unit = {"unit_id": cast.property_firm.id}
    assert ticked(client.get(path, query_string=zhang | unit).text) == [""]
    found = client.post(path, data=zhang | {"find": "person_id"})
    assert ticked(found.text) == [str(cast.zhang.id)]


def test_a_tick_goes_with_the_search_it_came_from(cast, sign_in, resolution):
    task = given.drafted(cast, resolution)
    db.session.commit()
    client, path = sign_in(cast.staff), f"/tasks/{task.id}/dispatch"
    search = {"person_id": cast.zhang.id, "person_id_search": cast.li.name}
    assert ticked(client.get(path, query_string=search).text) == [str(cast.li.id)]
    found = client.post(path, data=search | {"find": "person_id"})
    assert ticked(found.text) == [str(cast.li.id)]


def test_who_searched_reads_there_that_nobody_was_chosen(cast, sign_in, resolution):
    task = given.drafted(cast, resolution)
    db.session.commit()
    client, path = sign_in(cast.staff), f"/tasks/{task.id}/dispatch"
    version = {"version": str(task.version)}
    answer = client.post(path, data=version | {"person_id_search": cast.zhang.name})
    assert answer.status_code == 422
    assert 'id="person_id-error"' in answer.text
    assert 'id="unit_id-error"' not in answer.text
    assert ticked(answer.text) == [str(cast.zhang.id)]
    assert 'id="unit_id-error"' in client.post(path, data=version).text


def test_loading_the_address_of_a_button_again_shows_the_task(cast, sign_in, resolution):
    task = given.accepted(cast, resolution)
    db.session.commit()
    client = sign_in(cast.unit_contact)
    assert client.post(f"/tasks/{task.id}/submit").status_code == 422
    assert client.get(f"/tasks/{task.id}/submit", follow_redirects=True).status_code == 200
    staff = sign_in(cast.staff)
    path = f"/resolutions/{resolution.id}/publish"
    assert staff.post(path, data={"publish-days": "1"}).status_code == 422
    assert staff.get(path, follow_redirects=True).status_code == 200


def test_a_deadline_says_what_has_to_be_done_by_then(cast, sign_in, resolution):
    task = given.dispatched(cast, resolution)
    db.session.commit()
    client = sign_in(cast.staff)
    for path in (f"/resolutions/{resolution.id}", "/tasks", f"/tasks/{task.id}"):
        assert "11月24日前签收" in page(client, path)
    dispatching.return_task(cast.actor("unit_contact"), task, reason="不属于物业服务范围")
    db.session.commit()
    assert "前处理异议" in page(client, f"/resolutions/{resolution.id}")
    dispatching.decide_return(cast.actor("staff"), task, reason="属于")
    dispatching.accept(cast.actor("unit_contact"), task)
    db.session.commit()
    assert "11月26日到期" in page(client, f"/resolutions/{resolution.id}")


def test_whoever_does_not_write_tasks_down_is_told_who_does(cast, sign_in, resolution):
    path = f"/resolutions/{resolution.id}"
    for reader, words in ((cast.staff, "请把决议分解为任务"), (cast.host, "由社区工作者分解")):
        shown = page(sign_in(reader), path)
        assert words in shown
        assert (f"/tasks/new/resolution/{resolution.id}" in shown) is (reader is cast.staff)
    services.publish(cast.actor("staff"), resolution, contact="0830-1234567")
    services.feed_back(cast.actor("staff"), resolution, result="已办", contact="0830-1234567")
    db.session.commit()
    assert "无需分解任务" in page(sign_in(cast.host), path)
