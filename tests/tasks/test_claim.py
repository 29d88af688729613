from __future__ import annotations

from datetime import date

import pytest

from app.core.db import db
from app.core.errors import Refused
from app.tasks.services import dispatching as services
from app.tasks.states import TaskState
from tests.resolutions import given


@pytest.fixture
def offered(cast, resolution):
    task = given.drafted(cast, resolution)
    services.offer(cast.actor("staff"), task)
    return task


def test_a_resident_claims_it(cast, offered):
    services.claim(cast.actor("resident"), offered)
    assert offered.state is TaskState.ACCEPTED
    assert offered.person_id == cast.zhang.id
    assert offered.due_on == date(2026, 11, 26)


def test_how_much_time_there_is_stands_there_before(cast, sign_in, offered):
    number = offered.id
    db.session.commit()
    assert "今天认领的，为2026年11月26日" in sign_in(cast.resident).get(f"/tasks/{number}").text
    services.claim(cast.actor("resident"), offered)
    db.session.commit()
    assert "今天认领的" not in sign_in(cast.resident).get(f"/tasks/{number}").text


def test_a_contact_claims_it_for_the_unit(cast, offered):
    services.claim(cast.actor("unit_contact"), offered, for_unit=True)
    assert offered.unit_id == cast.property_firm.id


def test_the_second_finds_it_taken(cast, offered):
    services.claim(cast.actor("resident"), offered)
    with pytest.raises(Refused):
        services.claim(cast.actor("unit_contact"), offered, for_unit=True)
    assert offered.person_id == cast.zhang.id


def test_a_neighbour_from_another_community_cannot(cast, offered):
    with pytest.raises(Refused):
        services.claim(cast.actor("neighbour_resident"), offered)


def test_an_account_that_is_nobody_cannot(cast, offered):
    with pytest.raises(Refused):
        services.claim(cast.actor("grid_worker"), offered)


def test_what_is_not_offered_cannot_be_claimed(cast, resolution):
    with pytest.raises(Refused):
        services.claim(cast.actor("resident"), given.drafted(cast, resolution))


def test_whoever_has_it_already_is_told_so(cast, sign_in, offered):
    number, version = offered.id, offered.version
    services.claim(cast.actor("resident"), offered)
    db.session.commit()
    sent = {"claim_for_oneself-version": version}
    answer = sign_in(cast.resident).post(f"/tasks/{number}/claim", data=sent)
    assert answer.status_code == 422
    assert "已由您承办" in answer.text
    assert "抢先" not in answer.text
