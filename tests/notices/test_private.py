"""What would give a person away is not made public by a slip, nor left standing after one."""

from datetime import date

import pytest

from app.core import clock
from app.core.db import db
from app.core.masking import private_numbers
from app.notices import services
from app.notices.models import NoticeKind

WORDS = {
    "title": "收支情况",
    "body": "支出明细",
    "basis": "财务制度",
    "days": "",
    "contact": "13800001234",
}


@pytest.fixture(autouse=True)
def on_a_monday():
    with clock.frozen(clock.at(date(2026, 3, 2), 9)):
        yield


@pytest.fixture
def notice(cast):
    notice = services.publish(
        cast.actor("staff"), community_id=cast.community.id, kind=NoticeKind.AFFAIRS, title="救助名单",
        body="住户电话 13900005678", basis="救助办法", contact="居委会办公室",
    )  # fmt: skip
    db.session.commit()
    return notice


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("电话13900005678。", ["13900005678"]),
        ("１３９ ００００ ５６７８", ["139 0000 5678"]),
        ("+86 139-0000-5678、13900005678", ["+86 139-0000-5678", "13900005678"]),
        ("身份证51050219800101123X", ["51050219800101123X"]),
        ("510502 19800101 1234", ["510502 19800101 1234"]),
        ("办公室0830-2345678，服务热线12345", []),
        ("统一社会信用代码91510502MA62345678", []),
        ("支出12900005678.00元，139****5678", []),
        ("", []),
    ],
)
def test_mobile_and_identity_numbers_are_found_however_they_are_written(words, found):
    assert private_numbers(words) == found


@pytest.mark.parametrize("field", ["title", "body", "basis"])
def test_a_notice_with_somebodys_number_is_refused_unless_it_has_to_be(cast, sign_in, field):
    staff = sign_in(cast.staff)
    assert "确需公开" not in staff.get("/notices/new").text
    given = WORDS | {field: "见 139 0000 5678"}
    refused = staff.post("/notices/new", data=given)
    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text
    assert "139 0000 5678”" in refused.text
    assert "确需公开" in refused.text
    assert staff.post("/notices/new", data=given | {"has_to_be": "y"}).status_code == 303


def test_the_contact_may_be_called(cast, sign_in):
    assert sign_in(cast.staff).post("/notices/new", data=WORDS).status_code == 303


@pytest.mark.parametrize("answer", ["张建国所说不实", "已打13900005678核实"])
def test_an_answer_names_nobody_unless_it_has_to(cast, notice, sign_in, answer):
    objection = services.object_to(cast.actor("resident"), notice, text="有误")
    db.session.commit()
    address, staff = f"/notices/objections/{objection.id}/answer", sign_in(cast.staff)
    given = {"upheld": "no", "answer": answer}
    refused = staff.post(address, data=given)
    assert refused.status_code == 422
    assert 'id="answer-error"' in refused.text
    db.session.refresh(objection)
    assert objection.answer is None
    assert staff.post(address, data=given | {"has_to_be": "y"}).status_code == 303


def test_what_a_withdrawn_notice_said_is_for_those_who_manage_and_oversee(cast, notice, sign_in):
    pages = (f"/notices/{notice.id}", f"/notices/{notice.id}/print")
    assert all("13900005678" in sign_in(cast.resident).get(page).text for page in pages)
    services.withdraw(cast.actor("staff"), notice, reason="泄露电话")
    db.session.commit()
    for page in pages:
        for reader in (cast.resident, cast.neighbour_staff):
            shown = sign_in(reader).get(page).text
            assert "13900005678" not in shown
            assert "救助办法" not in shown
            assert all(words in shown for words in ("救助名单", "泄露电话", "3月2日"))
        for reader in (cast.staff, cast.street_officer, cast.oversight):
            assert "13900005678" in sign_in(reader).get(page).text


def test_without_signing_in_it_is_not_read_either(cast, notice, client):
    services.withdraw(cast.actor("staff"), notice, reason="泄露电话")
    db.session.commit()
    for page in ("", "/print", "/result"):
        shown = client.get(f"/notices/{notice.id}{page}").text
        assert "泄露电话" in shown
        assert "13900005678" not in shown
