from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.people.models import Gender
from app.places.services.tree import LONGEST_NAME
from app.rosters import cells, homes
from app.rosters.cells import birth_of, masked, name_of
from app.rosters.telephones import phones_of

TODAY = date(2026, 11, 21)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

# --- names ---


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("张 三", "张三"),
        ("张　　三", "张三"),
        (" 李\n秀英 ", "李秀英"),
        ("张三（户主）", "张三"),
        ("王芳(大)", "王芳(大)"),
        ("阿卜杜热依木•买买提", "阿卜杜热依木·买买提"),
        ("阿依古丽.买买提", "阿依古丽·买买提"),
        ("艾力 · 买买提", "艾力·买买提"),
        ("John  Smith", "John Smith"),
        ("𠮷 䶮", "𠮷䶮"),
    ],
)
def test_names_are_tidied(written, name):
    assert name_of(written) == name
    assert cells.fault_of_name(name) is None


@pytest.mark.parametrize(
    "written",
    ["", "=cmd|'/C calc'!A0", "<script>alert(1)</script>", "13800001234", "无", "空户", "—", "/",
     "张三2", "a" * 61, "张三@x", "···"],
)  # fmt: skip
def test_what_is_no_name_is_said_to_be_none(written):
    assert cells.fault_of_name(name_of(written)) is not None


@settings(deadline=None)
@given(st.text(max_size=80))
def test_a_tidied_name_is_tidy(text):
    assert name_of(name_of(text)) == name_of(text)


# --- telephone numbers ---


@settings(deadline=None)
@given(
    MOBILES, st.sampled_from(["", "+86", "+86 ", "0086", "86-", "(+86)"]), st.sampled_from("- .")
)
def test_a_mobile_number_is_one_however_it_is_written(number, country, gap):
    spaced = f"{number[:3]}{gap}{number[3:7]}{gap}{number[7:]}"
    for written in (number, spaced, spaced.translate(FULL_WIDTH), f"手机:{number}（移动）"):
        assert phones_of(country + written) == ([number], [], [])


@settings(deadline=None)
@given(MOBILES, MOBILES, st.sampled_from([" ", ",", "，", "、", "/", ";", "\n", "", " 或 "]))
def test_several_numbers_in_a_cell_are_told_apart(first, second, between):
    expected = list(dict.fromkeys([first, second]))
    assert phones_of(first + between + second) == (expected, [], [])


@pytest.mark.parametrize(
    ("written", "numbers", "leftover"),
    [
        ("0830-3112345", ["08303112345"], []),
        ("(0830)3112345 13800001234", ["13800001234", "08303112345"], []),
        ("3112345", ["3112345"], []),
        ("+86-0830-3112345", ["08303112345"], []),
        ("400-800-1234", ["4008001234"], []),
        ("1380000123", [], ["1380000123"]),
        ("138000012345", [], ["138000012345"]),
        ("12800001234", [], ["12800001234"]),
        ("1380000700", [], ["1380000700"]),
        ("138000007O0", [], ["138000007O0"]),
        ("1.38E+10", [], ["1.38E+10"]),
        ("1E+10", [], ["1E+10"]),
        ("8.E+6", [], ["8.E+6"]),
        ("5.12345E+06", [], ["5.12345E+06"]),
        ("1.3800001234E+10", ["13800001234"], []),
        ("'13800001234", ["13800001234"], []),
        ("无", [], []),
        ("", [], []),
        ("-", [], []),
    ],
)
def test_other_numbers_are_kept_and_mistyped_ones_are_not(written, numbers, leftover):
    assert phones_of(written) == (numbers, [], leftover)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_numbers_that_fit_their_column_and_stay_what_they_are(text):
    for number in phones_of(text).own:
        assert 5 <= len(number) <= 20
        assert phones_of(number) == ([number], [], [])


@pytest.mark.parametrize(
    ("written", "own", "others"),
    [
        ("13800001234(女儿)", [], [("13800001234", "女儿")]),
        ("儿子：13800001234", [], [("13800001234", "儿子")]),
        ("13800001234、13900001234（老伴）", ["13800001234"], [("13900001234", "老伴")]),
        ("13800001234（本人）13900001234（邻居）", ["13800001234"], [("13900001234", "邻居")]),
        ("王女士 13800001234", ["13800001234"], []),
        ("13800001234（微信同号）", ["13800001234"], []),
    ],
)
def test_the_number_of_another_is_not_their_own(written, own, others):
    assert phones_of(written) == (own, others, [])


@pytest.mark.parametrize(
    "written", ["夏一、夏二", "夏一/夏二", "夏小一 夏小二", "夏一和夏二", "夏一（户主），夏二"]
)
def test_several_people_in_a_cell_are_not_one(written):
    assert len(cells.names_in(written)) == 2
    assert "several people" in cells.fault_of_name(written).msgid


@pytest.mark.parametrize("written", ["欧阳 建国", "夏 一", "和平", "夏和平", "阿卜杜热依木•买买提"])
def test_one_person_in_a_cell_is_one(written):
    assert cells.names_in(written) == [written]


def test_garbled_names_are_none():
    for name in ("夏一", "桂花", "欧阳建国", "李小龙", "宋二"):
        wrong = name.encode().decode("gb18030", "replace")
        assert cells.fault_of_name(wrong) is not None
        assert not cells.looks_garbled(name)


# --- dates of birth ---


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), TODAY))
def test_a_full_date_is_read_however_it_is_written(day):
    for written in (
        f"{day:%Y-%m-%d}",
        f"{day:%Y/%m/%d}",
        f"{day:%Y.%m.%d}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}-{day.month}-{day.day}",
        f"{day:%Y-%m-%d} 00:00",
        f"{day:%Y-%m-%d}".translate(FULL_WIDTH),
    ):
        assert birth_of(written, TODAY) == (day, True)


@pytest.mark.parametrize("written", ["1956-3", "1956.03", "1956年3月", "195603", "1956/03"])
def test_a_month_is_read_as_its_first_day_and_remembered_as_a_month(written):
    assert birth_of(written, TODAY) == (date(1956, 3, 1), False)


def test_a_date_that_excel_shows_as_a_number_is_read():
    assert birth_of("20526", TODAY) == (date(1956, 3, 12), True)


def test_october_that_a_number_has_made_january_is_not_guessed():
    assert birth_of("1956.1", TODAY) is None
    assert birth_of("1956.10", TODAY) == (date(1956, 10, 1), False)


@pytest.mark.parametrize("written", ["", "1956", "68", "不详", "1956-13", "2027-01-01", "1899-01-01",
                                     "2021-02-30", "0000-00-00", "99999", "00000"])  # fmt: skip
def test_what_is_no_date_of_birth_is_none(written):
    assert birth_of(written, TODAY) is None


@settings(deadline=None)
@given(
    st.text(
        alphabet=st.characters(codec="utf-8") | st.sampled_from("0123456789-./年月日"), max_size=14
    )
)
def test_no_text_breaks_the_reading_of_dates(text):
    birth = birth_of(text, TODAY)
    assert birth is None or date(1900, 1, 1) <= birth.day <= TODAY


# --- identity numbers ---


def identity_number(day, sequence):
    """A valid number as it is issued, of Jiangyang district."""
    body = f"510502{day:%Y%m%d}{sequence:03}"
    total = sum(weight * int(digit) for weight, digit in zip(cells._WEIGHTS, body, strict=True))
    return body + cells._CHECKS[total % 11]


IDENTITY_NUMBERS = st.builds(
    identity_number, st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999)
).filter(lambda number: not cells.is_rounded(number))


@settings(deadline=None)
@given(IDENTITY_NUMBERS, st.sampled_from(["{}", "身份证:{}", " {} ", "{}(张三)"]))
def test_of_an_identity_number_only_birth_and_gender_are_left(number, around):
    left = masked(around.format(number), TODAY)
    assert left == around.format(f"******{number[6:14]}**{2 - int(number[16]) % 2}*")
    identity = cells.identity_of(left)
    assert identity.born_on.strftime("%Y%m%d") == number[6:14]
    assert identity.gender is (Gender.MALE if int(number[16]) % 2 else Gender.FEMALE)


def test_identity_numbers_are_masked_in_every_disguise():
    number = identity_number(date(1956, 3, 12), 11)
    full = number.translate(FULL_WIDTH)
    spaced = f"{number[:6]} {number[6:14]} {number[14:]}"
    for written in (number, number.lower(), full, spaced, f"备注 {number}，已核"):
        assert "******19560312**1*" in masked(written, TODAY)
    assert masked("510502560312001", TODAY) == "******19560312**1*"


def test_of_a_wrong_or_rounded_identity_number_nothing_is_left():
    number = identity_number(date(1956, 3, 12), 11)
    wrong = number[:17] + ("1" if number[17] != "1" else "2")
    rounded = ("510502195603120000", "5.10502195603120E+17", "5.1E+17")
    for written in (wrong, *rounded, "6222021234567890123"):
        assert set(masked(written, TODAY)) <= {"*", "≈"}
        assert cells.identity_of(masked(written, TODAY)) is None


@settings(deadline=None)
@given(MOBILES, MOBILES)
def test_telephone_numbers_are_not_taken_for_identity_numbers(first, second):
    for written in (first, first + second, f"{first} {second}", f"{first} 3112345", f"+86{first}"):
        assert phones_of(masked(written, TODAY)) == phones_of(written)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_masking_twice_changes_nothing_more(text):
    assert masked(masked(text, TODAY), TODAY) == masked(text, TODAY)


@settings(deadline=None)
@given(st.from_regex(r"\*{6}[0-9]{8}\*\*[12]\*", fullmatch=True))
def test_a_forged_masked_number_breaks_nothing(text):
    cells.identity_of(text)


# --- gender and membership ---


def test_genders():
    for written in ("男", " 男 ", "男性", "M", "male", "1"):
        assert cells.gender_of(written) is Gender.MALE
    for written in ("女", "女性", "F", "２"):
        assert cells.gender_of(written) is Gender.FEMALE
    for written in ("", "男/女", "未知", "男女"):
        assert cells.gender_of(written) is None


def test_membership():
    for written in ("中共党员", "党员", "预备党员", "中共预备党员", "是", "√"):
        assert cells.party_of(written) is True
    for written in ("群众", "共青团员", "非党员", "否", "无党派人士", "民盟盟员", "农工党党员"):
        assert cells.party_of(written) is False
    assert cells.party_of("不清楚") is None


# --- buildings, rooms, addresses ---


@settings(deadline=None)
@given(
    st.integers(1, 99),
    st.sampled_from(
        ["{}栋", "{}幢", "{}号楼", "{} 栋", "0{}栋", "第{}栋", "{}#", "{}座", "{}", "{}号"]
    ),
)
def test_a_building_is_the_same_however_it_is_written(number, form):
    for written in (form.format(number), form.format(number).translate(FULL_WIDTH)):
        assert homes.building_of(written).key == str(number)


@pytest.mark.parametrize(
    ("written", "key", "name"),
    [
        ("二栋", "2", "2栋"),
        ("十二幢", "12", "12幢"),
        ("二十一号楼", "21", "21号楼"),
        ("A座", "A", "A座"),
        ("b2栋", "B2", "B2栋"),
        ("2栋A座", "2-A", "2栋A座"),
        ("2#楼", "2", "2栋"),
        ("教师楼", "教师楼", "教师楼"),
    ],
)
def test_buildings_keep_a_name_people_know(written, key, name):
    assert homes.building_of(written)[1:] == (key, name)


@pytest.mark.parametrize(
    ("address", "estate", "key", "room"),
    [
        ("2栋1单元303", "", "2", "1单元303"),
        ("桂花苑2栋1单元303室", "桂花苑", "2", "1单元303"),
        ("桂花苑 02 栋 1 单元 303", "桂花苑", "2", "1单元303"),
        ("二栋一单元303号", "", "2", "1单元303"),
        ("２栋３０３", "", "2", "303"),
        ("2-1-303", "", "2", "1单元303"),
        ("2—1—303", "", "2", "1单元303"),
        ("2-303", "", "2", "303"),
        ("2-1-3-2", "", "2", "1单元3-2"),
        ("2#1-303", "", "2", "1单元303"),
        ("大山坪街道88号桂花苑2栋1单元3楼2号", "大山坪街道88号桂花苑", "2", "1单元3楼2号"),
        ("A座1203", "", "A", "1203"),
        ("2栋303（租户）", "", "2", "303"),
    ],
)
def test_addresses_are_taken_apart(address, estate, key, room):
    home = homes.home_of(address)
    assert (home.building.estate, home.building.key, home.room) == (estate, key, room)


@pytest.mark.parametrize("address", ["", "长江路12号", "303", "桂花社区", "外地"])
def test_an_address_without_a_building_is_none(address):
    assert homes.home_of(address) is None


@settings(deadline=None)
@given(st.integers(1, 9), st.integers(1, 33), st.integers(1, 8))
def test_a_room_is_the_same_however_it_is_written(staircase, floor, door):
    room = f"{floor}{door:02}"
    with_stairs = f"{staircase}单元{room}"
    for written in (
        with_stairs,
        f"{with_stairs}室",
        f"{staircase} 单元 {room} 号",
        f"{staircase}-{room}",
    ):
        assert homes.room_of(written) == with_stairs
    for stairs in (str(staircase), f"{staircase}单元", f"第{staircase}单元", f"0{staircase}单元"):
        assert homes.room_of(room, stairs) == with_stairs
    for written in (room, f"{room}室", f"{room}号", f"{room}号房", room.translate(FULL_WIDTH)):
        assert homes.room_of(written) == room


def test_a_room_that_excel_has_made_a_date_is_a_room_again():
    assert homes.room_of("2026-03-02") == "3-2"


@settings(deadline=None)
@given(st.text(max_size=60))
def test_a_tidied_room_is_tidy(text):
    room = homes.room_of(text)
    assert homes.room_of(room) == room


@settings(deadline=None)
@given(
    st.text(
        alphabet=st.characters(codec="utf-8") | st.sampled_from("2栋座一单元室号-#十楼"),
        max_size=30,
    )
)
def test_no_text_breaks_the_reading_of_addresses(text):
    homes.home_of(text)
    building = homes.building_of(text)
    assert building is None or len(building.name) <= LONGEST_NAME
