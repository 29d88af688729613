"""Which row is the head of a list, and what each of its columns holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto

from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.rosters.sheets.reading import half_width
from app.rosters.sheets.rows import Row, Sheet
from app.rosters.telephones import says_of_another


class Field(StrEnum):
    """What a column can hold, see NOT_KEPT."""

    NAME = auto()
    PHONE = auto()
    GENDER = auto()
    BORN = auto()
    IDENTITY = auto()
    ADDRESS = auto()
    ESTATE = auto()
    BUILDING = auto()
    STAIRCASE = auto()
    ROOM = auto()
    PARTY = auto()
    RELATION = auto()
    MEMBER = auto()
    MEMBER_PHONE = auto()
    CONTACT = auto()
    STATUS = auto()
    LEFT = auto()
    DIED = auto()
    NUMBER = auto()
    REMARK = auto()


FIELD_LABELS = labelled({
    Field.NAME: _l("Full name"),
    Field.PHONE: _l("Telephone"),
    Field.GENDER: _l("Gender"),
    Field.BORN: _l("Date of birth"),
    Field.IDENTITY: _l("Identity number (only for gender and date of birth)"),
    Field.ADDRESS: _l("Home address (building and room in one)"),
    Field.ESTATE: _l("Estate"),
    Field.BUILDING: _l("Building"),
    Field.STAIRCASE: _l("Staircase"),
    Field.ROOM: _l("Room"),
    Field.PARTY: _l("Party member"),
    Field.RELATION: _l("Relation to the head of household"),
    Field.MEMBER: _l("Members of the household (names)"),
    Field.MEMBER_PHONE: _l("Telephone of the member beside it"),
    Field.CONTACT: _l("Telephone of another person"),
    Field.STATUS: _l("Whether they live here"),
    Field.LEFT: _l("Moved out (filled only for those who have)"),
    Field.DIED: _l("Died (filled only for those who have)"),
    Field.NUMBER: _l("Running number"),
    Field.REMARK: _l("Remarks"),
})  # fmt: skip

# Understood and left out.
NOT_KEPT = frozenset({Field.RELATION, Field.CONTACT, Field.NUMBER, Field.REMARK})
# What several columns may hold.
REPEATED = frozenset({Field.PHONE, Field.MEMBER, Field.MEMBER_PHONE, Field.CONTACT, Field.REMARK})

_SEARCHED_ROWS = 15  # titles, dates and notes above the head never take more
_MOST_TEXT = 16  # characters of a column's head; longer ones are sentences

# What a head says of people or things other than the person and where they live.
_OTHERS = re.compile(
    "紧急|监护|父亲|母亲|配偶|子女|儿子|女儿|单位|公司|网格|楼栋?长|联系党员|包联|房东|物业|银行|书记|家属|"
    "户籍|户口所在|籍贯|出生地|身份证地址|身份证住址|原住|暂住证|车牌|入党|入住|登记|填表|更新|死亡|迁"
)
# Columns of telephone numbers; whose they are stands before, or in brackets behind.
_TELEPHONES = re.compile(
    "(.*?)(?:的|之)?(?:联系)?(?:电话|手机|座机|固话|联系方式)(?:号码?|码)?[0-9一二三]?"
)
_OWN = re.compile(
    "(?:本人|居民|个人|人员|成员|住户|移动|联系|手机|固定|家庭|家里|家|住宅|宅|办公|备用|其他|其它|常用|第[一二三]|新|现|有效|主|"
    "微信|党员|志愿者|[男女]|[/、或和及])*"
)
# Over a column of names of those who live with the person of the row, and of what belongs to them.
_MEMBER = re.compile(
    "(?:(?:其他|其它|共同居住|同住|家庭|家里)*(?:成员|人员|家人)|同住人|共同居住人|租户|租客|承租人|配偶|妻子|丈夫|爱人|老伴|子女|儿子|女儿|孩子|小孩|父亲|母亲|父母|"
    "老人|孙子|孙女|孙子女|儿媳|女婿)[0-9一二三四五六七八九]?"
)
_GONE = (
    (
        Field.DIED,
        re.compile("(?:是否|已)?(?:死亡|去世|病故|亡故|身故)(?:日期|时间|年月|原因|情况|与否)?"),
    ),
    (
        Field.LEFT,
        re.compile(
            "(?:是否|已|户口|户籍)*(?:迁出|搬出|搬离|搬走|迁离|迁走|注销|销户|离开)(?:日期|时间|年月|原因|情况|去向|与否|地)?"
        ),
    ),
    (
        Field.STATUS,
        re.compile(
            "(?:人员|居民|人口|居住|在住|住户|生存|健在|户口|户籍|房屋)?(?:状态|状况|现状|情况)|是否(?:健在|在世|在住|常住)"
        ),
    ),
)

# The first rule that a head fits says what the column holds; the number says how well: of two
# columns for the same thing the better one counts, and 户主 is not the person if 姓名 is there.
_RULES: tuple[tuple[Field, int, re.Pattern[str]], ...] = tuple(
    (field, rank, re.compile(pattern))
    for field, rank, pattern in (
        (Field.NUMBER, 3, "序号?|编号|no|num|id|#|行号?|行次|项次|户号|户编号"),
        (Field.RELATION, 3, "[与和同]?(户主|房主|业主|家庭)?之?(关系|称谓).*|是否户主"),
        (Field.IDENTITY, 3, ".*(身份证|公民身份|证件)(号码?|证号)?.*|身份号码"),
        (Field.PARTY, 3, "政治面貌|政治身份|(是否|是不是)?(中共)?党员.*|partymember"),
        (Field.NAME, 3, "(居民|人员|家庭成员|成员|住户|党员|志愿者|居住人|常住人)?的?姓名.*"),
        (Field.NAME, 2, "名字|居民|人员|name|fullname"),
        (Field.NAME, 1, "(户主|房主|业主|产权人|承租人|租户|联系人|(家庭)?成员)(姓名|名字|名称)?"),
        (Field.PHONE, 3, "(tele)?phone.*|mobile.*|tel"),
        (Field.GENDER, 3, "性别|男女|男/女|gender|sex"),
        (
            Field.BORN,
            3,
            "出生.*|生日|年月日?|.{0,4}出生(日期|年月|时间).*|birth.*|dateofbirth|born",
        ),
        (Field.ADDRESS, 3, "(现|居住|家庭|详细|常住|实际|居民|联系|房屋|具体)*(住|地)(址|所|处)"),
        (
            Field.ADDRESS,
            3,
            "(小区)?(栋|楼|幢){1,2}号?[及和、/-]*(单元)?号?[及和、/-]*[房室户].{0,2}",
        ),
        (Field.ADDRESS, 3, "居住地|住房|房屋坐落|address"),
        (Field.ESTATE, 3, "(所在|所属|居住|住宅)?(小区|院落|楼盘|院子)(名称?)?|estate"),
        (Field.STAIRCASE, 3, "单元(号|门)?|unit"),
        (Field.BUILDING, 3, "(所在|所属|居住)?(楼|栋|幢|座|楼宇|门栋){1,2}(号|名称?|数)?"),
        (Field.BUILDING, 3, "几栋|几幢|几号楼|号楼|大楼|building"),
        (Field.ROOM, 3, "(单元)?(房|室|门|门牌|房间|房屋|住房|户室|门户){1,2}(号码?|编号)?"),
        (Field.ROOM, 3, "单元号?房号?|几号|几室|room.*"),
        (Field.REMARK, 3, "备注?[0-9一二三]?|说明|其他|附注|remarks?|notes?"),
    )
)


@dataclass(frozen=True)
class Layout:
    """How a sheet is laid out. `first` is the number of the first row that may hold a person;
    `fields` and `heads` have one entry per column, an empty head standing for none."""

    first: int
    fields: tuple[Field | None, ...]
    heads: tuple[str, ...]

    @property
    def has_names(self) -> bool:
        return Field.NAME in self.fields


def recognised(head: str) -> tuple[Field, int] | None:
    """What a column with this head holds, and how sure that is; None for anything else."""
    plain = _plain(head)
    if not plain or len(plain) > _MOST_TEXT:
        return None
    telephone = _TELEPHONES.fullmatch(plain)
    if telephone:
        return _telephone(telephone[1], re.sub(r"\s", "", half_width(head)))
    for field, pattern in _GONE:
        if pattern.fullmatch(plain):
            return field, 3
    if _OTHERS.search(plain):
        return None
    for field, rank, pattern in _RULES:
        if pattern.fullmatch(plain):
            return field, rank
    return None


def _plain(head: str) -> str:
    tidy = re.sub(r"[\s*＊:：。.·_]+", "", half_width(head))
    return re.sub(r"[（(\[【].*?[)）\]】]", "", tidy).casefold()


def _telephone(whose: str, head: str) -> tuple[Field, int]:
    in_brackets = "".join(re.findall(r"[(（\[【](.*?)[)）\]】]", head))
    if not _OWN.fullmatch(whose) or says_of_another(in_brackets):
        return Field.CONTACT, 1
    return Field.PHONE, 3


def layout_of(sheet: Sheet) -> Layout:
    """The layout with the best head among the first rows, which may be two rows deep.

    Without any head that has names: the best there is, to be completed by hand.
    """
    best, best_score = _without_head(sheet), (False, 1, 1)
    rows = sheet.rows[:_SEARCHED_ROWS]
    for place, row in enumerate(rows):
        below = rows[place + 1] if place + 1 < len(rows) else None
        for heads, last in ((row.cells, row), _two_rows(row, below)):
            if last is None:
                continue
            fields = fields_of(heads)
            known = [field for field in fields if field]
            score = (Field.NAME in known, len(set(known)), len(known))
            if score > best_score:
                best = Layout(last.number + 1, fields, tuple(heads))
                best_score = score
    return best


def fields_of(heads: Sequence[str]) -> tuple[Field | None, ...]:
    """What the columns with these heads hold; of several for the same thing the best one, see
    REPEATED. A head repeated by a merged cell counts once."""
    found = [recognised(head) for head in heads]
    if any(hit and hit[0] is Field.RELATION for hit in found):
        # Then the rows are about the members, and 户主 says whose household theirs is.
        found = [
            (Field.NAME, 4)
            if hit and hit[0] is Field.NAME and _MEMBER.fullmatch(of_whom(head))
            else hit
            for head, hit in zip(heads, found, strict=True)
        ]
    best: dict[Field, tuple[int, int]] = {}
    for column, hit in enumerate(found):
        if hit and hit[1] > best.get(hit[0], (0, 0))[0]:
            best[hit[0]] = (hit[1], column)
    fields = [
        hit[0] if hit and (best[hit[0]][1] == column or hit[0] in REPEATED) else None
        for column, hit in enumerate(found)
    ]
    _find_members(heads, fields)
    return tuple(fields)


def _find_members(heads: Sequence[str], fields: list[Field | None]) -> None:
    """Mark the columns of those who live with the person of the row, and whose telephones are
    whose: 配偶姓名 and 配偶电话; 户主电话 is the person's own where 户主 is the person."""
    if Field.NAME not in fields:
        return
    person = of_whom(heads[fields.index(Field.NAME)])
    relation = Field.RELATION in fields
    members = set()
    for column, head in enumerate(heads):
        whose = of_whom(head)
        named = _plain(head) in {whose, f"{whose}姓名", f"{whose}名字"}
        if fields[column] is None and named and _MEMBER.fullmatch(whose) and not relation:
            fields[column] = Field.MEMBER
            members.add(whose)
    for column, head in enumerate(heads):
        if fields[column] is Field.CONTACT:
            whose = _TELEPHONES.sub(r"\1", _plain(head))
            if whose in members:
                fields[column] = Field.MEMBER_PHONE
            elif whose and whose == person:
                fields[column] = Field.PHONE


def may_say_who_is_gone(head: str) -> bool:
    """Whether a column that is not understood may hold remarks about the person of the row."""
    return not _OTHERS.search(_plain(head))


def of_whom(head: str) -> str:
    """户主 of 户主姓名."""
    return re.sub("(姓名|名字|名称)$", "", _plain(head))


def _two_rows(row: Row, below: Row | None) -> tuple[list[str], Row | None]:
    """The heads of two rows read as one: the lower where it says something of its own.

    Not if the lower row holds mostly other things than heads, for then it is a person's.
    """
    if below is None:
        return [], None
    pairs = list(zip(row.cells, below.cells, strict=True))
    own = [bool(recognised(low)) for high, low in pairs if low and low != high]
    if not own or own.count(False) > (own.count(True) if len(own) > 2 else 0):  # noqa: PLR2004
        return [], None
    return [low or high for high, low in pairs], below


def _without_head(sheet: Sheet) -> Layout:
    """Nothing is known but that a row with a single text in it, merged or not, is a title."""
    lists = (row for row in sheet.rows[:_SEARCHED_ROWS] if len({*row.cells} - {""}) > 1)
    first = next(lists, sheet.rows[0])
    return Layout(first.number, (None,) * sheet.width, ("",) * sheet.width)
