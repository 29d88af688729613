import re
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from app.accounts import passwords
from app.accounts.models import User
from app.accounts.services import sessions as services
from app.accounts.views.session import local_path
from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import db
from app.core.engines import Purpose, purpose
from tests.cast import PASSWORD

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def enter(client, username="staff", password=PASSWORD, onward=None, **options):
    query = {"next": onward} if onward else None
    form = {"username": username, "password": password}
    return client.post("/sign-in", data=form, query_string=query, **options)


def trail(action):
    return db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    ).all()


def is_signed_in(client):
    return client.get("/me").status_code == 200


def test_with_the_right_password_one_is_signed_in(client, cast):
    answer = enter(client)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_signed_in(client)
    assert cast.staff.last_sign_in_at is not None
    entry = trail("session.sign_in")[-1]
    assert (entry.actor_id, entry.address, entry.place_path) == (
        cast.staff.id,
        "127.0.0.1",
        cast.community.path,
    )


@pytest.mark.parametrize("username", ["staff", "STAFF", " staff ", "ｓｔａｆｆ"])
def test_a_username_is_the_same_however_it_is_typed(client, username):
    assert enter(client, username).status_code == 303


def test_the_page_says_the_same_whatever_was_wrong(client, cast):
    cast.unit_contact.disabled_at = NOON
    cast.second_staff.locked_until = clock.now() + timedelta(minutes=5)
    cast.host.password_hash = None
    db.session.commit()
    attempts = [
        ("staff", "wrong"),
        ("staff", "x" * 100_000),
        ("nobody-of-that-name", "wrong"),
        ("unit", PASSWORD),  # closed
        ("staff2", PASSWORD),  # locked
        ("host", PASSWORD),  # without a password
    ]
    pages = set()
    for username, password in attempts:
        answer = enter(client, username, password)
        assert answer.status_code == 422
        # What was typed comes back, and the token of the form tells the time.
        text = answer.text.replace(f'value="{username}"', "")
        pages.add(re.sub(r"[\w.-]{60,}", "token", text))
    [page] = pages
    assert "用户名或密码不正确" in page
    assert not is_signed_in(client)


def test_an_unknown_name_costs_as_much_hashing_as_a_known_one(client, cast, monkeypatch):
    checked = []
    monkeypatch.setattr(
        passwords, "is_right", lambda _password, kept: checked.append(kept) or False
    )
    enter(client, "nobody")
    enter(client, "staff")
    assert checked == [None, cast.staff.password_hash]


def test_nothing_is_held_while_a_password_is_compared(client, monkeypatch):
    held = []
    monkeypatch.setattr(
        passwords, "is_right", lambda *_: held.append(db.session().in_transaction()) or False
    )
    enter(client)
    assert held == [False]


def test_a_password_changed_while_it_was_compared_is_wrong(cast):
    kept, cast.staff.password_hash = cast.staff.password_hash, passwords.hashed("Another-one-1")
    db.session.commit()
    assert services.sign_in("staff", PASSWORD, kept=kept).actor is None


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(client, cast):
    with clock.frozen(NOON):
        for _ in range(5):
            enter(client, password="wrong")
        assert cast.staff.locked_until == NOON + timedelta(minutes=15)
        assert enter(client).status_code == 422
    with clock.frozen(NOON + timedelta(minutes=14, seconds=59)):
        assert enter(client).status_code == 422
    with clock.frozen(NOON + timedelta(minutes=15)):
        assert enter(client).status_code == 303
    assert (cast.staff.failed_sign_ins, cast.staff.locked_until) == (0, None)
    assert len(trail("session.lock")) == 1
    assert trail("session.failed")[-1].detail == {"locked": True}


def test_attempts_on_a_locked_account_do_not_lock_it_for_longer(client, cast):
    with clock.frozen(NOON):
        for _ in range(5):
            enter(client, password="wrong")
    with clock.frozen(NOON + timedelta(minutes=10)):
        for _ in range(8):
            enter(client, password="wrong")
    assert cast.staff.locked_until == NOON + timedelta(minutes=15)


def test_after_a_lock_has_run_out_there_are_five_attempts_again(client):
    with clock.frozen(NOON):
        for _ in range(5):
            enter(client, password="wrong")
    with clock.frozen(NOON + timedelta(minutes=20)):
        for _ in range(4):
            enter(client, password="wrong")
        assert enter(client).status_code == 303


def test_a_right_password_forgets_the_wrong_ones(client):
    for _ in range(4):
        enter(client, password="wrong")
    enter(client)
    for _ in range(4):
        enter(client, password="wrong")
    assert enter(client).status_code == 303


def test_a_failure_is_in_the_trail_without_what_was_typed(client, cast):
    enter(client, "Geheim-2026", "wrong")
    enter(client, "staff", "wrong")
    unknown, known = trail("session.failed")[-2:]
    assert (unknown.subject_id, unknown.detail) == (None, {})
    assert (known.subject_id, known.address) == (cast.staff.id, "127.0.0.1")
    assert db.session.scalar(select(User.failed_sign_ins).where(User.id == cast.staff.id)) == 1


def test_a_hash_made_with_other_parameters_is_renewed(client, cast, monkeypatch):
    monkeypatch.setattr(
        passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    )
    before = cast.staff.password_hash
    enter(client)
    assert cast.staff.password_hash != before
    assert not passwords.is_outdated(cast.staff.password_hash)
    assert enter(client).status_code == 303


def test_what_was_in_the_cookie_before_is_gone(client):
    with client.session_transaction() as session:
        session["planted"] = "by another user"
    enter(client)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.permanent


def test_the_cookie_of_a_session_ends_and_is_for_this_site_alone(client, app):
    cookie = enter(client).headers["Set-Cookie"]
    lifetime = int(app.config["PERMANENT_SESSION_LIFETIME"].total_seconds())
    assert lifetime == 30 * 60
    assert "Expires=" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_whoever_is_signed_in_need_not_see_the_page_again(sign_in, cast):
    answer = sign_in(cast.staff).get("/sign-in?next=/people")
    assert (answer.status_code, answer.location) == (303, "/people")


@pytest.mark.both_engines
def test_one_goes_on_to_where_one_wanted(client):
    assert client.get("/people?q=1").location == "/sign-in?next=/people?q%3D1"
    assert enter(client, onward="/people?q=1").location == "/people?q=1"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "javascript:alert(1)", "people",
     "", None, "/\t/evil.example", "///evil.example", "/x\nSet-Cookie: a=b", "http:/evil", "/a\\b"],
)  # fmt: skip
def test_one_is_never_sent_to_another_site(target):
    assert local_path(target) == "/"


@pytest.mark.parametrize("target", ["/", "/people?q=张&page=2", "/meetings/3#vote"])
def test_paths_of_this_site_are_kept(target):
    assert local_path(target) == target


@pytest.mark.parametrize("form", [{}, {"username": ""}, {"username": "staff"}, {"password": "x"}])
def test_an_incomplete_form_comes_back(client, form):
    assert client.post("/sign-in", data=form).status_code == 422


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "username",
    ["𠮷" * 10, "x" * 10_000, "'; DROP TABLE user_account; --", "a\0b", "阿依古丽·买买提江"],
)
def test_strange_usernames_are_only_wrong(client, username):
    assert enter(client, username).status_code == 422


@pytest.fixture
def limited(app, monkeypatch):
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", value=True)


def test_too_many_attempts_from_one_address_have_to_wait(limited, client):
    with clock.frozen(NOON):
        answers = [
            client.post("/sign-in", data={"username": "staff"}).status_code for _ in range(21)
        ]
        assert answers == [422] * 20 + [429]
        assert enter(client).status_code == 429
        assert client.get("/sign-in").status_code == 200
        elsewhere = {"environ_base": {"REMOTE_ADDR": "2001:db8::7"}}
        assert enter(client, **elsewhere).status_code == 303
    with clock.frozen(NOON + timedelta(minutes=1)):
        assert enter(client).status_code == 303


@pytest.mark.parametrize(
    ("method", "path", "most"),
    [("GET", "/activate?code=x", 15), ("POST", "/activate", 15), ("POST", "/setup", 10)],
)
def test_guessing_a_code_has_to_wait_as_well(limited, client, method, path, most):
    with clock.frozen(NOON):
        answers = [client.open(path, method=method).status_code for _ in range(most + 1)]
    assert answers.pop() == 429
    assert set(answers) <= {404, 422}


@pytest.mark.both_engines
def test_what_is_beyond_the_limit_writes_nothing(limited, client, counted):
    with clock.frozen(NOON):
        for _ in range(20):
            client.post("/sign-in", data={"username": "staff"})
        with counted() as sent:
            assert enter(client).status_code == 429
    assert {text.split()[0] for text in sent} <= {"SELECT"}


def test_a_head_goes_on_to_read_only(limited, client):
    assert client.head("/activate?code=x").status_code in {404, 422}
    assert purpose.get() is Purpose.READ


def test_changing_a_password_has_to_wait_as_well(limited, sign_in, cast):
    client = sign_in(cast.staff)
    with clock.frozen(NOON):
        answers = [client.post("/accounts/password").status_code for _ in range(21)]
    assert answers == [422] * 20 + [429]


def test_sample_accounts_are_offered_only_in_demo_mode(client, app):
    assert "Linli-2026" not in client.get("/sign-in").text
    app.config["DEMO"] = True
    try:
        page = client.get("/sign-in").text
    finally:
        app.config["DEMO"] = False
    assert page.count('name="username" value=') == 8
    assert "社区工作者" in page
    assert "系统管理员" in page
