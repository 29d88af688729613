from __future__ import annotations

import pytest

from app.core import clock
from app.core.errors import Refused
from app.tasks.queries import history as queries
from app.tasks.services import working as services
from app.tasks.services.steps import MOST_PHOTOS
from app.tasks.states import TaskState
from tests.resolutions import given


def test_reporting_takes_the_task_under_way(cast, resolution):
    task = given.accepted(cast, resolution)
    services.report(cast.actor("unit_contact"), task, text="材料已到", photos=[given.photo()])
    services.report(cast.actor("unit_contact"), task, text="正在搭")
    assert task.state is TaskState.IN_PROGRESS
    assert len(queries.evidence_of([task.id])) == 1


def test_an_empty_report_is_refused(cast, resolution):
    task = given.accepted(cast, resolution)
    with pytest.raises(Refused):
        services.report(cast.actor("unit_contact"), task, text=" ")


def test_the_work_is_handed_in_with_photos(cast, resolution):
    task = given.submitted(cast, resolution)
    assert task.state is TaskState.SUBMITTED
    assert task.submitted_on == clock.today()


def test_without_a_photo_it_is_refused(cast, resolution):
    task = given.accepted(cast, resolution)
    with pytest.raises(Refused) as refused:
        services.submit(cast.actor("unit_contact"), task, text="好了", photos=[])
    assert refused.value.field == "photos"


def test_without_words_it_is_refused(cast, resolution):
    task = given.accepted(cast, resolution)
    with pytest.raises(Refused) as refused:
        services.submit(cast.actor("unit_contact"), task, text="", photos=[given.photo()])
    assert refused.value.field == "text"


def test_too_many_photos_are_refused(cast, resolution):
    task = given.accepted(cast, resolution)
    photos = [given.photo() for _ in range(MOST_PHOTOS + 1)]
    with pytest.raises(Refused) as refused:
        services.submit(cast.actor("unit_contact"), task, text="好了", photos=photos)
    assert refused.value.field == "photos"


def test_somebody_else_hands_nothing_in(cast, resolution):
    task = given.accepted(cast, resolution)
    with pytest.raises(Refused):
        services.submit(cast.actor("resident"), task, text="好了", photos=[given.photo()])


def test_a_dispatched_task_has_to_be_accepted_first(cast, resolution):
    task = given.dispatched(cast, resolution)
    with pytest.raises(Refused):
        given.hand_in(cast, task)
