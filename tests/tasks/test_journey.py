"""The whole way through the pages, as people take it."""

from __future__ import annotations

from datetime import timedelta

from app.core import clock
from app.core.db import db
from app.notices.models import Notice, NoticeKind
from app.resolutions.models import Resolution
from app.tasks.models.steps import Evidence
from app.tasks.models.tasks import Task
from app.tasks.states import TaskState
from app.topics.states import TopicState
from tests.resolutions import given


def test_from_a_passed_item_to_the_closed_matter(cast, sign_in):
    matter = given.matter(cast, sits=True)
    item, topic_id = matter.item.id, matter.topic.id

    def post(who, path, **data):
        answer = sign_in(who).post(path, data=data, content_type="multipart/form-data")
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return answer

    prefix = f"resolution{item}"
    post(
        cast.host,
        f"/resolutions/items/{item}",
        back="console",
        **{
            f"{prefix}-title": "建设电动自行车充电棚",
            f"{prefix}-text": given.MOTION,
            f"{prefix}-feedback_due_on": "2026-12-17",
        },
    )
    resolution = db.session.query(Resolution).one()
    here = f"/resolutions/{resolution.id}"
    post(cast.staff, f"{here}/publish", **{"publish-contact": "居委会 0830-1234567"})
    post(
        cast.staff,
        f"/tasks/new/resolution/{resolution.id}",
        **{
            "rows-0-title": "搭建充电棚",
            "rows-0-detail": "十个车位",
            "rows-0-difficulty": "hard",
            "rows-0-goes_to": str(cast.property_firm.id),
            "rows-1-title": "入户宣传",
            "rows-1-difficulty": "ordinary",
            "rows-1-goes_to": "open",
            "rows-2-title": "",
            "rows-2-difficulty": "ordinary",
        },
    )
    shed, leaflets = db.session.query(Task).order_by(Task.id)
    assert (shed.state, leaflets.state) == (TaskState.DISPATCHED, TaskState.OFFERED)

    def step(who, task, action, path=None, **said):
        data = {f"{action}-{name}": value for name, value in said.items()}
        data[f"{action}-version"] = str(db.session.get(Task, task.id).version)
        return post(who, f"/tasks/{task.id}/{path or action.replace('_', '-')}", **data)

    step(cast.unit_contact, shed, "accept")
    step(cast.unit_contact, shed, "report", text="材料已到", photos=(given.picture(), "料.jpg"))
    step(
        cast.unit_contact,
        shed,
        "submit",
        text="棚已搭好",
        photos=[(given.picture(), "棚1.jpg"), (given.picture((9, 9, 9)), "棚2.png")],
    )
    step(cast.resident, leaflets, "claim_for_oneself", "claim")
    step(cast.resident, leaflets, "submit", text="已发", photos=(given.picture(), "单.jpg"))
    for task in (shed, leaflets):
        step(cast.staff, task, "verify", text="现场已看")
        step(cast.other_resident, task, "evaluate", score="5", solved="yes", comment="好")
        step(cast.staff, task, "close", "close")
    assert db.session.query(Evidence).count() == 4
    assert matter.topic.state is TopicState.IMPLEMENTED
    post(
        cast.staff,
        f"{here}/feedback",
        **{"feedback-result": "已建成十个车位。", "feedback-contact": "居委会 0830-1234567"},
    )
    assert matter.topic.state is TopicState.FED_BACK
    result = db.session.query(Notice).filter_by(kind=NoticeKind.RESULT).one()
    with clock.frozen(given.NOW + timedelta(days=(result.ends_on - clock.today()).days + 1)):
        post(cast.staff, f"{here}/close")
    assert matter.topic.state is TopicState.CLOSED
    chain = sign_in(cast.resident).get(f"/chain/{topic_id}").get_data(as_text=True)
    for word in ("搭建充电棚", "入户宣传", resolution.number, "已建成十个车位。"):
        assert word in chain
