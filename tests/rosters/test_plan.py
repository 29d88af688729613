"""What becomes of each row, seen through the whole reading of real files."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import Refused
from app.people.models import Gender, Household, Person
from app.places.models import EstateKind, Level, Place
from app.rosters import guessing, services, writing
from app.rosters.columns import Field
from app.rosters.plan import Fate
from app.rosters.roster import read
from tests.rosters.spreadsheets import xlsx

HEAD = ["姓名", "联系电话", "楼栋", "房号"]


def roster(*rows, head=HEAD, **kwargs):
    return read("名册.xlsx", xlsx([head, *rows], **kwargs))


@pytest.fixture
def plan(cast):
    """`plan(row, row, …)` is the plan for 桂花社区; the head may be given."""

    def planned(*rows, create_in=None, estate=None, **kwargs):
        return services.plan_for(
            roster(*rows, **kwargs), cast.community, create_in=create_in, estate=estate
        )

    return planned


def fates(plan):
    return [verdict.fate for verdict in plan.verdicts]


def only(plan):
    (verdict,) = plan.verdicts
    return verdict


def warnings(verdict):
    return [warning.msgid for warning in verdict.entry.warnings]


# --- who it is ---


def test_somebody_unknown_is_new(plan):
    verdict = only(plan(["周涛", 13811112222, "2栋", "404"]))
    assert verdict.fate is Fate.NEW
    assert verdict.where == "桂花苑 2栋 404"


@pytest.mark.parametrize(
    "row",
    [
        ["张建国", "13800001234", "2栋", "101"],
        ["张 建 国", "+86 138-0000-1234", "", ""],
        ["张建国", "", "二幢", "101室"],
        ["张建国", "１３８００００１２３４", "2号楼", 101],
    ],
)
def test_the_same_name_with_the_same_phone_or_room_is_the_same_person(plan, row):
    verdict = only(plan(row))
    assert verdict.fate is Fate.SAME
    assert verdict.resident.name == "张建国"


def test_the_same_name_alone_is_not_the_same_person(plan):
    assert only(plan(["张建国", "13911112222", "10栋", "909"])).fate is Fate.NEW


def test_the_phone_of_somebody_else_is_a_warning(plan):
    verdict = only(plan(["钱多多", "13800001234", "2栋", "404"]))
    assert verdict.fate is Fate.NEW
    assert warnings(verdict) == ["This is also the telephone number of %(name)s."]
    assert verdict.entry.warnings[0].params == {"name": "张建国"}


def test_somebody_in_the_same_household_may_share_the_phone(plan):
    assert only(plan(["张小国", "13800001234", "2栋", "101"])).entry.warnings == []


def test_a_namesake_with_the_same_date_of_birth_is_a_warning(plan):
    verdict = only(plan(["张建国", "13911112222", "1960-05-01"], head=["姓名", "电话", "出生日期"]))
    assert verdict.fate is Fate.NEW
    assert any("date of birth" in msgid for msgid in warnings(verdict))


def test_who_has_moved_out_is_not_brought_back_by_a_list(plan, cast):
    cast.zhang.moved_out_on = date(2026, 1, 1)
    db.session.flush()
    verdict = only(plan(["张建国", "13800001234", "2栋", "101"]))
    assert verdict.fate is Fate.REFUSED
    assert "moved out" in verdict.reason.msgid


def test_of_two_with_one_name_the_one_with_phone_and_room_is_meant(plan, cast):
    db.session.add(
        Person(code="X1", name="张建国", phone="13800001234", community_id=cast.community.id)
    )
    db.session.flush()
    assert only(plan(["张建国", "13800001234", "2栋", "101"])).resident.id == cast.zhang.id


def test_a_name_without_phone_and_room_cannot_be_told_from_those_who_have_them(plan):
    verdict = only(plan(["张建国"], head=["姓名"]))
    assert verdict.fate is Fate.REFUSED
    assert "can't be told" in verdict.reason.msgid


def test_a_name_with_the_same_date_of_birth_is_the_same_person(plan):
    assert only(plan(["张建国", "1960年5月1日"], head=["姓名", "出生日期"])).fate is Fate.SAME


def test_a_name_nobody_has_may_stand_alone_and_is_known_the_next_time(plan, cast):
    first = plan(["钱多多"], head=["姓名"])
    assert fates(first) == [Fate.NEW]
    writing.carry_out(None, cast.community, first)
    assert fates(plan(["钱多多"], head=["姓名"])) == [Fate.SAME]


def test_people_of_another_community_are_not_looked_at(plan):
    assert only(plan(["周海", "13300004321", "", ""])).fate is Fate.NEW


# --- what changes ---


def test_what_differs_is_named(plan):
    head = ["姓名", "电话", "楼栋", "房号", "性别", "出生日期", "党员"]
    verdict = only(
        plan(["张建国", "13800001234", "10栋", "505", "女", "1961-05-01", "是"], head=head)
    )
    assert verdict.fate is Fate.CHANGED
    assert [tuple(change) for change in verdict.changes] == [
        (Field.ADDRESS, "桂花苑 2栋 101", "桂花苑 10栋 505"),
        (Field.GENDER, Gender.MALE, Gender.FEMALE),
        (Field.BORN, date(1960, 5, 1), date(1961, 5, 1)),
        (Field.PARTY, False, True),
    ]


def test_a_new_phone_of_somebody_in_the_same_room_is_a_change(plan):
    verdict = only(plan(["张建国", "13911112222", "2栋", "101"]))
    assert [tuple(c) for c in verdict.changes] == [(Field.PHONE, "13800001234", "13911112222")]


def test_a_second_phone_in_the_cell_may_be_the_one_on_record(plan):
    assert only(plan(["张建国", "13911112222、13800001234", "2栋", "101"])).fate is Fate.SAME


def test_a_mobile_number_does_not_give_way_to_a_landline(plan, cast):
    verdict = only(plan(["张建国", "0830-3112345", "2栋", "101"]))
    assert verdict.fate is Fate.SAME
    assert "mobile number is registered" in warnings(verdict)[0]
    cast.zhang.phone = None
    db.session.flush()
    assert only(plan(["张建国", "0830-3112345", "2栋", "101"])).fate is Fate.CHANGED


def test_empty_cells_erase_nothing(plan, cast):
    cast.zhang.party_member = True
    db.session.flush()
    head = ["姓名", "电话", "性别", "出生日期", "政治面貌", "住址"]
    assert only(plan(["张建国", "13800001234", "", "", "", ""], head=head)).fate is Fate.SAME


def test_the_month_alone_does_not_contradict_the_day_on_record(plan):
    head = ["姓名", "电话", "出生年月"]
    assert only(plan(["张建国", "13800001234", "1960-05"], head=head)).fate is Fate.SAME
    assert only(plan(["张建国", "13800001234", "1960-06"], head=head)).fate is Fate.CHANGED


# --- duplicates within the file ---


def test_the_second_row_about_one_person_is_a_duplicate(plan):
    made = plan(
        ["钱多多", "13811112222", "2栋", "404"],
        ["钱多多", "13811112222", "10栋", "1"],
        ["钱 多多", "", "2栋", "404"],
        ["张建国", "13800001234", "", ""],
        ["张建国", "", "2栋", "101"],
    )
    assert fates(made) == [Fate.NEW, Fate.DUPLICATE, Fate.DUPLICATE, Fate.SAME, Fate.DUPLICATE]
    assert made.verdicts[1].reason.params == {"row": 2}
    assert made.verdicts[4].reason.params == {"row": 5}


def test_namesakes_in_different_homes_are_two_people(plan):
    made = plan(["王芳芳", "", "2栋", "404"], ["王芳芳", "", "2栋", "505"])
    assert fates(made) == [Fate.NEW, Fate.NEW]


# --- refusals ---


@pytest.mark.parametrize(
    "name", ["=cmd|'/C calc'!A0", "<script>alert(1)</script>", "王五、赵六", "12345", "a" * 61]
)
def test_what_is_no_name_is_refused(plan, name):
    assert only(plan([name, "13811112222", "2栋", "404"])).fate is Fate.REFUSED


@pytest.mark.parametrize("name", ["𠮷䶮", "阿卜杜热依木·阿卜杜克热木·买买提江", "John Smith"])
def test_rare_and_long_names_are_names(plan, name):
    assert only(plan([name, "13811112222", "2栋", "404"])).entry.name == name


def test_a_row_without_a_name_is_refused_and_one_about_nobody_passed_over(plan):
    made = plan(
        ["", "13811112222", "2栋", "404"],
        ["", "", "2栋", "405"],
        HEAD,
        ["合计", "", "", "120"],
    )
    assert fates(made) == [Fate.REFUSED]
    assert made.passed_over == 3


def test_a_bad_phone_is_left_out_and_said(plan):
    verdict = only(plan(["钱多多", "1381111222", "2栋", "404"]))
    assert verdict.fate is Fate.NEW
    assert verdict.entry.phone is None
    assert warnings(verdict) == ["“%(text)s” is not a telephone number."]


def test_half_an_address_is_left_out_and_said(plan):
    without_room, without_building = plan(
        ["钱多多", "13811112222", "2栋", ""], ["孙一", "13811113333", "", "404"]
    ).verdicts
    assert without_room.home is None
    assert "no room" in warnings(without_room)[0]
    assert "no building" in warnings(without_building)[0]


def test_a_room_too_long_is_refused(plan):
    assert only(plan(["钱多多", "", "2栋", "上" * 41])).fate is Fate.REFUSED


# --- buildings ---


def test_a_missing_building_is_named_and_its_rows_refused(plan):
    made = plan(["钱多多", "", "5栋", "1"], ["孙一", "", "5幢", "2"], ["李二", "", "6号楼", "3"])
    assert fates(made) == [Fate.REFUSED] * 3
    assert sum(made.missing.values()) == 3
    assert made.new_buildings == {}


def test_missing_buildings_are_made_on_request_and_only_once(plan, cast):
    made = plan(
        ["钱多多", "", "5栋", "1"],
        ["孙一", "", "五幢", "2"],
        ["李二", "", "6号楼", "3"],
        create_in=cast.estate.id,
    )
    assert fates(made) == [Fate.NEW] * 3
    assert [building.name for building in made.new_buildings] == ["5栋", "6号楼"]
    writing.carry_out(None, cast.community, made)
    new = db.session.scalars(
        select(Place).where(Place.parent_id == cast.estate.id).order_by(Place.id.desc()).limit(2)
    ).all()
    assert {(place.name, place.level) for place in new} == {
        ("5栋", Level.BUILDING), ("6号楼", Level.BUILDING),
    }  # fmt: skip
    assert all(place.path == f"{cast.estate.path}{place.id}/" for place in new)


@pytest.fixture
def second_estate(cast):
    estate = Place(
        name="丹桂里小区", level=Level.ESTATE, parent_id=cast.grid.id, estate_kind=EstateKind.OLD
    )
    db.session.add(estate)
    db.session.flush()
    estate.path = f"{cast.grid.path}{estate.id}/"
    building = Place(name="2号楼", level=Level.BUILDING, parent_id=estate.id)
    db.session.add(building)
    db.session.flush()
    building.path = f"{estate.path}{building.id}/"
    db.session.flush()
    return estate


@pytest.mark.usefixtures("second_estate")
def test_a_building_in_two_estates_needs_the_estate(plan):
    head = ["姓名", "住址"]
    made = plan(
        ["甲一", "2栋101"],
        ["乙一", "丹桂里2栋101"],
        ["丙一", "大山坪街道88号桂花苑2栋102"],
        head=head,
    )
    assert fates(made) == [Fate.REFUSED, Fate.NEW, Fate.NEW]
    assert "several estates" in made.verdicts[0].reason.msgid
    assert made.verdicts[1].where == "丹桂里小区 2号楼 101"
    assert made.verdicts[2].where == "桂花苑 2栋 102"


@pytest.mark.usefixtures("second_estate")
def test_a_column_of_estates_decides(plan, cast):
    head = ["姓名", "小区", "楼栋", "房号"]
    made = plan(
        ["甲一", "桂花苑小区", "2", "1"],
        ["乙一", "丹桂里", "2", "1"],
        ["丙一", "荷花池", "2", "1"],
        ["丁一", "丹桂里", "7", "1"],
        head=head,
        create_in=cast.estate.id,
    )
    assert [verdict.where for verdict in made.verdicts] == [
        "桂花苑 2栋 1", "丹桂里小区 2号楼 1", "", "丹桂里小区 7栋 1",
    ]  # fmt: skip
    assert "no estate" in made.verdicts[2].reason.msgid


def test_rows_that_name_no_estate_mean_the_one_the_roster_is_of(plan, cast, second_estate):
    made = plan(
        ["甲一", "", "2栋", "1"],
        ["乙一", "", "桂花苑2栋", "1"],
        ["丙一", "", "7栋", "1"],
        create_in=cast.estate.id,
        estate=second_estate.id,
    )
    assert [verdict.where for verdict in made.verdicts] == [
        "丹桂里小区 2号楼 1", "桂花苑 2栋 1", "丹桂里小区 7栋 1",
    ]  # fmt: skip


def test_a_building_of_another_estate_is_not_the_one_meant(plan, second_estate):
    made = plan(["甲一", "", "1栋", "1"], estate=second_estate.id)
    assert fates(made) == [Fate.REFUSED]
    assert dict(made.missing) == {"丹桂里小区 1栋": 1}


@pytest.mark.parametrize(
    ("texts", "meant"),
    [
        (["桂花苑花名册.xlsx", "Sheet1", "桂花苑居民登记表"], 1),
        (["丹桂里.csv"], 2),
        (["桂花苑二期住户"], 3),
        (["桂花苑和丹桂里小区"], None),
        (["桂花苑", "桂花苑二期"], None),
        (["居民花名册.xlsx"], None),
        (["丹桂里社区", "桂花苑街道"], None),
        (["丹桂里社区桂花苑"], 1),
    ],
)
def test_a_title_that_names_one_estate_says_which_is_meant(texts, meant):
    estates = {1: "桂花苑", 2: "丹桂里小区", 3: "桂花苑二期"}
    assert guessing.estate_in(texts, estates) == meant


def test_a_retired_building_is_not_made_again(plan, cast):
    cast.other_building.retired_on = date(2026, 1, 1)
    db.session.flush()
    verdict = only(plan(["钱多多", "", "10栋", "1"], create_in=cast.estate.id))
    assert "retired" in verdict.reason.msgid


def test_a_building_with_a_name_is_found_in_an_address(plan, cast):
    hall = Place(name="和谐大厦", level=Level.BUILDING, parent_id=cast.estate.id)
    db.session.add(hall)
    db.session.flush()
    hall.path = f"{cast.estate.path}{hall.id}/"
    db.session.flush()
    assert only(plan(["钱多多", "和谐大厦 303室"], head=["姓名", "住址"])).where == (
        "桂花苑 和谐大厦 303"
    )


# --- the shapes of real files ---


def test_household_columns_merged_over_the_members(plan):
    made = plan(
        ["桂一", "13811112222", "2栋", "404"],
        ["桂二", "", None, None],
        ["桂三", "", None, None],
        merged=[("C2:C4", "2栋"), ("D2:D4", "404")],
    )
    assert {verdict.where for verdict in made.verdicts} == {"桂花苑 2栋 404"}


def test_household_columns_left_empty_below_the_head(plan):
    head = ["姓名", "与户主关系", "楼栋", "房号"]
    made = plan(
        ["桂一", "户主", "2栋", "404"], ["桂二", "妻", "", ""], ["桂三", "户主", "", ""], head=head
    )
    assert [verdict.where for verdict in made.verdicts] == ["桂花苑 2栋 404"] * 2 + [""]


def test_a_sheet_for_each_building(cast):
    content = xlsx(
        ("2栋", [["姓名", "房号"], ["桂一", "404"]]),
        ("10栋", [["房号", "姓名"], ["1单元505", "桂二"]]),
        ("说明", [["本表由社区填写"]]),
    )
    plan = services.plan_for(read("f", content), cast.community)
    assert [v.where for v in plan.verdicts] == ["桂花苑 2栋 404", "桂花苑 10栋 1单元505"]


def test_what_is_written_beside_an_identity_number_outweighs_it(plan):
    head = ["姓名", "电话", "身份证号", "性别", "出生年月"]
    verdict = only(plan(["桂一", "13811112222", "510502195603120013", "女", "1957-01"], head=head))
    assert verdict.entry.gender is Gender.FEMALE
    assert verdict.entry.born == (date(1957, 1, 1), False)
    assert len(warnings(verdict)) == 2


def test_identity_numbers_give_gender_and_birth_where_nothing_is_written(plan):
    head = ["姓名", "电话", "身份证号", "性别", "出生年月"]
    for born in ("", "1956.3"):
        entry = only(plan(["桂一", "13811112222", "510502195603120013", "", born], head=head)).entry
        assert (entry.gender, entry.born) == (Gender.MALE, (date(1956, 3, 12), True))
        assert entry.warnings == []


def test_a_wrong_identity_number_is_a_warning(plan):
    head = ["姓名", "电话", "身份证号"]
    verdict = only(plan(["桂一", "13811112222", "510502195603120015"], head=head))
    assert verdict.entry.born is None
    assert "not valid" in warnings(verdict)[0]


def test_everything_at_once(plan):
    rows = [
        ["序号", "姓 名", "性别", "身份证号码", "联系方式", None, "楼栋", "单元", "房号", "政治面貌", "民族"],
        [None, None, None, None, "手机", "固定电话", None, None, None, None, None],
        [1, "张 建国", "男", "", 13800001234.0, "", 2, 1, 303, "群众", "汉"],
        [2, "欧阳秀", "女", "510502195603120013", "", "0830-3112345", "２栋", "一单元", "303室", "中共党员", ""],
        ["合计", "2人"],
    ]  # fmt: skip
    made = plan(*rows, head=["桂花社区居民花名册 2026年"])
    changed, new = made.verdicts
    assert (changed.fate, new.fate) == (Fate.CHANGED, Fate.NEW)
    assert new.entry.phone == "08303112345"
    assert new.home == changed.home
    assert new.entry.party_member is True


def test_a_file_with_only_a_head_is_refused():
    with pytest.raises(Refused):
        read("f", xlsx([HEAD]))


# --- carried out ---


def test_carrying_out_writes_everything_and_doing_it_again_nothing(plan, cast):
    head = ["姓名", "联系电话", "楼栋", "房号", "性别", "出生日期", "党员"]
    rows = [
        ["单雄信", "13811112222", "2栋", "1单元404", "男", "1970-01-02", "是"],
        ["解小东", "", "2栋", "1单元404", "", "", ""],
        ["张建国", "13911112222", "2栋", "101", "", "", ""],
    ]
    taken = writing.carry_out(None, cast.community, plan(*rows, head=head))
    assert (taken.added, taken.changed, taken.left_out) == (2, 1, 0)
    shan = db.session.scalars(select(Person).where(Person.name == "单雄信")).one()
    assert (shan.pinyin, shan.initials, shan.phone_tail) == ("shanxiongxin", "sxx", "2222")
    assert (shan.gender, shan.born_on, shan.party_member) == (Gender.MALE, date(1970, 1, 2), True)
    assert shan.household.room == "1单元404"
    assert shan.household.building_id == cast.building.id
    xie = db.session.scalars(select(Person).where(Person.name == "解小东")).one()
    assert xie.household_id == shan.household_id
    assert xie.phone is None
    db.session.refresh(cast.zhang)
    assert (cast.zhang.phone, cast.zhang.phone_tail, cast.zhang.version) == (
        "13911112222",
        "2222",
        2,
    )
    assert cast.zhang.born_on == date(1960, 5, 1)
    again = plan(*rows, head=head)
    assert fates(again) == [Fate.SAME] * 3
    assert writing.carry_out(None, cast.community, again).added == 0


def test_a_move_keeps_the_old_household_for_those_who_stay(plan, cast):
    households = db.session.scalar(select(func.count()).select_from(Household))
    writing.carry_out(None, cast.community, plan(["张建国", "13800001234", "10栋", "505"]))
    db.session.refresh(cast.zhang)
    assert cast.zhang.household.room == "505"
    assert db.session.scalar(select(func.count()).select_from(Household)) == households + 1


@pytest.mark.both_engines
@pytest.mark.slow
def test_the_number_of_queries_does_not_grow_with_the_rows(cast, counted):
    def queries_for(count):
        head = ["姓名", "联系电话", "住址", "性别"]
        rows = [[f"测{chr(0x5500 + n)}", 15000000000 + n, f"2栋{n}", "男"] for n in range(count)]
        plan = services.plan_for(roster(*rows, head=head), cast.community)
        savepoint = db.session.begin_nested()
        with counted() as sent:
            services.plan_for(roster(*rows, head=head), cast.community)
            writing.carry_out(None, cast.community, plan)
        savepoint.rollback()
        assert plan.counts[Fate.NEW] == count
        return len(sent)

    few = queries_for(3)
    assert queries_for(600) <= few
    assert few <= 8
