from datetime import date

import pytest
from sqlalchemy import update

from app.core import clock
from app.core.access import Capability
from app.core.db import db, rows
from app.core.errors import NotFoundError
from app.people.models import Household, Person
from app.people.queries import persons, residents, units

SEE = Capability.SEE_PEOPLE


def names(actor, text=None, **where):
    return [row.name for row in rows(persons.search_people(actor, SEE, text, **where))]


def a_person(cast, name, *, pinyin="x", initials="x", phone=None, code, **more):
    person = Person(
        code=code, name=name, pinyin=pinyin, initials=initials, phone=phone,
        phone_tail=phone[-4:] if phone else None, community_id=cast.community.id, **more,
    )  # fmt: skip
    db.session.add(person)
    db.session.flush()
    return person


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "text",
    ["张建国", "张", "建国", "zhangjianguo", "Zhang Jian", "zhang'jian", "zjg", "ZJ", "1234", "123",
     "13800001234", "T001234", "t0012", "１２３４", " 张建国 ",
     "张 建国", "张建国 1234", "张建国1234", "建国 12", "张建国 13800001234"],
)  # fmt: skip
def test_a_person_is_found_by_name_pinyin_initials_phone_tail_and_code(cast, text):
    assert "张建国" in names(cast.actor("staff"), text)


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "text",
    [
        "李",
        "zg",
        "9999",
        "13800009234",
        "建 国 人",
        "%",
        "_",
        "张%",
        "\\",
        "张建国 9999",
        "王芳 1234",
    ],
)
def test_others_are_not_found(cast, text):
    assert "张建国" not in names(cast.actor("staff"), text)


@pytest.mark.both_engines
def test_without_a_text_everybody_in_reach_is_listed_in_the_order_of_pinyin(cast):
    assert names(cast.actor("staff")) == ["陈志强", "李秀英", "王芳", "张建国", "赵敏"]


@pytest.mark.both_engines
def test_a_rare_character_beyond_the_basic_plane_is_found(cast):
    a_person(cast, "𠮷田", code="A1")
    a_person(cast, "\U0010ffff", code="A2")
    assert names(cast.actor("staff"), "𠮷") == ["𠮷田"]
    assert names(cast.actor("staff"), "\ud7ff") == []
    assert names(cast.actor("staff"), "\U0010ffff") == ["\U0010ffff"]


@pytest.mark.both_engines
def test_staff_do_not_find_the_neighbours_people(cast):
    assert names(cast.actor("staff"), "周海") == []
    assert names(cast.actor("neighbour_staff"), "周海") == ["周海"]
    assert names(cast.actor("staff"), "周海", community_id=cast.neighbour.id) == []


@pytest.mark.both_engines
def test_a_street_officer_finds_the_people_of_all_its_communities(cast):
    street = cast.actor("street_officer")
    assert {"张建国", "周海"} <= set(names(street))
    assert names(street, community_id=cast.neighbour.id) == ["周海"]


@pytest.mark.both_engines
def test_a_grid_worker_finds_only_who_lives_in_the_grid(cast):
    a_person(cast, "外来工作者", code="A3")
    found = names(cast.actor("grid_worker"))
    assert "张建国" in found
    assert "外来工作者" not in found
    assert "外来工作者" in names(cast.actor("staff"))


@pytest.mark.both_engines
def test_whoever_may_not_see_people_finds_nobody(cast):
    assert names(cast.actor("resident")) == []
    assert names(cast.actor("unit_contact"), "张") == []


@pytest.mark.both_engines
def test_a_building_narrows_the_list(cast):
    assert set(names(cast.actor("staff"), building_id=cast.other_building.id)) == {"王芳", "赵敏"}


@pytest.mark.both_engines
def test_who_moved_out_is_left_out_unless_asked_for(cast):
    cast.zhang.moved_out_on = clock.today()
    assert "张建国" not in names(cast.actor("staff"), "张")
    assert "张建国" in names(cast.actor("staff"), "张", moved_out=True)


@pytest.mark.both_engines
def test_a_row_says_where_the_person_lives(cast):
    (row,) = rows(persons.search_people(cast.actor("staff"), SEE, "zjg"))
    assert (row.community, row.estate, row.building, row.room) == (
        "桂花社区",
        "桂花苑",
        "2栋",
        "101",
    )
    assert (row.id, row.code, row.phone) == (cast.zhang.id, cast.zhang.code, "13800001234")


def test_a_person_of_another_community_is_not_there(cast):
    staff = cast.actor("staff")
    assert persons.person_in_reach(staff, SEE, cast.zhang.id) is cast.zhang
    for elsewhere in (cast.neighbour_person.id, 0, -1, 10**9):
        with pytest.raises(NotFoundError):
            persons.person_in_reach(staff, SEE, elsewhere)
    with pytest.raises(NotFoundError):
        persons.person_in_reach(cast.actor("resident"), SEE, cast.zhang.id)


def test_a_unit_of_another_community_is_not_there(cast):
    manage = Capability.MANAGE_PEOPLE
    assert units.unit_in_reach(cast.actor("staff"), manage, cast.school.id) is cast.school
    with pytest.raises(NotFoundError):
        units.unit_in_reach(cast.actor("neighbour_staff"), manage, cast.school.id)


def test_units_that_have_ended_take_no_part(cast):
    assert {row.name for row in units.units_of(cast.community.id)} == {
        "安居物业服务有限公司",
        "大山坪小学",
    }
    cast.school.ended_on = clock.today()
    assert [row.id for row in units.units_of(cast.community.id)] == [cast.property_firm.id]


def test_adults_are_counted_on_the_day(cast):
    on = date(2026, 11, 21)
    before = residents.adults_of(cast.community.id, on)
    home = Household(building_id=cast.building.id, room="901")
    db.session.add(home)
    db.session.flush()
    a_person(cast, "今天成年", code="A4", household_id=home.id, born_on=date(2008, 11, 21))
    a_person(cast, "明天成年", code="A5", household_id=home.id, born_on=date(2008, 11, 22))
    a_person(cast, "生日不详", code="A6", household_id=home.id)
    a_person(cast, "只在此工作", code="A7", born_on=date(1980, 1, 1))
    a_person(
        cast, "已迁出", code="A8", household_id=home.id, born_on=date(1980, 1, 1), moved_out_on=on
    )
    assert residents.adults_of(cast.community.id, on) == before + 2
    assert residents.adults_of(cast.community.id, date(2026, 11, 22)) == before + 3
    assert residents.adults_of(cast.community.id, date(2028, 2, 29)) == before + 3


def test_households_are_counted_while_somebody_lives_in_them(cast):
    assert residents.households_of(cast.community.id) == 5
    cast.zhang.moved_out_on = clock.today()
    db.session.flush()
    assert residents.households_of(cast.community.id) == 4
    assert residents.households_of(cast.neighbour.id) == 1


@pytest.mark.both_engines
def test_a_search_takes_two_queries_whoever_searches(cast, counted):
    for who in ("staff", "street_officer", "grid_worker"):
        actor = cast.actor(who)
        with counted() as queries_sent:
            names(actor, "张")
        assert len(queries_sent) == 2, who


@pytest.mark.both_engines
def test_a_masked_number_is_not_found_out_digit_by_digit(cast):
    staff = cast.actor("staff")
    assert "张建国" in names(staff, "13800001234")
    for tail in ("01234", "00001234", "3800001234"):
        assert names(staff, tail) == []


def test_a_list_to_choose_from_says_when_there_are_more(sign_in, cast):
    client = sign_in(cast.staff)
    search = "/topics/enter?author_id_search=欧"
    for number in range(8):
        a_person(cast, f"欧阳{number}", code=f"O{number}")
    db.session.commit()
    page = client.get(search).text
    assert ("欧阳7" in page, "还有更多" in page) == (True, False)
    a_person(cast, "欧阳8", code="O8")
    db.session.commit()
    page = client.get(search).text
    assert ("欧阳8" in page, "还有更多" in page) == (False, True)


def test_who_may_enter_nobody_is_not_told_to(sign_in, cast):
    db.session.execute(update(Person).values(moved_out_on=date(2020, 1, 1)))
    db.session.commit()
    assert "/rosters" in sign_in(cast.staff).get("/people").text
    page = sign_in(cast.admin).get("/people").text
    assert "由所在社区的工作人员登记" in page
    assert "逐个登记" not in page
