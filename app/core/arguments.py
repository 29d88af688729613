"""What stands after the question mark, read so that nothing a person types there can break."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask import request

Member = TypeVar("Member", bound=StrEnum)
_LARGEST_ID = 2**31 - 1  # what both engines take as an id
_LARGEST_PAGE = 100_000


def id_argument(name: str) -> int | None:
    """A row's id, or None if there is none or it can't be one."""
    value = request.args.get(name, type=int)
    return value if value is not None and 0 < value <= _LARGEST_ID else None


def page_argument() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), _LARGEST_PAGE)


def member_argument(name: str, enum: type[Member]) -> Member | None:
    """A member of an enumeration, or None if it isn't one."""
    value = request.args.get(name)
    return enum(value) if value in list(enum) else None


def text_argument(name: str = "q") -> str:
    """What somebody searches for; of control characters and lone surrogates nothing is left."""
    value = request.args.get(name, "").encode("utf-8", "ignore").decode()
    return "".join(character for character in value if character.isprintable())[:80]


def word_argument(name: str, words: tuple[str, ...]) -> str:
    """One of these words; the first if it is none of them."""
    value = request.args.get(name, "")
    return value if value in words else words[0]


def date_argument(name: str) -> date | None:
    """A day written 2026-11-21, or None."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def month_argument(name: str, default: date) -> date:
    """The first day of a month written 2026-11; of the default's month if it is none."""
    try:
        return date.fromisoformat(request.args.get(name, "") + "-01")
    except ValueError:
        return default.replace(day=1)
