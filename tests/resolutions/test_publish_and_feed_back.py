from __future__ import annotations

from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.inbox.models import Message
from app.notices import services as notices
from app.notices.models import NoticeKind
from app.notices.queries import notice_of
from app.resolutions import services
from app.resolutions.models import Resolution
from app.resolutions.queries import resolutions as queries
from app.tasks.services import checking
from app.topics.states import TopicState
from tests.resolutions import given

CONTACT = "桂花社区居委会 0830-1234567"


def publish(cast, resolution, **more):
    return services.publish(cast.actor("staff"), resolution, contact=CONTACT, **more)


def feed_back(cast, resolution, result="充电棚已建成，十个车位全部启用。"):
    return services.feed_back(cast.actor("staff"), resolution, result=result, contact=CONTACT)


def later(days):
    return clock.frozen(given.NOW + timedelta(days=days))


def test_the_notice_hangs_fifteen_days_and_shows_the_vote(cast, resolution):
    notice = publish(cast, resolution)
    assert notice.kind is NoticeKind.RESOLUTION
    assert (notice.ends_on - notice.published_on).days >= 15
    assert resolution.number in notice.body
    assert given.MOTION in notice.body
    assert "3" in notice.body


def test_fewer_days_are_refused(cast, resolution):
    with pytest.raises(Refused):
        publish(cast, resolution, days=7)


def test_one_notice_at_a_time(cast, resolution):
    publish(cast, resolution)
    with pytest.raises(Refused):
        publish(cast, resolution)


def test_the_result_is_published_and_reported_back(cast, resolution):
    given.closed(cast, resolution)
    notice = feed_back(cast, resolution)
    assert notice.kind is NoticeKind.RESULT
    assert resolution.topic.state is TopicState.FED_BACK
    told = db.session.query(Message).filter_by(url=f"/notices/{notice.id}").all()
    assert {cast.zhang.id, cast.li.id, cast.wang.id} == {one.person_id for one in told}


def test_not_while_a_task_is_open(cast, resolution):
    given.verified(cast, resolution)
    with pytest.raises(Refused):
        feed_back(cast, resolution)


def test_a_given_up_task_does_not_stand_in_the_way(cast, resolution):
    checking.cancel_task(cast.actor("staff"), given.drafted(cast, resolution), reason="不需要")
    feed_back(cast, resolution)
    assert resolution.topic.state is TopicState.FED_BACK


def test_a_result_says_something(cast, resolution):
    with pytest.raises(Refused) as refused:
        feed_back(cast, resolution, result="")
    assert refused.value.field == "result"


def test_once(cast, resolution):
    feed_back(cast, resolution)
    with pytest.raises(Refused):
        feed_back(cast, resolution)


def test_a_withdrawn_result_is_reported_corrected(cast, resolution):
    wrong = feed_back(cast, resolution)
    notices.withdraw(cast.actor("staff"), wrong, reason="车位数写错")
    right = feed_back(cast, resolution, result="九个车位。")
    assert right.id != wrong.id
    assert resolution.result == "九个车位。"


def test_no_tasks_after_that(cast, resolution):
    feed_back(cast, resolution)
    with pytest.raises(Refused):
        given.drafted(cast, resolution)


def test_the_matter_is_closed_when_the_result_has_hung_its_time(cast, resolution):
    given.closed(cast, resolution)
    notice = feed_back(cast, resolution)
    with pytest.raises(Refused):
        services.close(cast.actor("staff"), resolution)
    with later((notice.ends_on - clock.today()).days + 1):
        services.close(cast.actor("staff"), resolution)
    assert resolution.closed_at is not None
    assert resolution.topic.state is TopicState.CLOSED


def test_an_open_objection_keeps_it_open(cast, resolution):
    notice = feed_back(cast, resolution)
    notices.object_to(cast.actor("resident"), notice, text="灯没有装")
    with (
        later((notice.ends_on - clock.today()).days + 1),
        pytest.raises(Refused),
    ):
        services.close(cast.actor("staff"), resolution)


def test_what_was_not_reported_back_is_not_closed(cast, resolution):
    with pytest.raises(Refused):
        services.close(cast.actor("staff"), resolution)


def test_a_later_resolution_supersedes_it(cast, resolution):
    new = given.resolution(cast, title="充电棚改址")
    services.supersede(cast.actor("staff"), resolution, later=new)
    assert resolution.superseded_by_id == new.id
    with pytest.raises(Refused):
        given.drafted(cast, resolution)


def test_not_an_earlier_one_and_not_itself(cast, resolution):
    new = given.resolution(cast, title="充电棚改址")
    for wrong in (new, resolution):
        with pytest.raises(Refused):
            services.supersede(cast.actor("staff"), new, later=wrong)


def test_not_while_somebody_works_on_it(cast, resolution):
    new = given.resolution(cast, title="充电棚改址")
    given.accepted(cast, resolution)
    with pytest.raises(Refused):
        services.supersede(cast.actor("staff"), resolution, later=new)


def test_what_has_been_made_public_can_be_told_from_what_has_not(cast, resolution):
    public = db.select(Resolution.number).where(queries.published())
    assert db.session.scalars(public).all() == []
    notice = publish(cast, resolution)
    assert db.session.scalars(public).all() == [resolution.number]
    assert notice_of(NoticeKind.RESOLUTION, "resolution", resolution.id) is notice
    notices.withdraw(cast.actor("staff"), notice, reason="写错")
    assert db.session.scalars(public).all() == []
