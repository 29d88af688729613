from __future__ import annotations

import pytest

from app.chain import matter as chain
from app.chain.story import Link
from app.core.db import db
from app.core.errors import NotFoundError
from app.resolutions import services
from tests.resolutions import given

CONTACT = "居委会 0830-1234567"


def read(cast, who, topic):
    actor = cast.actor(who)
    return chain.chain(actor, chain.topic_for(actor, topic.id))


def test_every_link_from_the_topic_to_the_points(cast, resolution):
    services.publish(cast.actor("staff"), resolution, contact=CONTACT)
    given.closed(cast, resolution, person=cast.zhang)
    services.feed_back(cast.actor("staff"), resolution, result="建成", contact=CONTACT)
    found = read(cast, "staff", resolution.topic)
    assert {entry.link for entry in found.entries} == set(Link)
    assert {state for _label, state in found.steps} == {"done"}
    moments = [entry.at for entry in found.entries]
    assert moments == sorted(moments)


def test_a_matter_on_its_way_says_what_comes_next(cast, resolution):
    found = read(cast, "staff", resolution.topic)
    # The points are those of the meeting.
    assert [state for _label, state in found.steps] == [
        *["done"] * 4,
        *["current", "todo", "todo", "current"],
    ]


def test_what_is_done_for_some_tasks_only_is_not_done(cast, resolution):
    given.closed(cast, resolution, person=cast.chen)
    given.submitted(cast, resolution, title="验收")
    given.drafted(cast, resolution, title="待派")
    found = read(cast, "staff", resolution.topic)
    assert found.steps[4:] == [
        ("派单 2/3", "current"),
        ("办结证据 1/3", "current"),
        ("回访评价 1/3", "current"),
        ("积分", "current"),
    ]


def test_what_somebody_has_evaluated_counts_before_it_is_closed(cast, resolution):
    given.evaluated(cast, given.verified(cast, resolution, person=cast.chen))
    again = given.verified(cast, resolution, title="验收", person=cast.chen)
    given.evaluated(cast, again, score=1)  # and is done again: nobody has evaluated that
    given.drafted(cast, resolution, title="待派")
    found = read(cast, "staff", resolution.topic)
    assert found.steps[6:] == [("回访评价 1/3", "current"), ("积分", "current")]


def test_points_of_attending_are_one_entry(cast, resolution):
    found = read(cast, "staff", resolution.topic)
    attending = [entry for entry in found.entries if entry.points == 6]
    assert len(attending) == 1  # three people, two points each


def test_reversed_points_are_shown_as_such(cast, resolution):
    task = given.verified(cast, resolution, person=cast.chen)
    given.evaluated(cast, task, score=1)
    found = read(cast, "staff", resolution.topic)
    quiet = [entry for entry in found.entries if entry.tone == "quiet"]
    assert [entry.points for entry in quiet] == [5, 1]


def test_the_author_reads_it_with_others_masked(cast, sign_in, resolution):
    given.closed(cast, resolution, person=cast.chen)
    db.session.commit()
    shown = sign_in(cast.resident).get(f"/chain/{resolution.topic_id}").get_data(as_text=True)
    assert "陈*强" in shown
    assert cast.chen.name not in shown
    assert cast.li.name not in shown


def test_nobody_reads_their_own_name_masked(cast, sign_in, resolution):
    given.closed(cast, resolution, person=cast.zhang)
    given.evaluated(cast, given.verified(cast, resolution), by="resident", score=4)
    db.session.commit()
    for reader in (cast.resident, cast.other_resident):
        shown = sign_in(reader).get(f"/chain/{resolution.topic_id}").get_data(as_text=True)
        assert ("张*国" in shown) is (reader is cast.other_resident)
        assert ("李*英" in shown) is (reader is cast.resident)


def test_nor_on_the_tasks_page(cast, sign_in, resolution):
    task = given.verified(cast, resolution)
    given.evaluated(cast, task, by="resident", score=1)
    db.session.commit()
    own = sign_in(cast.resident).get(f"/tasks/{task.id}").get_data(as_text=True)
    assert "张*国" not in own
    assert "张*国" in sign_in(cast.staff).get(f"/tasks/{task.id}").get_data(as_text=True)


def test_photos_are_shown_to_who_may_see_the_task(cast, sign_in, resolution):
    given.closed(cast, resolution)
    task = given.submitted(cast, resolution, title="未核验")
    db.session.commit()
    for_staff = sign_in(cast.staff).get(f"/chain/{resolution.topic_id}").get_data(as_text=True)
    assert for_staff.count("/photos/") >= 4
    for_author = sign_in(cast.resident).get(f"/chain/{resolution.topic_id}").get_data(as_text=True)
    assert f"/tasks/{task.id}/photos" not in for_author


def test_a_handler_reads_it_unless_it_is_sensitive(cast):
    for sensitive, readable in ((False, True), (True, False)):
        resolution = given.resolution(cast, title=f"事项{sensitive}", sensitive=sensitive)
        given.dispatched(cast, resolution)
        if readable:
            assert read(cast, "unit_contact", resolution.topic).entries
        else:
            with pytest.raises(NotFoundError):
                read(cast, "unit_contact", resolution.topic)
        assert read(cast, "resident", resolution.topic).entries


def test_people_elsewhere_do_not(cast, resolution):
    for who in ("neighbour_staff", "neighbour_resident"):
        with pytest.raises(NotFoundError):
            read(cast, who, resolution.topic)


@pytest.mark.both_engines
def test_as_many_queries_for_one_task_as_for_many(cast, resolution, counted):
    actor = cast.actor("staff")
    topic = chain.topic_for(actor, resolution.topic_id)
    sizes = []
    for _ in range(2):
        given.closed(cast, resolution, person=cast.zhang)
        given.verified(cast, resolution)
        db.session.flush()
        with counted() as sent:
            chain.chain(actor, topic)
        sizes.append(len(sent))
    assert sizes[0] == sizes[1]


def test_the_topics_page_says_what_has_become_of_it(cast, sign_in, resolution):
    given.accepted(cast, resolution)
    db.session.commit()
    shown = sign_in(cast.resident).get(f"/topics/{resolution.topic_id}").get_data(as_text=True)
    assert f"/chain/{resolution.topic_id}" in shown
    assert resolution.number in shown
