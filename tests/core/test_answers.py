"""What every answer has: headers, languages, plain words for errors."""

import pytest
from sqlalchemy import Date, cast, insert, literal, select, text

from app.accounts.models import User
from app.core.access import public
from app.core.db import db, rows
from app.core.security import POLICY
from app.people.models import Person


@pytest.mark.parametrize("path", ["/board", "/sign-in", "/nowhere", "/healthz"])
def test_every_answer_carries_the_policy(client, path):
    answer = client.get(path)
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_is_not_there_says_so_in_chinese(client):
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "页面不存在" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN", "zh-CN"),
        ("en-GB", "en"),
        ("fr", "zh-CN"),
        ("", "zh-CN"),
        ("*", "zh-CN"),
        ("zh-TW,en;q=0.8", "zh-CN"),
        ("zh-HK,en;q=0.5", "zh-CN"),
        ("zh-Hans-CN,en;q=0.5", "zh-CN"),
        ("ZH-tw,en;q=0.5", "zh-CN"),
        ("en-US,zh-CN;q=0.9", "en"),
        ("zh-CN;q=0.5,en;q=0.9", "en"),
        ("fr,de;q=0.9,en;q=0.5,zh;q=0.1", "en"),
        ("en;q=0,zh-TW;q=0.1", "zh-CN"),
    ],
)
def test_the_language_follows_the_browser_and_falls_back_to_chinese(client, header, language):
    page = client.get("/sign-in", headers={"Accept-Language": header}).get_data(as_text=True)
    assert f'<html lang="{language}"' in page


def test_the_switch_overrides_the_browser(client):
    client.set_cookie("language", "en")
    page = client.get("/sign-in", headers={"Accept-Language": "zh-CN"}).get_data(as_text=True)
    assert '<html lang="en"' in page


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "path",
    ["/topics/99999999999999999999", "/board?community=99999999999999999999", "/topics?q=%00", "/topics?page=-1",
     "/meetings?page=99999999999999999999", "/people?q=%ED%A0%80", "/tasks?unit=abc", "/board?q=" + "x" * 5000],
)  # fmt: skip
def test_forged_addresses_never_break_the_server(sign_in, cast, path):
    assert sign_in(cast.staff).get(path).status_code < 500


def test_a_page_asked_for_by_htmx_is_marked_as_varying(client):
    assert "HX-Target" in client.get("/board").headers["Vary"]


@pytest.mark.both_engines
def test_what_breaks_is_written_down_without_what_people_entered(
    client, app, caplog, monkeypatch, engine
):
    """Neither the parameters of the statement nor the row as PostgreSQL would quote it."""

    @public
    def breaks():
        db.session.execute(
            insert(User).values(username="zhang", name=None, password_hash="$argon2id$secret")
        )

    monkeypatch.setitem(app.view_functions, "core.healthz", breaks)
    assert client.get("/healthz").status_code == 500
    assert "IntegrityError" in caplog.text
    assert "user_account" in caplog.text
    assert "argon2" not in caplog.text


NAME, PHONE = "夏小一", "13811112222"
BREAKING = {
    "a second of what there may be one": lambda: db.session.execute(
        text("INSERT INTO user_account (id, username) SELECT id, :name FROM user_account"),
        {"name": NAME},
    ),
    "too long or too short": lambda: db.session.execute(
        insert(Person).values(code="1", name=NAME, phone="1", community_id=1)
    ),
    "no number": lambda: db.session.execute(
        text("SELECT CAST(:name AS INTEGER) + nothing FROM person"), {"name": NAME}
    ),
    "no date": lambda: db.session.execute(
        select(Person).where(cast(literal(NAME + PHONE), Date) > Person.born_on)
    ).all(),
    "no such gender": lambda: db.session.execute(select(Person).where(Person.gender == NAME)),
    "no day": lambda: db.session.execute(select(Person).where(Person.born_on == NAME)),
    "a row that refers to none": lambda: db.session.execute(
        insert(Person).values(code=PHONE[:12], name=NAME, phone=PHONE, community_id=10**6)
    ),
    "our own way": lambda: rows(select(Person.id).where(Person.gender == NAME)),
}


@pytest.mark.both_engines
@pytest.mark.parametrize("how", BREAKING)
def test_no_name_and_no_number_of_a_resident_gets_into_the_log(
    client, app, caplog, monkeypatch, how
):
    @public
    def breaks():
        BREAKING[how]()
        db.session.execute(text("SELECT nothing FROM nowhere WHERE name = :name"), {"name": NAME})

    monkeypatch.setitem(app.view_functions, "core.healthz", breaks)
    # What PostgreSQL can't read as a date is the sender's fault, and isn't written down.
    broken = client.get("/healthz").status_code == 500
    assert ("broken: GET /healthz" in caplog.text) is broken
    assert NAME not in caplog.text
    assert PHONE not in caplog.text


@pytest.mark.parametrize("https", [True, False])
def test_behind_https_browsers_are_told_to_stay_there(app, client, monkeypatch, https):
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", https)
    assert ("Strict-Transport-Security" in client.get("/board").headers) is https


def test_too_much_at_once_names_the_limits_and_leads_back(app, sign_in, cast, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_FORM_MEMORY_SIZE", 100)
    where = "http://localhost/topics/new?x=1"
    page = sign_in(cast.resident).post(
        "/topics/new", data={"body": "多" * 100}, headers={"Referer": where}
    )
    shown = page.get_data(as_text=True)
    assert page.status_code == 413
    assert "15 MB" in shown
    assert "60 MB" in shown
    assert 'href="/topics/new?x=1"' in shown
