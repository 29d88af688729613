from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.accounts.queries import roles
from app.accounts.queries.sessions import actor_of
from app.audit.models import AuditEntry
from app.core import clock
from app.core.access import Role
from app.core.db import db
from app.core.errors import Refused
from app.people import codes
from app.people.models import AppointmentKind, Gender, Household, Person
from app.people.queries import appointments
from app.people.services import appointments as appointments_services
from app.people.services import persons


def entered(cast, **changes):
    return {
        "name": "欧阳明", "gender": "male", "born_on": "1975-03-08", "phone": "138 0013-8000",
        "building_id": cast.building.id, "room": "1201", "works_at_id": "", **changes,
    }  # fmt: skip


def newest():
    return db.session.scalar(select(Person).order_by(Person.id.desc()).limit(1))


def test_staff_enter_a_resident(sign_in, cast):
    answer = sign_in(cast.staff).post("/people/new", data=entered(cast, party_member="y"))
    person = newest()
    assert (answer.status_code, answer.location) == (303, f"/people/{person.id}")
    assert (person.name, person.pinyin, person.initials) == ("欧阳明", "ouyangming", "oym")
    assert (person.phone, person.phone_tail, person.gender) == ("13800138000", "8000", Gender.MALE)
    assert (person.born_on, person.party_member) == (date(1975, 3, 8), True)
    assert (person.household.building_id, person.household.room) == (cast.building.id, "1201")
    assert len(person.code) == 10
    assert person.code[-1] == codes.check_digit(person.code[:-1])
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "person.create"))
    assert (entry.subject_id, entry.place_path) == (person.id, cast.community.path)
    assert "13800138000" not in str(entry.detail)


def test_a_name_is_enough(sign_in, cast):
    form = {"name": "王小二", "gender": "", "building_id": "", "works_at_id": ""}
    assert sign_in(cast.staff).post("/people/new", data=form).status_code == 303
    person = newest()
    assert (person.household_id, person.phone, person.gender, person.born_on) == (
        None,
        None,
        None,
        None,
    )


def test_whoever_moves_into_a_room_joins_its_household(sign_in, cast):
    sign_in(cast.staff).post("/people/new", data=entered(cast, room=" １０１ "))
    assert newest().household_id == cast.zhang.household_id


def test_somebody_works_at_a_unit_without_living_here(sign_in, cast):
    form = entered(cast, building_id="", room="", works_at_id=cast.school.id)
    sign_in(cast.staff).post("/people/new", data=form)
    assert (newest().works_at_id, newest().household_id) == (cast.school.id, None)


def test_a_form_sent_twice_enters_one_person(sign_in, cast):
    client = sign_in(cast.staff)
    client.post("/people/new", data=entered(cast))
    answer = client.post("/people/new", data=entered(cast))
    assert answer.status_code == 422
    assert "此人已经登记" in answer.text
    assert db.session.scalars(select(Person).where(Person.name == "欧阳明")).one()


def test_a_namesake_with_another_number_or_room_is_somebody_else(sign_in, cast):
    client = sign_in(cast.staff)
    client.post("/people/new", data=entered(cast))
    assert client.post("/people/new", data=entered(cast, phone="13900139000")).status_code == 303
    assert client.post("/people/new", data=entered(cast, room="1202")).status_code == 303


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("𠮷田𬭎", "𠮷田𬭎"),
        ("阿依古丽•买买提江・阿卜杜热合曼", "阿依古丽·买买提江·阿卜杜热合曼"),
        ("  张   三 ", "张 三"),
        ("Smith O'Neil", "Smith O'Neil"),
        ("㛃䶮", "㛃䶮"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("龘" * 60, "龘" * 60),
    ],
)
def test_every_name_is_kept_as_it_is_written(sign_in, cast, name, kept):
    client = sign_in(cast.staff)
    answer = client.post("/people/new", data=entered(cast, name=name), follow_redirects=True)
    assert answer.status_code == 200
    assert newest().name == kept
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "请填写此项"),
        ({"name": " \u200b\n"}, None),
        ({"name": "张" * 61}, "最多 60 个字"),
        ({"name": "x" * 10_000}, "最多 60 个字"),
        ({"gender": "other"}, "请从列出的选项中选择"),
        ({"born_on": "1975-02-30"}, "请填写正确的日期"),
        ({"born_on": "0001-01-01"}, "1900 年至 2200 年"),
        ({"born_on": "2199-01-01"}, "出生日期不正确"),
        ({"born_on": "x" * 10_000}, "请填写正确的日期"),
        ({"phone": "12345678901"}, "电话号码不正确"),
        ({"phone": "abc"}, "电话号码不正确"),
        ({"phone": "1234"}, "电话号码不正确"),
        ({"phone": "1" * 30}, "电话号码不正确"),
        ({"building_id": "x"}, "请从列出的选项中选择"),
        ({"building_id": "99999999999999999999"}, "请从列出的选项中选择"),
        ({"building_id": ""}, "请选择该房号所在的楼栋"),
        ({"room": ""}, "请填写房号"),
        ({"room": "x" * 41}, "最多 40 个字"),
        ({"works_at_id": "999999"}, "请从列出的选项中选择"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(sign_in, cast, changes, message):
    before = db.session.scalar(select(Person.id).order_by(Person.id.desc()).limit(1))
    answer = sign_in(cast.staff).post("/people/new", data=entered(cast, **changes))
    if message is None:
        assert answer.status_code in {303, 422}
        return
    assert answer.status_code == 422
    assert message in answer.text
    assert newest().id == before
    assert db.session.scalar(select(Household.id).where(Household.room == "1201")) is None


def test_a_building_of_another_community_is_not_to_be_chosen(sign_in, cast):
    elsewhere = db.session.get(Household, cast.neighbour_person.household_id).building_id
    answer = sign_in(cast.staff).post("/people/new", data=entered(cast, building_id=elsewhere))
    assert answer.status_code == 422
    with pytest.raises(Refused):
        persons.create_person(
            cast.actor("staff"), community=cast.community, name="x",
            building=db.session.get(type(cast.city), elsewhere), room="1",
        )  # fmt: skip


def test_one_can_not_enter_people_into_another_community(sign_in, cast):
    answer = sign_in(cast.staff).post(
        f"/people/new?community={cast.neighbour.id}", data=entered(cast)
    )
    assert answer.status_code == 404
    for user in (cast.resident, cast.unit_contact, cast.grid_worker, cast.street_officer):
        assert sign_in(user).post("/people/new", data=entered(cast)).status_code == 403


def test_a_correction_changes_what_was_wrong(sign_in, cast):
    client = sign_in(cast.staff)
    form = entered(cast, name="张建囯", phone="", room="102", version=cast.zhang.version)
    answer = client.post(f"/people/{cast.zhang.id}/edit", data=form)
    assert answer.status_code == 303
    assert (cast.zhang.name, cast.zhang.phone, cast.zhang.household.room) == (
        "张建囯",
        "13800001234",
        "102",
    )
    assert actor_of(cast.resident).name == "张建囯"
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "person.correct"))
    assert "name" in entry.detail["changed"]
    assert "phone" not in entry.detail["changed"]


def test_the_form_does_not_show_the_number(sign_in, cast):
    page = sign_in(cast.staff).get(f"/people/{cast.zhang.id}/edit").text
    assert "13800001234" not in page
    assert "138****1234" in page


def test_pinyin_can_be_corrected_by_hand_and_emptied_again(sign_in, cast):
    client = sign_in(cast.staff)
    client.post(
        f"/people/{cast.zhang.id}/edit",
        data=entered(cast, name="单雄", pinyin="Dān Xióng", initials="DX", version=1),
    )
    assert (cast.zhang.pinyin, cast.zhang.initials) == ("danxiong", "dx")
    client.post(f"/people/{cast.zhang.id}/edit", data=entered(cast, name="单雄", version=2))
    assert (cast.zhang.pinyin, cast.zhang.initials) == ("shanxiong", "sx")


def test_the_number_can_be_taken_away(sign_in, cast):
    form = entered(cast, phone="", without_phone="y", version=1)
    sign_in(cast.staff).post(f"/people/{cast.zhang.id}/edit", data=form)
    assert (cast.zhang.phone, cast.zhang.phone_tail) == (None, None)


def test_two_corrections_at_once_do_not_overwrite_each_other(sign_in, cast):
    client = sign_in(cast.staff)
    client.post(f"/people/{cast.zhang.id}/edit", data=entered(cast, name="甲", version=1))
    answer = client.post(f"/people/{cast.zhang.id}/edit", data=entered(cast, name="乙", version=1))
    assert answer.status_code == 422
    assert "其他人刚刚修改过" in answer.text
    assert cast.zhang.name == "甲"


@pytest.mark.parametrize("version", ["", "x", None])
def test_a_correction_without_its_version_is_refused(sign_in, cast, version):
    form = entered(cast, name="甲")
    if version is not None:
        form["version"] = version
    assert sign_in(cast.staff).post(f"/people/{cast.zhang.id}/edit", data=form).status_code == 422


def test_people_of_another_community_can_not_be_corrected(sign_in, cast):
    client = sign_in(cast.neighbour_staff)
    for act in ("edit", "move-out", "move-back", "phone", "activation"):
        assert (
            client.post(f"/people/{cast.zhang.id}/{act}", data=entered(cast, version=1)).status_code
            == 404
        )


def test_who_moved_out_loses_office_and_role_but_not_the_entry(sign_in, cast):
    client = sign_in(cast.staff)
    on = clock.today() - timedelta(days=3)
    answer = client.post(f"/people/{cast.zhang.id}/move-out", data={"on": on.isoformat()})
    assert answer.status_code == 303
    assert cast.zhang.moved_out_on == on
    [office] = appointments.offices_of(cast.zhang.id)
    assert office.ended_on == on
    assert roles.grants_of([cast.resident.id]) == {}
    assert "迁出" in client.get(f"/people/{cast.zhang.id}").text
    assert appointments.representatives(cast.community.id, clock.today())[0].name == "李秀英"


def test_an_office_whose_term_was_over_before_stays_as_it_was(sign_in, cast):
    today = clock.today()
    appointments_services.appoint(
        cast.actor("staff"), person=cast.wang, kind=AppointmentKind.BUILDING_HEAD,
        place=cast.building, since=today - timedelta(days=90), until=today - timedelta(days=30),
    )  # fmt: skip
    db.session.commit()
    client, page = sign_in(cast.staff), f"/people/{cast.wang.id}/move-out"
    assert "楼栋长" not in client.get(page).text
    client.post(page, data={"on": today.isoformat()})
    [office] = appointments.offices_of(cast.wang.id)
    assert (office.ended_on, office.end_reason) == (None, None)


@pytest.mark.parametrize("day", ["2199-01-01", "", "x"])
def test_a_move_needs_a_day_that_has_been(sign_in, cast, day):
    answer = sign_in(cast.staff).post(f"/people/{cast.zhang.id}/move-out", data={"on": day})
    assert answer.status_code == 422
    assert cast.zhang.moved_out_on is None


def test_moving_out_twice_is_refused_and_moving_back_takes_it_back(sign_in, cast):
    client = sign_in(cast.staff)
    form = {"on": clock.today().isoformat()}
    client.post(f"/people/{cast.zhang.id}/move-out", data=form)
    assert client.post(f"/people/{cast.zhang.id}/move-out", data=form).status_code == 422
    assert client.post(f"/people/{cast.zhang.id}/move-back").status_code == 303
    assert cast.zhang.moved_out_on is None
    assert client.post(f"/people/{cast.zhang.id}/move-back").status_code == 409


def test_the_role_of_a_resident_counts_again_with_the_move_back_and_that_is_in_the_trail(
    sign_in, cast
):
    client, own = sign_in(cast.staff), cast.resident.id
    client.post(f"/people/{cast.zhang.id}/move-out", data={"on": clock.today().isoformat()})
    assert "未生效：该居民已迁出" in sign_in(cast.street_officer).get(f"/accounts/{own}").text
    sign_in(cast.staff).post(f"/people/{cast.zhang.id}/move-back")
    assert cast.actor("resident").has_role(Role.RESIDENT)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "role.resume")).one()
    assert (entry.subject_id, entry.actor_id, entry.detail) == (
        own,
        cast.staff.id,
        {"role": "resident"},
    )


def test_the_role_of_a_resident_withdrawn_meanwhile_does_not(sign_in, cast):
    client, own = sign_in(cast.staff), cast.resident.id
    client.post(f"/people/{cast.zhang.id}/move-out", data={"on": clock.today().isoformat()})
    [given] = roles.grants_of([own], asleep=True)[own]
    officer = sign_in(cast.street_officer)
    assert officer.post(f"/accounts/{own}/roles/{given.id}/withdraw").status_code == 303
    sign_in(cast.staff).post(f"/people/{cast.zhang.id}/move-back")
    assert not cast.actor("resident").has_role(Role.RESIDENT)
    again = select(AuditEntry.id).where(AuditEntry.action == "role.resume")
    assert db.session.scalar(again) is None


def test_the_whole_number_is_shown_once_against_a_reason(sign_in, cast):
    client = sign_in(cast.staff)
    page = f"/people/{cast.zhang.id}"
    assert "13800001234" not in client.get(page).text
    answer = client.post(f"{page}/phone", data={"reason": "通知停水"})
    assert answer.status_code == 200
    assert "13800001234" in answer.text
    assert "13800001234" not in client.get(page).text
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "person.unmask"))
    assert (entry.actor_id, entry.subject_id, entry.detail) == (
        cast.staff.id,
        cast.zhang.id,
        {"reason": "通知停水"},
    )


@pytest.mark.parametrize("reason", ["", "   ", "x" * 121])
def test_without_a_reason_the_number_stays_hidden(sign_in, cast, reason):
    answer = sign_in(cast.staff).post(f"/people/{cast.zhang.id}/phone", data={"reason": reason})
    assert answer.status_code == 422
    assert "13800001234" not in answer.text
    assert (
        db.session.scalar(select(AuditEntry.id).where(AuditEntry.action == "person.unmask")) is None
    )


@pytest.mark.both_engines
def test_a_grid_worker_looks_at_the_numbers_of_the_grid_only(sign_in, cast):
    client, page = sign_in(cast.grid_worker), f"/people/{cast.zhang.id}"
    assert "138****1234" in client.get("/people?q=zjg").text
    assert f'action="{page}/phone"' in client.get(page).text
    assert "13800001234" in client.post(f"{page}/phone", data={"reason": "回访"}).text
    cast.zhang.household_id = None
    db.session.commit()
    assert client.post(f"{page}/phone", data={"reason": "回访"}).status_code == 404


@pytest.mark.both_engines
def test_the_list_is_searched_live_and_without_script(sign_in, cast):
    client = sign_in(cast.staff)
    page = client.get("/people?q=1234").text
    fragment = client.get(
        "/people?q=1234", headers={"HX-Request": "true", "HX-Target": "people-list"}
    ).text
    assert "张建国" in page
    assert "张建国" in fragment
    assert "李秀英" not in fragment
    assert "<html" in page
    assert "<html" not in fragment
    assert fragment.strip().startswith('<div id="people-list"')


def test_residents_numbers_find_wrong_digits():
    for _ in range(200):
        code = codes.new_person_code()
        assert codes.check_digit(code[:-1]) == code[-1]
        assert code[0] not in "01"
        for place in range(9):
            wrong = str((int(code[place]) + 1) % 10)
            assert codes.check_digit(code[:place] + wrong + code[place + 1 : 9]) != code[-1]


@pytest.mark.usefixtures("app")
def test_new_numbers_are_nobodys():
    many = persons.new_person_codes(1200)
    assert len(set(many)) == 1200


@pytest.mark.both_engines
def test_a_list_costs_the_same_for_three_people_and_for_thirty(sign_in, cast, counted):
    client = sign_in(cast.staff)
    client.get("/people")  # what a process asks only once is not what the list costs
    db.session.commit()  # what the session knows already would not be asked again
    with counted() as before:
        client.get("/people")
    for number in range(30):
        persons.create_person(
            cast.actor("staff"),
            community=cast.community,
            name=f"居民{number}",
            building=cast.building,
            room="1",
        )
    db.session.commit()
    with counted() as after:
        client.get("/people")
    assert len(after) == len(before)


def test_nobody_moves_out_before_they_were_born(cast, sign_in):
    cast.zhang.born_on = date(1960, 5, 1)
    db.session.commit()
    answer = sign_in(cast.staff).post(
        f"/people/{cast.zhang.id}/move-out", data={"on": "1950-01-01"}
    )
    assert answer.status_code == 422
    assert "出生日期" in answer.text
    assert cast.zhang.moved_out_on is None
