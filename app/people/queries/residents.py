"""Who lives somewhere on a day, and how many: thresholds count them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.core import clock
from app.core.db import built_once, db, rows
from app.people.models import Person
from app.people.policy import ADULT_AGE


def adult_residents(community_id: int, on: date) -> Select[tuple[int]]:
    """Ids of the residents of 18 and over who live there that day (art. 26: the assembly's members).

    A person without a household here only works here and is not counted. An unknown date of birth
    counts as adult: missing data must not make a threshold easier to reach.
    """
    return select(Person.id).where(
        Person.community_id == community_id,
        Person.household_id.is_not(None),
        present(on),
        adult(on),
    )


def adults_of(community_id: int, on: date) -> int:
    """How many residents of 18 and over live there on that day (see `adult_residents`)."""
    return int(rows(_how_many_adults(community_id, on))[0][0])


@built_once
def _how_many_adults(community_id: int, on: date) -> Select[Any]:
    return select(func.count()).select_from(adult_residents(community_id, on).subquery())


def households_of(community_id: int, on: date | None = None) -> int:
    """How many households have people living in them (today unless another day is given)."""
    return (
        db.session.scalar(
            select(func.count(Person.household_id.distinct())).where(
                Person.community_id == community_id, present(on or clock.today())
            )
        )
        or 0
    )


def present(on: date) -> ColumnElement[bool]:
    return or_(Person.moved_out_on.is_(None), Person.moved_out_on > on)


def adult(on: date) -> ColumnElement[bool]:
    try:
        latest_birth = on.replace(year=on.year - ADULT_AGE)
    except ValueError:  # the 29th of February
        latest_birth = date(on.year - ADULT_AGE, 2, 28)
    return or_(Person.born_on.is_(None), Person.born_on <= latest_birth)
