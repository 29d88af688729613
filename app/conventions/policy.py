"""What may be done with a version now."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Protocol

from app.conventions.models import ConventionKind, Verdict
from app.conventions.states import EDITABLE, VersionState
from app.core import clock
from app.core.access import Actor, Capability
from app.core.i18n import lazy_gettext as _l
from app.core.labels import label
from app.meetings.models.rules import MeetingKind

if TYPE_CHECKING:
    from datetime import datetime

    from app.conventions.models import ConventionVersion


class Standing(Protocol):
    """A version, or a row with as much of it."""

    @property
    def state(self) -> VersionState: ...
    @property
    def comment_until(self) -> date | None: ...
    @property
    def in_force_from(self) -> date | None: ...
    @property
    def ended_on(self) -> date | None: ...


class ToFile(Protocol):
    """A version, or a row with as much of it."""

    @property
    def state(self) -> VersionState: ...
    @property
    def file_by(self) -> date | None: ...


class Answered(Protocol):
    """An opinion, or a row with as much of it."""

    @property
    def verdict(self) -> Verdict | None: ...
    @property
    def in_text_at(self) -> datetime | None: ...


# The shortest time residents have to say what they think of a draft.
COMMENT_DAYS = 7

# The longest: with a year mistyped, the draft could otherwise not go on for years.
LONGEST_COMMENT_DAYS = 180

# More than any convention has; beyond 999 there would be no number for a clause.
MOST_CLAUSES = 200

# Who decides on a text. A convention: the residents' assembly, or the representatives' assembly if
# authorised by it (art. 30). A service standard: any meeting of the parties it binds; where they
# make it is the party-building consultation (domain.md 10, N32 and N33).
DECIDING = {
    ConventionKind.CONVENTION: frozenset(
        {MeetingKind.RESIDENTS_ASSEMBLY, MeetingKind.REPS_ASSEMBLY}
    ),
    ConventionKind.SERVICE_STANDARD: frozenset(MeetingKind),
}

# Before which of them a text usually comes; the larger assembly is hardly ever called.
USUALLY_DECIDING = {
    ConventionKind.CONVENTION: MeetingKind.REPS_ASSEMBLY,
    ConventionKind.SERVICE_STANDARD: MeetingKind.CO_CONSULTATION,
}

# Published once; whether it holds today follows from its dates.
PUBLISHED = frozenset({VersionState.IN_FORCE, VersionState.SUPERSEDED, VersionState.REPEALED})


def was_public(version: ConventionVersion) -> bool:
    """Whether residents have been asked: from then on everybody may read it, even while it is
    being revised."""
    return version.state is not VersionState.DRAFTING or version.comment_until is not None


def seen_by_nobody(version: ConventionVersion) -> bool:
    """Whether it is a first version that residents have not been asked about yet: its title, kind
    and place can still be changed."""
    return version.number == 1 and not was_public(version)


def editable(version: ConventionVersion) -> bool:
    return version.state in EDITABLE


def open_for_comment(version: ConventionVersion, on: date) -> bool:
    """Whether opinions are taken: computed from the last day, which counts."""
    return (
        version.state is VersionState.PUBLIC_COMMENT
        and version.comment_until is not None
        and on <= version.comment_until
    )


def in_effect(version: Standing, on: date) -> bool:
    """Whether it applies to residents on that day: from the day named when it was published until
    the day on which another takes its place, or it is repealed."""
    if version.in_force_from is None or version.in_force_from > on:
        return False
    return version.ended_on is None or on < version.ended_on


def standing(version: Standing) -> str:
    """What to call the state of a version today: one that has been published may not be in force
    yet, and one that is superseded may be in force for some days still."""
    today = clock.today()
    if version.state is VersionState.DRAFTING and version.comment_until is not None:
        return str(_l("Being revised"))
    from_day = version.in_force_from
    if version.state is VersionState.IN_FORCE and from_day is not None and from_day > today:
        return str(_l("Published, not yet in force"))
    if version.state is VersionState.SUPERSEDED and in_effect(version, today):
        return str(_l("In force until the next version is"))
    return label(version.state)


def review_is_past(version: ConventionVersion) -> bool:
    """Whether the review on record is of an earlier round: the text has been taken back since, and
    another review is still to come."""
    return version.reviewed_at is not None and version.state in {
        VersionState.DRAFTING,
        VersionState.PUBLIC_COMMENT,
        VersionState.UNDER_REVIEW,
    }


def takes_up_opinions(version: ConventionVersion) -> bool:
    """Whether opinions can still get into the text."""
    return version.state in {VersionState.DRAFTING, VersionState.PUBLIC_COMMENT}


def may_answer(version: ConventionVersion, opinion: Answered) -> bool:
    """Whether staff may answer the opinion. They may change an answer while opinions can get into
    the text, until the text has been changed because of this one."""
    if opinion.verdict is None:
        return True
    return takes_up_opinions(version) and opinion.in_text_at is None


def filing_due(version: ToFile) -> date | None:
    """The last day to file what was adopted and has not been filed yet."""
    return version.file_by if version.state is VersionState.ADOPTED else None


def filed_late(version: ConventionVersion) -> bool:
    """Whether it was filed after the last day of the rule in force when it was adopted."""
    if version.file_by is None or version.filed_on is None:
        return False
    return version.filed_on > version.file_by


def may_manage(actor: Actor | None, path: str) -> bool:
    return actor is not None and actor.may_at(Capability.MANAGE_CONVENTIONS, path)


def may_review(actor: Actor | None, path: str) -> bool:
    return actor is not None and actor.may_at(Capability.REVIEW_CONVENTION, path)


def may_read(actor: Actor | None, version: ConventionVersion, path: str) -> bool:
    """Whether the reader may see the version: everybody from the public comment on, before that
    only those who write and review it."""
    if was_public(version):
        return True
    return may_manage(actor, path) or may_review(actor, path)


def may_give_opinion(actor: Actor | None, version: ConventionVersion, path: str) -> bool:
    """Whether the actor may give an opinion on the version, or enter one as staff. `path` is the
    community's."""
    return (
        actor is not None
        and open_for_comment(version, clock.today())
        and (may_manage(actor, path) or actor.may_at(Capability.GIVE_OPINION, path))
    )
