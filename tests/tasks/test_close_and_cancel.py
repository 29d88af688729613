from __future__ import annotations

from datetime import date

import pytest

from app.core import clock
from app.core.errors import Refused
from app.tasks.services import checking as services
from app.tasks.states import TaskState
from app.topics.states import TopicState
from tests.resolutions import given


def test_a_task_is_closed_after_an_evaluation(cast, resolution):
    task = given.closed(cast, resolution)
    assert task.state is TaskState.CLOSED


def test_without_one_it_waits_seven_days(cast, resolution):
    task = given.verified(cast, resolution)
    with clock.frozen(clock.at(date(2026, 11, 29), 23)), pytest.raises(Refused):
        services.close_task(cast.actor("staff"), task)
    with clock.frozen(clock.at(date(2026, 11, 30), 0)):
        services.close_task(cast.actor("staff"), task)
    assert task.state is TaskState.CLOSED


def test_with_the_last_task_the_topic_is_carried_out(cast, resolution):
    first = given.verified(cast, resolution)
    second = given.verified(cast, resolution, title="刷漆")
    for task in (first, second):
        given.evaluated(cast, task)
    services.close_task(cast.actor("staff"), first)
    assert resolution.topic.state is TopicState.CONSENSUS
    services.close_task(cast.actor("staff"), second)
    assert resolution.topic.state is TopicState.IMPLEMENTED


def test_unverified_work_is_not_closed(cast, resolution):
    with pytest.raises(Refused):
        services.close_task(cast.actor("staff"), given.submitted(cast, resolution))


def test_a_task_is_given_up_with_a_reason(cast, resolution):
    task = given.accepted(cast, resolution)
    with pytest.raises(Refused):
        services.cancel_task(cast.actor("staff"), task, reason="")
    services.cancel_task(cast.actor("staff"), task, reason="改由街道统一施工")
    assert task.state is TaskState.CANCELLED


def test_handed_in_work_is_not_given_up(cast, resolution):
    with pytest.raises(Refused):
        services.cancel_task(cast.actor("staff"), given.submitted(cast, resolution), reason="算了")
