"""Residents: within reach, and found by what staff remember of them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, false, or_, select, union
from sqlalchemy.orm import aliased

from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import built_once, db, rows
from app.core.errors import NotFoundError
from app.core.stand_ins import ids_along
from app.core.statements import Asked
from app.people.models import Household, Person
from app.people.queries.residents import present
from app.places.interface import inside
from app.places.models import Level, Place

_TAIL = 4  # digits of a phone number that are kept apart for searching
_LONGEST_SEARCH = 60
_NAME_AND_DIGITS = re.compile(r"(.*?)\s*([0-9]*)", re.DOTALL)
_SURROGATES = range(0xD800, 0xE000)
_LAST_CHARACTER = 0x10FFFF


class PersonFound(NamedTuple):
    """A person that a search found, with their home if they live here. `phone` is in full: mask it
    when showing it."""

    id: int
    code: str
    name: str
    phone: str | None
    community_id: int
    community: str
    estate: str | None
    building: str | None
    room: str | None
    party_member: bool
    moved_out_on: date | None
    deceased: bool


def people_reached(actor: Actor, capability: Capability) -> ColumnElement[bool]:
    """Condition on Person: those whom the actor reaches with the capability.

    Staff reach everybody of their community; a grid worker or a building head only who lives
    in the buildings below. The community ids are looked up first and named in the condition,
    so that the indexes, which all begin with the community, can be used.
    """
    return _living(*_reach(actor, capability))


class Reach(NamedTuple):
    """Communities that are reached as a whole, others, and the paths of the parts reached there."""

    whole_ids: tuple[int, ...] = ()
    partly_ids: tuple[int, ...] = ()
    paths: tuple[str, ...] = ()


def _reach(actor: Actor, capability: Capability) -> Reach:
    paths = actor.paths(capability)
    if not paths:
        return Reach()
    around = rows(_communities_around(paths))
    partly = {row.id: row.path for row in around if not row.path.startswith(paths)}
    return Reach(
        tuple(row.id for row in around if row.id not in partly),
        tuple(partly),
        tuple(path for path in paths if path.startswith(tuple(partly.values()))),
    )


@built_once
def _communities_around(paths: tuple[str, ...]) -> Select[Any]:
    around = {id_ for path in paths for id_ in ids_along(path)}
    return select(Place.id, Place.path).where(
        Place.level == Level.COMMUNITY, or_(Place.id.in_(around), *map(inside, paths))
    )


def _living(
    whole_ids: tuple[int, ...], partly_ids: tuple[int, ...], paths: tuple[str, ...]
) -> ColumnElement[bool]:
    reached: list[ColumnElement[bool]] = []
    if whole_ids:
        reached.append(Person.community_id.in_(whole_ids))
    if paths:
        households = (
            select(Household.id)
            .join(Place, Place.id == Household.building_id)
            .where(or_(*map(inside, paths)))
        )
        lives_there = Person.household_id.in_(households)
        reached.append(and_(Person.community_id.in_(partly_ids), lives_there))
    return or_(*reached) if reached else false()


def person_in_reach(actor: Actor, capability: Capability, person_id: int) -> Person:
    """The person, if the actor reaches them with the capability; else NotFoundError."""
    person = db.session.scalar(
        select(Person).where(Person.id == person_id, people_reached(actor, capability))
    )
    if person is None:
        raise NotFoundError
    return person


def search_people(
    actor: Actor,
    capability: Capability,
    text: str | None = None,
    community_id: int | None = None,
    *,
    building_id: int | None = None,
    moved_out: bool = False,
) -> Asked[Select[Any]]:
    """People within reach whose name, pinyin, initials, phone tail or code begins with `text`.

    Of a Chinese name any part will do, with or without spaces, and a number behind it narrows the
    search to both. Without a text: everybody. Rows are PersonFound. Those who moved out only with
    `moved_out`.
    """
    return _search(
        (text or "").strip()[:_LONGEST_SEARCH],
        **_reach(actor, capability)._asdict(),
        community_id=community_id,
        building_id=building_id,
        moved_out=moved_out,
    )


def candidates(
    actor: Actor, capability: Capability, text: str, building_id: int | None
) -> Select[Any] | Asked[Select[Any]]:
    """`search_people` for an office at a building: its own residents first, and without a text
    they alone."""
    if not text or building_id is None:
        return search_people(actor, capability, text, building_id=building_id)
    lives_there = case((Household.building_id == building_id, 0), else_=1)
    found = search_people(actor, capability, text).select
    return found.order_by(None).order_by(lives_there, Person.community_id, Person.pinyin, Person.id)


@built_once
def _search(
    text: str,
    *,
    whole_ids: tuple[int, ...],
    partly_ids: tuple[int, ...],
    paths: tuple[str, ...],
    community_id: int | None,
    building_id: int | None,
    moved_out: bool,
) -> Select[Any]:
    scope = [_living(whole_ids, partly_ids, paths)]
    if community_id is not None:
        scope.append(Person.community_id == community_id)
    if not moved_out:
        scope.append(present(clock.today()))
    if building_id is not None:
        rooms = select(Household.id).where(Household.building_id == building_id)
        scope.append(Person.household_id.in_(rooms))
    arms = _matches(text)
    if len(arms) == 1:
        scope += arms
    elif arms:
        # One indexed look-up per way of matching; an OR would scan the whole community.
        scope.append(Person.id.in_(union(*(select(Person.id).where(arm, *scope) for arm in arms))))
    community, building, estate = aliased(Place), aliased(Place), aliased(Place)
    return (
        select(
            Person.id,
            Person.code,
            Person.name,
            Person.phone,
            Person.community_id,
            community.name.label("community"),
            estate.name.label("estate"),
            building.name.label("building"),
            Household.room,
            Person.party_member,
            Person.moved_out_on,
            Person.deceased,
        )
        .join(community, community.id == Person.community_id)
        .outerjoin(Household, Household.id == Person.household_id)
        .outerjoin(building, building.id == Household.building_id)
        .outerjoin(estate, estate.id == building.parent_id)
        .where(*scope)
        .order_by(Person.community_id, Person.pinyin, Person.id)
    )


def prefix(column: Any, text: str) -> ColumnElement[bool]:
    """Values that begin with `text`, as a range of the index (LIKE would scan on SQLite)."""
    following = ord(text[-1]) + 1
    if following in _SURROGATES:
        following = _SURROGATES.stop
    if following > _LAST_CHARACTER:
        return column >= text
    return (column >= text) & (column < text[:-1] + chr(following))


def _matches(text: str) -> list[ColumnElement[bool]]:
    """The ways in which a person may be meant by `text`; none if there is no text."""
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return []
    letters = "".join(text.replace("'", "").split())
    if letters.isascii() and letters.isdigit():
        return _numbered(letters)
    if letters.isascii() and letters:
        spelt = letters.lower()
        if len(spelt) == 1:  # many people, and the initials say no more
            return [prefix(Person.pinyin, spelt)]
        return [
            prefix(Person.pinyin, spelt),
            prefix(Person.initials, spelt),
            prefix(Person.code, letters.upper()),
        ]
    name, digits = _NAME_AND_DIGITS.fullmatch(text).groups()  # type: ignore[union-attr] # anything matches
    # 张 三 is how lists write 张三; and some names do have a space.
    spellings = dict.fromkeys((name, "".join(name.split())))
    named = [Person.name.contains(spelling, autoescape=True) for spelling in spellings]
    return [one & or_(*_numbered(digits)) for one in named] if digits else named


def _numbered(digits: str) -> list[ColumnElement[bool]]:
    """The end of a telephone number, all of it, or the beginning of a code."""
    if len(digits) <= _TAIL:
        return [prefix(Person.phone_tail, digits), prefix(Person.code, digits)]
    # Part of a number that is masked must not be found out digit by digit.
    whole = (Person.phone_tail == digits[-_TAIL:]) & (Person.phone == digits)
    return [whole, prefix(Person.code, digits)]
