"""Choosing a person in a form: found by what one remembers of them, then picked from a few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import Select

from app.core.access import Actor, Capability
from app.core.db import rows
from app.core.forms import offered, tidy
from app.core.guard import actor
from app.core.masking import masked_phone
from app.people.models import Person
from app.people.queries.persons import PersonFound, search_people

_READ = 9  # of these templates/_ui/persons.html shows eight, and says so if there are more
_LONGEST = 60  # characters of a search
_LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Candidate:
    """A person to pick. `where` tells namesakes apart: building, room and masked phone."""

    id: int
    name: str
    where: str


@dataclass(frozen=True)
class Choice:
    """Whom a field offers, and the text they were found by. For templates/_ui/persons.html."""

    field: Any
    candidates: list[Candidate]
    text: str

    @property
    def swap(self) -> dict[str, str]:
        """The list alone, for a search as one types."""
        return {f"{self.field.name}-list": "people/_choices.html"}


def offer_people(
    field: Any, capability: Capability, community_id: int | None, *, first: str = ""
) -> Choice:
    """Let a form's field be one of the people whom the search in the request may mean, or the one
    who has been picked already. `first` is searched for until something is typed."""
    text = str(tidy(request.values.get(f"{field.name}_search", first)))[:_LONGEST]
    found = _candidates(actor(), capability, community_id, text, field.data)
    field.choices = offered(((person.id, person.name) for person in found), blank="")
    return Choice(field, found, text)


def _candidates(
    actor: Actor,
    capability: Capability,
    community_id: int | None,
    text: str,
    chosen_id: int | None = None,
) -> list[Candidate]:
    """A few people of the community (of all, if None) within reach whom `text` may mean; the one
    who has been chosen stands first in any search. At most two queries."""
    everybody = search_people(actor, capability, community_id=community_id).select
    found: list[Candidate] = []
    if chosen_id is not None and 0 < chosen_id <= _LARGEST_ID:
        found += _rows(everybody.where(Person.id == chosen_id))
    if text.strip():
        matching = search_people(actor, capability, text, community_id).select.limit(_READ)
        found += [person for person in _rows(matching) if person.id != chosen_id]
    return found


def _rows(statement: Select) -> list[Candidate]:
    return [
        Candidate(
            row.id,
            row.name,
            " ".join(
                part
                for part in (row.estate, row.building, row.room, masked_phone(row.phone))
                if part
            ),
        )
        for row in rows(statement, PersonFound)
    ]
