"""What came of a sensitive topic: for staff, who led the meeting, and who handles the work."""

import pytest

from app.core.db import db
from app.core.errors import Refused
from app.resolutions import services
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


def test_its_tasks_are_not_opened_to_everybody(cast, confided):
    task = given.drafted(cast, confided)
    with pytest.raises(Refused):
        services.offer(cast.actor("staff"), task)


def test_who_publishes_it_is_warned(cast, sign_in, confided):
    client = sign_in(cast.staff)
    page = client.get(f"/resolutions/{confided.id}").get_data(as_text=True)
    assert "人人都能看到公开栏" in page
    other = given.resolution(cast, title="路灯")
    assert "人人都能看到公开栏" not in client.get(f"/resolutions/{other.id}").get_data(as_text=True)
