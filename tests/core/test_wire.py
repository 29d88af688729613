"""What goes over the wire: how much, how often, squeezed how, and what must not be read off its length."""

import gzip
import re
from pathlib import Path

import pytest
from flask import session
from flask_wtf.csrf import generate_csrf

from app import create_app
from app.core.compression import padded, unpadded
from app.core.db import db

BROWSER = {"Accept-Encoding": "gzip, deflate, br", "Accept-Language": "zh-CN"}
TOKEN = re.compile(r'(?<= value=")[\w.=-]{80,}|(?<="X-CSRFToken": ")[^"]+')
LOADED = re.compile(r'(?:src|<link rel="(?:icon|stylesheet)" href|<use href)="([^"#]+)')


def text_of(answer):
    content = answer.get_data()
    return (gzip.decompress(content) if answer.content_encoding == "gzip" else content).decode()


@pytest.mark.parametrize("path", ["/sign-in", "/today", "/board", "/points"])
def test_the_first_page_takes_sixty_kilobytes_and_eight_requests(client, sign_in, cast, path):
    reader = client if path in {"/sign-in", "/board"} else sign_in(cast.staff)
    page = reader.get(path, headers=BROWSER)
    assert page.status_code == 200
    answers = [page]
    for address in set(LOADED.findall(text_of(page))):
        answers.append(reader.get(address, headers=BROWSER))
        assert "immutable" in answers[-1].headers["Cache-Control"], address
    assert 5 <= len(answers) <= 8
    assert sum(answer.content_length for answer in answers) <= 60 * 1024
    for answer in answers:
        answer.close()


def test_no_sheet_loads_anything_else():
    for sheet in (Path(__file__).parents[2] / "static" / "css").glob("*.css"):
        assert set(re.findall(r"url\(\"?(.{5})", sheet.read_text("utf-8"))) <= {"data:"}, sheet


@pytest.mark.parametrize("name", ["linli.css", "dark.css", "paper.css", "linli.js", "icons.svg"])
def test_a_static_file_comes_squeezed_to_those_who_take_it(client, name):
    with client.get(f"/static/vendor/{name}", headers=BROWSER) as answer:
        squeezed, content = answer, answer.get_data()
    with client.get(f"/static/vendor/{name}", headers={"Accept-Encoding": "gzip;q=0"}) as answer:
        plain = answer.get_data()
    assert (squeezed.content_encoding, answer.content_encoding) == ("gzip", None)
    assert gzip.decompress(content) == plain
    assert squeezed.mimetype == answer.mimetype
    assert "Accept-Encoding" in squeezed.vary
    assert "Accept-Encoding" in answer.vary
    assert squeezed.headers["ETag"] != answer.headers["ETag"]
    known = {**BROWSER, "If-None-Match": squeezed.headers["ETag"]}
    with client.get(f"/static/vendor/{name}", headers=known) as again:
        assert (again.status_code, again.get_data()) == (304, b"")


@pytest.mark.parametrize("name", ["../wsgi.py", "vendor/../../wsgi.py", "none.css"])
def test_nothing_outside_the_folder_is_sent(client, name):
    with client.get(f"/static/{name}", headers=BROWSER) as answer:
        assert answer.status_code == 404


def test_with_the_debugger_a_changed_sheet_is_made_anew(monkeypatch, prepared):
    made = []
    monkeypatch.setattr("launcher.assets.install_assets", made.append)
    kept = ("TESTING", "SQLALCHEMY_DATABASE_URI", "SECRET_KEY", "FILES_FOLDER")
    settings = {name: prepared[0].config[name] for name in kept}
    for debug in (True, False):
        application = create_app({**settings, "DEBUG": debug})
        application.test_client().get("/healthz")
        with application.app_context():
            db.engine.dispose()
    assert made == [""]


def test_a_page_is_squeezed_for_those_who_take_it(sign_in, cast):
    reader = sign_in(cast.staff)
    squeezed, plain = reader.get("/today", headers=BROWSER), reader.get("/today")
    assert (squeezed.content_encoding, plain.content_encoding) == ("gzip", None)
    assert len(squeezed.get_data()) < len(plain.get_data()) / 3
    assert TOKEN.sub("", text_of(squeezed)) == TOKEN.sub("", plain.text)
    assert "Accept-Encoding" in plain.vary
    assert "Accept-Encoding" in squeezed.vary


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("asked_by", "is_squeezed"),
    [
        ("same-origin", True),
        ("none", True),
        ("same-site", False),
        ("cross-site", False),
        (None, False),
    ],
)
def test_what_another_site_asks_for_over_https_tells_nothing_by_its_length(
    sign_in, cast, asked_by, is_squeezed
):
    headers = BROWSER | ({"Sec-Fetch-Site": asked_by} if asked_by else {})
    answer = sign_in(cast.staff).get("/people?q=刘", headers=headers, base_url="https://localhost")
    assert answer.status_code == 200
    assert (answer.content_encoding == "gzip") is is_squeezed


def test_https_is_known_also_from_the_settings(app, sign_in, cast, monkeypatch):
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", value=True)
    elsewhere = BROWSER | {"Sec-Fetch-Site": "cross-site"}
    client = sign_in(cast.staff)
    answer = client.get("/board", headers=elsewhere, base_url="https://localhost")
    assert answer.content_encoding is None
    answer = client.get("/sign-in", headers=elsewhere)  # the proxy is not believed
    assert answer.content_encoding is None


def test_a_proxy_leaves_pages_as_they_are():
    proxy = (Path(__file__).parents[2] / "deploy" / "nginx.conf").read_text("utf-8")
    assert "gzip off;" in proxy


def test_the_token_is_padded_also_in_what_is_not_squeezed(staff):
    pages = [staff.get("/me").text for _ in range(2)]
    [one], [other] = (set(re.findall(r'name="csrf_token" value="([^"]+)"', p)) for p in pages)
    assert one != other
    assert "." not in one  # a bare one has full stops


def test_the_token_looks_different_in_every_answer_and_is_taken_back(shipped, staff):
    pages = [text_of(staff.get("/me", headers=BROWSER)) for _ in range(2)]
    seen = [set(re.findall(r'name="csrf_token" value="([^"]+)"', page)) for page in pages]
    assert [len(tokens) for tokens in seen] == [1, 1]
    assert seen[0] != seen[1]
    with staff.session_transaction() as theirs:
        raw = theirs["csrf_token"]
    with shipped.test_request_context():
        session["csrf_token"] = raw
        signed = generate_csrf()
    for (token,), page in zip(seen, pages, strict=True):
        assert page.count(token) > 1  # in the forms, and for htmx
        assert signed.partition(".")[0] not in page
        for sent in ({"data": {"csrf_token": token}}, {"headers": {"X-CSRFToken": token}}):
            form = {"theme": "dark"} | sent.pop("data", {})
            assert staff.post("/appearance", data=form, **sent).status_code == 303


@pytest.mark.parametrize("token", ["IjFh.aBc.x-Y_z", "a", "a" * 500])
def test_a_pad_is_taken_off_again(token):
    assert unpadded(padded(token)) == token
    assert padded(token) != padded(token)


@pytest.mark.parametrize("sent", [None, "", "a.b.c", "é", "abc", "====", "_w==", "AAD_", "AAAA"])
def test_what_was_never_padded_is_no_reason_to_break(sent):
    unpadded(sent)


BOARD = ["/board", "/board/notices?community={}", "/board/resolutions?community={}"]


@pytest.mark.parametrize("path", BOARD)
def test_a_visitor_of_the_board_gets_no_cookie_and_is_told_if_nothing_changed(client, cast, path):
    path = path.format(cast.community.id)
    first = client.get(path, headers=BROWSER)
    assert first.status_code == 200
    assert "csrf" not in text_of(first).lower()
    assert first.headers["Cache-Control"] == "no-cache"
    known = {**BROWSER, "If-None-Match": first.headers["ETag"]}
    again = client.get(path, headers=known)
    assert (again.status_code, again.get_data()) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    english = client.get(path, headers={**known, "Accept-Language": "en"})
    assert (english.status_code, english.headers["ETag"] == first.headers["ETag"]) == (200, False)
    for answer in (first, again, english):
        assert "Set-Cookie" not in answer.headers
        assert {"Accept-Encoding", "Accept-Language", "Cookie"} <= set(answer.vary)


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/today", "/healthz"])
def test_no_other_page_for_visitors_is_kept(shipped, path):
    with shipped.test_client().get(path, headers=BROWSER) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers


@pytest.mark.parametrize("path", BOARD)
def test_nothing_is_kept_for_those_who_are_signed_in(sign_in, cast, path):
    answer = sign_in(cast.staff).get(path.format(cast.community.id), headers=BROWSER)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_a_visitor_chooses_how_the_board_looks_without_a_session(shipped):
    visitor = shipped.test_client()
    visitor.get("/board")
    answer = visitor.post("/appearance", data={"language": "en"})
    assert answer.status_code == 303
    assert [cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")] == [
        "language"
    ]
    assert "Language and display" in visitor.get("/board").text
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert (
        visitor.post("/appearance", data={"language": "zh"}, headers=elsewhere).status_code == 400
    )


def test_a_visitor_needs_the_token_for_everything_else(shipped):
    visitor = shipped.test_client()
    page = visitor.get("/sign-in", headers=BROWSER)
    assert "Set-Cookie" in page.headers
    form = {"username": "", "password": ""}  # refused before anything is written down
    assert visitor.post("/sign-in", data=form).status_code == 400
    form["csrf_token"] = TOKEN.search(text_of(page))[0]
    assert visitor.post("/sign-in", data=form).status_code == 422
