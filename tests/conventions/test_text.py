from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conventions.models import ClauseClass, ConventionKind
from app.conventions.text import chinese_number, compare, findings, pieces, risky_words


@dataclass
class Line:
    """A clause as far as the text functions look at it."""

    id: int
    position: int
    text: str
    heading: str = ""
    clause_class: ClauseClass | None = None
    origin_id: int | None = None


@given(st.text(max_size=60), st.text(max_size=60))
def test_pieces_put_together_give_both_texts(old, new):
    parts = list(pieces(old, new))
    assert "".join(text for kind, text in parts if kind != "added") == old
    assert "".join(text for kind, text in parts if kind != "removed") == new


def test_clauses_are_numbered_as_in_chinese_papers():
    numbers = [chinese_number(n) for n in (1, 10, 12, 20, 21, 100, 103, 110, 999)]
    assert numbers == [
        "一",
        "十",
        "十二",
        "二十",
        "二十一",
        "一百",
        "一百零三",
        "一百一十",
        "九百九十九",
    ]


def test_renumbered_clauses_are_still_the_same_clauses():
    old = [Line(1, 1, "甲"), Line(2, 2, "乙"), Line(3, 3, "丙")]
    new = [Line(11, 1, "丙", origin_id=3), Line(12, 2, "甲改", origin_id=1), Line(13, 3, "丁")]
    kinds = [(d.kind, (d.new or d.old).text) for d in compare(old, new)]
    assert ("same", "丙") in kinds
    assert ("changed", "甲改") in kinds
    assert ("added", "丁") in kinds
    assert ("removed", "乙") in kinds
    assert len(kinds) == 4


def test_what_a_convention_can_not_impose_is_pointed_at():
    found = findings(
        ConventionKind.CONVENTION, "党组织领导", "民法典", [Line(1, 1, "违者罚款50元，不得信访。")]
    )
    assert {finding.words for finding in found} >= {"罚款", "不得信访"}


def test_the_party_organisations_leadership_is_missed():
    without = findings(ConventionKind.CONVENTION, "", "", [Line(1, 1, "爱护环境")])
    written = findings(
        ConventionKind.CONVENTION, "坚持党组织领导小区治理", "", [Line(1, 1, "爱护环境")]
    )
    assert len(without) == len(written) + 1


def test_a_service_standard_needs_no_five_classes():
    assert findings(ConventionKind.SERVICE_STANDARD, "", "", [Line(1, 1, "每日清扫")]) == []


def test_headings_and_the_preamble_are_looked_through_as_well():
    found = findings(
        ConventionKind.SERVICE_STANDARD,
        "业主欠费的停水。",
        "",
        [Line(1, 1, "按时缴费。", heading="滞纳金")],
    )
    assert {(finding.clause, finding.words) for finding in found} == {(1, "滞纳金"), (None, "停水")}


def test_a_convention_names_the_laws_it_stands_on():
    lines = [Line(1, 1, "爱护环境")]
    without = findings(ConventionKind.CONVENTION, "", "", lines)
    assert len(without) == len(findings(ConventionKind.CONVENTION, "", "民法典", lines)) + 1


def test_versions_that_do_not_follow_one_another_compare_as_well():
    first = [Line(1, 1, "甲"), Line(2, 2, "乙")]
    third = [Line(21, 1, "甲", origin_id=1), Line(22, 2, "乙改", origin_id=2)]
    assert [difference.kind for difference in compare(first, third)] == ["same", "changed"]
    second = [Line(11, 1, "甲", origin_id=1), Line(12, 2, "乙", origin_id=2)]
    assert [difference.kind for difference in compare(second, third)] == ["same", "changed"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("违者罚 款50元", ["罚款"]),
        ("违者罚-款", ["罚款"]),
        ("收取违约金和滞纳金", ["违约金", "滞纳金"]),
        ("欠费的停止供暖", ["停止供暖"]),
        ("欠费的断水断电", ["断水", "断电"]),
        ("取消其当年分红", ["取消其当年分红"]),
        ("不准越级上访", ["不准越级上访"]),
        ("禁止起诉", ["禁止起诉"]),
        ("违者罚／款５０元", ["罚款"]),
        ("停止供燃气，停水停电", ["停止供燃气", "停水", "停电"]),
        ("不得乱停车，违者罚款", ["罚款"]),
        ("不得堆物，停水停电", ["停水", "停电"]),
        ("扣发补贴", ["扣发"]),
        ("任何人不得罚款", []),
        ("物业不得采取停止供电、供水、供热、供燃气等方式催交物业费", []),
        ("不得以停水、停电或者罚款相要挟", []),
        ("物业不得断水", []),
        ("停车入位，水电安全", []),
    ],
)
def test_variants_are_found_and_bans_of_them_are_not(text, words):
    assert risky_words(text) == words


def test_a_number_that_gives_somebody_away_is_pointed_out():
    found = findings(ConventionKind.SERVICE_STANDARD, "", "", [Line(1, 1, "报修打13900005678")])
    assert [(finding.clause, finding.words) for finding in found] == [(1, "13900005678")]
