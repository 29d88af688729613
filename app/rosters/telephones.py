"""The telephone numbers in a cell, and whose they are. Nothing here ever raises."""

from __future__ import annotations

import re
from typing import NamedTuple

from app.rosters.sheets.reading import HAN, half_width

MOBILE = re.compile(r"1[3-9]\d{9}")
_WITH_EXPONENT = re.compile(r"([0-9])(?:\.([0-9]*))?[Ee]\+?([0-9]{1,2})")
_LETTER_AMONG_DIGITS = re.compile(r"[0-9][A-Za-z]+[0-9]")
_OF_ANOTHER = re.compile(
    "[女儿]儿|儿[子媳]|子女|孩子|女婿|[之其长次独]子|[（(:：]?(?<![男妇])女(?!士|同)|妻|丈夫|老[公婆伴]|爱人|配偶|[父母爸妈爷奶孙媳婿"
    "兄弟姐妹哥嫂侄甥舅姑姨叔伯亲]|家属|家人|邻居|朋友|同事|监护|紧急|联系人|保姆|护工|房[东客]|租客|书记|网格|楼长|栋长|"
    "单元长|社区|物业|主任|干部|单位|公司|代[接转]|他人|别人|保安|门卫|中介"
)


class Phones(NamedTuple):
    """The telephone numbers in a cell, digits only, mobile ones first; those of others with whose
    they are; and what is no number."""

    own: list[str]
    others: list[tuple[str, str]]
    leftover: list[str]


def phones_of(text: str) -> Phones:
    """Understands +86, spaces, dashes, brackets, and several numbers with or without commas;
    138…(女儿) is the daughter's."""
    if MOBILE.fullmatch(text) and text.isascii():
        return Phones([text], [], [])  # nearly all of them
    found = Phones([], [], [])
    for piece in re.split(r"[,，;；、/|\n\\]+|或|和|以及", half_width(text)):
        if says_of_another(piece):
            _sort_by_owner(piece, found)
        else:
            _sort(piece.strip(), found)
    unique = sorted(dict.fromkeys(found.own), key=lambda number: not MOBILE.fullmatch(number))
    return found._replace(own=unique)


def says_of_another(text: str) -> bool:
    """Whether the words beside a number, or over a column of them, say that it is another person's."""
    return bool(_OF_ANOTHER.search(text))


def _sort(piece: str, found: Phones) -> None:
    rounded = _WITH_EXPONENT.fullmatch(piece)
    if rounded:
        # 1.3890002004E+10 has all its digits, 1.389E+10 has lost some.
        digits = rounded[1] + (rounded[2] or "")
        if len(digits) != int(rounded[3]) + 1:
            found.leftover.append(piece)
            return
        piece = digits
    several = [_digits(token) for token in piece.split()]
    if len(several) > 1 and all(map(_is_number, several)):
        found.own.extend(several)
        return
    whole = _digits(piece)
    if _is_number(whole) and not _LETTER_AMONG_DIGITS.search(piece):
        found.own.append(whole)
    elif len(whole) > 11 and re.fullmatch(rf"({MOBILE.pattern})+", whole):  # noqa: PLR2004
        found.own.extend(MOBILE.findall(whole))
    elif whole:
        found.leftover.append(piece)


def _sort_by_owner(piece: str, found: Phones) -> None:
    """Whose a number is stands behind it, or else before; one with no such words is their own."""
    parts = re.split(r"(\+?\d[\d -]{5,}\d)", piece)
    numbers, words = parts[1::2], parts[::2]
    owners = words[1:] if any(map(says_of_another, words[1:])) else words[:-1]
    for number, owner in zip(numbers, owners, strict=True):
        digits = _digits(number)
        if not _is_number(digits):
            found.leftover.append(piece.strip())
        elif says_of_another(owner):
            found.others.append((digits, "".join(re.findall(f"[{HAN}]", owner))))
        else:
            found.own.append(digits)


def is_mobile(number: str) -> bool:
    return bool(MOBILE.fullmatch(number))


def _digits(text: str) -> str:
    plain = re.sub(r"[^\d+]", "", text)
    plain = re.sub(r"[^0-9]", "", re.sub(r"^(\+|00)86", "", plain))
    return plain[2:] if re.fullmatch(rf"86{MOBILE.pattern}", plain) else plain


def _is_number(digits: str) -> bool:
    """A mobile, a number with its area code, a local one, or a service number."""
    return bool(re.fullmatch(rf"{MOBILE.pattern}|0\d{{9,11}}|[2-9]\d{{6,7}}|[48]00\d{{7}}", digits))
