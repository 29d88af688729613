"""The order of a list of names."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func

from app.people.models import Person


def by_surname() -> tuple[Any, ...]:
    """People of one surname together, as on any register: 陈桂梅 and 陈素英 before 程月芳.

    Pinyin is kept run together, and by that alone chengui… and chensu… have chengyue… between them.
    For lists of a meeting's size: all rows are sorted before the first is shown.
    """
    surname = func.substr(Person.name, 1, 1)
    return func.min(Person.pinyin).over(partition_by=surname), surname, Person.pinyin
