"""Every page of people and places opens for whom it is meant, and for nobody else."""

import pytest

STAFF_PAGES = [
    "/people",
    "/people?q=zjg",
    "/people?q=%F0%A0%AE%B7&community=1&building=2&moved_out=1&page=3",
    "/people/{zhang}",
    "/people/new",
    "/people/{zhang}/edit",
    "/people/{zhang}/move-out",
    "/people/households",
    "/people/households/{building}",
    "/people/units",
    "/people/units?q=小学&kind=stationed&ended=1",
    "/people/units/{school}",
    "/people/units/new",
    "/people/units/{school}/edit",
    "/people/appointments",
    "/people/appointments?state=expiring&kind=resident_rep",
    "/people/appointments?place={grid}&state=all",
    "/people/appointments/new",
    "/people/appointments/new?q=张&place={building}",
    "/people/appointments/new?person={zhang}&place={building}&kind=building_head",
    "/places",
    "/places/{community}",
    "/places/{building}",
    "/places/{estate}?retired=1",
    "/places/unattended",
    "/places/unattended?level=building",
    "/places/{estate}/new",
    "/places/{community}/new?level=grid",
    "/places/{estate}/edit",
    "/places/{estate}/buildings",
    "/me",
    "/accounts/password",
]
USER_PAGES = [
    "/accounts",
    "/accounts?q=staff&role=staff&closed=1",
    "/accounts/{staff}",
    "/accounts/new",
    "/accounts/new?q=桂花",
    "/accounts/new?place={community}",
    "/accounts/{staff}/roles",
    "/accounts/{staff}/roles?place={grid}",
]


def filled(page, cast):
    ids = {
        name: getattr(cast, name).id
        for name in ("zhang", "building", "school", "grid", "community", "estate", "staff")
    }
    return page.format(**ids)


@pytest.mark.parametrize("page", STAFF_PAGES)
def test_staff_open(page, cast, sign_in):
    assert sign_in(cast.staff).get(filled(page, cast)).status_code == 200


@pytest.mark.parametrize("page", USER_PAGES)
def test_a_street_officer_opens(page, cast, sign_in):
    assert sign_in(cast.street_officer).get(filled(page, cast)).status_code == 200


@pytest.mark.parametrize(
    "page",
    [
        "/people",
        "/places",
        "/accounts",
        "/people/units",
        "/people/appointments",
        "/people/households",
    ],
)
def test_an_administrator_opens(page, cast, sign_in):
    assert sign_in(cast.admin).get(page).status_code == 200


@pytest.mark.parametrize(
    "page", [page for page in STAFF_PAGES if page not in {"/me", "/accounts/password"}] + USER_PAGES
)
def test_a_resident_is_refused(page, cast, sign_in):
    assert sign_in(cast.resident).get(filled(page, cast)).status_code == 403


@pytest.mark.parametrize("page", USER_PAGES)
def test_staff_do_not_manage_users(page, cast, sign_in):
    assert sign_in(cast.staff).get(filled(page, cast)).status_code == 403


@pytest.mark.parametrize("page", STAFF_PAGES + USER_PAGES)
def test_a_visitor_is_sent_to_sign_in(page, cast, client):
    answer = client.get(filled(page, cast))
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=")


@pytest.mark.parametrize(
    "page",
    [
        "/people/{zhang}",
        "/people/{zhang}/edit",
        "/people/{zhang}/move-out",
        "/people/households/{building}",
        "/people/units/{school}",
        "/people/units/{school}/edit",
        "/people/appointments?place={grid}",
        "/people/appointments/new?person={zhang}",
        "/people/appointments/new?place={grid}",
        "/places/{community}",
        "/places/{estate}/new",
        "/places/{estate}/edit",
        "/places/{estate}/buildings",
        "/people/new?community={community}",
        "/people/households?community={community}",
    ],
)
def test_what_belongs_to_another_community_is_not_there(page, cast, sign_in):
    assert sign_in(cast.neighbour_staff).get(filled(page, cast)).status_code == 404


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
