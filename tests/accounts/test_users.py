import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import policy
from app.accounts.models import RoleGrant, User
from app.accounts.queries import roles
from app.accounts.services import users as services
from app.audit.models import AuditEntry
from app.core import clock
from app.core.access import Role
from app.core.db import db
from app.core.errors import Refused
from tests.cast import PASSWORD


def account(**changes):
    return {"role": "staff", "name": "谢社工", "username": "Xie.Min", **changes}


def password_on(page):
    return re.search(r'id="first-password">([^<]+)<', page).group(1)


def test_a_street_officer_makes_an_account_for_staff(sign_in, client, cast):
    answer = sign_in(cast.street_officer).post(
        f"/accounts/new?place={cast.community.id}", data=account()
    )
    assert answer.status_code == 200
    user = db.session.scalar(select(User).where(User.username == "xie.min"))
    [given] = roles.grants_of([user.id])[user.id]
    assert (given.role, given.place_id, user.community_id) == (
        Role.STAFF,
        cast.community.id,
        cast.community.id,
    )
    assert "首次登录密码" in answer.text
    first = password_on(answer.text)
    client.post("/sign-out")
    assert (
        client.post("/sign-in", data={"username": "xie.min", "password": first}).status_code == 303
    )
    assert client.get("/people").location == "/accounts/password"


def test_an_account_of_a_unit_speaks_for_a_unit(sign_in, cast):
    client = sign_in(cast.street_officer)
    page = f"/accounts/new?place={cast.community.id}"
    assert client.post(page, data=account(role="unit")).status_code == 422
    assert client.post(page, data=account(role="staff", unit_id=cast.school.id)).status_code == 422
    assert client.post(page, data=account(role="unit", unit_id=cast.school.id)).status_code == 200
    assert (
        db.session.scalar(select(User.unit_id).where(User.username == "xie.min")) == cast.school.id
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"username": "staff"}, "此用户名已被使用"),
        ({"username": "STAFF "}, "此用户名已被使用"),
        ({"username": "a b"}, "不含空格"),
        ({"username": "x"}, "2 到 60 位"),
        ({"username": "x" * 10_000}, "最多 60 个字"),
        ({"username": ""}, "请填写此项"),
        ({"name": ""}, "请填写此项"),
        ({"role": "emperor"}, "请从列出的选项中选择"),
        ({"role": "admin"}, "请从列出的选项中选择"),
        ({"role": "resident"}, "请从列出的选项中选择"),
        ({"role": "street"}, "请从列出的选项中选择"),
        ({"unit_id": "99999"}, "请从列出的选项中选择"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(sign_in, cast, changes, message):
    before = len(db.session.scalars(select(User.id)).all())
    answer = sign_in(cast.street_officer).post(
        f"/accounts/new?place={cast.community.id}", data=account(**changes)
    )
    assert answer.status_code == 422
    assert message in answer.text
    assert len(db.session.scalars(select(User.id)).all()) == before


def test_nobody_gives_a_role_where_they_do_not_reach(sign_in, cast):
    client = sign_in(cast.street_officer)
    assert client.get(f"/accounts/new?place={cast.city.id}").status_code == 404
    assert (
        client.post(f"/accounts/new?place={cast.city.id}", data=account(role="admin")).status_code
        == 404
    )
    with pytest.raises(Refused):
        services.create_user(
            cast.actor("street_officer"), username="xx", name="x", role=Role.STREET, place=cast.city
        )
    with pytest.raises(Refused):
        services.create_user(
            cast.actor("staff"), username="xx", name="x", role=Role.HOST, place=cast.community
        )


@pytest.mark.parametrize(
    ("who", "role", "allowed"),
    [
        ("admin", Role.ADMIN, True), ("admin", Role.STREET, True), ("admin", Role.STAFF, True),
        ("street_officer", Role.ADMIN, False), ("street_officer", Role.STREET, True),
        ("street_officer", Role.STAFF, True), ("street_officer", Role.OVERSIGHT, True),
        ("staff", Role.HOST, False), ("staff", Role.RESIDENT, False),
        ("resident", Role.RESIDENT, False),
    ],
)  # fmt: skip
def test_nobody_gives_a_role_above_their_own(cast, who, role, allowed):
    assert policy.may_grant(cast.actor(who), role, cast.community.path) is allowed


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.STAFF, "street"),
        (Role.ADMIN, "community"),
        (Role.STREET, "community"),
        (Role.OVERSIGHT, "grid"),
    ],
)
def test_a_role_is_held_at_a_place_of_its_level(cast, role, place):
    with pytest.raises(Refused):
        services.create_user(
            cast.actor("admin"), username="xx", name="x", role=role, place=getattr(cast, place)
        )


def test_a_role_is_given_and_withdrawn(sign_in, cast):
    client = sign_in(cast.street_officer)
    page = f"/accounts/{cast.host.id}/roles"
    assert client.post(f"{page}?place={cast.grid.id}", data={"role": "grid"}).status_code == 303
    assert cast.actor("host").has_role(Role.GRID)
    assert "已有这一角色" in client.post(f"{page}?place={cast.grid.id}", data={"role": "grid"}).text
    given = roles.grants_of([cast.host.id])[cast.host.id][-1]
    assert client.post(f"{page}/{given.id}/withdraw").status_code == 303
    assert not cast.actor("host").has_role(Role.GRID)
    assert client.post(f"{page}/{given.id}/withdraw").status_code == 404
    kept = db.session.get(RoleGrant, given.id)
    assert kept.withdrawn_at is not None
    actions = db.session.scalars(
        select(AuditEntry.action).where(
            AuditEntry.subject_id == cast.host.id, AuditEntry.action.like("role.%")
        )
    ).all()
    assert actions == ["role.grant", "role.withdraw"]
    assert client.post(f"{page}?place={cast.grid.id}", data={"role": "grid"}).status_code == 303


def test_a_grant_of_one_user_can_not_be_withdrawn_under_anothers_name(sign_in, cast):
    given = roles.grants_of([cast.staff.id])[cast.staff.id][0]
    client = sign_in(cast.street_officer)
    assert client.post(f"/accounts/{cast.host.id}/roles/{given.id}/withdraw").status_code == 404


def test_accounts_out_of_reach_are_not_there(sign_in, cast):
    client = sign_in(cast.street_officer)
    for act in ("", "/roles"):
        assert client.get(f"/accounts/{cast.admin.id}{act}").status_code == 404
    for act in ("disable", "enable", "password", "revoke", f"roles?place={cast.community.id}"):
        assert (
            client.post(f"/accounts/{cast.admin.id}/{act}", data={"role": "host"}).status_code
            == 404
        )


@pytest.mark.parametrize("act", ["disable", "password", "revoke", "roles"])
def test_who_also_has_a_role_out_of_reach_can_be_seen_but_not_taken_over(sign_in, cast, act):
    db.session.add(RoleGrant(user_id=cast.admin.id, role=Role.HOST, place_id=cast.community.id))
    db.session.commit()
    client = sign_in(cast.street_officer)
    page = client.get(f"/accounts/{cast.admin.id}")
    assert "管辖范围以外的角色" in page.text
    assert f"/accounts/{cast.admin.id}/person" not in page.text
    before = (cast.admin.password_hash, cast.admin.session_version)
    query = f"?place={cast.community.id}" if act == "roles" else ""
    assert client.post(
        f"/accounts/{cast.admin.id}/{act}{query}", data={"role": "oversight"}
    ).status_code in {409, 422}
    assert (cast.admin.password_hash, cast.admin.session_version, cast.admin.disabled_at) == (
        *before,
        None,
    )
    given = roles.grants_of([cast.admin.id])[cast.admin.id][-1]
    assert client.post(f"/accounts/{cast.admin.id}/roles/{given.id}/withdraw").status_code == 409


def test_a_closed_account_can_be_opened_again(sign_in, client, cast):
    street = sign_in(cast.street_officer)
    assert street.post(f"/accounts/{cast.staff.id}/disable").status_code == 303
    assert street.post(f"/accounts/{cast.staff.id}/disable").status_code == 409
    assert "陈社工" not in street.get("/accounts").text
    assert "陈社工" in street.get("/accounts?closed=1").text
    assert street.post(f"/accounts/{cast.staff.id}/enable").status_code == 303
    assert street.post(f"/accounts/{cast.staff.id}/enable").status_code == 409
    assert (
        client.post("/sign-in", data={"username": "staff", "password": PASSWORD}).status_code == 303
    )


def test_a_reset_password_is_shown_once_and_ends_lock_and_sessions(sign_in, client, cast):
    cast.staff.locked_until = clock.now() + timedelta(minutes=10)
    db.session.commit()
    version = cast.staff.session_version
    street = sign_in(cast.street_officer)
    answer = street.post(f"/accounts/{cast.staff.id}/password")
    given = password_on(answer.text)
    assert given not in street.get(f"/accounts/{cast.staff.id}").text
    assert (
        cast.staff.session_version,
        cast.staff.locked_until,
        cast.staff.must_change_password,
    ) == (version + 1, None, True)
    street.post("/sign-out")
    assert (
        client.post("/sign-in", data={"username": "staff", "password": PASSWORD}).status_code == 422
    )
    assert client.post("/sign-in", data={"username": "staff", "password": given}).status_code == 303


def test_one_can_not_close_or_strip_oneself(sign_in, cast):
    client = sign_in(cast.street_officer)
    own = cast.street_officer.id
    given = roles.grants_of([own])[own][0]
    for act in ("disable", "password", f"roles/{given.id}/withdraw"):
        assert client.post(f"/accounts/{own}/{act}").status_code == 409


@pytest.mark.both_engines
def test_a_locked_account_is_marked_until_the_lock_runs_out(sign_in, cast):
    cast.staff.locked_until = clock.now() + timedelta(minutes=10)
    db.session.commit()
    client = sign_in(cast.street_officer)
    assert "已锁定" in client.get("/accounts?q=staff").text
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        assert "已锁定" not in client.get("/accounts?q=staff").text


@pytest.mark.both_engines
def test_the_list_of_users_costs_the_same_for_few_and_many(sign_in, cast, counted):
    client = sign_in(cast.street_officer)
    db.session.commit()
    with counted() as before:
        client.get("/accounts")
    for number in range(12):
        services.create_user(
            cast.actor("admin"),
            username=f"user{number}",
            name="x",
            role=Role.HOST,
            place=cast.community,
        )
    db.session.commit()
    with counted() as after:
        client.get("/accounts")
    assert len(after) == len(before)
