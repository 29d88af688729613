"""Work that was found done and is not: staff take the completion back, and with it the points."""

import pytest

from app.core.db import db
from app.core.errors import Refused
from app.points.queries import wallets as points
from app.resolutions import services
from app.tasks.services import checking
from app.tasks.states import TaskState
from tests.resolutions import given


def balance(cast):
    return points.balance_of(cast.chen.id)


def test_points_are_taken_back_and_the_work_is_taken_up_again(cast, resolution):
    before = balance(cast)
    task = given.verified(cast, resolution, person=cast.chen)
    assert balance(cast) > before
    checking.void_completion(cast.actor("staff"), task, reason="照片是别处的")
    assert balance(cast) == before
    assert task.state is TaskState.IN_PROGRESS
    assert task.rework_count == 1


def test_so_is_one_that_was_closed(cast, resolution):
    task = given.closed(cast, resolution, person=cast.chen)
    checking.void_completion(cast.actor("staff"), task, reason="照片是别处的")
    assert (task.state, task.closed_at) == (TaskState.IN_PROGRESS, None)


def test_it_needs_a_reason(cast, resolution):
    task = given.verified(cast, resolution)
    with pytest.raises(Refused) as refused:
        checking.void_completion(cast.actor("staff"), task, reason=" ")
    assert refused.value.field == "reason"


def test_not_once_the_result_was_reported_back(cast, resolution):
    task = given.closed(cast, resolution)
    services.feed_back(cast.actor("staff"), resolution, result="建成", contact="居委会")
    with pytest.raises(Refused):
        checking.void_completion(cast.actor("staff"), task, reason="照片是别处的")


def test_only_staff_have_the_button(cast, sign_in, resolution):
    task = given.verified(cast, resolution)
    for who, has in (("staff", True), ("unit_contact", False), ("street_officer", False)):
        page = sign_in(getattr(cast, who)).get(f"/tasks/{task.id}").get_data(as_text=True)
        assert (f"/tasks/{task.id}/void" in page) is has


def test_the_handler_reads_why(cast, sign_in, resolution):
    task = given.verified(cast, resolution)
    sent = {"void-reason": "照片是别处的", "void-version": task.version}
    answer = sign_in(cast.staff).post(f"/tasks/{task.id}/void", data=sent)
    assert answer.status_code == 303
    assert "照片是别处的" in sign_in(cast.unit_contact).get("/inbox").get_data(as_text=True)


def test_the_history_says_who_voided_it_and_not_that_somebody_was_dissatisfied(
    cast, sign_in, resolution
):
    task = given.verified(cast, resolution)
    checking.void_completion(cast.actor("staff"), task, reason="照片是别处的")
    db.session.commit()
    for who in ("unit_contact", "staff"):
        page = sign_in(getattr(cast, who)).get(f"/tasks/{task.id}").get_data(as_text=True)
        assert "社区撤销办结" in page
        assert "评价不满意" not in page
        assert cast.staff.name in page
