"""催办: the handler of an overdue task is reminded, once a day, and can be telephoned."""

from __future__ import annotations

from datetime import date

import pytest

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.inbox.models import Message
from app.people.services import units
from app.tasks.models.steps import TaskStep
from app.tasks.queries.tasks import facts
from app.tasks.services import dispatching, reminding, working
from tests.resolutions import given

LATE = clock.at(date(2026, 11, 27), 9)
NEXT_DAY = clock.at(date(2026, 11, 28), 0, 10)


@pytest.fixture
def overdue(cast, resolution):
    task = given.accepted(cast, resolution)
    db.session.commit()
    return task


def remind(cast, task, *, at=LATE, who="staff"):
    with clock.frozen(at):
        reminding.remind(cast.actor(who), task)


def shown(sign_in, who, task, *, at=LATE):
    with clock.frozen(at):
        return sign_in(who).get(f"/tasks/{task.id}").get_data(as_text=True)


def test_the_unit_reads_it_and_it_stays_in_the_course_of_the_task(cast, overdue):
    remind(cast, overdue)
    told = db.session.query(Message).filter(Message.key.startswith(f"task:{overdue.id}:remind"))
    assert [message.user_id for message in told] == [cast.unit_contact.id]
    [step] = db.session.query(TaskStep).filter_by(task_id=overdue.id, event="remind")
    assert (step.by_id, step.state) == (cast.staff.id, overdue.state)


def test_a_resident_who_took_it_over_reads_it_too(cast, resolution):
    task = given.accepted(cast, resolution, person=cast.zhang)
    remind(cast, task)
    told = db.session.query(Message).filter(Message.key.startswith(f"task:{task.id}:remind"))
    assert [message.person_id for message in told] == [cast.zhang.id]


def test_a_unit_whose_contact_no_longer_speaks_for_it_is_not_reached_by_messages(cast, overdue):
    assert facts(cast.actor("staff"), overdue).reachable
    units.end_unit(cast.actor("staff"), cast.property_firm)
    assert not facts(cast.actor("staff"), overdue).reachable
    units.resume_unit(cast.actor("staff"), cast.property_firm)
    assert facts(cast.actor("staff"), overdue).reachable


def test_once_a_day(cast, overdue):
    remind(cast, overdue)
    for who in ("staff", "second_staff"):
        with pytest.raises(Refused):
            remind(cast, overdue, who=who)
    remind(cast, overdue, at=NEXT_DAY)


def test_not_before_it_is_overdue(cast, overdue):
    with pytest.raises(Refused):
        remind(cast, overdue, at=given.NOW)


def test_nor_of_what_lies_with_the_community(cast, resolution):
    task = given.dispatched(cast, resolution)
    dispatching.return_task(cast.actor("unit_contact"), task, reason="不归我")
    with pytest.raises(Refused):
        remind(cast, task, at=clock.at(date(2026, 12, 10), 9))


def test_one_click_and_then_the_page_says_so(cast, sign_in, overdue):
    path = f"/tasks/{overdue.id}/remind"
    assert path not in shown(sign_in, cast.staff, overdue, at=given.NOW)
    assert path not in shown(sign_in, cast.street_officer, overdue)
    assert path in shown(sign_in, cast.staff, overdue)
    with clock.frozen(LATE):
        sent = {"remind-version": overdue.version}
        assert sign_in(cast.staff).post(path, data=sent).status_code == 303
        assert "社区催办" in sign_in(cast.unit_contact).get("/inbox").get_data(as_text=True)
    page = shown(sign_in, cast.staff, overdue)
    assert path not in page
    assert "今日已催办" in page
    assert f"{cast.staff.name}" in shown(sign_in, cast.unit_contact, overdue)


def test_a_unit_without_an_account_is_telephoned(cast, sign_in, resolution):
    task = given.dispatched(cast, resolution, unit=cast.school)
    db.session.commit()
    page = shown(sign_in, cast.staff, task)
    assert f"/tasks/{task.id}/remind" not in page
    assert "请电话联系" in page


def test_the_units_number_is_there_masked_and_shown_against_a_reason(cast, sign_in, overdue):
    cast.property_firm.contact_name, cast.property_firm.contact_phone = "钱经理", "13512340000"
    db.session.commit()
    page = shown(sign_in, cast.staff, overdue)
    assert "135****0000" in page
    assert "13512340000" not in page
    address = f"/people/units/{cast.property_firm.id}/phone"
    assert f'action="{address}"' in page
    assert "135****0000" not in shown(sign_in, cast.unit_contact, overdue)
    headers = {"HX-Request": "true", "HX-Target": "telephone"}
    answer = sign_in(cast.staff).post(address, data={"reason": "催办"}, headers=headers)
    assert "13512340000" in answer.get_data(as_text=True)


def test_a_unit_that_is_late_is_told_why_it_can_not_ask_for_more_time(cast, sign_in, overdue):
    assert f"/tasks/{overdue.id}/extension" in shown(
        sign_in, cast.unit_contact, overdue, at=given.NOW
    )
    page = shown(sign_in, cast.unit_contact, overdue)
    assert f"/tasks/{overdue.id}/extension" not in page
    assert "延期须在到期前申请" in page


def test_and_one_that_has_asked_already(cast, sign_in, overdue):
    working.ask_extension(cast.actor("unit_contact"), overdue, days=1, reason="下雨")
    db.session.commit()
    assert "只能申请一次" in shown(sign_in, cast.unit_contact, overdue, at=given.NOW)
