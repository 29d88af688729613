from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rosters import preview as showing
from app.rosters.columns import Field, fields_of, layout_of, recognised
from app.rosters.guessing import completed
from app.rosters.nobody import is_head_again, is_signature, is_total
from app.rosters.sheets.rows import Row, Sheet

F = Field


def sheet(*rows):
    width = max(len(row) for row in rows)
    padded = [list(row) + [""] * (width - len(row)) for row in rows]
    return Sheet("Sheet1", [Row(number, cells) for number, cells in enumerate(padded, 1)])


HEADS = {
    F.NAME: ["姓名", "姓 名", "居民姓名", "户主姓名", "名字", "*姓名", "姓名（必填）", "Name", "户主", "成员姓名"],
    F.PHONE: ["手机号", "联系电话", "电话", "手机", "手机号码", "联系方式", "电话号码", "本人联系电话",
              "手机/电话", "固定电话", "ＰＨＯＮＥ", "联系手机"],
    F.CONTACT: ["紧急联系人电话", "单位电话", "家属电话", "书记电话", "电话（家属）", "网格员联系方式"],
    F.STATUS: ["人员状态", "居住情况", "是否健在"],
    F.LEFT: ["迁出日期", "是否迁出", "注销时间", "迁出去向"],
    F.DIED: ["死亡日期", "是否死亡", "去世时间"],
    F.BUILDING: ["楼栋", "楼号", "栋号", "幢", "几栋", "楼栋号", "栋", "幢号", "所在楼栋", "座"],
    F.STAIRCASE: ["单元", "单元号"],
    F.ROOM: ["房号", "门牌号", "室", "单元房号", "房间号", "门牌", "室号", "房屋编号"],
    F.ADDRESS: ["住址", "地址", "家庭住址", "现住址", "居住地址", "详细地址", "现居住地址", "楼栋房号",
                "栋单元房号", "楼栋-单元-房号", "居住地"],
    F.ESTATE: ["小区", "小区名称", "所属小区", "院落"],
    F.GENDER: ["性别", "Gender"],
    F.BORN: ["出生日期", "生日", "出生年月", "年月", "出生年月日", "Date of birth"],
    F.IDENTITY: ["身份证号", "身份证号码", "身份证", "公民身份号码", "证件号码", "居民身份证号码"],
    F.PARTY: ["党员", "政治面貌", "是否党员", "是否中共党员"],
    F.RELATION: ["与户主关系", "户主关系", "家庭关系", "与业主关系"],
    F.NUMBER: ["序号", "编号", "No.", "序"],
    F.REMARK: ["备注", "说明", "其他"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "head"), [(f, head) for f, heads in HEADS.items() for head in heads]
)
def test_heads_are_recognised(field, head):
    assert recognised(head)[0] is field


@pytest.mark.parametrize(
    "head",
    ["", "工作单位", "户籍地址", "出生地", "所属网格", "楼栋长", "监护人姓名", "民族",
     "文化程度", "年龄", "桂花社区居民花名册 2026年", "入党时间", "银行卡号", "车牌号", "迁入日期"],
)  # fmt: skip
def test_heads_about_something_else_are_not(head):
    assert recognised(head) is None


@settings(deadline=None)
@given(st.sampled_from([head for heads in HEADS.values() for head in heads]), st.data())
def test_spaces_and_signs_in_a_head_do_not_matter(head, data):
    noisy = "".join(c + data.draw(st.sampled_from(["", " ", "　", "\n"])) for c in head)
    noisy += data.draw(st.sampled_from(["", "*", "：", "（必填）", "(11位)"]))
    assert recognised(noisy)[0] is recognised(head)[0]


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_head_breaks_the_recognition(head):
    recognised(head)


def test_of_two_columns_for_one_thing_the_better_counts():
    assert fields_of(["户主姓名", "姓名", "地址", "现住址"]) == (None, F.NAME, F.ADDRESS, None)
    assert fields_of(["户主姓名", "电话"]) == (F.NAME, F.PHONE)


def test_several_columns_may_hold_telephone_numbers():
    assert fields_of(["姓名", "手机", "固定电话"]) == (F.NAME, F.PHONE, F.PHONE)


def test_the_head_is_found_below_a_title():
    layout = layout_of(
        sheet(
            ["桂花社区居民花名册 2026年"] * 4,
            ["填表日期：2026年1月"],
            ["序号", "姓名", "联系电话", "民族"],
            ["1", "张三", "13800001234", "汉"],
        )
    )
    assert layout.first == 4
    assert layout.fields == (F.NUMBER, F.NAME, F.PHONE, None)
    assert layout.heads[3] == "民族"


def test_a_head_of_two_rows_is_read_as_one():
    layout = layout_of(
        sheet(
            ["桂花社区居民花名册"],
            ["序号", "姓名", "住址", "住址", "住址", "联系方式", "联系方式"],
            ["", "", "楼栋", "单元", "房号", "手机", "固定电话"],
            ["1", "张三", "2栋", "1", "303", "13800001234", ""],
        )
    )
    assert layout.first == 4
    assert layout.fields == (
        F.NUMBER, F.NAME, F.BUILDING, F.STAIRCASE, F.ROOM, F.PHONE, F.PHONE,
    )  # fmt: skip


def test_merged_upper_heads_filled_downwards_change_nothing():
    layout = layout_of(
        sheet(
            ["序号", "姓名", "住址", "住址"],
            ["序号", "姓名", "楼栋", "房号"],
            ["1", "张三", "2栋", "303"],
        )
    )
    assert layout.first == 3
    assert layout.fields == (F.NUMBER, F.NAME, F.BUILDING, F.ROOM)


def test_the_first_person_is_not_taken_for_a_second_row_of_the_head():
    layout = layout_of(
        sheet(["姓名", "政治面貌", "与户主关系", "x"], ["张三", "党员", "户主", "党员"])
    )
    assert layout.first == 2
    assert layout.fields == (F.NAME, F.PARTY, F.RELATION, None)


def test_titles_above_columns_nobody_knows_are_no_people():
    layout = layout_of(sheet(["桂花社区住户信息采集表"] * 3, ["2026年1月"], ["张三", "2", "2"]))
    assert not layout.has_names
    assert layout.first == 3


def test_examples_are_of_people_and_a_merged_title_is_shown_once():
    below = sheet(["桂花社区花名册"] * 3, ["姓名", "楼栋", "房号"], ["张三", "2", "2"])
    layout = layout_of(below)
    assert showing.columns(below, layout) == [("A", ["张三"]), ("B", ["2"]), ("C", ["2"])]
    assert showing.opening(below, layout) == [
        (1, [("桂花社区花名册", 3)]),
        (2, [("姓名", 1), ("楼栋", 1), ("房号", 1)]),
        (3, [("张三", 1), ("2", 1), ("2", 1)]),
    ]


def test_without_a_column_of_names_nothing_is_claimed():
    layout = layout_of(sheet(["甲", "乙"], ["张三", "13800001234"]))
    assert not layout.has_names
    assert layout.first == 1


def test_without_names_the_other_columns_are_known_all_the_same():
    layout = layout_of(
        sheet(["桂花社区"], ["称呼", "电话", "楼栋"], ["张三", "13800001234", "2栋"])
    )
    assert not layout.has_names
    assert layout.first == 3
    assert layout.fields == (None, F.PHONE, F.BUILDING)


def test_columns_without_a_head_are_guessed_from_what_is_in_them():
    made = sheet(
        ["1", "张三", "男", "13800001234", "******19560312**1*", "2栋101", "1956-03-12", "群众", "x1"],
        ["2", "李四", "女", "", "******19560312**2*", "2栋102", "", "中共党员", ""],
        ["3", "欧阳芳", "", "0830-3112345", "", "", "1960-01", "", "x2"],
    )  # fmt: skip
    assert completed(made, layout_of(made)).fields == (
        None, F.NAME, F.GENDER, F.PHONE, F.IDENTITY, F.ADDRESS, F.BORN, F.PARTY, None,
    )  # fmt: skip


def test_totals_and_signatures_are_not_people():
    for row in (["合计", "", "120人"], ["", "总计：120户"], ["共3户7人"],
                ["说明：本表一式两份"], ["合 计"], ["备注: 略"]):  # fmt: skip
        assert is_total(Row(9, row))
    layout = layout_of(sheet(["序号", "姓名", "职务", "电话"], ["1", "张三", "楼栋长", "1"]))
    for row in (["填表人：李四", "审核人：王五", "", ""], ["网格员", "李四", "", "138"], ["制表", "李四", "审核", ""],
                ["", "楼栋长：", "李四", ""], ["社区（盖章）", "", "", "2026年"], ["填表日期：2026.11", "", "", ""],
                ["负责人", "李四", "", ""], ["联系人：李四", "", "", ""]):  # fmt: skip
        assert is_signature(Row(9, row), layout)
    for row in (["1", "张三", "楼栋长", "138"], ["", "", "网格员", ""], ["", "联合", "", ""]):
        assert not is_signature(Row(9, row), layout)
    for row in (["1", "张三"], ["合欢", "x"], ["备注山", "x"], ["登记", "x"]):
        assert not is_total(Row(9, row))


def test_a_head_repeated_on_each_page_is_no_person():
    layout = layout_of(sheet(["序号", "姓名", "民族"], ["1", "张三", "汉"]))
    assert is_head_again(Row(40, ["序号", "姓名", "民族"]), layout)
    assert is_head_again(Row(40, ["序号", "姓 名", ""]), layout)
    assert not is_head_again(Row(41, ["2", "姓名", "汉"]), layout)
    assert not is_head_again(Row(41, ["", "张三", ""]), layout)
