"""A page costs the same number of queries however much it shows."""

from __future__ import annotations

import pytest
from flask_login import login_user

from app.accounts.queries.sessions import actor_of
from app.core.db import db
from app.core.slots import slot
from app.meetings.queries.agenda import agenda
from app.tasks.services import dispatching, working
from tests.resolutions import given

pytestmark = pytest.mark.both_engines


def many(cast, resolution, number):
    for n in range(number):
        given.verified(cast, resolution, title=f"核验{n}")
        given.dispatched(cast, resolution, title=f"派单{n}", person=cast.zhang)
        task = given.drafted(cast, resolution, title=f"认领{n}")
        dispatching.offer(cast.actor("staff"), task)
    db.session.commit()


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("staff", "/tasks"),
        ("staff", "/resolutions"),
        ("staff", "/resolutions/{id}"),
        ("resident", "/tasks?shelf=open"),
        ("resident", "/tasks?shelf=mine"),
        ("unit_contact", "/tasks"),
        ("staff", "/chain/{topic}"),
        ("resident", "/chain/{topic}"),
    ],
)
def test_lists(cast, sign_in, counted, who, path):
    resolution = given.resolution(cast)
    path = path.format(id=resolution.id, topic=resolution.topic_id)
    sign_in(getattr(cast, who)).get(path)  # what a process does once is done
    sizes = []
    for number in (1, 5):
        many(cast, resolution, number)
        client = sign_in(getattr(cast, who))
        db.session.expire_all()
        with counted() as sent:
            assert client.get(path).status_code == 200
        sizes.append(len(sent))
    assert sizes[0] == sizes[1], (path, sizes)


def test_the_page_of_a_task(cast, sign_in, resolution, counted):
    task = given.accepted(cast, resolution)
    sign_in(cast.staff).get(f"/tasks/{task.id}")  # what a process does once is done
    sizes = []
    for _ in range(2):
        for _round in range(3):
            working.report(cast.actor("unit_contact"), task, text="进行中", photos=[given.photo()])
        db.session.commit()
        client = sign_in(cast.staff)
        db.session.expire_all()
        with counted() as sent:
            assert client.get(f"/tasks/{task.id}").status_code == 200
        sizes.append(len(sent))
    assert sizes[0] == sizes[1]


def test_the_slot_of_a_meetings_items_is_one_query(app, cast, counted):
    made = given.resolution(cast)
    item = made.item
    meeting = item.meeting
    items = [one for one, _vote in agenda(meeting.id)]
    assert meeting.community.path  # read by the page
    with app.test_request_context(f"/meetings/{meeting.id}/minutes"):
        login_user(actor_of(cast.staff))
        with counted() as sent:
            for _ in range(5):
                shown = str(slot("meetings.item", meeting=meeting, items=items, item=item))
    assert made.number in shown
    assert len(sent) == 1
