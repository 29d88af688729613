"""What came of a sensitive topic: for staff, who led the meeting, and who handles the work."""

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.notices import services as notices
from app.points.models import Award
from app.resolutions import services
from app.tasks.services import checking, dispatching
from app.topics.models import Topic
from tests.resolutions import given

TITLE = "三单元的家事"


@pytest.fixture
def confided(cast):
    return given.resolution(cast, title=TITLE, sensitive=True)


def statuses(cast, sign_in, address):
    readers = ("staff", "host", "street_officer", "oversight")
    return [sign_in(getattr(cast, who)).get(address).status_code for who in readers]


def test_its_page_is_for_staff_and_whoever_led_the_meeting(cast, sign_in, confided):
    assert statuses(cast, sign_in, f"/resolutions/{confided.id}") == [200, 200, 404, 404]


def test_lists_leave_it_out_for_others(cast, sign_in, confided):
    for who, reads in (("staff", True), ("host", True), ("street_officer", False)):
        page = sign_in(getattr(cast, who)).get("/resolutions").get_data(as_text=True)
        assert (confided.number in page) is reads


def test_so_do_its_tasks(cast, sign_in, confided):
    task = given.dispatched(cast, confided, unit=cast.property_firm)
    db.session.commit()
    address = f"/tasks/{task.id}"
    assert statuses(cast, sign_in, address) == [200, 200, 404, 404]
    assert sign_in(cast.grid_worker).get(address).status_code == 404
    assert sign_in(cast.unit_contact).get(address).status_code == 200
    listed = sign_in(cast.street_officer).get("/tasks").get_data(as_text=True)
    assert task.number not in listed


def test_points_for_its_work_name_the_topics_number(cast, confided):
    task = given.submitted(cast, confided, person=cast.zhang)
    checking.verify(cast.actor("staff"), task)
    memos = [
        str(memo)
        for memo in db.session.scalars(select(Award.memo).where(Award.fact_key.like("task:%")))
    ]
    number = db.session.get_one(Topic, confided.topic_id).number
    assert memos
    assert all(number in memo and task.title not in memo for memo in memos)


def test_its_tasks_are_not_opened_to_everybody(cast, confided):
    task = given.drafted(cast, confided)
    with pytest.raises(Refused):
        dispatching.offer(cast.actor("staff"), task)


def test_who_publishes_it_is_warned(cast, sign_in, confided):
    client = sign_in(cast.staff)
    page = client.get(f"/resolutions/{confided.id}").get_data(as_text=True)
    assert "公开栏不显示" in page
    other = given.resolution(cast, title="路灯")
    assert "公开栏不显示" not in client.get(f"/resolutions/{other.id}").get_data(as_text=True)


def test_its_notice_is_for_those_who_read_it_and_whom_it_concerns(cast, sign_in, client, confided):
    with clock.frozen(given.NOW):
        notice = services.publish(cast.actor("staff"), confided, contact="居委会")
        db.session.commit()
        address = f"/notices/{notice.id}"
        for page in (address, f"{address}/print", f"{address}/result"):
            assert client.get(page).status_code == 404
            assert statuses(cast, sign_in, page) == [200, 200, 404, 404]
            # Zhang raised the matter, Li signed it; the contact of the firm has nothing to do with it.
            assert sign_in(cast.resident).get(page).status_code == 200
            assert sign_in(cast.other_resident).get(page).status_code == 200
            assert sign_in(cast.unit_contact).get(page).status_code == 404
        for who, reads in (
            ("staff", True),
            ("resident", True),
            ("oversight", False),
            ("unit_contact", False),
        ):
            page = sign_in(getattr(cast, who)).get("/notices").text
            assert (address in page) is reads


def test_who_may_not_read_its_notice_does_not_answer_objections_to_it(cast, sign_in, confided):
    with clock.frozen(given.NOW):
        notice = services.publish(cast.actor("staff"), confided, contact="居委会")
        objection = notices.object_to(cast.actor("resident"), notice, text="不同意", phone=None)
        db.session.commit()
        address = f"/notices/objections/{objection.id}/answer"
        assert sign_in(cast.staff).get(address).status_code == 200
        assert sign_in(cast.street_officer).get(address).status_code == 404
        assert TITLE not in sign_in(cast.street_officer).get("/today").text
