"""A form sent after its session has ended is there again, for the one who filled it in."""

import html
import io
import re

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.topics.models import Topic
from tests.cast import PASSWORD

TYPED = {"title": "单元门坏了", "body": "门锁\n关不上，老人害怕。", "wish": "修好"}
NEW = "/topics/new"


class Browser:
    def __init__(self, client):
        self.client = client
        self.page = ""

    def get(self, path):
        self.page = self.client.get(path).text
        return self.page

    def post(self, path, data, **options):
        answer = self.client.post(path, data=data, **options)
        self.page = answer.text
        return answer

    @property
    def fields(self):
        """What the form that is shown would send, as hidden fields."""
        tags = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", self.page)
        found = {}
        for tag in tags:
            name, value = (re.search(rf'{part}="([^"]*)"', tag) for part in ("name", "value"))
            if name:
                found[name[1]] = html.unescape(value[1]) if value else ""
        return found

    def sign_in(self, username, **kept):
        if not kept:
            self.get("/sign-in")
        data = {**self.fields, "username": username, "password": PASSWORD}
        return self.post("/sign-in", data)

    def filled_in(self):
        """A topic as the form for a new one would send it."""
        self.get(NEW)
        return self.fields | TYPED


@pytest.fixture
def browser(app, cast, client, monkeypatch):
    """With tokens in force, as they are shipped."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=True)
    found = Browser(client)
    assert found.sign_in("resident").status_code == 303
    return found


def topics():
    return db.session.scalar(select(func.count()).select_from(Topic))


def lose_session(browser):
    """As a browser does with a cookie whose time is over."""
    client = browser.client
    browser.client = type(client)(client.application, client.response_wrapper, use_cookies=True)


def test_what_was_typed_comes_back_after_signing_in_again_and_can_be_sent(browser):
    before, sent = topics(), browser.filled_in()
    lose_session(browser)
    answer = browser.post(NEW, sent)
    assert answer.status_code == 200
    assert "您输入的内容已保留" in browser.page
    answer = browser.sign_in("resident", kept=True)
    assert answer.status_code == 200
    assert "关不上，老人害怕。" in browser.page
    assert f'action="{NEW}"' in browser.page
    assert topics() == before
    assert browser.post(NEW, browser.fields).status_code == 303
    assert topics() == before + 1


def test_a_wrong_password_in_between_loses_nothing(browser):
    sent = browser.filled_in()
    lose_session(browser)
    browser.post(NEW, sent)
    wrong = browser.post("/sign-in", {**browser.fields, "username": "resident", "password": "x"})
    assert wrong.status_code == 422
    browser.sign_in("resident", kept=True)
    assert "关不上，老人害怕。" in browser.page


def test_another_user_never_sees_it(browser):
    sent = browser.filled_in()
    lose_session(browser)
    browser.post(NEW, sent)
    kept = browser.page
    assert browser.sign_in("staff", kept=True).status_code == 303
    assert "老人害怕" not in browser.get("/today")
    # Nor if they are signed in when it is sent.
    assert browser.post(NEW, sent).status_code == 400
    assert "老人害怕" not in browser.page
    assert "老人害怕" not in kept  # it travels packed, not as text


def test_signed_out_and_in_again_in_another_tab_it_is_shown_to_be_sent(browser):
    before, sent = topics(), browser.filled_in()
    browser.get("/me")
    browser.post("/sign-out", browser.fields)
    browser.sign_in("resident")
    assert browser.post(NEW, sent).status_code == 200
    assert "关不上，老人害怕。" in browser.page
    assert browser.post(NEW, browser.fields).status_code == 303
    assert topics() == before + 1


def test_a_session_that_was_ended_elsewhere_keeps_the_form_as_well(browser, cast):
    sent = browser.filled_in()
    cast.resident.session_version += 1
    db.session.flush()
    browser.post(NEW, sent)
    browser.sign_in("resident", kept=True)
    assert "关不上，老人害怕。" in browser.page


def test_of_files_it_says_that_they_have_to_be_chosen_again(browser):
    sent = browser.filled_in()
    lose_session(browser)
    photo = (io.BytesIO(b"x"), "照片.jpg")
    browser.post(NEW, {**sent, "photo": photo}, content_type="multipart/form-data")
    browser.sign_in("resident", kept=True)
    assert "重新选择文件" in browser.page


def test_passwords_are_not_kept(browser):
    browser.get("/accounts/password")
    sent = browser.fields | {"current": PASSWORD, "password": "Neues-Wort-2026", "repeat": "x"}
    lose_session(browser)
    assert browser.post("/accounts/password", sent).status_code == 400
    assert "Neues-Wort" not in browser.page


def test_a_forged_form_is_not_kept(browser):
    lose_session(browser)
    for token in ("", "x", "1-abc"):
        assert browser.post(NEW, {**TYPED, "csrf_token": token}).status_code == 400
    kept = {"kept": "forged", "username": "resident", "password": PASSWORD}
    browser.get("/sign-in")
    assert browser.post("/sign-in", browser.fields | kept).status_code == 303


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_fragment_says_that_one_is_signed_out_and_leaves_the_page(browser, method):
    sent = browser.filled_in() if method == "post" else None
    lose_session(browser)
    htmx = {"HX-Request": "true", "HX-Target": "similar"}
    answer = getattr(browser.client, method)(NEW, data=sent, headers=htmx)
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer.headers
    assert answer.text == ""
