"""What the public board shows of a community: its papers, resolutions and newest points."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    extract,
    select,
)

from app.core.db import built_once, rows
from app.core.errors import NotFoundError
from app.core.paging import first_rows
from app.core.statements import Asked
from app.notices import interface as notices
from app.notices.models import Notice, NoticeKind
from app.people.models import Person
from app.places.models import Level, Place
from app.points.models import Award, AwardStatus, EarningRule
from app.resolutions import interface as resolutions
from app.resolutions.models import Resolution
from app.tasks import interface as tasks

if TYPE_CHECKING:
    from collections.abc import Sequence


def community(community_id: int) -> Community:
    """The community with this id. NotFoundError if there is none."""
    found = rows(_COMMUNITY, Community, community_id=community_id)
    if not found:
        raise NotFoundError
    return found[0]


class Community(NamedTuple):
    """A community that has a board."""

    id: int
    name: str


_COMMUNITY = select(Place.id, Place.name).where(
    Place.id == bindparam("community_id"), Place.level == Level.COMMUNITY
)


@built_once
def communities(text: str = "") -> Select[Any]:
    """Rows (id, name, street) of communities with people in them, for choosing a board."""
    street = Place.__table__.alias("street")
    statement = (
        select(Place.id, Place.name, street.c.name.label("street"))
        .join(street, street.c.id == Place.parent_id)
        .where(
            Place.level == Level.COMMUNITY,
            Place.retired_on.is_(None),
            select(Person.id).where(Person.community_id == Place.id).exists(),
        )
        .order_by(Place.path)
    )
    return statement.where(Place.name.contains(text, autoescape=True)) if text else statement


def only_community() -> int | None:
    """The community's id if there is just one with people in it."""
    found = first_rows(communities(), 2)
    return found[0].id if len(found) == 1 else None


@built_once
def hung(community_id: int, year: int | None = None) -> Select[Any]:
    """Rows as of `notices.of_community`: all, or those of a year."""
    found = notices.of_community(community_id).select
    return found if year is None else found.where(_in_year(Notice.published_on, year))


@built_once
def decided(community_id: int, year: int | None = None) -> Select[Any]:
    """Rows of the published resolutions that hold, the newest first, with their notices and how
    far their tasks are: (id, number, title, decided_on, notice_id, result_id, tasks, done).

    All, or those of a year; none about a sensitive topic.
    """
    of_each = {
        name: resolutions.notice_id(kind).label(name)
        for name, kind in (("notice_id", NoticeKind.RESOLUTION), ("result_id", NoticeKind.RESULT))
    }
    found = (
        select(
            Resolution.id, Resolution.number, Resolution.title, Resolution.decided_on,
            *of_each.values(), *tasks.how_far(),
        )
        .where(
            Resolution.community_id == community_id,
            Resolution.superseded_by_id.is_(None),
            resolutions.published(),
            ~resolutions.is_sensitive(),
        )
        .order_by(Resolution.id.desc())
    )  # fmt: skip
    return found if year is None else found.where(_in_year(Resolution.decided_on, year))


def years_of(asked: Asked[Select[Any]], day: str) -> list[int]:
    """The years in which a list has something by this column of it, the newest first."""
    listed = asked.select
    year = extract("year", listed.selected_columns[day])
    statement = listed.with_only_columns(year, maintain_column_froms=True).order_by(None)
    return sorted((int(row[0]) for row in rows(statement.distinct())), reverse=True)


def _in_year(day: Any, year: int) -> ColumnElement[bool]:
    return day.between(date(year, 1, 1), date(year, 12, 31))


class RecentAward(NamedTuple):
    """A credited award; `name` is to be masked."""

    name: str
    points: int
    rule: str
    happened_on: date


def recent_awards(community_id: int, limit: int = 10) -> Sequence[RecentAward]:
    """Rows (name, points, rule, happened_on) of the newest credited awards; names to be masked.

    The rule's name stands for what they were for: an award's own words are free text and may
    name people.
    """
    return rows(_RECENT_AWARDS, RecentAward, community_id=community_id, limit=limit)


_RECENT_AWARDS = (
    select(Person.name, Award.points, EarningRule.name.label("rule"), Award.happened_on)
    .join(Person, Person.id == Award.person_id)
    .join(EarningRule, EarningRule.id == Award.rule_id)
    .where(Award.community_id == bindparam("community_id"), Award.status == AwardStatus.POSTED)
    .order_by(Award.id.desc())
    .limit(bindparam("limit"))
)
