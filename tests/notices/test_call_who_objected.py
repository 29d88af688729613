"""Residents who object without an account have to be called: those who answer can look at the
number."""

from datetime import date

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import db
from app.inbox.models import Message
from app.notices import services
from app.notices.models import NoticeKind

PHONE = "13312345678"


@pytest.fixture(autouse=True)
def on_a_monday():
    with clock.frozen(clock.at(date(2026, 3, 2), 9)):
        yield


@pytest.fixture
def notice(cast):
    return services.publish(
        cast.actor("staff"), community_id=cast.community.id, kind=NoticeKind.AFFAIRS, title="收支",
        body="内容", contact="电话",
    )  # fmt: skip


@pytest.fixture
def entered(cast, notice):
    """`entered(name=…)` or `entered(person_id=…)`: an objection that came by letter."""

    def enter(name=None, person_id=None, by="staff"):
        objection = services.object_for(
            cast.actor(by), notice, text="来信", person_id=person_id, name=name, phone=PHONE,
            received_on=clock.today(),
        )  # fmt: skip
        db.session.commit()
        return objection

    return enter


@pytest.fixture
def letter(entered):
    return entered(name="外地业主")


def _unmasked():
    return db.session.scalar(select(AuditEntry).where(AuditEntry.action == "notice.unmask"))


def _told():
    return db.session.scalars(select(Message).where(Message.key.like("objection:%:answer"))).all()


@pytest.mark.parametrize("name", ["staff", "street_officer"])
def test_those_who_answer_see_the_number_once_against_a_reason(cast, sign_in, letter, name):
    user = getattr(cast, name)
    client, page = sign_in(user), f"/notices/objections/{letter.id}/phone"
    shown = client.get(f"/notices/{letter.notice_id}").text
    assert f'href="{page}"' in shown
    for hidden in (
        shown,
        client.get(page).text,
        client.get(f"/notices/objections/{letter.id}/answer").text,
    ):
        assert PHONE not in hidden
        assert "133****5678" in hidden
    assert PHONE in client.post(page, data={"reason": "告知答复"}).text
    assert PHONE not in client.get(page).text
    entry = _unmasked()
    assert (entry.actor_id, entry.subject_kind, entry.subject_id, entry.detail) == (
        user.id,
        "notice",
        letter.notice_id,
        {"reason": "告知答复"},
    )


def test_without_a_reason_the_number_stays_hidden(sign_in, cast, letter):
    answer = sign_in(cast.staff).post(
        f"/notices/objections/{letter.id}/phone", data={"reason": " "}
    )
    assert answer.status_code == 422
    assert PHONE not in answer.text
    assert _unmasked() is None


def test_the_number_of_another_communitys_objection_is_not_there(sign_in, cast, letter):
    client, page = sign_in(cast.neighbour_staff), f"/notices/objections/{letter.id}/phone"
    assert client.get(page).status_code == 404
    assert client.post(page, data={"reason": "好奇"}).status_code == 404


def test_the_answer_is_not_sent_to_who_entered_the_objection(sign_in, cast, letter):
    answer = sign_in(cast.street_officer).post(
        f"/notices/objections/{letter.id}/answer", data={"upheld": "no", "answer": "按面积分摊。"}
    )
    assert answer.location == f"/notices/objections/{letter.id}/phone"
    assert _told() == []
    page = sign_in(cast.street_officer).get(answer.location).text
    assert "按面积分摊。" in page
    assert "133****5678" in page


def test_a_resident_without_an_account_has_to_be_called(sign_in, cast, entered):
    objection = entered(person_id=cast.wang.id)
    staff = sign_in(cast.second_staff)
    answer = staff.post(
        f"/notices/objections/{objection.id}/answer",
        data={"upheld": "no", "answer": "按面积分摊。"},
    )
    page = staff.get(answer.location).text
    assert "请电话或当面告知" in page
    assert "已答复异议人" not in page


def test_a_resident_with_an_account_is_told(sign_in, cast, entered):
    objection = entered(person_id=cast.li.id)
    staff = sign_in(cast.staff)
    answer = staff.post(
        f"/notices/objections/{objection.id}/answer",
        data={"upheld": "no", "answer": "按面积分摊。"},
    )
    assert answer.location == f"/notices/{objection.notice_id}"
    assert "已答复异议人" in staff.get(answer.location).text
    assert [message.person_id for message in _told()] == [cast.li.id]
