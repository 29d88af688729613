"""A task is corrected while nobody has been given it."""

from __future__ import annotations

import pytest

from app.core.db import db
from app.core.errors import Refused
from app.tasks.models.steps import TaskStep
from app.tasks.models.tasks import Difficulty, Task
from app.tasks.services import drafting as services
from tests.resolutions import given


@pytest.fixture
def drafted(cast, resolution):
    task = given.drafted(cast, resolution)
    db.session.commit()
    return task


def test_its_words_and_difficulty_change_and_what_it_read_before_stays(cast, sign_in, drafted):
    number, version = drafted.id, drafted.version
    client, path = sign_in(cast.staff), f"/tasks/{number}/edit"
    assert f'href="{path}"' in client.get(f"/tasks/{number}").text
    assert "搭建充电棚" in client.get(path).text
    sent = {"title": "搭建雨棚", "detail": "十二个车位", "difficulty": "hard", "version": version}
    assert client.post(path, data=sent).status_code == 303
    task = db.session.get(Task, number)
    assert (task.title, task.detail, task.difficulty) == ("搭建雨棚", "十二个车位", Difficulty.HARD)
    [step] = db.session.query(TaskStep).filter_by(task_id=number, event="edit")
    assert step.text.startswith("搭建充电棚\n")
    assert "搭建充电棚" in client.get(f"/tasks/{number}").text


def test_an_old_page_overwrites_nothing(cast, sign_in, drafted):
    old = drafted.version
    services.edit_task(cast.actor("staff"), drafted, title="划线", difficulty=Difficulty.HARD)
    db.session.commit()
    sent = {"title": "搭建雨棚", "difficulty": "hard", "version": old}
    answer = sign_in(cast.second_staff).post(f"/tasks/{drafted.id}/edit", data=sent)
    assert answer.status_code == 422
    assert "搭建雨棚" in answer.text
    assert db.session.get(Task, drafted.id).title == "划线"


def test_it_needs_a_title(cast, sign_in, drafted):
    sent = {"title": " ", "difficulty": "hard", "version": drafted.version}
    answer = sign_in(cast.staff).post(f"/tasks/{drafted.id}/edit", data=sent)
    assert answer.status_code == 422
    assert 'id="title-error"' in answer.text


def test_not_once_somebody_has_it(cast, sign_in, resolution):
    task = given.dispatched(cast, resolution)
    db.session.commit()
    with pytest.raises(Refused):
        services.edit_task(cast.actor("staff"), task, title="划线", difficulty=Difficulty.HARD)
    client = sign_in(cast.staff)
    assert f"/tasks/{task.id}/edit" not in client.get(f"/tasks/{task.id}").text
    assert client.get(f"/tasks/{task.id}/edit").status_code == 303


def test_the_page_for_new_ones_says_where_a_person_and_a_day_are_chosen(cast, sign_in, resolution):
    page = sign_in(cast.staff).get(f"/tasks/new/resolution/{resolution.id}").text
    assert "派单时" in page
