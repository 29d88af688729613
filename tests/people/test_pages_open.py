"""What is asked for in the addresses of people and places.

That the pages open, and for whom, is tried with those of the whole house: tests/house/.
"""

import pytest

FILTERED = {
    "staff": [
        "/people?q=zjg",
        "/people?q=%F0%A0%AE%B7&community=1&building=2&moved_out=1&page=3",
        "/people/units?q=小学&kind=stationed&ended=1",
        "/people/appointments?state=expiring&kind=resident_rep",
        "/people/appointments?place={grid}&state=all",
        "/people/appointments/new?q=张&place={building}",
        "/people/appointments/new?person={zhang}&place={building}&kind=building_head",
        "/places/{estate}?retired=1",
        "/places/unattended?level=building",
        "/places/{community}/new?level=grid",
    ],
    "street_officer": [
        "/accounts?q=staff&role=staff&closed=1",
        "/accounts/new?q=桂花",
        "/accounts/new?place={community}",
        "/accounts/{staff}/roles?place={grid}",
    ],
}
ELSEWHERE = [
    "/people/appointments?place={grid}",
    "/people/appointments/new?person={zhang}",
    "/people/appointments/new?place={grid}",
    "/people/new?community={community}",
    "/people/households?community={community}",
]


def answers(client, pages, cast):
    names = ("zhang", "building", "grid", "community", "estate", "staff")
    ids = {name: getattr(cast, name).id for name in names}
    return {page: client.get(page.format(**ids)).status_code for page in pages}


@pytest.mark.both_engines
@pytest.mark.parametrize("who", FILTERED)
def test_a_page_opens_with_all_that_can_be_asked_for(who, cast, sign_in):
    found = answers(sign_in(getattr(cast, who)), FILTERED[who], cast)
    assert found == dict.fromkeys(FILTERED[who], 200)


def test_what_belongs_to_another_community_cannot_be_asked_for(cast, sign_in):
    found = answers(sign_in(cast.neighbour_staff), ELSEWHERE, cast)
    assert found == dict.fromkeys(ELSEWHERE, 404)


@pytest.mark.parametrize(
    "page",
    [
        "/people/{}",
        "/people/units/{}",
        "/places/{}",
        "/people/households/{}",
        "/people/appointments/{}/end",
    ],
)
def test_an_impossible_id_is_not_there(page, cast, sign_in):
    client = sign_in(cast.staff)
    for number in ("0", "2147483648", "99999999999999999999999", "-1", "x"):
        assert client.get(page.format(number)).status_code in {400, 404}


ARGUMENTS = (
    "community",
    "building",
    "place",
    "person",
    "page",
    "moved_out",
    "kind",
    "state",
    "level",
    "role",
    "q",
)
NONSENSE = (
    "x",
    "0",
    "-5",
    "99999999999999999999",
    "",
    "%00",
    "%ED%A0%80",
    "%F0%A0%AE%B7",
    "a" * 10_000,
)


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "page",
    ["/people", "/people/units", "/people/appointments", "/people/appointments/new", "/people/households",
     "/places", "/places/unattended"],
)  # fmt: skip
def test_nothing_typed_into_the_address_breaks_a_page(page, cast, sign_in):
    client = sign_in(cast.staff)
    for value in NONSENSE:
        query = "&".join(f"{argument}={value[:300]}" for argument in ARGUMENTS)
        assert client.get(f"{page}?{query}").status_code in {200, 404}
        assert client.get(f"{page}?q={value}").status_code == 200
