"""What was handed in is withdrawn by those who did so, until it is verified; it stays in the history."""

from __future__ import annotations

import pytest

from app.accounts.models import RoleGrant
from app.core.db import db
from app.core.errors import Refused
from app.tasks.models.steps import TaskStep
from app.tasks.queries import history, tasks
from app.tasks.services import checking, working
from app.tasks.states import TaskState
from tests.resolutions import given


@pytest.fixture
def entered(cast, resolution):
    """Work that the staff handed in for the unit."""
    task = given.accepted(cast, resolution)
    working.submit(cast.actor("staff"), task, text="电话告知已完工", photos=[given.photo()])
    db.session.commit()
    return task


def leave_alone(cast):
    """Let there be one member of the staff only."""
    db.session.query(RoleGrant).filter_by(user_id=cast.second_staff.id).delete()
    db.session.commit()


def shown(sign_in, who, task):
    return sign_in(who).get(f"/tasks/{task.id}").get_data(as_text=True)


def test_it_is_under_way_again_and_both_steps_remain(cast, entered):
    working.withdraw(cast.actor("staff"), entered, reason="传错了照片")
    assert entered.state is TaskState.IN_PROGRESS
    assert (entered.submitted_at, entered.submitted_on, entered.rework_count) == (None, None, 0)
    found = db.session.query(TaskStep).filter_by(task_id=entered.id).order_by(TaskStep.id)
    events = [row.event for row in found]
    assert events[-2:] == ["submit", "withdraw"]
    assert history.evidence_of([entered.id])


def test_then_the_handler_hands_it_in_and_who_withdrew_may_verify_that(cast, entered):
    assert cast.staff.name not in {row.name for row in tasks.verifiers(entered)}
    working.withdraw(cast.actor("staff"), entered, reason="由单位自己提交")
    given.hand_in(cast, entered)
    assert cast.staff.name in {row.name for row in tasks.verifiers(entered)}
    checking.verify(cast.actor("staff"), entered)
    assert entered.state is TaskState.VERIFIED


def test_but_not_what_they_handed_in_after_all(cast, entered):
    working.withdraw(cast.actor("staff"), entered, reason="传错了照片")
    working.submit(cast.actor("staff"), entered, text="换了照片", photos=[given.photo()])
    with pytest.raises(Refused):
        checking.verify(cast.actor("staff"), entered)


@pytest.mark.parametrize("who", ["second_staff", "unit_contact"])
def test_nobody_else_withdraws_it(cast, entered, who):
    with pytest.raises(Refused):
        working.withdraw(cast.actor(who), entered, reason="不对")


def test_nor_once_it_is_verified(cast, entered):
    checking.verify(cast.actor("second_staff"), entered)
    with pytest.raises(Refused):
        working.withdraw(cast.actor("staff"), entered, reason="不对")


def test_it_needs_a_reason(cast, entered):
    with pytest.raises(Refused) as refused:
        working.withdraw(cast.actor("staff"), entered, reason=" ")
    assert refused.value.field == "reason"


def test_it_is_a_button_and_the_handler_reads_of_it(cast, sign_in, entered):
    sent = {"withdraw-reason": "传错了照片", "withdraw-version": entered.version}
    path = f"/tasks/{entered.id}/withdraw"
    assert path not in shown(sign_in, cast.second_staff, entered)
    assert path in shown(sign_in, cast.staff, entered)
    assert sign_in(cast.staff).post(path, data=sent).status_code == 303
    assert "传错了照片" in sign_in(cast.unit_contact).get("/inbox").get_data(as_text=True)
    assert "已撤回" in shown(sign_in, cast.unit_contact, entered)


def test_the_page_names_who_may_verify(cast, sign_in, entered):
    page = shown(sign_in, cast.unit_contact, entered)
    assert "吴社工（社区工作人员）" in page


def test_or_says_that_there_is_nobody_and_what_to_do(cast, sign_in, entered):
    leave_alone(cast)
    page = shown(sign_in, cast.staff, entered)
    assert "须由另一位工作人员核验；目前没有" in page


def test_who_would_be_the_only_one_to_verify_is_warned_before_entering_it(
    cast, sign_in, resolution
):
    task = given.accepted(cast, resolution)
    db.session.commit()
    warning = "除您以外，这里没有人可以核验"
    assert warning not in shown(sign_in, cast.staff, task)
    leave_alone(cast)
    assert warning in shown(sign_in, cast.staff, task)
    assert warning not in shown(sign_in, cast.unit_contact, task)
