from datetime import date

import pytest
from sqlalchemy import select

from app.accounts.models import RoleGrant
from app.accounts.services import users
from app.core import clock
from app.core.access import Capability, Role
from app.core.db import db
from app.people.models import Appointment, AppointmentKind
from app.people.services import appointments, persons
from app.places.models import EstateKind, Level, Place
from app.places.queries import tree as queries
from app.places.services import tree as places

SEE = Capability.SEE_PEOPLE


def test_browsing_begins_at_the_top_of_what_one_reaches(sign_in, cast):
    assert "桂花社区" in sign_in(cast.staff).get("/places").text
    assert "大山坪街道" in sign_in(cast.street_officer).get("/places").text
    page = sign_in(cast.grid_worker).get("/places").text
    assert "第一网格" in page
    assert "桂花苑" in page


def test_a_building_in_two_parts_of_ones_reach_is_listed_once(sign_in, cast):
    users.grant(cast.actor("street_officer"), cast.grid_worker, role=Role.GRID, place=cast.building)
    db.session.commit()
    page = sign_in(cast.grid_worker).get("/people/households").text
    assert page.count(f'href="/people/households/{cast.building.id}"') == 1


def test_someone_with_two_places_chooses(sign_in, cast):
    users.grant(
        cast.actor("street_officer"), cast.grid_worker, role=Role.GRID, place=cast.neighbour
    )
    db.session.commit()
    page = sign_in(cast.grid_worker).get("/places").text
    assert "第一网格" in page
    assert "梧桐社区" in page


def test_buildings_stand_in_the_order_people_count(sign_in, cast):
    page = sign_in(cast.staff).get(f"/places/{cast.estate.id}").text
    assert page.index("2栋") < page.index("10栋")


def test_each_level_shows_who_answers_for_it_or_that_nobody_does(sign_in, cast):
    staff = cast.actor("staff")
    appointments.appoint(
        staff,
        person=cast.li,
        kind=AppointmentKind.BUILDING_HEAD,
        place=cast.building,
        since=date(2024, 1, 1),
    )
    db.session.commit()
    page = sign_in(cast.staff).get(f"/places/{cast.estate.id}").text
    assert "李秀英" in page
    assert page.count("无人负责</span>") == 2  # the estate itself and 10栋


def test_places_nobody_answers_for_are_listed(sign_in, cast):
    today, staff = clock.today(), cast.actor("staff")
    before = queries.unattended_count(staff, SEE, today)
    assert before == 5
    appointments.appoint(
        staff, person=cast.li, kind=AppointmentKind.GRID_WORKER, place=cast.grid, since=today
    )
    appointments.appoint(
        staff,
        person=cast.li,
        kind=AppointmentKind.HOUSEHOLD_LIAISON,
        place=cast.building,
        since=today,
    )
    assert queries.unattended_count(staff, SEE, today) == before - 1
    rows = db.session.execute(queries.unattended(staff, SEE, today)).all()
    assert [row.name for row in rows] == ["桂花社区", "桂花苑", "2栋", "10栋"]
    assert [row.parent for row in rows] == ["大山坪街道", "第一网格", "桂花苑", "桂花苑"]
    rows = db.session.execute(queries.unattended(staff, SEE, today, Level.BUILDING)).all()
    assert [row.name for row in rows] == ["2栋", "10栋"]
    assert "梧桐" not in sign_in(cast.staff).get("/places/unattended").text


def test_above_the_communities_an_officer_answers_through_their_account(sign_in, cast):
    """Officials are no residents: a role at exactly this place is how they were entered."""
    today, admin = clock.today(), cast.actor("admin")

    def missing():
        return {row.name for row in db.session.execute(queries.unattended(admin, SEE, today))}

    client = sign_in(cast.admin)
    assert "大山坪街道" not in missing()
    page = client.get(f"/places/{cast.street.id}").text
    assert "刘街道" in page
    assert "街道干部" in page
    district = client.get(f"/places/{cast.street.parent_id}").text
    assert "刘街道" in district  # in the row of the subdistrict
    assert district.count("无人负责</span>") == 1  # the district itself: a role below is not for it
    count = queries.unattended_count(admin, SEE, today)
    users.disable(admin, cast.street_officer)
    assert "大山坪街道" in missing()
    assert queries.unattended_count(admin, SEE, today) == count + 1
    assert "刘街道" not in client.get(f"/places/{cast.street.id}").text


def test_a_withdrawn_role_answers_for_nothing(cast):
    today, admin = clock.today(), cast.actor("admin")
    given = db.session.scalars(
        select(RoleGrant).where(RoleGrant.user_id == cast.street_officer.id)
    ).one()
    users.withdraw(admin, given)
    names = {row.name for row in db.session.execute(queries.unattended(admin, SEE, today))}
    assert "大山坪街道" in names


def test_other_roles_do_not_answer_for_a_place(cast):
    today, admin = clock.today(), cast.actor("admin")
    names = {row.name for row in db.session.execute(queries.unattended(admin, SEE, today))}
    assert "桂花社区" in names  # 陈社工 is staff there


def test_a_place_is_attended_from_the_first_day_of_the_term_to_the_last(cast):
    staff = cast.actor("staff")
    appointments.appoint(
        staff,
        person=cast.li,
        kind=AppointmentKind.RESPONSIBLE,
        place=cast.estate,
        since=date(2026, 1, 1),
        until=date(2026, 6, 30),
    )
    for day, missing in (
        (date(2025, 12, 31), True),
        (date(2026, 1, 1), False),
        (date(2026, 6, 30), False),
        (date(2026, 7, 1), True),
    ):
        names = {row.name for row in db.session.execute(queries.unattended(staff, SEE, day))}
        assert ("桂花苑" in names) is missing


def test_staff_add_places_inside_their_community(sign_in, cast):
    client = sign_in(cast.staff)
    form = {
        "level": "estate",
        "name": "丹桂园",
        "estate_kind": "without",
        "address": "桂花路1号",
        "code": "",
    }
    answer = client.post(f"/places/{cast.community.id}/new", data=form)
    place = db.session.scalar(select(Place).where(Place.name == "丹桂园"))
    assert (answer.status_code, answer.location) == (303, f"/places/{place.id}")
    assert (place.parent_id, place.estate_kind) == (cast.community.id, EstateKind.WITHOUT)
    again = client.post(f"/places/{cast.community.id}/new", data=form)
    assert again.status_code == 422
    assert "此处已有同名区域" in again.text


def test_communities_are_added_by_the_subdistrict(sign_in, cast):
    form = {"level": "community", "name": "银杏社区"}
    assert (
        sign_in(cast.street_officer).post(f"/places/{cast.street.id}/new", data=form).status_code
        == 303
    )
    assert sign_in(cast.staff).post(f"/places/{cast.street.id}/new", data=form).status_code == 404
    assert (
        sign_in(cast.grid_worker).post(f"/places/{cast.grid.id}/new", data=form).status_code == 403
    )


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"level": "city", "name": "x"}, "请从列出的选项中选择"),
        ({"level": "community", "name": "x"}, "请从列出的选项中选择"),
        ({"level": "", "name": "x"}, "请填写此项"),
        ({"level": "grid", "name": ""}, "请填写此项"),
        ({"level": "grid", "name": "x" * 10_000}, "最多 80 个字"),
        ({"level": "grid", "name": "x", "estate_kind": "castle"}, "请从列出的选项中选择"),
        ({"level": "grid", "name": "x", "code": "510502002"}, "已有其他区域使用此编码"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(sign_in, cast, form, message):
    answer = sign_in(cast.staff).post(f"/places/{cast.community.id}/new", data=form)
    assert answer.status_code == 422
    assert message in answer.text


@pytest.mark.parametrize("code", ["abc", "51050200", "五一零五零二零零九", "510502009x"])
def test_a_division_code_is_the_digits_of_its_level(sign_in, cast, code):
    client = sign_in(cast.admin)
    form = {"level": "street", "name": "蓝田街道", "code": code}
    answer = client.post(f"/places/{cast.street.parent_id}/new", data=form)
    assert answer.status_code == 422
    assert "9、12" in answer.text
    made = client.post(f"/places/{cast.street.parent_id}/new", data={**form, "code": "５10502009"})
    assert made.status_code == 303
    edited = client.post(f"{made.location}/edit", data={"name": "蓝田", "code": code, "version": 1})
    assert edited.status_code == 422


def test_buildings_are_added_in_one_form(sign_in, cast):
    client = sign_in(cast.staff)
    page = f"/places/{cast.estate.id}/buildings"
    answer = client.post(
        page, data={"first": "１", "last": "19", "suffix": "栋"}, follow_redirects=True
    )
    assert "新增 17 栋，已有 2 栋" in answer.text
    for form in (
        {"first": "9", "last": "1", "suffix": "栋"},
        {"first": "0", "last": "9999999999999999999999", "suffix": "栋"},
        {"first": "x", "last": "", "suffix": ""},
    ):
        assert client.post(page, data=form).status_code == 422
    assert (
        client.post(
            f"/places/{cast.building.id}/buildings",
            data={"first": "1", "last": "2", "suffix": "栋"},
        ).status_code
        == 422
    )


def test_a_place_is_corrected_unless_somebody_was_faster(sign_in, cast):
    client = sign_in(cast.staff)
    page = f"/places/{cast.estate.id}/edit"
    assert (
        client.post(
            page, data={"name": "金桂苑", "estate_kind": "mature", "version": 1}
        ).status_code
        == 303
    )
    assert cast.estate.name == "金桂苑"
    assert "其他人刚刚修改过" in client.post(page, data={"name": "银桂苑", "version": 1}).text
    assert client.post(page, data={"name": "银桂苑", "version": "x"}).status_code == 422


def test_a_place_with_people_or_offices_is_not_retired(sign_in, cast):
    client = sign_in(cast.staff)
    assert client.post(f"/places/{cast.building.id}/retire").status_code == 409
    for person in (cast.wang, cast.zhao):
        persons.move_out(cast.actor("staff"), person, on=clock.today())
    appointments.appoint(
        cast.actor("staff"),
        person=cast.li,
        kind=AppointmentKind.BUILDING_HEAD,
        place=cast.other_building,
        since=clock.today(),
    )
    db.session.commit()
    page = f"/places/{cast.other_building.id}"
    assert client.post(f"{page}/retire").status_code == 409
    office = db.session.scalar(
        select(Appointment).where(Appointment.place_id == cast.other_building.id)
    )
    appointments.end_appointment(cast.actor("staff"), office, reason="撤销")
    db.session.commit()
    assert client.post(f"{page}/retire").status_code == 303
    assert cast.other_building.retired_on == clock.today()
    client.get("/places")
    assert "10栋" not in client.get(f"/places/{cast.estate.id}").text
    assert "10栋" in client.get(f"/places/{cast.estate.id}?retired=1").text
    assert client.post(f"{page}/reopen").status_code == 303


def test_a_place_in_which_all_are_retired_leads_to_them(sign_in, cast):
    empty = places.add(cast.actor("staff"), parent=cast.community, level=Level.ESTATE, name="空院")
    only = places.add(cast.actor("staff"), parent=empty, level=Level.BUILDING, name="1栋")
    places.retire(cast.actor("staff"), only)
    db.session.commit()
    page = f"/places/{empty.id}"
    assert f"{page}?retired=1" in sign_in(cast.staff).get(page).text


def test_nobody_retires_the_top_of_their_own_reach(sign_in, cast):
    persons.move_out(cast.actor("neighbour_staff"), cast.neighbour_person, on=clock.today())
    db.session.commit()
    assert (
        sign_in(cast.neighbour_staff).post(f"/places/{cast.neighbour.id}/retire").status_code == 409
    )
    assert cast.neighbour.retired_on is None


def test_places_of_others_can_not_be_changed(sign_in, cast):
    client = sign_in(cast.neighbour_staff)
    for act in ("new", "buildings", "edit", "retire", "reopen"):
        assert (
            client.post(
                f"/places/{cast.estate.id}/{act}", data={"name": "x", "version": 1}
            ).status_code
            == 404
        )


@pytest.mark.both_engines
def test_a_page_of_places_costs_the_same_for_two_and_for_thirty(sign_in, cast, counted):
    client = sign_in(cast.staff)
    db.session.commit()
    with counted() as before:
        client.get(f"/places/{cast.estate.id}")
    client.post(
        f"/places/{cast.estate.id}/buildings", data={"first": "1", "last": "30", "suffix": "栋"}
    )
    client.get("/me")
    db.session.commit()
    with counted() as after:
        client.get(f"/places/{cast.estate.id}")
    assert len(after) == len(before)


def test_households_stand_behind_their_doors(sign_in, cast):
    client = sign_in(cast.staff)
    page = client.get("/people/households").text
    assert "桂花苑 · 2栋" in page
    rooms = client.get(f"/people/households/{cast.building.id}").text
    assert rooms.index(">101<") < rooms.index(">202<")
    assert "张建国" in rooms
    persons.move_out(cast.actor("staff"), cast.zhang, on=clock.today())
    db.session.commit()
    assert "目前无人居住" in client.get(f"/people/households/{cast.building.id}").text
