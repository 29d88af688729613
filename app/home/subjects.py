"""What the entries of the audit trail are about: called by a number or a name, with its page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    cast,
    false,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from app.accounts.interface import is_residents
from app.accounts.models import User
from app.conventions.interface import readable_by
from app.conventions.models import Clause, Convention, ConventionVersion, Opinion
from app.core.access import Actor, Capability
from app.core.db import rows
from app.core.files import StoredFile
from app.core.masking import masked_name
from app.meetings.models.attendance import Invitation
from app.meetings.models.meetings import Meeting
from app.notices.models import Notice
from app.people.models import Appointment, Person, Unit
from app.places.models import Place
from app.platforms.models import Platform
from app.points.models import Award, EarningRule
from app.resolutions.models import Resolution
from app.rewards.models import Redemption, RewardItem
from app.rosters.models import PersonImport
from app.tasks.models.tasks import Task
from app.topics.interface import visible_to
from app.topics.models import Topic

if TYPE_CHECKING:
    from app.home.queries import TrailEntry


class Kind(NamedTuple):
    """Where the page of such a thing is, and what says how it is called: the name of whom it
    concerns, or its own. Titles of what may be sensitive are not shown: a number says enough.

    `shown`: the id of what the page shows, if that is another thing. No endpoint: no page.
    `private`: a condition, whether it is called by the name of a resident.
    `seen`: the condition on which its page can be opened by an actor who reads the trail."""

    endpoint: str
    argument: str
    id: Any
    called: Any
    shown: Any = None
    private: Any = false()
    seen: Callable[[Actor], ColumnElement[bool]] = lambda _actor: true()


def _name_of(person_id: Any) -> Any:
    return select(Person.name).where(Person.id == person_id).scalar_subquery()


def _convention_of(version_id: Any, column: Any) -> Any:
    version = aliased(ConventionVersion)  # `version_id` may be a column of the same table
    versions = select(column).join(version, version.convention_id == Convention.id)
    # It may stand two subqueries deep: only what it joins itself is its own.
    found = versions.where(version.id == version_id).correlate_except(Convention, version)
    return found.scalar_subquery()


def _part_of_convention(id_: Any, version_id: Any) -> Kind:
    convention_id = _convention_of(version_id, Convention.id)
    return Kind(
        "conventions.show", "convention_id", id_,
        _convention_of(version_id, Convention.title), convention_id,
        seen=lambda actor: readable_by(actor, convention_id),
    )  # fmt: skip


KINDS = {
    "person": Kind("people.person", "person_id", Person.id, Person.name, private=true()),
    "award": Kind("points.award", "award_id", Award.id, _name_of(Award.person_id), private=true()),
    "redemption": Kind(
        "counter.slip",
        "redemption_id",
        Redemption.id,
        _name_of(Redemption.person_id),
        private=true(),
    ),
    "appointment": Kind(
        "people.person",
        "person_id",
        Appointment.id,
        _name_of(Appointment.person_id),
        Appointment.person_id,
        private=true(),
    ),
    "invitation": Kind(
        "",
        "",
        Invitation.id,
        func.coalesce(
            _name_of(Invitation.person_id),
            select(Unit.name).where(Unit.id == Invitation.unit_id).scalar_subquery(),
            select(User.name).where(User.id == Invitation.user_id).scalar_subquery(),
        ),
        private=true(),
    ),
    "person_import": Kind(
        "rosters.show",
        "import_id",
        PersonImport.id,
        select(StoredFile.name).where(StoredFile.id == PersonImport.file_id).scalar_subquery(),
    ),
    "user": Kind("accounts.show", "user_id", User.id, User.name, private=is_residents(User.id)),
    "unit": Kind("people.unit", "unit_id", Unit.id, Unit.name),
    "place": Kind("places.show", "place_id", Place.id, Place.name),
    "platform": Kind("platforms.platform", "platform_id", Platform.id, Platform.name),
    "topic": Kind("topics.show", "topic_id", Topic.id, Topic.number, seen=visible_to),
    "meeting": Kind("meetings.show", "meeting_id", Meeting.id, Meeting.number),
    "resolution": Kind("resolutions.show", "resolution_id", Resolution.id, Resolution.number),
    "task": Kind("tasks.show", "task_id", Task.id, Task.number),
    "convention": Kind(
        "conventions.show",
        "convention_id",
        Convention.id,
        Convention.title,
        seen=lambda actor: readable_by(actor, Convention.id),
    ),
    "convention_version": _part_of_convention(ConventionVersion.id, ConventionVersion.id),
    "clause": _part_of_convention(Clause.id, Clause.version_id),
    "opinion": _part_of_convention(Opinion.id, Opinion.version_id),
    "notice": Kind("notices.show", "notice_id", Notice.id, Notice.number),
    "earning_rule": Kind("", "", EarningRule.id, EarningRule.name),
    "reward_item": Kind("rewards.item", "item_id", RewardItem.id, RewardItem.name),
}


class Subject(NamedTuple):
    """What an entry is about, and its page if the reader can open it."""

    called: str
    endpoint: str
    arguments: dict[str, int]


def about(entry: TrailEntry) -> list[tuple[str, int]]:
    """Kind and id of what an entry is about: in a meeting also of whom."""
    found = [(entry.subject_kind, entry.subject_id), ("invitation", entry.detail.get("invitation"))]
    return [(kind, id_) for kind, id_ in found if id_ is not None]


def subjects_of(actor: Actor, entries: Iterable[TrailEntry]) -> dict[tuple[str, int], Subject]:
    """What the entries are about, by kind and id, in one query. Names of people are masked for
    those who don't work with them."""
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        for kind, id_ in about(entry):
            if kind in KINDS:
                wanted.setdefault(kind, set()).add(id_)
    in_full = actor.may(Capability.SEE_PEOPLE)
    return {
        (kind, id_): Subject(
            masked_name(called) if private and not in_full else called,
            KINDS[kind].endpoint if seen else "",
            {KINDS[kind].argument: shown},
        )
        for kind, id_, called, shown, private, seen in _found(actor, wanted)
    }


class _Found(NamedTuple):
    """What a thing is called, the id of what its page shows, whether its name is private, and
    whether the actor can open the page."""

    kind: str
    id: int
    called: str
    shown: int
    private: bool
    seen: bool


def _found(actor: Actor, wanted: dict[str, set[int]]) -> Sequence[_Found]:
    if not wanted:
        return ()
    arms = [
        select(
            literal(name).label("kind"),
            KINDS[name].id.label("id"),
            cast(KINDS[name].called, String).label("called"),
            cast(KINDS[name].id if KINDS[name].shown is None else KINDS[name].shown, Integer).label(
                "shown"
            ),
            KINDS[name].private.label("private"),
            KINDS[name].seen(actor).label("seen"),
        ).where(KINDS[name].id.in_(ids))
        for name, ids in wanted.items()
    ]
    return rows(union_all(*arms), _Found)
