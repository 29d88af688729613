"""What the cells of a roster say, however they are written. Nothing here ever raises."""

from __future__ import annotations

import re
import unicodedata
from datetime import MINYEAR, date, timedelta
from typing import NamedTuple

from app.core.i18n import Phrase, marked
from app.people.interface import EARLIEST_BIRTH, LONGEST_NAME
from app.people.models import Gender
from app.rosters.sheets.reading import HAN, half_width
from app.rosters.sheets.rows import LOST_DIGITS
from app.rosters.telephones import MOBILE

_EXCEL_BEGAN = date(1899, 12, 30)  # day 0 of its calendar, as far as dates after 1900 go
_DOTS = dict.fromkeys(map(ord, "•‧∙⋅・･●．"), "·")


# --- names ---

_PLAIN_NAME = re.compile(rf"[{HAN}]{{2,4}}")
_GAP = re.compile(rf"(?<=[{HAN}·]) (?=[{HAN}·（(])")
_FULL_STOP = re.compile(rf"(?<=[{HAN}])\.(?=[{HAN}])")
# What lists write behind a name, or into it, to say whose it is; other words in brackets tell namesakes apart.
_ROLE = re.compile(r"[（(](户主|房主|业主|租户|本人|产权人|党员)[）)]")
_NO_NAME = re.compile(
    r"无|没有|未婚|空|空户|空房|空置|不详|未知|无人|无人居住|待定|同上|[-/\\—?？*.]+"
)


def name_of(text: str) -> str:
    """A name as it is kept: 张 三 → 张三, one kind of dot, no remark that this is the owner."""
    name = " ".join(unicodedata.normalize("NFC", text).split()).translate(_DOTS)
    if _PLAIN_NAME.fullmatch(name):
        return name
    name = _GAP.sub("", name)
    name = _FULL_STOP.sub("·", name)
    return _ROLE.sub("", name).strip(" ·,，、;；:：")


def fault_of_name(name: str) -> Phrase | None:
    """Why this can't be the name of a person who lives here; None if it can."""
    if not name:
        return Phrase(marked("There is no name."))
    if is_nobody(name):
        return Phrase(marked("“%(name)s” is not a name."), name=name)
    if len(names_in(name)) > 1:
        return Phrase(marked("“%(name)s” are several people: give each a row."), name=name)
    if looks_garbled(name):
        return Phrase(
            marked("“%(name)s” is garbled: a program has read it in the wrong encoding."), name=name
        )
    if len(name) > LONGEST_NAME:
        return Phrase(marked("The name is longer than %(most)s characters."), most=LONGEST_NAME)
    odd = [
        c for c in name if not unicodedata.category(c).startswith(("L", "M")) and c not in _SIGNS
    ]
    if odd or not any(unicodedata.category(c).startswith("L") for c in name):
        return Phrase(marked("“%(name)s” is not a name."), name=name)
    return None


def is_nobody(name: str) -> bool:
    """Whether this stands where a name would, to say that there is none."""
    return not name or bool(_NO_NAME.fullmatch(name))


_SIGNS = frozenset(" ·'’-.()（）〇")
_BETWEEN_NAMES = re.compile(
    r"[、,，;；/／|&＆+＋\\\n]+|(?<=[^\s])\s+(?=[^\s])|(?<=.{2})[和与及](?=.{2})"
)
_ONE_OF_SEVERAL = re.compile(rf"[{HAN}]{{2,4}}(?:[（(].*[)）])?")
# Surnames of two characters, after which some leave a gap: 欧阳 建国 is one person.
_LONG_SURNAME = re.compile(
    "欧阳|上官|司马|诸葛|东方|尉迟|夏侯|慕容|令狐|皇甫|公孙|司徒|端木|长孙|宇文|轩辕|独孤|南宫|申屠|钟离|濮阳|澹台|赫连|"
    "呼延|百里|闻人|拓跋|东郭|南门|西门|司空|鲜于|闾丘|宗政|公冶|太叔|仲孙"
)


def names_in(text: str) -> list[str]:
    """The names in a cell that holds several, 殷辛、殷壬; else the text alone."""
    pieces = [piece.strip() for piece in _BETWEEN_NAMES.split(text.strip())]
    if (
        len(pieces) > 1
        and not _LONG_SURNAME.fullmatch(pieces[0])
        and all(map(_ONE_OF_SEVERAL.fullmatch, pieces))
    ):
        return pieces
    return [text]


def looks_garbled(text: str) -> bool:
    """Whether this is Chinese text in UTF-8 that was read as GB18030: 瀹嬩簩 for 宋二."""
    if "\ufffd" in text or "锟斤拷" in text:
        return True
    try:
        meant = text.encode("gb18030").decode()
    except UnicodeError:
        return False
    return meant != text and bool(re.search(f"[{HAN}]", meant))


# --- dates of birth ---


class Birth(NamedTuple):
    """A date of birth; `exact` is False if only its month is known (then the day is the 1st)."""

    day: date
    exact: bool


def birth_of(text: str, today: date) -> Birth | None:
    """The date of birth in a cell: 1956-03-12, 1956年3月, 19560312, 195603, or Excel's 20526."""
    plain = re.sub(r"\s+\d{1,2}:\d{2}.*$", "", half_width(text).strip())
    plain = re.sub(r"\s", "", plain).rstrip("日号生.")
    found = re.fullmatch(r"(\d{4})[-./年](\d{1,2})(?:月|[-./月](\d{1,2}))?", plain)
    if found and not found[3] and plain.endswith(".1"):
        return None  # a cell that holds the number 1956.10 says 1956.1
    found = found or re.fullmatch(r"(\d{4})(\d{2})(\d{2})?", plain)
    if found:
        return _birth(int(found[1]), int(found[2]), found[3], today)
    if re.fullmatch(r"\d{5}", plain):
        return _within(_EXCEL_BEGAN + timedelta(days=int(plain)), today, exact=True)
    return None


def _birth(year: int, month: int, day: str | None, today: date) -> Birth | None:
    if year <= MINYEAR:
        return None
    try:
        return _within(date(year, month, int(day or 1)), today, exact=day is not None)
    except ValueError:
        return None


def _within(day: date, today: date, *, exact: bool) -> Birth | None:
    return Birth(day, exact) if EARLIEST_BIRTH <= day <= today else None


# --- identity numbers ---

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_DIGITS = 18  # of an identity number
_IDENTITY = re.compile(r"(?<![0-9])([0-9]{17}[0-9Xx]|[0-9]{15})(?![0-9])")
_LONG_NUMBER = re.compile(r"(?<![0-9])[0-9]{14,}(?:[0-9Xx](?![0-9]))?")
_SPACED = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){16}[ -]?[0-9Xx](?![0-9])")
_EXPONENT = re.compile(r"(?<![0-9.])[0-9](?:\.[0-9]*)?[Ee]\+?(?:1[3-9]|2[0-9])(?![0-9])")
_MASKED = re.compile(r"\*{6}(\d{8})\*\*([12])\*")


class Identity(NamedTuple):
    born_on: date
    gender: Gender


def masked(text: str, today: date) -> str:
    """The text with every identity number in it reduced to what we take from it.

    510502195603120014 → ******19560312**1*: the date of birth and the gender (1 or 2); of a
    number whose check digit is wrong nothing is left, nor of other numbers of that length
    (bank accounts). Done before anything is stored, so that the numbers never are.
    """
    if "E" in text or "e" in text:
        text = _EXPONENT.sub(LOST_DIGITS + "*" * 18, text)
    if len(text) < 14:  # noqa: PLR2004 - shorter than any of them
        return text
    plain = half_width(text)
    if not re.search(r"[0-9][0-9 -]{12}", plain):
        return text

    def spaced(found: re.Match[str]) -> str:
        number = re.sub("[ -]", "", found[0])
        return _reduced(number, today) or found[0]

    def long(found: re.Match[str]) -> str:
        if re.fullmatch(rf"(?:86)?({MOBILE.pattern})+", found[0]):
            return found[0]  # telephone numbers written without anything between them
        return _reduced(found[0], today) or "*" * len(found[0])

    return _LONG_NUMBER.sub(long, _SPACED.sub(spaced, plain))


def is_rounded(number: str) -> bool:
    """Whether the number is what is left of one of which a program has kept fifteen digits. One in
    a thousand is so by chance: from that, too, nothing is taken."""
    whole = len(number) == _DIGITS and number.isdigit()
    return whole and int(float(f"{int(number):.14e}")) == int(number)


def _reduced(number: str, today: date) -> str | None:
    """The masked form of a valid identity number, or that it has lost its last digits: a program
    that takes it for a number keeps fifteen and ends it in 000 or in what its arithmetic gives."""
    if not _IDENTITY.fullmatch(number):
        return None
    if is_rounded(number):
        return LOST_DIGITS + "*" * 18
    if len(number) == 15:  # noqa: PLR2004 - as issued until 1999, without a check digit
        number = f"{number[:6]}19{number[6:]}0"
    elif _CHECKS[sum(w * int(d) for w, d in zip(_WEIGHTS, number, strict=False)) % 11] != (
        number[17].upper()
    ):
        return None
    birth = birth_of(number[6:14], today)
    return f"******{number[6:14]}**{2 - int(number[16]) % 2}*" if birth else None


def identity_of(text: str) -> Identity | None:
    """What a masked identity number says."""
    found = _MASKED.search(text)
    if not found:
        return None
    birth = birth_of(found[1], date.max)
    return Identity(birth.day, Gender.MALE if found[2] == "1" else Gender.FEMALE) if birth else None


# --- gender and membership ---

_MALE = re.compile("男.{0,2}|m(ale)?|1")
_FEMALE = re.compile("女.{0,2}|f(emale)?|2")
_OTHER_PARTIES = re.compile("农工|致公|民盟|民革|民建|民进|九三|台盟|民主党派")
_NO = re.compile("非.*|不是|否|无.*|没有|群众|.*团员.*|x|×|n|no|false|0")
_YES = re.compile("是|有|√|✓|✔|对|y|yes|true|1|.*党员.*|.*中共.*")


def gender_of(text: str) -> Gender | None:
    plain = re.sub(r"\s", "", half_width(text)).casefold()
    if _MALE.fullmatch(plain) and "女" not in plain:
        return Gender.MALE
    return Gender.FEMALE if _FEMALE.fullmatch(plain) and "男" not in plain else None


def party_of(text: str) -> bool | None:
    """Whether a person is a member of the Communist Party; None if the cell doesn't say."""
    plain = re.sub(r"\s", "", half_width(text)).casefold()
    if _NO.fullmatch(plain) or _OTHER_PARTIES.search(plain):
        return False
    return True if _YES.fullmatch(plain) else None
