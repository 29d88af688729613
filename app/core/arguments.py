"""What stands in a request's address, read so that nothing a person types there can break."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import TypeVar
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

Member = TypeVar("Member", bound=StrEnum)
_LARGEST_ID = 2**31 - 1  # what both engines take as an id
_LONGEST_ID = len(str(_LARGEST_ID))
_LARGEST_PAGE = 100_000
_YEARS = (1900, 2200)
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))")


def as_id(text: str | None) -> int | None:
    """A row's id or counter as a page sends it, or None if it can't be one."""
    # Python refuses to read thousands of digits, and neither engine takes more than ten.
    value = int(text) if text and text.isdecimal() and len(text) <= _LONGEST_ID else 0
    return value if 0 < value <= _LARGEST_ID else None


def id_argument(name: str) -> int | None:
    """A row's id, or None if there is none or it can't be one."""
    return as_id(request.args.get(name))


def page_argument() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), _LARGEST_PAGE)


def member_argument(name: str, enum: type[Member]) -> Member | None:
    """A member of an enumeration, or None if it isn't one."""
    value = request.args.get(name)
    return enum(value) if value in list(enum) else None


def text_argument(name: str = "q") -> str:
    """The text to search for, without control characters and lone surrogates."""
    value = request.args.get(name, "").encode("utf-8", "ignore").decode()
    return "".join(character for character in value if character.isprintable())[:80]


def word_argument(name: str, words: tuple[str, ...]) -> str:
    """One of these words; the first if it is none of them."""
    value = request.args.get(name, "")
    return value if value in words else words[0]


def date_argument(name: str) -> date | None:
    """A day of a year that calendars show, see `typed_day`, or None."""
    day = typed_day(request.args.get(name, ""))
    return day if day and _YEARS[0] <= day.year <= _YEARS[1] else None


def typed_day(text: str) -> date | None:
    """A day as browsers send it and people type it: 2026-11-21, 2026/11/21, 2026.11.21,
    2026年11月21日, 20261121; None for anything else."""
    found = _DAY.fullmatch("".join(normalize("NFKC", text).split()))
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups() if part))
    except ValueError:
        return None


_CENTURY = range(2000, 2100)


def month_argument(name: str, default: date) -> date:
    """The first day of a month of this century written 2026-11; else of the default's month."""
    try:
        month = date.fromisoformat(request.args.get(name, "") + "-01")
    except ValueError:
        return default.replace(day=1)
    return month if month.year in _CENTURY else default.replace(day=1)


def kept_arguments() -> dict[str, list[str]]:
    """All that stands after the question mark, to be handed on to `url_for`, without what that
    would take for an order of its own."""
    arguments = request.args.to_dict(flat=False)
    return {
        name: values
        for name, values in arguments.items()
        if name != "endpoint" and not name.startswith("_")
    }


def came_from() -> str | None:
    """The page of this site on which the reader pressed the button, with its query; None if the
    browser does not say, or if only a form leads there (a refused form is shown at its own address)."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:
        return None
    if parts.netloc != request.host:
        return None
    # A backslash or a second slash would make a browser read a host name.
    path = "/" + parts.path.lstrip("/\\")
    try:
        current_app.url_map.bind(request.host).match(unquote(path), method="GET")
    except HTTPException:
        return None
    return f"{path}?{parts.query}" if parts.query else path
