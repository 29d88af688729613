"""录入回访: staff enter what a person concerned told them, by phone or at a visit."""

from __future__ import annotations

import re

import pytest

from app.core.db import db
from app.tasks.models.evaluations import Evaluation
from app.tasks.models.tasks import Task
from tests.resolutions import given


@pytest.fixture
def send(cast, sign_in, resolution):
    """`send(reached="yes", who="staff")` sends the form about a finished task; returns the answer."""
    task = given.verified(cast, resolution)
    db.session.commit()
    number, version = task.id, str(task.version)

    def post(who="staff", **said):
        data = {"person_id": str(cast.wang.id), "channel": "phone", "version": version} | said
        data = {f"enter_evaluation-{name}": value for name, value in data.items()}
        call = {"call": data.pop("enter_evaluation-call")} if "call" in said else {}
        return sign_in(getattr(cast, who)).post(f"/tasks/{number}/follow-up", data=data | call)

    return post


def summary(answer):
    """The ids of the fields the summary of errors leads to."""
    part = answer.text.partition("error-summary")[2].partition("</ul>")[0]
    return re.findall(r'href="#enter_evaluation-(\w+)"', part)


def test_both_answers_are_needed_of_whoever_was_reached(send):
    answer = send(reached="yes")
    assert answer.status_code == 422
    assert summary(answer) == ["score", "solved"]
    assert summary(send(reached="yes", score="4")) == ["solved"]
    assert send(reached="yes", score="4", solved="yes").status_code == 303


def test_and_none_of_whoever_was_not(send):
    assert send(reached="no").status_code == 303
    [said] = db.session.query(Evaluation)
    assert (said.reached, said.score, said.solved) == (False, None, None)


def test_the_form_says_which_are_needed(cast, sign_in, resolution):
    task = given.verified(cast, resolution)
    db.session.commit()
    page = sign_in(cast.staff).get(f"/tasks/{task.id}").text
    assert page.count("（接通的必填）") == 2


def test_the_number_to_call_is_looked_at_against_a_reason(cast, sign_in, send):
    answer = send(call="1", reached="yes", comment="先打电话")
    assert answer.status_code == 200
    assert "error-summary" not in answer.text
    assert "先打电话" in answer.text
    address = f"/people/{cast.wang.id}/phone"
    assert f'action="{address}"' in answer.text
    assert cast.wang.phone not in answer.text
    headers = {"HX-Request": "true", "HX-Target": "telephone"}
    shown = sign_in(cast.staff).post(address, data={"reason": "回访"}, headers=headers)
    assert cast.wang.phone in shown.text
    assert db.session.query(Evaluation).count() == 0


def test_by_a_grid_worker_only_of_who_lives_in_the_grid(cast, send):
    address = f"/people/{cast.wang.id}/phone"
    assert f'action="{address}"' in send("grid_worker", call="1").text
    cast.wang.household_id = None
    db.session.commit()
    answer = send("grid_worker", call="1")
    assert "137****2468" in answer.text
    assert address not in answer.text
    assert "不在您负责的范围" in answer.text


@pytest.mark.parametrize("person", ["", "0", "x", "99999"])
def test_of_nobody_who_is_asked_there_is_no_number(send, person):
    answer = send(call="1", person_id=person)
    assert answer.status_code == 200
    assert 'id="telephone"' not in answer.text


def test_a_bad_answer_names_who_entered_it_as_such(cast, sign_in, send):
    """And not as if they were dissatisfied themselves."""
    assert send(reached="yes", score="1", solved="no", comment="还是漏").status_code == 303
    task = db.session.query(Task).one()
    said = f"{cast.staff.name}</span> · 代录"
    for reader in (cast.staff, cast.second_staff, cast.unit_contact):
        assert said in sign_in(reader).get(f"/tasks/{task.id}").text


def test_who_answered_themselves_stays_masked(cast, sign_in, resolution):
    task = given.verified(cast, resolution)
    given.evaluated(cast, task, score=1)
    db.session.commit()
    page = sign_in(cast.staff).get(f"/tasks/{task.id}").text
    assert "李*英</span> · " in page
    assert "李*英</span> · 代录" not in page
