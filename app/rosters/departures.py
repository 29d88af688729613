"""Who is gone: what rosters write of people who have moved out, died or were only registered.

They do so in a column of its own, in the remarks, or behind the name. Such a row is never taken for
a resident without being asked about. Nothing here ever raises.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum, auto
from typing import NamedTuple

from app.rosters.sheets.reading import half_width


class Departure(StrEnum):
    """How a person is gone."""

    MOVED_OUT = auto()
    DECEASED = auto()


class Gone(NamedTuple):
    """That a person is gone: how, in which words the row says so, since when if it does."""

    how: Departure
    said: str
    on: date | None = None


_CROSSES = "†✝☦✞✟‡"
_FRAMES = re.compile(rf"[■□▇█▉▍▌◼◻▢☐]+|^[{_CROSSES}\s]+|[{_CROSSES}\s]+$")
_DIED = re.compile(
    f"已故|亡故|病故|身故|物故|[去过逝离辞]世|死亡|已死|死了|病死|殁|卒|黑框|[{_CROSSES}]"
)
_LEFT = re.compile(
    "[迁搬](?:出|走|离|去|家了)|[迁搬][往到至](?!本|我|此|这)|外[迁嫁搬]|嫁出|出嫁|远嫁|转走|[迁搬]了|已[迁搬]|注销|销户|"
    "空挂|挂户|户在人不在|不[在住](?:此|这|本|该|了|家)|不居住|未居住|长期(?:不在|外出|在外)|"
    "(?:常年|长期)外出|(?:已|离)?(?:走了|离开)|卖房|已卖|房屋?已售|查无|无此人|失联|失踪|原住户|前业主|原业主"
)
# Alone in brackets or in a column for it, after a date or not, these say it as well.
_SHORT = re.compile(r"\D*?[\d./年月日-]*(?:(死|亡|故|殁)|(走|迁|搬|嫁|空户|空|销))(?:了|户)?")
_KIN = (
    "父亲?|母亲?|爸爸?|妈妈?|配偶|丈夫|妻子?|老伴|老公|老婆|爱人|夫|[其独长次儿]?子|女儿?|子女|孩子|长女|"
    "兄|弟弟?|姐姐?|妹妹?|哥哥?|公公|婆婆|岳父|岳母|爷爷|奶奶|孙子?|祖父|祖母|前夫|前妻|亲人|家人|邻居"
)
# What takes it back, or says it of another: 未迁出, 老伴去世, 租户已搬走 beside the owner's name.
_NOT = re.compile(
    rf"(?:未|没有?|不|拟|将|待|准备|计划|打算|是否|尚未|非|(?:{_KIN}|租户|租客|房客|狗|车)(?:于?[\d./年月日-]*)?(?:已经?|均已?|都)?)$"
)
_WITH = re.compile(rf"[与随和跟同](?:{_KIN})$")  # then they went along
_DAY = re.compile(r"((?:19|20)\d{2})(?:[-./年](\d{1,2})(?:[-./月](\d{1,2}))?)?")
_NEGATIVE = re.compile(
    r"否|无|没有?|未|不是|正常|健在|在世|在住|常住|x|×|n|no|0|[-/\\—]+", re.IGNORECASE
)


def gone_in(text: str) -> Gone | None:
    """What a remark says of the person themselves."""
    plain = _plain(text)
    if not plain:
        return None
    for pattern, how in ((_DIED, Departure.DECEASED), (_LEFT, Departure.MOVED_OUT)):
        for found in pattern.finditer(plain):
            before = plain[: found.start()]
            if not _NOT.search(before) or _WITH.search(before):
                return Gone(how, text.strip(), _day(plain))
    return None


def gone_in_short(text: str) -> Gone | None:
    """The same of a text that is about nothing else: what stands in brackets, in a column of states."""
    found = _SHORT.fullmatch(_plain(text))
    if found:
        how = Departure.DECEASED if found[1] else Departure.MOVED_OUT
        return Gone(how, text.strip(), _day(_plain(text)))
    return gone_in(text)


def gone_since(text: str, how: Departure) -> Gone | None:
    """What a column says that is only filled for those who are gone: a day, a yes, a reason."""
    plain = _plain(text)
    if not plain or _NEGATIVE.fullmatch(plain):
        return None
    return Gone(how, text.strip(), _day(plain))


def split_name(text: str) -> tuple[str, Gone | None]:
    """A name without what it says of its owner's being gone: 殷甲（已迁出）, 殷己†, 黑框殷庚, 【殷庚】."""
    framed = re.fullmatch(r"\s*(?:【(.+)】|〖(.+)〗|\[(.+)\]|［(.+)］)\s*", text)
    if framed:
        return next(filter(None, framed.groups())).strip(), Gone(Departure.DECEASED, text.strip())
    gone: Gone | None = None
    for bracket in re.findall(r"[（(\[【]([^（）()\[\]【】]*)[）)\]】]?", text):
        found = gone_in_short(bracket)
        if found:
            gone = gone or found
            text = text.replace(bracket, "")
    if gone:
        text = re.sub(r"[（(\[【]\s*[）)\]】]?", "", text)
    bare = _FRAMES.sub("", text.replace("黑框", ""))
    if bare != text:
        gone = gone or Gone(Departure.DECEASED, text.strip())
    behind = re.fullmatch(
        r"\s*(\S{2,4}?)[\s,，:：-]*((?:已|于)?[\d./年月日]*(?:已|于)?\D{2,4})\s*", bare
    )
    if gone is None and behind and (found := gone_in(behind[2])) and not gone_in(behind[1]):
        return behind[1], Gone(found.how, text.strip(), found.on)
    end = bare[-1:] if bare.endswith(("死", "亡")) else ""
    return bare.strip(), gone or gone_in(bare) or gone_in_short(end)


def _plain(text: str) -> str:
    return re.sub(r"\s", "", half_width(text))


def _day(plain: str) -> date | None:
    """The day it says, of a month or a year alone its first."""
    found = _DAY.search(plain)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return None
