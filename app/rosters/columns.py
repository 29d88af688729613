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


class Field(StrEnum):
    """What a column can hold. The last three are understood and left out."""

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
    Field.NUMBER: _l("Running number"),
    Field.REMARK: _l("Remarks"),
})  # fmt: skip

NOT_KEPT = frozenset({Field.RELATION, Field.NUMBER, Field.REMARK})

_SEARCHED_ROWS = 15  # titles, dates and notes above the head never take more
_MOST_TEXT = 16  # characters of a column's head; longer ones are sentences

# What a head says of people or things other than the person and where they live.
_OTHERS = re.compile(
    "紧急|监护|父亲|母亲|配偶|子女|儿子|女儿|单位|公司|网格|楼栋?长|联系党员|包联|房东|物业|银行|"
    "户籍|户口所在|籍贯|出生地|身份证地址|身份证住址|原住|暂住证|车牌|入党|入住|登记|填表|更新|死亡|迁"
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
        (Field.NAME, 1, "(户主|房主|业主|产权人|承租人|租户|联系人)(姓名|名字|名称)?"),
        (Field.PHONE, 3, "(本人|居民|个人|移动|联系)*(手机|电话|联系方式)(号码?|码)?[1一]?"),
        (Field.PHONE, 3, "(tele)?phone.*|mobile.*|tel"),
        (Field.PHONE, 1, ".{0,4}(电话|手机|联系方式|座机|固话).{0,4}"),
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
        (Field.REMARK, 3, "备注?|说明|其他|附注|remarks?|notes?"),
    )
)

_TOTAL = re.compile(
    "(合计|总计|小计|共计|总人数|总户数|人数合计|户数合计|本页小计|本页合计|"
    "(填表|制表|审核|负责|经办|填报|统计|登记)(人|日期|时间|单位|员)(签字)?|"
    "(说明|备注|注)(?=[:：]|$|\\d))[\\s::：]*.*"
)

# What stands above people and is the name of nobody: 第一网格, 2栋, 低保户, 党员名单.
_SECTION = re.compile(
    ".*(网格|社区|小区|片区|小组|单元|号院|[0-9一二三四五六七八九十][栋幢楼组号]|户|人员|党员|名单|[:：])"
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
    plain = re.sub(r"[（(\[【].*?[)）\]】]|[\s*＊:：。.·_]+", "", half_width(head)).casefold()
    if not plain or len(plain) > _MOST_TEXT or _OTHERS.search(plain):
        return None
    for field, rank, pattern in _RULES:
        if pattern.fullmatch(plain):
            return field, rank
    return None


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
    """What the columns with these heads hold; of several for the same thing the best one.

    Only phones may be in several columns. A head repeated by a merged cell counts once.
    """
    found = [recognised(head) for head in heads]
    best: dict[Field, tuple[int, int]] = {}
    for column, hit in enumerate(found):
        if hit and hit[1] > best.get(hit[0], (0, 0))[0]:
            best[hit[0]] = (hit[1], column)
    return tuple(
        hit[0] if hit and (best[hit[0]][1] == column or hit[0] is Field.PHONE) else None
        for column, hit in enumerate(found)
    )


def is_head_again(row: Row, layout: Layout) -> bool:
    """Whether the row repeats the head, as printed lists do on every page."""
    said = [(cell, head) for cell, head in zip(row.cells, layout.heads, strict=False) if cell]
    # One cell alone proves nothing; and most rows are done with here.
    if len(said) < 2 or not any(cell == head for cell, head in said):  # noqa: PLR2004
        return False
    return all(cell == head or recognised(cell) for cell, head in said)


def is_total(row: Row) -> bool:
    """Whether the row is a total or a signature at the foot of the list."""
    first = next((cell for cell in row.cells if cell), "")
    return bool(_TOTAL.fullmatch(re.sub(r"\s", "", first)))


def is_section(row: Row) -> bool:
    """Whether the row is a heading between people: one text across merged cells, or one alone
    that is nobody's name."""
    filled = [cell for cell in row.cells if cell]
    if len(set(filled)) != 1 or filled[0].isdigit():
        return False
    return len(filled) > 1 or bool(_SECTION.fullmatch(re.sub(r"\s", "", filled[0])))


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
