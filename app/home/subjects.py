"""What the entries of the audit trail are about: called by a number or a name, with its page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import String, cast, literal, select, union_all

from app.conventions.models import Convention
from app.core.access import Actor, Capability
from app.core.db import db
from app.core.masking import masked_name
from app.meetings.models import Meeting
from app.people.models import Person, Unit, User
from app.places.models import Place
from app.platforms.models import Platform, Topic
from app.points.models import Award
from app.resolutions.models import Resolution, Task
from app.rewards.models import Redemption, RewardItem


class Kind(NamedTuple):
    """Where the page of such a thing is, and what says how it is called: the name of whom it
    concerns, or its own. Titles of what may be sensitive are not shown: a number says enough."""

    endpoint: str
    argument: str
    id: Any
    called: Any


def _name_of(person_id: Any) -> Any:
    return select(Person.name).where(Person.id == person_id).scalar_subquery()


KINDS = {
    "person": Kind("people.person", "person_id", Person.id, Person.name),
    "award": Kind("points.award", "award_id", Award.id, _name_of(Award.person_id)),
    "redemption": Kind(
        "rewards.slip", "redemption_id", Redemption.id, _name_of(Redemption.person_id)
    ),
    "user": Kind("people.user", "user_id", User.id, User.name),
    "unit": Kind("people.unit", "unit_id", Unit.id, Unit.name),
    "place": Kind("people.place", "place_id", Place.id, Place.name),
    "platform": Kind("platforms.platform", "platform_id", Platform.id, Platform.name),
    "topic": Kind("platforms.topic", "topic_id", Topic.id, Topic.number),
    "meeting": Kind("meetings.show", "meeting_id", Meeting.id, Meeting.number),
    "resolution": Kind("resolutions.show", "resolution_id", Resolution.id, Resolution.number),
    "task": Kind("resolutions.task", "task_id", Task.id, Task.number),
    "convention": Kind("conventions.show", "convention_id", Convention.id, Convention.title),
    "reward_item": Kind("rewards.item", "item_id", RewardItem.id, RewardItem.name),
}

_OF_PEOPLE = frozenset({"person", "award", "redemption"})


class Subject(NamedTuple):
    called: str
    endpoint: str
    arguments: dict[str, int]


def subjects_of(actor: Actor, entries: Iterable[Any]) -> dict[tuple[str, int], Subject]:
    """What the entries are about, by kind and id, in one query. Names of people are masked for
    those who don't work with them."""
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        if entry.subject_kind in KINDS and entry.subject_id is not None:
            wanted.setdefault(entry.subject_kind, set()).add(entry.subject_id)
    in_full = actor.may(Capability.SEE_PEOPLE)
    return {
        (kind, id_): Subject(
            called if in_full or kind not in _OF_PEOPLE else masked_name(called),
            KINDS[kind].endpoint,
            {KINDS[kind].argument: id_},
        )
        for kind, id_, called in _called(wanted)
    }


def _called(wanted: dict[str, set[int]]) -> Sequence[Any]:
    """(kind, id, what it is called) of each."""
    if not wanted:
        return ()
    arms = [
        select(literal(name), KINDS[name].id, cast(KINDS[name].called, String)).where(
            KINDS[name].id.in_(ids)
        )
        for name, ids in wanted.items()
    ]
    return db.session.execute(union_all(*arms)).all()
