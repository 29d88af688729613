"""What is taken in is true: nobody is entered who is not there, and nothing that is another's.

Each list here is of a kind of which one was once read wrongly.
"""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.people.models import Appointment, AppointmentKind, Gender, Household, Person
from app.rosters import preview, services, writing
from app.rosters.plan import Fate, TakenAs
from app.rosters.roster import Roster, read
from tests.rosters.spreadsheets import hidden_row, xlsx

HEAD = ["姓名", "电话", "小区", "楼栋", "房号"]
HOME = ["桂花苑", "2栋", "701"]


@pytest.fixture
def plan(cast):
    """`plan(row, row, …)` is the plan for 桂花社区; of a CSV if it is given as text."""

    def planned(*rows, head=HEAD, taken=None, name="名册.xlsx"):
        if isinstance(rows[0], str):
            made = read("名册.csv", "\n".join(rows).encode())
        else:
            made = read(name, xlsx([head, *rows]))
        return services.plan_for(made, cast.community, taken=taken)

    return planned


def people(plan):
    """(name, room) of those who would be entered, in order."""
    return [
        (v.entry.name, v.entry.room) for v in plan.verdicts if v.fate in {Fate.NEW, Fate.CHANGED}
    ]


def remarks(plan):
    return ["; ".join(w.msgid % w.params for w in v.entry.warnings) for v in plan.verdicts]


# --- who is gone ---

GONE = [
    ("夏一（已迁出）", ""), ("夏一（已搬走）", ""), ("夏一(外嫁)", ""), ("夏一（空挂户）", ""),
    ("夏一（2023.5走）", ""),
    ("夏一", "已迁出 2025年搬走"), ("夏一", "户口已注销"), ("夏一", "搬到成都和女儿住"), ("夏一", "随子女搬走"),
    ("夏一", "长期不在本地居住"), ("夏一", "房屋已售"),
]  # fmt: skip
DEAD = [
    ("夏一(死)", ""), ("夏一†", ""), ("†夏一", ""), ("黑框夏一", ""), ("【夏一】", ""),
    ("夏一（户主、已故）", ""), ("夏一 去世", ""),
    ("夏一", "已故"), ("夏一", "2024年3月去世"), ("夏一", "死亡注销"), ("夏一", "病故"),
]  # fmt: skip
HERE = [
    ("夏一", ""), ("夏一", "老伴去世"), ("夏一", "其子已故，本人独居"), ("夏一", "未迁出"), ("夏一", "租户已搬走"),
    ("夏一", "2021年迁入"),
    ("夏一", "从外地搬到本社区"), ("夏一", "独居"), ("夏一", "儿子已搬走，独居"), ("夏世民", "常住"), ("夏迁", "低保"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "remark"), [*GONE, *DEAD])
def test_who_is_gone_is_asked_about(plan, name, remark):
    [verdict] = plan([name, "13811112222", *HOME, remark], head=[*HEAD, "备注"]).verdicts
    assert verdict.fate is Fate.ASKED
    assert verdict.entry.name == "夏一"
    assert verdict.entry.gone.how == ("deceased" if (name, remark) in DEAD else "moved_out")


@pytest.mark.parametrize(("name", "remark"), HERE)
def test_who_is_here_is_not(plan, name, remark):
    [verdict] = plan([name, "13811112222", *HOME, remark], head=[*HEAD, "备注"]).verdicts
    assert verdict.fate is Fate.NEW


@pytest.mark.parametrize(
    ("head", "said", "fate"),
    [
        ("死亡日期", "2024-03-05", Fate.ASKED), ("死亡日期", "", Fate.NEW), ("死亡日期", "/", Fate.NEW),
        ("是否迁出", "是", Fate.ASKED), ("是否迁出", "否", Fate.NEW), ("人员状态", "死亡", Fate.ASKED),
        ("人员状态", "正常", Fate.NEW), ("居住情况", "空挂", Fate.ASKED), ("是否健在", "去世", Fate.ASKED),
        ("注销时间", "2023.5", Fate.ASKED), ("与户主关系", "户主（已故）", Fate.ASKED), ("网格员", "已搬走", Fate.NEW),
    ],
)  # fmt: skip
def test_a_column_may_say_who_is_gone(plan, head, said, fate):
    assert plan(["夏一", "", *HOME, said], head=[*HEAD, head]).verdicts[0].fate is fate


@pytest.mark.parametrize(
    ("what", "moved_out_on", "deceased"),
    [
        (TakenAs.RESIDENT, None, False),
        (TakenAs.MOVED_OUT, date(2024, 3, 1), False),
        (TakenAs.DECEASED, date(2024, 3, 1), True),
    ],
)
def test_whoever_is_gone_is_entered_as_was_decided(plan, cast, what, moved_out_on, deceased):
    made = plan(
        ["夏一", "", *HOME, "2024年3月走了"], head=[*HEAD, "备注"], taken={"2 Sheet1": what}
    )
    assert [v.fate for v in made.verdicts] == [Fate.NEW]
    writing.carry_out(None, cast.community, made)
    person = db.session.scalars(select(Person).where(Person.name == "夏一")).one()
    assert (person.moved_out_on, person.deceased) == (moved_out_on, deceased)


def test_a_resident_moves_out_by_a_roster_only_if_that_was_decided(plan, cast):
    office = Appointment(
        person_id=cast.zhang.id, kind=AppointmentKind.HOUSEHOLD_LIAISON, place_id=cast.community.id,
        since=date(2026, 1, 1),
    )  # fmt: skip
    db.session.add(office)
    db.session.flush()
    row = ["张建国", "13800001234", "桂花苑", "2栋", "101", "去世"]
    asked = plan(row, head=[*HEAD, "备注"])
    writing.carry_out(None, cast.community, asked)
    assert cast.zhang.moved_out_on is None
    decided = plan(row, head=[*HEAD, "备注"], taken={"2 Sheet1": TakenAs.DECEASED})
    assert [v.fate for v in decided.verdicts] == [Fate.CHANGED]
    assert writing.carry_out(None, cast.community, decided).changed == 1
    db.session.refresh(cast.zhang)
    db.session.refresh(office)
    assert (cast.zhang.moved_out_on, cast.zhang.deceased) == (clock.today(), True)
    assert office.ended_on == clock.today()
    again = plan(row, head=[*HEAD, "备注"])
    assert [v.fate for v in again.verdicts] == [Fate.SAME]


# --- who is a person, and who is not ---


def test_signatures_and_contacts_are_nobody(plan):
    made = plan(
        ["夏一", "13811112222", *HOME],
        ["制表：", "夏制", "", "审核：", "夏审"],
        ["夏二", "13811113333", *HOME],
        ["网格员", "夏网", "", "电话", "13811114444"],
        ["楼栋长：夏楼", "", "", "", ""],
        ["社区盖章", "", "", "填表日期", "2026.11"],
    )
    assert people(made) == [("夏一", "701"), ("夏二", "701")]
    assert made.counts[Fate.HEADING] == 4


def test_members_in_columns_of_their_own_are_people_of_the_household(plan, cast):
    made = plan(
        ["2栋", "702", "夏一", "13811112222", "夏二", "13811113333", "夏三、夏四"],
        ["2栋", "703", "夏五", "", "无", "", "夏六（已故）"],
        head=["楼栋", "房号", "户主姓名", "户主电话", "配偶姓名", "配偶电话", "子女姓名"],
    )
    assert people(made) == [*((f"夏{n}", "702") for n in "一二三四"), ("夏五", "703")]
    assert [v.entry.phone for v in made.verdicts[:3]] == ["13811112222", "13811113333", None]
    assert [(v.entry.name, v.fate) for v in made.verdicts[5:]] == [("夏六", Fate.ASKED)]
    assert len({v.entry.key for v in made.verdicts}) == 6
    writing.carry_out(None, cast.community, made)
    rooms = select(Household.room).join(Person).where(Person.name.like("夏%")).distinct()
    assert set(db.session.scalars(rooms)) == {"702", "703"}


def test_where_relations_are_given_each_row_is_a_member(plan):
    made = plan(
        ["2栋", "702", "夏一", "夏一", "本人", "13811112222"],
        ["", "", "", "夏二", "妻子", "13811113333"],
        ["", "", "", "夏三", "儿子", ""],
        head=["楼栋", "房号", "户主", "家庭成员", "与户主关系", "电话"],
    )
    assert people(made) == [("夏一", "702"), ("夏二", "702"), ("夏三", "702")]


def test_the_number_of_another_is_left_out_and_said(plan):
    made = plan(
        ["夏一", "", "13811112222", "13811113333", *HOME[1:]],
        ["夏二", "13811114444（女儿）", "", "", *HOME[1:]],
        head=["姓名", "本人电话", "家属电话", "书记电话", "楼栋", "房号"],
    )
    assert [v.entry.phone for v in made.verdicts] == [None, None]
    assert "13811112222" in remarks(made)[0]
    assert "书记电话" in remarks(made)[0]
    assert "女儿" in remarks(made)[1]


# --- where they live ---


def test_homes_flattened_from_merged_cells_are_those_of_the_row_above(plan):
    made = plan(
        "楼栋,单元,房号,姓名,电话",
        "2栋,1,702,夏一,13811112222", ",,,夏二,", ",,,夏三,", "2栋,1,703,夏四,", ",,,夏五,",
    )  # fmt: skip
    assert [room for _name, room in people(made)] == ["1单元702"] * 3 + ["1单元703"] * 2
    assert "home is that of the row above" in remarks(made)[1]


def test_a_building_written_once_holds_for_the_rooms_below(plan):
    made = plan(
        "楼栋,房号,姓名", "2栋,702,夏一", ",703,夏二", ",704,夏三", "10栋,702,夏四", ",703,夏五"
    )
    assert [v.where for v in made.verdicts] == [
        f"桂花苑 {home}" for home in ("2栋 702", "2栋 703", "2栋 704", "10栋 702", "10栋 703")
    ]


def test_a_home_that_is_merely_missing_is_missing(plan):
    made = plan("楼栋,房号,姓名", "2栋,702,夏一", "2栋,702,夏二", ",,夏三", "2栋,704,夏四")
    assert made.verdicts[2].home is None
    assert "names no home" in remarks(made)[2]


@pytest.mark.parametrize("mark", ["〃", "同上", '"', "″", "“"])
def test_ditto_marks_say_what_the_row_above_says(plan, mark):
    made = plan(
        ["夏一", "13811112222", *HOME], ["夏二", "", *[mark] * 3], ["夏三", mark, *[mark] * 3]
    )
    assert people(made) == [("夏一", "701"), ("夏二", "701"), ("夏三", "701")]
    assert "as in the row above" in remarks(made)[2]


def test_headings_name_the_building_of_those_below(plan):
    made = plan(
        ["桂花苑2栋", "", ""], ["夏一", "13811112222", "101"], ["1单元", "", ""], ["夏二", "", "102"],
        ["10栋", "", ""], ["夏三", "", "101"], head=["姓名", "电话", "房号"],
    )  # fmt: skip
    homes = [v.where for v in made.verdicts if v.fate is Fate.NEW]
    assert homes == ["桂花苑 2栋 101", "桂花苑 2栋 1单元102", "桂花苑 10栋 101"]


@pytest.mark.parametrize("room", ["0401", "401室", "401号", "４０１", "401房"])
@pytest.mark.parametrize("building", ["2栋", "二栋", "02#", "2#楼", "２幢"])
def test_one_room_is_one_however_it_is_written(plan, cast, room, building):
    household = Household(building_id=cast.zhang.household.building_id, room="0401")
    db.session.add(household)
    db.session.flush()
    made = plan(["夏一", "", "桂花苑", building, room], ["夏一", "", "桂花苑", "2栋", "401"])
    assert [v.fate for v in made.verdicts] == [Fate.NEW, Fate.DUPLICATE]
    writing.carry_out(None, cast.community, made)
    person = db.session.scalars(select(Person).where(Person.name == "夏一")).one()
    assert person.household_id == household.id


@pytest.mark.parametrize(
    "room", ["3月2日", "2-Mar", "Mar-02", "2026-03-02", "2026/3/2", "03月02日"]
)
def test_a_room_that_became_a_date_is_a_room_again_and_that_is_said(plan, room):
    made = plan(f"姓名,楼栋,房号\n夏一,2栋,{room}")
    assert people(made) == [("夏一", "3-2")]
    assert "made a date of it" in remarks(made)[0]


def test_a_building_that_became_a_date_is_refused(plan):
    [verdict] = plan("姓名,楼栋,房号\n夏一,3月2日,101").verdicts
    assert verdict.fate is Fate.REFUSED
    assert "made a date of it" in verdict.reason.msgid


# --- numbers ---


def test_nothing_is_taken_from_an_identity_number_that_is_a_number(plan):
    made = plan(
        ["夏一", "男", "1945-04-09", 510502194504089984], ["夏二", "", "", 510502194504089984],
        head=["姓名", "性别", "出生日期", "身份证号"],
    )  # fmt: skip
    assert [(v.entry.gender, v.entry.born and v.entry.born.day) for v in made.verdicts] == [
        (Gender.MALE, date(1945, 4, 9)), (None, None),
    ]  # fmt: skip
    assert all("lost its last digits" in remark for remark in remarks(made))


# --- the rows left out ---


def test_what_is_left_out_of_several_sheets_can_be_uploaded_as_it_is(cast):
    content = xlsx(
        ("桂花苑2栋", [["房号", "姓名", "与户主关系", "电话"], ["702", "夏一", "户主", "13811112222"],
                   ["", "夏、二", "妻子", ""], ["", "夏三、夏四", "儿子", ""]]),
        ("名单", [["姓名", "楼栋", "房号"], ["2栋", "", ""], ["夏五", "〃", "1"], ["夏六、夏七", "10栋", "1"]]),
    )  # fmt: skip
    first = services.plan_for(read("桂花苑.xlsx", content), cast.community)
    out = preview.left_out(read("桂花苑.xlsx", content), first)
    assert [name for name, _head, _rows in out] == ["桂花苑2栋", "名单"]
    again = [(name, [head, *rows]) for name, head, rows in out]
    second: Roster = read("桂花苑-未录入.xlsx", xlsx(*again))
    made = services.plan_for(second, cast.community)
    rows = [(v.entry.name, v.fate) for v in made.verdicts if v.fate is not Fate.HEADING]
    assert [name for name, _fate in rows] == [v.entry.name for v in first.verdicts if v.is_left_out]
    mended = [[name, [[c.replace("夏、二", "夏二") if isinstance(c, str) else c for c in r] for r in rows]]
              for name, rows in again]  # fmt: skip
    made = services.plan_for(read("桂花苑.xlsx", xlsx(*map(tuple, mended))), cast.community)
    assert [v.where for v in made.verdicts if v.entry.name == "夏二"] == ["桂花苑 2栋 702"]


def test_those_in_columns_of_a_hidden_row_are_asked_about_as_well(cast):
    content = xlsx([["姓名", "楼栋", "房号", "配偶姓名"], ["夏一", "2栋", "702", "夏二"]])
    made = read("名册.xlsx", hidden_row(content, 2))
    plan = services.plan_for(made, cast.community)
    assert [(v.entry.name, v.fate) for v in plan.verdicts] == [
        ("夏一", Fate.ASKED),
        ("夏二", Fate.ASKED),
    ]
