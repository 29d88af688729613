"""Bad input gets a clear answer, and nothing of it is half-written."""

from __future__ import annotations

import pytest

from app.core.db import db
from app.people.models import Unit, UnitKind
from app.tasks.models.evaluations import Evaluation
from app.tasks.models.tasks import Task
from tests.resolutions import given

NASTY = [
    "",
    " ",
    "x" * 200_000,
    "\x00\x01",
    "<script>alert(1)</script>",
    "𠮷䶮",
    "-1",
    "99999999999999999999",
    "1e3",
    "٣",
    "None",
    "' OR 1=1 --",
]


@pytest.mark.parametrize("value", NASTY)
def test_forms_of_a_task_never_break(cast, sign_in, resolution, value):
    accepted = given.accepted(cast, resolution)
    verified = given.verified(cast, resolution)
    drafted = given.drafted(cast, resolution)
    db.session.commit()
    sent = {
        f"/tasks/{accepted.id}/report": ("report", ["text", "version"]),
        f"/tasks/{accepted.id}/extension": ("ask_extension", ["days", "reason", "version"]),
        f"/tasks/{accepted.id}/extension/decision": ("decide_extension", ["granted", "version"]),
        f"/tasks/{accepted.id}/submit": ("submit", ["text", "photos", "version"]),
        f"/tasks/{accepted.id}/cancel": ("cancel", ["version"]),
        f"/tasks/{verified.id}/follow-up": (
            "enter_evaluation",
            ["person_id", "channel", "reached", "score", "solved", "version"],
        ),
        f"/tasks/{verified.id}/close": ("close", ["version"]),
        f"/tasks/{drafted.id}/dispatch": ("", ["unit_id", "person_id", "due_on", "version"]),
    }
    client = sign_in(cast.staff)
    for path, (prefix, names) in sent.items():
        data = {f"{prefix}-{name}" if prefix else name: value for name in names}
        answer = client.post(path, data=data)
        assert answer.status_code in {303, 400, 413, 422}, (path, answer.status_code)
    assert db.session.query(Evaluation).count() == 0
    assert db.session.get(Task, drafted.id).unit_id is None


@pytest.mark.both_engines
@pytest.mark.parametrize("value", NASTY)
def test_lists_never_break(cast, sign_in, value):
    client = sign_in(cast.staff)
    for path in ("/tasks", "/resolutions"):
        for name in ("q", "page", "group", "unit", "only", "measure", "year", "stage", "others"):
            answer = client.get(path, query_string={name: value[:2000]})
            assert answer.status_code == 200, (path, name)


@pytest.mark.parametrize("value", NASTY)
def test_forms_of_a_resolution_never_break(cast, sign_in, resolution, value):
    item = given.matter(cast).item
    db.session.commit()
    client = sign_in(cast.staff)
    here = f"/resolutions/{resolution.id}"
    prefix = f"resolution{item.id}"
    for path, names in {
        f"{here}/publish": ["publish-days"],
        f"{here}/feedback": ["feedback-days"],
        f"{here}/supersede": ["supersede-later_id"],
        f"/tasks/new/resolution/{resolution.id}": [
            "rows-0-difficulty",
            "rows-0-title",
            "rows-0-goes_to",
            "rows-x-y",
        ],
        f"/resolutions/items/{item.id}": [f"{prefix}-feedback_due_on"],
    }.items():
        answer = client.post(path, data=dict.fromkeys(names, value))
        assert answer.status_code in {303, 400, 413, 422}, (path, answer.status_code)


def test_more_rows_than_there_can_be_are_no_harm(cast, sign_in, resolution):
    data = {f"rows-{n}-title": f"任务{n}" for n in range(300)}
    answer = sign_in(cast.staff).post(f"/tasks/new/resolution/{resolution.id}", data=data)
    assert answer.status_code in {303, 400, 422}
    assert db.session.query(Task).count() <= 12


def test_other_peoples_ids_are_not_found(cast, sign_in, resolution):
    task = given.dispatched(cast, resolution)
    db.session.commit()
    client = sign_in(cast.staff)
    for path in ("/tasks/999999", "/resolutions/999999", "/chain/999999", "/tasks/999999999999"):
        assert client.get(path).status_code in {400, 404}
    assert client.get(f"/tasks/{task.id}/photos/999999").status_code == 404
    assert client.post("/tasks/999999/accept").status_code == 404


def test_a_unit_of_another_community_cannot_be_dispatched_to(cast, sign_in, resolution):
    foreign = Unit(name="邻社区物业", kind=UnitKind.PROPERTY_FIRM, community_id=cast.neighbour.id)
    db.session.add(foreign)
    task = given.drafted(cast, resolution)
    db.session.commit()
    client = sign_in(cast.staff)
    for data in ({"unit_id": foreign.id}, {"person_id": cast.neighbour_person.id}):
        answer = client.post(
            f"/tasks/{task.id}/dispatch", data=data | {"version": str(task.version)}
        )
        assert answer.status_code == 422


def test_what_people_type_is_text(cast, sign_in, resolution):
    nasty = "<script>alert(1)</script>"
    task = given.drafted(cast, resolution, title=nasty)
    db.session.commit()
    client = sign_in(cast.staff)
    for path in ("/tasks", f"/tasks/{task.id}", f"/resolutions/{resolution.id}"):
        assert nasty not in client.get(path).get_data(as_text=True)
