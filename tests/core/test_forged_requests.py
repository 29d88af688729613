"""What only a forged address, header or form has: an answer in plain words, never a broken page."""

import pytest
from sqlalchemy.exc import OperationalError

from app.audit import services as audit
from app.core.guard import login_manager

LONG = "9" * 5000


@pytest.mark.parametrize(
    "path",
    [
        f"/topics/{LONG}",
        "/topics/4294967296",
        "/audit?since=0001-01-01",
        "/audit?_method=DELETE",
        "/audit?endpoint=home.board&_scheme=x",
        f"/audit?page={LONG}",
    ],
)
def test_an_address_nobody_links_to(sign_in, cast, path):
    client = sign_in(cast.street_officer)
    for _ in range(2):
        assert client.get(path).status_code < 500


@pytest.mark.both_engines
@pytest.mark.usefixtures("many_entries")
def test_a_list_of_several_pages_keeps_its_filters_and_nothing_else(sign_in, cast):
    page = sign_in(cast.street_officer).get(
        "/audit?q=刘&_method=DELETE&endpoint=home.board&_scheme=x&_external=1"
    )
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert "q=%E5%88%98" in text
    assert "page=2" in text
    assert "x://" not in text


@pytest.fixture
def many_entries(cast):
    for number in range(40):
        audit.record(
            cast.actor("street_officer"),
            "probe.act",
            kind="probe",
            id=number,
            path=cast.community.path,
        )


@pytest.mark.parametrize("referrer", ["http://[::1", "http://localhost/\x00", "nonsense"])
def test_a_referrer_that_is_no_address(client, referrer):
    answer = client.post("/appearance", data={"theme": "dark"}, headers={"Referer": referrer})
    assert answer.status_code == 303


def test_nobody_is_sent_back_to_where_only_a_form_leads(client):
    answer = client.post(
        "/appearance", data={"theme": "dark"}, headers={"Referer": "http://localhost/appearance"}
    )
    assert answer.location == "/"


@pytest.mark.both_engines
def test_a_broken_database_is_told_in_plain_words(sign_in, cast, monkeypatch):
    """Also to users who are signed in: the page that says so can't ask who they are."""
    client = sign_in(cast.staff)

    def broken(_session_id):
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    monkeypatch.setattr(login_manager, "_user_callback", broken)
    answer = client.get("/today")
    assert answer.status_code == 500
    assert "请稍后再试" in answer.get_data(as_text=True)


def test_a_static_file_that_is_not_there_is_not_kept(client):
    for name, kept in (("none", False), ("base", True)):
        with client.get(f"/static/css/{name}.css") as answer:
            assert ("immutable" in answer.headers["Cache-Control"]) is kept
