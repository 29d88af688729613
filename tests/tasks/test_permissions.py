"""Every button × everybody: done, refused, not theirs to see, or not allowed at all."""

from __future__ import annotations

import pytest

from app.core.db import db
from app.tasks.models.tasks import Task
from app.tasks.services import dispatching, working
from tests.resolutions import given

EVERYBODY = [
    "admin",
    "street_officer",
    "staff",
    "second_staff",
    "host",
    "grid_worker",
    "oversight",
    "unit_contact",
    "resident",
    "other_resident",
    "neighbour_staff",
    "neighbour_resident",
]


def offered(cast, resolution):
    task = given.drafted(cast, resolution)
    dispatching.offer(cast.actor("staff"), task)
    return task


def asked(cast, resolution):
    task = given.accepted(cast, resolution)
    working.ask_extension(cast.actor("unit_contact"), task, days=1, reason="下雨")
    return task


def returned(cast, resolution):
    task = given.dispatched(cast, resolution)
    dispatching.return_task(cast.actor("unit_contact"), task, reason="不归我")
    return task


def evaluated(cast, resolution):
    task = given.verified(cast, resolution)
    given.evaluated(cast, task)
    return task


# path, how the task stands, what is sent, who may
BUTTONS = {
    "edit": (
        given.drafted,
        lambda _c: {"title": "搭建雨棚", "difficulty": "hard"},
        {"staff", "second_staff"},
    ),
    "dispatch": (given.drafted, lambda c: {"unit_id": c.school.id}, {"staff", "second_staff"}),
    "offer": (given.drafted, lambda _c: {}, {"staff", "second_staff"}),
    "uphold": (returned, lambda _c: {"reason": "合同写明"}, {"staff", "second_staff"}),
    "claim": (offered, lambda _c: {}, {"resident", "other_resident"}),
    "claim-for-unit": (offered, lambda _c: {}, {"unit_contact"}),
    "accept": (given.dispatched, lambda _c: {}, {"unit_contact", "staff", "second_staff"}),
    "return": (
        given.dispatched,
        lambda _c: {"reason": "不归我"},
        {"unit_contact", "staff", "second_staff"},
    ),
    "report": (
        given.accepted,
        lambda _c: {"text": "进行中"},
        {"unit_contact", "staff", "second_staff"},
    ),
    "extension": (
        given.accepted,
        lambda _c: {"days": 1, "reason": "下雨"},
        {"unit_contact", "staff", "second_staff"},
    ),
    "extension/decision": (asked, lambda _c: {"granted": "yes"}, {"staff", "second_staff"}),
    "submit": (
        given.accepted,
        lambda _c: {"text": "好了", "photos": (given.picture(), "棚.jpg")},
        {"unit_contact", "staff", "second_staff"},
    ),
    "withdraw": (given.submitted, lambda _c: {"reason": "传错了照片"}, {"unit_contact"}),
    "verify": (given.submitted, lambda _c: {}, {"staff", "second_staff"}),
    "send-back": (given.submitted, lambda _c: {"reason": "不行"}, {"staff", "second_staff"}),
    "evaluate": (
        given.verified,
        lambda _c: {"score": "5", "solved": "yes"},
        {"resident", "other_resident"},
    ),
    "follow-up": (
        given.verified,
        lambda c: {
            "person_id": c.wang.id,
            "channel": "phone",
            "reached": "yes",
            "score": "5",
            "solved": "yes",
        },
        {"staff", "second_staff", "grid_worker"},
    ),
    "close": (evaluated, lambda _c: {}, {"staff", "second_staff"}),
    "cancel": (given.dispatched, lambda _c: {"reason": "算了"}, {"staff", "second_staff"}),
}
PREFIX = {
    "edit": "",
    "dispatch": "",
    "claim": "claim_for_oneself-",
    "extension": "ask_extension-",
    "extension/decision": "decide_extension-",
    "follow-up": "enter_evaluation-",
}


@pytest.mark.parametrize("button", BUTTONS)
def test_a_button_works_for_whom_it_is_meant_and_for_nobody_else(cast, sign_in, resolution, button):
    stands, said, allowed = BUTTONS[button]
    prefix = PREFIX.get(button, button.replace("-", "_") + "-")
    could = set()
    for who in EVERYBODY:
        task = stands(cast, resolution)
        db.session.commit()
        before = (task.state, task.version)
        data = {f"{prefix}{name}": value for name, value in said(cast).items()}
        data[f"{prefix}version"] = str(task.version)
        client = sign_in(getattr(cast, who))
        answer = client.post(
            f"/tasks/{task.id}/{button}", data=data, content_type="multipart/form-data"
        )
        assert answer.status_code in {303, 403, 404, 422}, (who, answer.status_code)
        db.session.expire_all()
        task = db.session.get(Task, task.id)
        if answer.status_code == 303:
            could.add(who)
            assert task.version > before[1]
        else:
            assert (task.state, task.version) == before, who
    assert could == allowed


def test_without_signing_in_nothing_is_done(cast, client, resolution):
    task = given.dispatched(cast, resolution)
    db.session.commit()
    for path in (f"/tasks/{task.id}", "/tasks", "/resolutions", f"/chain/{resolution.topic_id}"):
        assert client.get(path).status_code == 303
    assert client.post(f"/tasks/{task.id}/accept").status_code == 303
    assert db.session.get(Task, task.id).accepted_at is None


RESOLUTION_BUTTONS = {
    "publish": {"publish-contact": "居委会 0830-1234567"},
    "feedback": {"feedback-contact": "居委会 0830-1234567", "feedback-result": "建成"},
}


@pytest.mark.parametrize("button", RESOLUTION_BUTTONS)
def test_only_staff_publish_and_report_back(cast, sign_in, button):
    could = set()
    # All before the first request, which seals the days of their meetings.
    resolutions = [given.resolution(cast) for _who in EVERYBODY]
    for who, resolution in zip(EVERYBODY, resolutions, strict=True):
        answer = sign_in(getattr(cast, who)).post(
            f"/resolutions/{resolution.id}/{button}", data=RESOLUTION_BUTTONS[button]
        )
        if answer.status_code == 303:
            could.add(who)
    assert could == {"staff", "second_staff"}


def test_the_host_and_the_staff_record_a_resolution(cast, sign_in):
    could = set()
    # All before the first request, which seals the days of their meetings.
    items = [given.matter(cast).item for _who in EVERYBODY]
    for who, item in zip(EVERYBODY, items, strict=True):
        prefix = f"resolution{item.id}"
        answer = sign_in(getattr(cast, who)).post(
            f"/resolutions/items/{item.id}",
            data={
                f"{prefix}-title": "建充电棚",
                f"{prefix}-text": given.MOTION,
                f"{prefix}-feedback_due_on": "2026-12-17",
            },
        )
        assert answer.status_code in {303, 403, 404}
        if answer.status_code == 303:
            could.add(who)
    assert could == {"host", "staff", "second_staff"}
