import pytest
from sqlalchemy import select

from app.accounts.services import users as services
from app.audit.models import AuditEntry
from app.core.db import db
from tests.cast import PASSWORD


def enter(client, username="staff", password=PASSWORD):
    return client.post("/sign-in", data={"username": username, "password": password})


def test_signing_out_ends_this_session(client, other, cast):
    enter(client)
    enter(other)
    answer = client.post("/sign-out")
    assert answer.status_code == 303
    assert client.get("/me").status_code == 303
    assert other.get("/me").status_code == 200
    assert (
        db.session.scalar(
            select(AuditEntry.actor_id).where(AuditEntry.action == "session.sign_out")
        )
        == cast.staff.id
    )


def test_a_copy_of_the_cookie_opens_nothing_after_signing_out(client, other, app):
    enter(client)
    name = app.config["SESSION_COOKIE_NAME"]
    copied = client.get_cookie(name).value
    other.set_cookie(name, copied)
    assert other.get("/me").status_code == 200
    client.post("/sign-out")
    assert other.get("/me").status_code == 303
    assert enter(client).status_code == 303
    assert client.get("/me").status_code == 200


def test_a_session_from_before_they_were_told_apart_ends_nobody_elses(sign_in, other, cast):
    old = sign_in(cast.staff)
    with old.session_transaction() as session:
        session["_user_id"] = f"{cast.staff.id}:{cast.staff.session_version}"
    assert old.get("/me").status_code == 200
    assert old.post("/sign-out").status_code == 303
    assert enter(other).status_code == 303
    assert other.get("/me").status_code == 200


def test_signing_out_twice_does_nothing_twice(client):
    enter(client)
    client.post("/sign-out")
    assert client.post("/sign-out").status_code == 303


def test_signing_out_everywhere_ends_all_sessions(client, other):
    enter(client)
    enter(other)
    assert client.post("/accounts/sign-out-everywhere").status_code == 303
    assert client.get("/me").status_code == 303
    assert other.get("/me").status_code == 303
    assert enter(client).status_code == 303


def test_a_revoked_session_can_no_longer_act(sign_in, cast):
    client = sign_in(cast.staff)
    services.revoke_sessions(cast.actor("street_officer"), cast.staff)
    db.session.commit()
    assert client.get("/people").status_code == 303
    assert client.post("/people/new", data={"name": "张三"}).location.startswith("/sign-in")


def test_a_closed_account_can_no_longer_act(sign_in, cast):
    client = sign_in(cast.staff)
    services.disable(cast.actor("street_officer"), cast.staff)
    db.session.commit()
    assert client.get("/people").status_code == 303


@pytest.mark.both_engines
def test_a_fragment_leaves_the_page_and_is_told_that_one_is_signed_out(client):
    answer = client.get("/people?q=z", headers={"HX-Request": "true", "HX-Target": "people-list"})
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer.headers


def test_a_forged_session_is_nobodys(client, cast):
    for forged in (
        "",
        "x",
        f"{cast.staff.id}",
        f"{cast.staff.id}:99",
        "1",
        "-1:1",
        "9" * 30 + ":1",
    ):
        with client.session_transaction() as session:
            session["_user_id"] = forged
        assert client.get("/me").status_code == 303, forged
