"""Finding the people a form is about: as one types, and from a pasted list of names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from app.core.access import Actor, Capability
from app.core.db import rows
from app.core.paging import first_rows
from app.people.interface import PersonFound, search_people
from app.people.models import Person

AWARD = Capability.AWARD_POINTS
MOST_PEOPLE = 300  # in one form
_BETWEEN_NAMES = re.compile(r"[\s,，、;；]+")


@dataclass
class Named:
    """What a list of names came to: the people meant, names that no one or several have, and
    those for which the form has no room left."""

    ids: list[int] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def people_found(actor: Actor, text: str, community_id: int, most: int) -> Sequence[PersonFound]:
    """Rows as of `search_people`; none while nothing is typed."""
    if not text.strip():
        return []
    return first_rows(search_people(actor, AWARD, text, community_id), most, PersonFound)


def people_by_id(actor: Actor, ids: Iterable[int]) -> Sequence[PersonFound]:
    """Rows as of `search_people` for those of these people who are within reach."""
    wanted = list(ids)[:MOST_PEOPLE]
    if not wanted:
        return []
    statement = search_people(actor, AWARD).select.where(Person.id.in_(wanted))
    return rows(statement, PersonFound)


def people_named(actor: Actor, text: str, community_id: int, chosen: Collection[int] = ()) -> Named:
    """Who is meant by names separated by lines, spaces or commas, besides those `chosen` already."""
    names = [name for name in dict.fromkeys(_BETWEEN_NAMES.split(text)) if name]
    room = max(0, MOST_PEOPLE - len(chosen))
    names, left = names[:room], names[room:]
    if not names:
        return Named(left=left)
    having: dict[str, list[int]] = defaultdict(list)
    statement = search_people(actor, AWARD, None, community_id).select.where(Person.name.in_(names))
    for row in rows(statement, PersonFound):
        having[row.name].append(row.id)
    named = Named(left=left)
    for name in names:
        ids = having[name]
        if len(ids) == 1:
            named.ids += ids
        else:
            (named.ambiguous if ids else named.unknown).append(name)
    return named
