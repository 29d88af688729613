"""Which rows are about nobody: totals, signatures, headings, the head once more."""

from __future__ import annotations

import re

from app.rosters.columns import Layout, recognised
from app.rosters.sheets.rows import Row

_TOTAL = re.compile(
    "(合计|总计|小计|共计|总人数|总户数|人数合计|户数合计|本页小计|本页合计|(以上|本表|本页|全栋)?共计?(?=\\d+[户人])|"
    "(说明|备注|注)(?=[:：]|$|\\d))[\\s::：]*.*"
)

# Who made the list, who answers for it, whom to call, where the stamp goes; what is said behind a colon.
_SIGNED = re.compile(
    "(?:(?:制表|填表|审核|复核|审批|批准|经办|填报|统计|登记|调查|录入|核对|校对|报送|上报|主管|分管|负责|联系)+(?:人|员|者|领导|单位|日期|时间)?|"
    "(?:社区|小区|专职|兼职)?网格[员长]|(?:楼栋?|栋|单元|门栋|门洞|院落?|小组|组)长|(?:社区|支部|党支部|党委)?书记|(?:居委会|社区)?主任|"
    "(?:社区|居委会|单位|街道|物业)?[(（]?(?:盖章|公章|签章)[)）]?|日期|时间|年月日)"
    "(?:[(（]?(?:签[字名章]|盖章|公章|电话)[)）]?)*([:：].*)?"
)

# What stands above people and is the name of nobody: 第一网格, 2栋, 低保户, 党员名单.
_SECTION = re.compile(
    ".*(网格|社区|小区|片区|小组|单元|号院|[0-9一二三四五六七八九十][栋幢楼组号]|户|人员|党员|名单|[:：])"
)


def is_head_again(row: Row, layout: Layout) -> bool:
    """Whether the row repeats the head, as printed lists do on every page."""
    said = [(cell, head) for cell, head in zip(row.cells, layout.heads, strict=False) if cell]
    # One cell alone proves nothing; and most rows are done with here.
    if len(said) < 2 or not any(cell == head for cell, head in said):  # noqa: PLR2004
        return False
    return all(cell == head or recognised(cell) for cell, head in said)


def is_total(row: Row) -> bool:
    """Whether the row is a total at the foot of the list."""
    first = next((cell for cell in row.cells if cell), "")
    return bool(_TOTAL.fullmatch(re.sub(r"\s", "", first)))


def is_signature(row: Row, layout: Layout) -> bool:
    """Whether the row says who made the list, answers for it or can be called, or is for a stamp.

    With a colon it does in any column; without in one that can't hold such a word, for there may
    be a column of what people are: 楼栋长 in it is a resident's office.
    """
    column, first = next(((i, cell) for i, cell in enumerate(row.cells) if cell), (0, ""))
    found = _SIGNED.fullmatch(re.sub(r"\s", "", first))
    if not found:
        return False
    return bool(found[1]) or not layout.heads[column] or layout.fields[column] is not None


def is_section(row: Row) -> bool:
    """Whether the row is a heading between people: one text across merged cells, or one alone
    that is nobody's name."""
    filled = [cell for cell in row.cells if cell]
    if len(set(filled)) != 1 or filled[0].isdigit():
        return False
    return len(filled) > 1 or bool(_SECTION.fullmatch(re.sub(r"\s", "", filled[0])))
