"""What addresses say: the estate, the building, the room. Nothing here ever raises."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from app.places.interface import LONGEST_NAME

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_CHINESE_NUMBER = re.compile(
    "([零〇一二两三四五六七八九十]{1,3})(?=号楼|栋|幢|棟|座|单元|层|楼|号|室|房|#|-|$)"
)
_KIND = "栋|幢|棟|号楼|號樓|座|#楼|#"
# Two or more are one building: 2栋A座.
_BUILDING = re.compile(rf"第?([A-Z]?\d{{1,4}}[A-Z]?|[A-Z])(?:{_KIND})")
_BUILDINGS = re.compile(rf"(?:{_BUILDING.pattern}){{1,2}}")
# What a column of buildings may hold without saying so: 2, 02, A, 2号, 2楼.
_BARE = re.compile(r"第?([A-Z]?\d{1,4}[A-Z]?|[A-Z])(?:号|楼)?")
_DASHED = re.compile(
    r"(?P<estate>.*?[^\dA-Z-])??(?P<building>[A-Z]?\d{1,3}[A-Z]?)"
    r"-(?:(?P<staircase>\d{1,2})-)?(?P<room>\d{1,2}-\d{1,2}|\d{1,4}[A-Z]?)(?:号|室|房)?"
)
_STAIRCASE = re.compile(r"(?:第?([A-Z]?\d{1,2}|[A-Z])(?:单元|门洞|门栋|梯)-?)(.*)")


class Building(NamedTuple):
    """A building as a list names it. `key` is equal for 2栋, 02幢 and 二号楼; `estate` is what
    stood before it, if anything did."""

    estate: str
    key: str
    name: str


class Home(NamedTuple):
    building: Building
    room: str


@lru_cache(maxsize=1024)
def building_of(text: str) -> Building | None:
    """The building in a cell of its own; None if the cell is empty."""
    plain = _plain(text)
    if not plain:
        return None
    found = _BUILDINGS.search(plain)
    if found and not plain[found.end() :].strip("楼号()"):
        return _numbered(plain[: found.start()], found[0])
    bare = _BARE.fullmatch(plain)
    if bare:
        return Building("", _key(bare[1]), f"{_key(bare[1])}栋")
    return Building("", plain.casefold(), plain[:LONGEST_NAME])


def names_building(text: str) -> bool:
    """Whether the text is a building's number and nothing else."""
    return bool(_BUILDINGS.fullmatch(_plain(text)))


def building_named_in(text: str) -> Building | None:
    """The one building that a title or a heading names: 桂花苑2栋居民花名册; None if it has a room."""
    plain = _plain(text)
    found = list(_BUILDINGS.finditer(plain))
    if len(found) != 1 or (re.match(r"-?\d", plain[found[0].end() :]) and "单元" not in plain):
        return None
    return _numbered(plain[: found[0].start()], found[0][0])


@lru_cache(maxsize=1024)
def home_of(address: str) -> Home | None:
    """Building and room in an address: 桂花苑2栋1单元303, 二幢303室, 2-1-303."""
    plain = _plain(address)
    found = _BUILDINGS.search(plain)
    if found:
        rest = plain[found.end() :].lstrip("楼,，、-")
        return Home(_numbered(plain[: found.start()], found[0]), room_of(rest))
    dashed = _DASHED.fullmatch(plain)
    if not dashed:
        return None
    key = _key(dashed["building"])
    building = Building((dashed["estate"] or "").strip("-,，、#"), key, f"{key}栋")
    return Home(building, room_of(dashed["room"], dashed["staircase"] or ""))


@lru_cache(maxsize=1024)
def room_of(text: str, staircase: str = "") -> str:
    """A room as it is kept: 303室 → 303, 一单元303号 → 1单元303, with staircase 1: 303 → 1单元303."""
    text = room_of_date(text) or text
    room = re.sub(r"\(.*?\)", "", _plain(text)).strip("-,，、()")
    stairs = _plain(staircase).strip("-()")
    found = _STAIRCASE.fullmatch(room)
    if found:
        stairs, room = found[1], found[2]
    elif re.fullmatch(r"\d{1,2}-\d{3,4}[A-Z]?", room):
        stairs, _dash, room = room.partition("-")
    stairs = re.sub("单元|门洞|门栋|梯|^第", "", stairs)
    stairs = stairs.lstrip("0") or stairs
    if re.fullmatch(r"[A-Z]?\d[\dA-Z-]*(?:号房|号室|号|室|房|户)", room):
        room = re.sub("(号房|号室|号|室|房|户)$", "", room)
    room = re.sub(r"^0+(?=\d{2,4}(?:\D|$))", "", room)  # 0401 is 401, 01 stays
    return f"{stairs}单元{room}" if stairs and room else room


def room_of_date(text: str) -> str | None:
    """The room of which a spreadsheet program has made a date: 3-2 from 3月2日, 2-Mar, 2026-03-02."""
    plain = _plain(text)
    month_first = re.fullmatch(r"(?:\d{4}[-/.年])?0?(\d{1,2})[-/.月]0?(\d{1,2})日(?:00:00)?", plain)
    iso = re.fullmatch(r"\d{4}[-/.]0?(\d{1,2})[-/.]0?(\d{1,2})(?:00:00)?", plain)
    found = month_first or iso
    if found:
        return f"{found[1]}-{found[2]}"
    named = re.fullmatch(r"0?(\d{1,2})-([A-Z]{3})|([A-Z]{3})-0?(\d{1,2})", plain)
    month = (named[2] or named[3]) if named else ""
    if named is None or month not in _MONTHS:
        return None
    return f"{_MONTHS.index(month) + 1}-{named[1] or named[4]}"


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def _numbered(before: str, text: str) -> Building:
    """A building named by number; 2#楼 and 2# become 2栋, other names stay as they are."""
    numbers = [_key(number) for number in _BUILDING.findall(text)]
    name = re.sub(r"#楼|#", "栋", text.replace("棟", "栋").replace("號樓", "号楼"))
    for number in _BUILDING.findall(text):
        name = name.replace(number, _key(number), 1)
    return Building(before.strip("-,，、#()"), "-".join(numbers), name.removeprefix("第"))


def _key(number: str) -> str:
    """02 → 2, so that what differs only in such things is the same."""
    return number.lstrip("0") or number


def _plain(text: str) -> str:
    """Half-width capitals without spaces, one kind of dash, Arabic numbers."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text).upper())
    plain = unicodedata.normalize("NFKC", plain)
    plain = re.sub("[‐-―−－﹣~～_]", "-", plain).replace("＃", "#")
    return _CHINESE_NUMBER.sub(lambda found: _arabic(found[1]), plain)


def _arabic(number: str) -> str:
    """十 → 10, 二十一 → 21, 一〇三 → 103; other sequences stay as they are."""
    if "十" not in number:
        return "".join(str(_DIGITS[digit]) for digit in number)
    tens, _ten, ones = number.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return number
    return str((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))
