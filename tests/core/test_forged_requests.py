"""What only a forged address, header or form has: an answer in plain words, never a broken page."""

import pytest

from tests.conventions.conftest import draft  # noqa: F401

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


def test_a_list_of_several_pages_keeps_its_filters_and_nothing_else(sign_in, cast, many_entries):
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
    from app.audit import services as audit

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


@pytest.mark.parametrize("order", [[LONG], ["1", "1"], ["-1"], [""]])
def test_an_order_that_is_none(sign_in, cast, draft, order):
    answer = sign_in(cast.staff).post(
        f"/conventions/versions/{draft.id}/order", data={"order": order, "move": f"{LONG}:up"}
    )
    assert answer.status_code in {303, 400, 409}


@pytest.mark.parametrize("seen", [LONG, "９" * 20, "-1", "x", "", "99999999999999999999"])
def test_a_counter_that_is_none(sign_in, cast, draft, seen):
    answer = sign_in(cast.staff).post(
        f"/conventions/versions/{draft.id}/edit",
        data={"preamble": "x", "legal_basis": "", "lawyer_opinion": "", "seen": seen},
    )
    assert answer.status_code == 422
