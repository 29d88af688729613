"""One table says what is on a task's page: every action is in it, and one view presses them all."""

from __future__ import annotations

import pytest

from app.core import access
from app.core.db import db
from app.tasks.policy import Action
from app.tasks.views.buttons import BUTTONS
from app.tasks.views.pressing import Button
from tests.resolutions import given

PRESSED = {action: button for action, button in BUTTONS.items() if isinstance(button, Button)}


def test_every_action_is_on_the_page():
    assert set(BUTTONS) == set(Action)


@pytest.mark.parametrize("action", PRESSED)
def test_an_endpoint_needs_what_its_button_says(app, action):
    button = PRESSED[action]
    view = app.view_functions[f"tasks.{button.endpoint}"]
    assert access.needs(view) == {button.capability}


@pytest.mark.both_engines
def test_a_press_loads_the_task_once(cast, sign_in, resolution, counted):
    task = given.submitted(cast, resolution)
    db.session.commit()
    client = sign_in(cast.staff)
    version = task.version
    db.session.expire_all()
    with counted() as sent:
        answer = client.post(f"/tasks/{task.id}/verify", data={"verify-version": version})
    assert answer.status_code == 303
    assert len([one for one in sent if "JOIN resolution AS" in str(one)]) == 1
