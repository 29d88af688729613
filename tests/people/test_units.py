import pytest
from sqlalchemy import select

from app.accounts.models import RoleGrant
from app.accounts.queries import roles, users
from app.accounts.services import users as accounts
from app.audit.models import AuditEntry
from app.core.access import Role
from app.core.db import db
from app.people.models import Unit, UnitKind
from app.people.queries import units


def entered(**changes):
    return {
        "name": "桂花社区卫生服务站",
        "kind": "stationed",
        "contact_name": "罗医生",
        "contact_phone": "0830-2345678",
        **changes,
    }


def test_staff_enter_a_unit(sign_in, cast):
    answer = sign_in(cast.staff).post("/people/units/new", data=entered())
    unit = db.session.scalar(select(Unit).order_by(Unit.id.desc()))
    assert (answer.status_code, answer.location) == (303, f"/people/units/{unit.id}")
    assert (unit.name, unit.kind, unit.contact_phone) == (
        "桂花社区卫生服务站",
        UnitKind.STATIONED,
        "08302345678",
    )
    assert unit.community_id == cast.community.id


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "大山坪小学"}, "已有同名单位"),
        ({"name": " 大山坪小学 "}, "已有同名单位"),
        ({"name": ""}, "请填写此项"),
        ({"name": "x" * 10_000}, "最多 80 个字"),
        ({"kind": "bakery"}, "请从列出的选项中选择"),
        ({"kind": ""}, "请填写此项"),
        ({"contact_phone": "call me"}, "电话号码不正确"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(sign_in, cast, changes, message):
    answer = sign_in(cast.staff).post("/people/units/new", data=entered(**changes))
    assert answer.status_code == 422
    assert message in answer.text
    assert len(db.session.scalars(select(Unit)).all()) == 2


def test_two_communities_may_have_units_of_one_name(sign_in, cast):
    assert (
        sign_in(cast.neighbour_staff)
        .post("/people/units/new", data=entered(name="大山坪小学"))
        .status_code
        == 303
    )


def test_a_correction_is_kept_unless_somebody_was_faster(sign_in, cast):
    client = sign_in(cast.staff)
    page = f"/people/units/{cast.school.id}/edit"
    assert client.post(page, data=entered(name="大山坪第二小学", version=1)).status_code == 303
    assert cast.school.name == "大山坪第二小学"
    answer = client.post(page, data=entered(name="另一个", version=1))
    assert answer.status_code == 422
    assert "其他人刚刚修改过" in answer.text
    assert (
        client.post(page, data=entered(name="安居物业服务有限公司", version=2)).status_code == 422
    )


def test_an_ended_unit_takes_no_part_and_its_contacts_lose_their_role(sign_in, cast):
    client = sign_in(cast.staff)
    page = f"/people/units/{cast.property_firm.id}"
    assert client.post(f"{page}/end").status_code == 303
    assert [row.id for row in units.units_of(cast.community.id)] == [cast.school.id]
    assert roles.grants_of([cast.unit_contact.id]) == {}
    client.get("/people/units")  # shows what has just happened
    assert "安居物业" not in client.get("/people/units").text
    assert "安居物业" in client.get("/people/units?ended=1").text
    assert client.post(f"{page}/end").status_code == 409
    assert client.post(f"{page}/resume").status_code == 303
    assert len(units.units_of(cast.community.id)) == 2


def test_a_contacts_role_sleeps_with_the_unit_and_can_be_taken_meanwhile(sign_in, cast):
    contact, unit = cast.unit_contact.id, f"/people/units/{cast.property_firm.id}"
    sign_in(cast.staff).post(f"{unit}/end")
    assert "除外" in sign_in(cast.staff).get(unit).text  # what taking part again brings back
    assert users.user_ids_of_units([cast.property_firm.id]) == []
    [given] = roles.grants_of([contact], asleep=True)[contact]
    officer = sign_in(cast.street_officer)
    listed = officer.get("/accounts?role=unit").text
    assert f"/accounts/{contact}" in listed
    assert "· 未生效" in listed
    assert "收回后不再恢复效力" in officer.get(f"/accounts/{contact}").text
    assert "未生效：该单位已终止参与" in officer.get(f"/accounts/{contact}").text
    assert officer.post(f"/accounts/{contact}/roles/{given.id}/withdraw").status_code == 303
    sign_in(cast.staff).post(f"{unit}/resume")
    assert roles.grants_of([contact]) == {}


def test_with_another_role_nobody_acts_for_the_unit(sign_in, cast):
    db.session.add(
        RoleGrant(user_id=cast.unit_contact.id, role=Role.GRID, place_id=cast.community.id)
    )
    db.session.commit()
    assert cast.actor("unit_contact").unit_id == cast.property_firm.id
    sign_in(cast.staff).post(f"/people/units/{cast.property_firm.id}/end")
    assert cast.actor("unit_contact").unit_id is None


def test_nobody_is_made_contact_of_a_unit_that_has_ended(sign_in, cast):
    sign_in(cast.staff).post(f"/people/units/{cast.property_firm.id}/end")
    page = f"/accounts/{cast.unit_contact.id}/roles?place={cast.community.id}"
    answer = sign_in(cast.street_officer).post(page, data={"role": "unit"})
    assert answer.status_code == 422
    assert "该单位已终止参与" in answer.text
    assert roles.grants_of([cast.unit_contact.id]) == {}


def test_a_second_unit_contact_role_of_others_stays(sign_in, cast):
    db.session.add(RoleGrant(user_id=cast.host.id, role=Role.UNIT, place_id=cast.community.id))
    db.session.commit()
    sign_in(cast.staff).post(f"/people/units/{cast.property_firm.id}/end")
    assert Role.UNIT in [given.role for given in roles.grants_of([cast.host.id])[cast.host.id]]


def test_a_contact_who_signs_in_with_a_telephone_number_is_shown_without_it(sign_in, cast):
    cast.unit_contact.username = "13812345678"
    db.session.commit()
    page = sign_in(cast.grid_worker).get(f"/people/units/{cast.property_firm.id}").text
    assert "138****5678" in page
    assert "13812345678" not in page


def test_units_of_another_community_are_not_there(sign_in, cast):
    client = sign_in(cast.neighbour_staff)
    for act in ("edit", "end", "resume"):
        assert (
            client.post(
                f"/people/units/{cast.school.id}/{act}", data=entered(version=1)
            ).status_code
            == 404
        )
    assert "大山坪小学" not in client.get("/people/units").text


@pytest.mark.both_engines
def test_units_are_searched_live(sign_in, cast):
    headers = {"HX-Request": "true", "HX-Target": "unit-list"}
    fragment = sign_in(cast.staff).get("/people/units?q=小学", headers=headers).text
    assert "大山坪小学" in fragment
    assert "安居物业" not in fragment
    assert "<html" not in fragment


def test_a_contacts_own_number_is_masked_and_an_offices_is_not(sign_in, cast):
    cast.property_firm.contact_phone = "13812345678"
    cast.school.contact_phone = "08302345678"
    db.session.commit()
    for reader in (cast.staff, cast.grid_worker, cast.street_officer):
        client = sign_in(reader)
        for page in ("/people/units", f"/people/units/{cast.property_firm.id}"):
            assert "13812345678" not in client.get(page).text
            assert "138****5678" in client.get(page).text
        assert "08302345678" in client.get(f"/people/units/{cast.school.id}").text
    assert (
        "13812345678"
        not in sign_in(cast.staff).get(f"/people/units/{cast.property_firm.id}/edit").text
    )


def test_it_is_shown_in_full_once_against_a_reason_in_the_trail(sign_in, cast):
    cast.property_firm.contact_phone = "13812345678"
    db.session.commit()
    client, page = sign_in(cast.staff), f"/people/units/{cast.property_firm.id}"
    refused = client.post(f"{page}/phone", data={"reason": " "})
    assert refused.status_code == 422
    assert "13812345678" not in refused.text
    assert "13812345678" in client.post(f"{page}/phone", data={"reason": "电梯困人"}).text
    assert "13812345678" not in client.get(page).text
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "unit.unmask")).one()
    assert (entry.subject_id, entry.detail) == (cast.property_firm.id, {"reason": "电梯困人"})
    answer = sign_in(cast.neighbour_staff).post(f"{page}/phone", data={"reason": "好奇"})
    assert answer.status_code == 404


def test_a_correction_keeps_the_number_unless_it_is_removed(sign_in, cast):
    cast.school.contact_phone = "13812345678"
    db.session.commit()
    client, page = sign_in(cast.staff), f"/people/units/{cast.school.id}/edit"
    client.post(page, data=entered(contact_phone="", version=1))
    assert cast.school.contact_phone == "13812345678"
    client.post(page, data=entered(contact_phone="", without_phone="y", version=2))
    assert cast.school.contact_phone is None


def test_an_offices_number_stands_there_without_a_word_about_anybodys_home(cast, sign_in):
    cast.property_firm.contact_phone = "0830-2345678"
    db.session.commit()
    page = sign_in(cast.staff).get(f"/people/units/{cast.property_firm.id}").text
    assert "0830-2345678" in page
    assert "不在您负责的范围" not in page


def resumed_roles():
    return db.session.execute(
        select(AuditEntry.subject_id, AuditEntry.actor_id, AuditEntry.place_path, AuditEntry.detail)
        .where(AuditEntry.action == "role.resume")
        .order_by(AuditEntry.id)
    ).all()


def test_a_role_that_counts_again_with_its_unit_is_in_the_trail(sign_in, cast):
    client, page = sign_in(cast.staff), f"/people/units/{cast.property_firm.id}"
    client.post(f"{page}/end")
    assert resumed_roles() == []
    client.post(f"{page}/resume")
    assert resumed_roles() == [
        (cast.unit_contact.id, cast.staff.id, cast.community.path, {"role": "unit"})
    ]
    assert cast.actor("unit_contact").has_role(Role.UNIT)
    assert "恢复角色效力" in sign_in(cast.admin).get("/audit").text


def test_a_role_that_was_withdrawn_meanwhile_is_not(sign_in, cast):
    client, page = sign_in(cast.staff), f"/people/units/{cast.property_firm.id}"
    client.post(f"{page}/end")
    [given] = roles.grants_of([cast.unit_contact.id], asleep=True)[cast.unit_contact.id]
    accounts.withdraw(cast.actor("street_officer"), db.session.get(RoleGrant, given.id))
    client.post(f"{page}/resume")
    assert resumed_roles() == []


def test_the_page_of_a_unit_names_only_those_who_hold_its_role(sign_in, cast):
    client, page = sign_in(cast.staff), f"/people/units/{cast.property_firm.id}"
    assert "钱经理" in client.get(page).text
    assert "恢复参与前不能代表" not in client.get(page).text
    client.post(f"{page}/end")
    assert "钱经理" in client.get(page).text
    assert "恢复参与前不能代表" in client.get(page).text
    [given] = roles.grants_of([cast.unit_contact.id], asleep=True)[cast.unit_contact.id]
    accounts.withdraw(cast.actor("street_officer"), db.session.get(RoleGrant, given.id))
    db.session.commit()
    assert "钱经理" not in client.get(page).text
