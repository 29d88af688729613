from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.people.names import LONGEST_INITIALS, LONGEST_PINYIN, pinyin_of


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("张建国", "zhangjianguo", "zjg"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("解晓东", "xiexiaodong", "xxd"),
        ("曾志伟", "zengzhiwei", "zzw"),
        ("仇英", "qiuying", "qy"),
        ("查良镛", "zhaliangyong", "zly"),
        ("盖叫天", "gejiaotian", "gjt"),
        ("区楚良", "ouchuliang", "ocl"),
        ("朴树", "piaoshu", "ps"),
        ("任可", "renke", "rk"),
        ("覃秀英", "qinxiuying", "qxy"),
        ("翟天临", "zhaitianlin", "ztl"),
        ("种师道", "chongshidao", "csd"),
        ("缪荣", "miaorong", "mr"),
        ("乐嘉", "yuejia", "yj"),
        ("员半千", "yunbanqian", "ybq"),
        ("逄爱梅", "pangaimei", "pam"),
        ("佴晓", "naixiao", "nx"),
        ("谌龙", "chenlong", "cl"),
        ("万俟卨", "moqixie", "mqx"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("尉健行", "weijianxing", "wjx"),
        ("长孙无忌", "zhangsunwuji", "zswj"),
        ("欧阳修", "ouyangxiu", "oyx"),
        ("司马相如", "simaxiangru", "smxr"),
        ("诸葛亮", "zhugeliang", "zgl"),
        ("上官婉儿", "shangguanwaner", "sgwe"),
        ("吕布", "lvbu", "lb"),
    ],
)
def test_a_surname_is_read_as_a_surname(name, pinyin, initials):
    assert pinyin_of(name) == (pinyin, initials)


def test_a_character_is_a_surname_only_at_the_beginning():
    assert pinyin_of("王单") == ("wangdan", "wd")


def test_names_with_a_middle_dot_are_read_through():
    pinyin, initials = pinyin_of("阿卜杜热依木·买买提")
    assert pinyin == "abudureyimumaimaiti"
    assert initials == "abdrymmmt"


def test_latin_names_keep_their_letters():
    assert pinyin_of("José Müller") == ("josemuller", "jm")


def test_rare_characters_are_read_where_known_and_left_out_where_not():
    assert pinyin_of("𠮷䶮") == ("jiyan", "jy")
    assert pinyin_of("王\U0002ffff")[0] == "wang"


def test_u_with_dots_is_written_as_it_is_typed():
    assert pinyin_of("吕绿女")[0] == "lvlvnv"


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_has_some_pinyin_that_fits_its_column(name):
    pinyin, initials = pinyin_of(name)
    assert len(pinyin) <= LONGEST_PINYIN
    assert len(initials) <= LONGEST_INITIALS
    assert all("a" <= letter <= "z" for letter in pinyin + initials)


@settings(deadline=None)
@given(st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), min_size=1, max_size=60))
def test_initials_are_never_longer_than_the_pinyin(name):
    pinyin, initials = pinyin_of(name)
    assert len(initials) <= len(pinyin)
    assert pinyin[:1] == initials[:1]
