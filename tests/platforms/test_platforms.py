import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.people.models import UnitKind
from app.platforms import policy, queries, services
from app.platforms.models import Platform, PlatformKind


@pytest.fixture
def platform(cast):
    made = services.open_platform(
        cast.actor("staff"), community_id=cast.community.id, name="桂花议事亭",
        kind=PlatformKind.TRIPARTITE, place_id=cast.estate.id, venue="2栋楼下", opened_on=date(2026, 1, 1),
        responsible_id=cast.li.id, parties=policy.USUAL_PARTIES[PlatformKind.TRIPARTITE],
    )  # fmt: skip
    db.session.commit()
    return made


def entry(cast, **more):
    return {
        "name": "百言堂",
        "kind": "council",
        "place_id": cast.community.id,
        "venue": "居委会二楼",
        "opened_on": "2026-03-01",
    } | more


def ticked(page):
    return re.findall(r'<input checked [^>]*name="parties"[^>]*value="(\w+)"', page)


def test_the_kind_selects_who_must_be_invited(cast, sign_in):
    staff = sign_in(cast.staff)

    kinds = staff.get("/platforms/new").text
    form = staff.get("/platforms/new?kind=tripartite").text

    assert "kind=multiparty" in kinds
    assert ticked(form) == ["property_firm", "owners_committee"]


def test_staff_set_a_platform_up(cast, sign_in):
    answer = sign_in(cast.staff).post(
        "/platforms/new",
        data=entry(cast, responsible_id=cast.li.id, parties=["stationed", "property_firm"]),
    )

    platform = db.session.scalars(select(Platform)).one()
    assert (answer.status_code, answer.location) == (303, f"/platforms/{platform.id}")
    assert {party.unit_kind for party in platform.parties} == {
        UnitKind.STATIONED,
        UnitKind.PROPERTY_FIRM,
    }
    assert platform.responsible_id == cast.li.id


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "长" * 81), ("kind", "x"), ("place_id", "999999"), ("place_id", ""),
     ("venue", ""), ("opened_on", "2026-13-45"), ("responsible_id", "999999"), ("parties", "nobody")],
)  # fmt: skip
def test_wrong_entries_come_back_beside_their_field(cast, sign_in, field, value):
    answer = sign_in(cast.staff).post("/platforms/new", data=entry(cast) | {field: value})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert db.session.scalar(select(Platform.id)) is None


def test_a_name_is_there_once_in_a_community(cast, platform, sign_in):
    answer = sign_in(cast.staff).post("/platforms/new", data=entry(cast, name=platform.name))

    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text


def test_a_platform_is_changed_with_its_parties(cast, platform, sign_in):
    answer = sign_in(cast.staff).post(
        f"/platforms/{platform.id}/edit",
        data=entry(cast, version=platform.version, parties=["department", "property_firm"]),
    )

    db.session.expire_all()
    assert answer.status_code == 303
    assert platform.name == "百言堂"
    assert {party.unit_kind for party in platform.parties} == {
        UnitKind.DEPARTMENT,
        UnitKind.PROPERTY_FIRM,
    }


def test_what_is_opened_later_is_not_among_what_has_ended(cast, platform, sign_in):
    platform.opened_on = clock.today() + timedelta(days=1)
    db.session.commit()
    staff = sign_in(cast.staff)

    assert platform.name not in staff.get("/platforms?ended=1").text
    page = staff.get("/platforms").text
    assert platform.name in page
    assert "起启用" in page


def test_the_form_shows_what_is_there(cast, platform, sign_in):
    page = sign_in(cast.staff).get(f"/platforms/{platform.id}/edit").text

    assert 'value="桂花议事亭"' in page
    assert "李秀英" in page
    assert ticked(page) == ["property_firm", "owners_committee"]


def test_a_stale_form_changes_nothing(cast, platform, sign_in):
    version = platform.version
    staff = sign_in(cast.staff)
    staff.post(f"/platforms/{platform.id}/edit", data=entry(cast, version=version))

    again = staff.post(
        f"/platforms/{platform.id}/edit", data=entry(cast, version=version, name="旧表单")
    )

    assert again.status_code == 422
    db.session.expire_all()
    assert platform.name == "百言堂"


def test_from_the_day_it_ends_no_meeting_can_be_convened(cast, platform, sign_in):
    assert policy.is_running(platform, clock.today())
    sign_in(cast.staff).post(f"/platforms/{platform.id}/end")
    db.session.refresh(platform)

    assert not policy.is_running(platform, clock.today())
    assert queries.running_platforms(cast.community.id, clock.today()) == []
    assert "桂花议事亭" not in sign_in(cast.resident).get("/platforms").text
    assert "桂花议事亭" in sign_in(cast.resident).get("/platforms?ended=1").text


def test_it_ends_once(cast, platform):
    services.end_platform(cast.actor("staff"), platform)

    with pytest.raises(Refused):
        services.end_platform(cast.actor("staff"), platform)


def test_a_place_of_another_community_is_refused(cast):
    with pytest.raises(Refused) as refusal:
        services.open_platform(
            cast.actor("staff"), community_id=cast.community.id, name="x", kind=PlatformKind.TALK,
            place_id=cast.neighbour.id, venue="x",
        )  # fmt: skip
    assert refusal.value.field == "place_id"


def test_residents_read_platforms_and_only_staff_change_them(cast, platform, sign_in):
    resident = sign_in(cast.resident)

    page = resident.get(f"/platforms/{platform.id}").text
    assert "2栋楼下" in page
    assert "李*英" in page
    assert "李秀英" not in page
    assert resident.get("/platforms/new").status_code == 403
    assert resident.post(f"/platforms/{platform.id}/end").status_code == 403
    assert sign_in(cast.unit_contact).get("/platforms").status_code == 403


def test_another_communitys_people_do_not_find_it(cast, platform, sign_in):
    platform_id = platform.id
    for user in (cast.neighbour_staff, cast.neighbour_resident):
        assert sign_in(user).get(f"/platforms/{platform_id}").status_code == 404
    staff = sign_in(cast.neighbour_staff)
    assert staff.get(f"/platforms/{platform_id}/edit").status_code == 404
    assert staff.post(f"/platforms/{platform_id}/edit", data={}).status_code == 404
    assert staff.post(f"/platforms/{platform_id}/end").status_code == 404


@pytest.mark.both_engines
def test_the_list_costs_as_many_queries_for_many_platforms_as_for_one(
    cast, platform, sign_in, counted
):
    visitor = sign_in(cast.staff)
    visitor.get("/platforms")
    with counted() as one:
        visitor.get("/platforms")
    for number in range(5):
        services.open_platform(
            cast.actor("staff"), community_id=cast.community.id, name=f"第{number}处",
            kind=PlatformKind.TALK, place_id=cast.community.id, venue="楼下",
        )  # fmt: skip
    db.session.commit()
    with counted() as many:
        visitor.get("/platforms")

    assert platform.name == "桂花议事亭"
    assert len(one) == len(many)
