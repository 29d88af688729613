import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.people import policy
from app.people.models import Appointment, AppointmentKind
from app.people.queries import appointments as queries
from app.people.services import appointments as services

K = AppointmentKind


def chosen(cast, **changes):
    return {
        "kind": "building_head",
        "place_id": cast.building.id,
        "since": "2026-01-01",
        "until": "",
        "title": "",
        **changes,
    }


def appoint(client, person, form):
    return client.post(f"/people/appointments/new?person={person.id}", data=form)


def newest():
    return db.session.scalar(select(Appointment).order_by(Appointment.id.desc()).limit(1))


def test_staff_appoint_a_building_head(sign_in, cast):
    answer = appoint(
        sign_in(cast.staff), cast.wang, chosen(cast, until="2030-12-31", title="2栋楼栋长")
    )
    office = newest()
    assert (answer.status_code, answer.location) == (303, f"/people/{cast.wang.id}")
    assert (office.person_id, office.kind, office.place_id) == (
        cast.wang.id,
        K.BUILDING_HEAD,
        cast.building.id,
    )
    assert (office.since, office.until, office.title) == (
        date(2026, 1, 1),
        date(2030, 12, 31),
        "2栋楼栋长",
    )
    assert [row.name for row in queries.responsible_for([cast.building.id], date(2026, 6, 1))] == [
        "王芳"
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"until": "2025-12-31"}, "任期届满早于任期开始"),
        ({"kind": "resident_rep"}, "最迟到 2030-12-31"),
        ({"kind": "resident_rep", "until": "2031-01-01"}, "最迟到 2030-12-31"),
        ({"since": ""}, "请填写此项"),
        ({"since": "2026-13-01"}, "请填写正确的日期"),
        ({"kind": "king"}, "请从列出的选项中选择"),
        ({"kind": "committee_member"}, "这一层级的区域不设此职务"),
        ({"kind": "grid_worker"}, "这一层级的区域不设此职务"),
        ({"place_id": "999999"}, "请从列出的选项中选择"),
        ({"place_id": ""}, "请填写此项"),
        ({"title": "x" * 10_000}, "最多 60 个字"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(sign_in, cast, changes, message):
    before = newest().id
    answer = appoint(sign_in(cast.staff), cast.wang, chosen(cast, **changes))
    assert answer.status_code == 422
    assert message in answer.text
    assert newest().id == before


def test_one_can_not_appoint_elsewhere(sign_in, cast):
    staff = sign_in(cast.staff)
    assert appoint(staff, cast.neighbour_person, chosen(cast)).status_code == 404
    assert (
        appoint(
            staff, cast.wang, chosen(cast, kind="responsible", place_id=cast.neighbour.id)
        ).status_code
        == 422
    )
    assert (
        appoint(
            staff, cast.wang, chosen(cast, kind="responsible", place_id=cast.street.id)
        ).status_code
        == 422
    )
    assert appoint(sign_in(cast.grid_worker), cast.wang, chosen(cast)).status_code == 403
    assert appoint(sign_in(cast.resident), cast.wang, chosen(cast)).status_code == 403


def test_who_manages_a_subdistrict_appoints_there(sign_in, cast):
    form = chosen(cast, kind="responsible", place_id=cast.street.id, title="街道党工委书记")
    assert appoint(sign_in(cast.street_officer), cast.wang, form).status_code == 303
    assert newest().place_id == cast.street.id


def test_the_same_office_twice_at_once_is_refused(sign_in, cast):
    client = sign_in(cast.staff)
    appoint(client, cast.wang, chosen(cast, until="2026-12-31"))
    assert "已有这一任职" in appoint(client, cast.wang, chosen(cast)).text
    assert appoint(client, cast.wang, chosen(cast, since="2026-12-31")).status_code == 422
    assert appoint(client, cast.wang, chosen(cast, since="2027-01-01")).status_code == 303


@pytest.mark.parametrize(
    ("first", "second"),
    [(K.COMMITTEE_MEMBER, K.OVERSIGHT_MEMBER), (K.OVERSIGHT_MEMBER, K.COMMITTEE_MEMBER)],
)
def test_nobody_sits_on_the_committee_and_oversees_it(cast, first, second):
    staff = cast.actor("staff")
    term = {"person": cast.wang, "place": cast.community}
    services.appoint(staff, kind=first, since=date(2026, 1, 1), until=date(2026, 6, 30), **term)
    term["until"] = date(2030, 12, 31)
    with pytest.raises(Refused, match=r"art\. 36|第三十六条"):
        services.appoint(staff, kind=second, since=date(2026, 6, 30), **term)
    services.appoint(staff, kind=second, since=date(2026, 7, 1), **term)
    other = {**term, "person": cast.zhao}
    services.appoint(staff, kind=second, since=date(2026, 1, 1), **other)


@pytest.mark.parametrize(
    ("kind", "since", "last"),
    [
        (K.RESIDENT_REP, date(2026, 1, 1), date(2030, 12, 31)),
        (K.COMMITTEE_MEMBER, date(2023, 3, 1), date(2028, 2, 29)),
        (K.COMMITTEE_MEMBER, date(2024, 2, 29), date(2029, 2, 28)),
        (K.BUILDING_HEAD, date(2026, 1, 1), None),
    ],
)
def test_who_is_elected_is_elected_for_five_years(kind, since, last):
    assert policy.last_day(kind, since) == last


def test_a_representative_may_be_elected_for_the_whole_term(sign_in, cast):
    form = chosen(cast, kind="resident_rep", until="2030-12-31")
    assert appoint(sign_in(cast.staff), cast.wang, form).status_code == 303


@pytest.mark.both_engines
def test_for_a_building_its_own_residents_come_first_and_others_are_hinted_at(sign_in, cast):
    client = sign_in(cast.staff)
    page = f"/people/appointments/new?place={cast.other_building.id}&kind=building_head"
    own = client.get(page).text
    assert ("王芳" in own, "赵敏" in own, "张建国" in own) == (True, True, False)
    cast.zhang.name = "王建国"  # comes before 王芳 by pinyin
    cast.zhang.pinyin = "wangaaa"
    db.session.commit()
    found = client.get(f"{page}&q=王").text
    assert found.index("王芳") < found.index("王建国")
    assert "不住在10栋" in client.get(f"{page}&person={cast.zhang.id}").text
    assert "不住在" not in client.get(f"{page}&person={cast.wang.id}").text


@pytest.mark.both_engines
def test_whoever_fills_places_nobody_answers_for_comes_back_to_them(sign_in, cast):
    client = sign_in(cast.staff)
    page = client.get("/places/unattended?level=building").text
    [there, *_] = re.findall(r'href="(/people/appointments/new\?place=[^"]*)"', page)
    there = there.replace("&amp;", "&")
    chosen_one = f"{there}&person={cast.wang.id}"
    assert "unattended=building" in client.get(f"{there}&q=王").text
    [action] = re.findall(r'action="(/people/appointments/new[^"]*)"', client.get(chosen_one).text)
    answer = client.post(action.replace("&amp;", "&"), data=chosen(cast))
    assert answer.location == "/places/unattended?level=building"


def test_who_has_moved_out_is_not_appointed(cast):
    cast.wang.moved_out_on = clock.today()
    db.session.flush()
    with pytest.raises(Refused):
        services.appoint(
            cast.actor("staff"),
            person=cast.wang,
            kind=K.RESIDENT_REP,
            place=cast.community,
            since=clock.today(),
            until=clock.today(),
        )


def test_the_help_says_what_the_system_does_not_know(sign_in, cast):
    page = sign_in(cast.staff).get(f"/people/appointments/new?person={cast.wang.id}").text
    assert "近亲属关系系统并不掌握" in page


def test_an_office_ends_with_a_reason(sign_in, cast):
    office = queries.offices_of(cast.zhang.id)[0]
    client = sign_in(cast.staff)
    page = f"/people/appointments/{office.id}/end"
    today = clock.today()
    for form in (
        {"on": today.isoformat(), "reason": ""},
        {"on": "2199-01-01", "reason": "辞职"},
        {"on": "2000-01-01", "reason": "辞职"},
    ):
        assert client.post(page, data=form).status_code == 422
    assert (
        client.post(page, data={"on": today.isoformat(), "reason": "本人辞职"}).status_code == 303
    )
    ended = queries.offices_of(cast.zhang.id)[0]
    assert (ended.ended_on, ended.end_reason) == (today, "本人辞职")
    assert [row.name for row in queries.representatives(cast.community.id, today)] == ["李秀英"]
    assert [
        row.name for row in queries.representatives(cast.community.id, today - timedelta(days=1))
    ] == ["李秀英", "张建国"]
    assert client.post(page, data={"on": today.isoformat(), "reason": "再次"}).status_code == 422


def test_an_office_of_another_community_is_not_there(sign_in, cast):
    office = queries.offices_of(cast.zhang.id)[0]
    client = sign_in(cast.neighbour_staff)
    assert client.get(f"/people/appointments/{office.id}/end").status_code == 404
    assert (
        client.post(
            f"/people/appointments/{office.id}/end", data={"on": "2026-01-01", "reason": "x"}
        ).status_code
        == 404
    )


def test_terms_that_end_soon_are_found(sign_in, cast):
    staff, today = cast.actor("staff"), clock.today()
    services.appoint(
        staff,
        person=cast.wang,
        kind=K.BUILDING_HEAD,
        place=cast.building,
        since=date(2024, 1, 1),
        until=today + timedelta(days=60),
    )
    services.appoint(
        staff,
        person=cast.zhao,
        kind=K.BUILDING_HEAD,
        place=cast.other_building,
        since=date(2024, 1, 1),
        until=today + timedelta(days=61),
    )
    services.appoint(
        staff,
        person=cast.chen,
        kind=K.GRID_WORKER,
        place=cast.grid,
        since=date(2020, 1, 1),
        until=date(2024, 1, 1),
    )
    db.session.commit()
    client = sign_in(cast.staff)
    expiring = client.get("/people/appointments?state=expiring").text
    assert "王芳" in expiring
    assert "即将届满" in expiring
    assert "赵敏" not in expiring
    over = client.get("/people/appointments?state=over").text
    assert "陈志强" in over
    assert "任期已满" in over
    assert "陈志强" not in client.get("/people/appointments").text
    assert (
        "陈志强"
        in client.get(f"/people/appointments?state=all&kind=grid_worker&place={cast.grid.id}").text
    )


@pytest.mark.parametrize(
    ("until", "soon", "over"),
    [
        (None, False, False),
        (0, True, False),
        (60, True, False),
        (61, False, False),
        (-1, False, True),
    ],
)
def test_what_soon_means(until, soon, over):
    today = date(2026, 11, 21)
    last = None if until is None else today + timedelta(days=until)
    assert policy.expires_soon(last, today) is soon
    assert policy.is_over(last, None, today) is over


def test_a_term_that_ends_soon_waits_for_whoever_appoints(cast):
    staff, today = cast.actor("staff"), clock.today()
    until = today + timedelta(days=9)
    services.appoint(
        staff, person=cast.wang, kind=K.BUILDING_HEAD, place=cast.building, since=today, until=until
    )
    [waiting] = queries.waiting(staff)
    assert (waiting.title, waiting.due, waiting.args) == (
        "王芳 · 2栋",
        until,
        {"person_id": cast.wang.id},
    )
    assert str(waiting.text) == "任期即将届满，请及时办理换届或续任"
    assert queries.waiting(cast.actor("neighbour_staff")) == []
    assert queries.waiting(cast.actor("resident")) == []


def test_only_adults_hold_an_office(cast, sign_in):
    cast.wang.born_on = date(2016, 1, 15)
    db.session.flush()
    before = newest()
    answer = appoint(sign_in(cast.staff), cast.wang, chosen(cast))
    assert answer.status_code == 422
    assert "未满18周岁不能任职" in answer.text
    assert newest() is before


def test_above_the_communities_the_page_leads_to_the_accounts(sign_in, cast):
    """Officials are no residents whom the search could find."""
    page = sign_in(cast.admin).get(f"/people/appointments/new?place={cast.street.id}").text
    assert "这一层级由街道干部负责" in page
    assert f"/accounts/new?place={cast.street.id}" in page
    page = sign_in(cast.street_officer).get(f"/people/appointments/new?place={cast.community.id}")
    assert "这一层级由街道干部负责" not in page.text
