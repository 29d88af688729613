import pytest
from sqlalchemy import select

from app.accounts import passwords
from app.accounts.services import users as services
from app.audit.models import AuditEntry
from app.core.access import Role
from app.core.db import db
from tests.cast import PASSWORD

NEW = "Guihua-2026"


def change(client, current=PASSWORD, password=NEW, repeat=None):
    form = {"current": current, "password": password, "repeat": repeat or password}
    return client.post("/accounts/password", data=form)


def enter(client, username="staff", password=PASSWORD):
    return client.post("/sign-in", data={"username": username, "password": password})


def test_a_new_password_takes_the_place_of_the_old_one(client, cast):
    enter(client)
    answer = change(client)
    assert (answer.status_code, answer.location) == (303, "/me")
    client.post("/sign-out")
    assert enter(client).status_code == 422
    assert enter(client, password=NEW).status_code == 303
    assert (
        db.session.scalar(select(AuditEntry.actor_id).where(AuditEntry.action == "password.change"))
        == cast.staff.id
    )


def test_changing_it_ends_the_other_sessions_but_not_this_one(client, other):
    enter(client)
    enter(other)
    change(client)
    assert client.get("/me").status_code == 200
    assert other.get("/me").status_code == 303


@pytest.mark.parametrize(
    ("entered", "message"),
    [
        ({"current": "wrong"}, "当前密码不正确"),
        ({"repeat": "Guihua-2027"}, "两次输入的密码不一致"),
        ({"password": PASSWORD}, "不能与当前密码相同"),
        ({"password": "Aa1-567"}, "至少 8 位"),
        ({"password": "abcdefgh1"}, "三种"),
        ({"password": "ABCDEFGH1"}, "三种"),
        ({"password": "abcdefgh!"}, "三种"),
        ({"password": "Staff-2026"}, "不能包含用户名"),
        ({"password": "P@ssw0rd"}, "过于常见"),
        ({"password": "Aa1" * 60}, "最多 128 个字"),
        ({"password": ""}, "请填写此项"),
    ],
)
def test_what_breaks_a_rule_is_refused_beside_its_field(sign_in, cast, entered, message):
    client = sign_in(cast.staff)
    before = cast.staff.password_hash
    answer = change(client, **entered)
    assert answer.status_code == 422
    assert message in answer.text
    assert cast.staff.password_hash == before
    assert client.get("/me").status_code == 200


@pytest.mark.parametrize(
    "password", ["Guihua-2026", "桂花社区Aa12", "Ａｂｃ１２３４５-", "Aa1 bcdef", "Ünï-cöde1"]
)
def test_good_passwords_are_taken(password):
    passwords.check_new(password, username="staff")
    assert passwords.is_right(password, passwords.hashed(password))


def test_full_width_and_half_width_are_the_same_password():
    kept = passwords.hashed("Ｇｕｉｈｕａ-2026")
    assert passwords.is_right("Guihua-2026", kept)
    assert not passwords.is_right("guihua-2026", kept)


def test_a_broken_hash_is_never_right():
    assert not passwords.is_right("x", "not a hash")
    assert not passwords.is_right("", None)


def test_a_password_given_by_somebody_else_has_to_be_changed_first(client, cast):
    user, given = services.create_user(
        cast.actor("street_officer"),
        username="new.one",
        name="新人",
        role=Role.STAFF,
        place=cast.community,
    )
    db.session.commit()
    enter(client, "new.one", given)
    for page in ("/places", "/people", "/me"):
        assert client.get(page).location == "/accounts/password"
    assert "当前密码由他人设置" in client.get("/accounts/password").text
    assert change(client, given).status_code == 303
    assert client.get("/people").status_code == 200
    assert not user.must_change_password
