"""What may be done with a topic or a platform now, and when a topic must be put on an agenda."""

from __future__ import annotations

from datetime import date

from app.core.access import Actor, Capability
from app.people.models import UnitKind
from app.platforms.models import Platform, PlatformKind

# Who has to be invited, by kind of platform: 小区事务三方协商、社区事务多方联动. The community's
# Party organisation, which calls the parties together, is not a unit and not in the list.
USUAL_PARTIES: dict[PlatformKind, frozenset[UnitKind]] = {
    PlatformKind.TRIPARTITE: frozenset({UnitKind.OWNERS_COMMITTEE, UnitKind.PROPERTY_FIRM}),
    PlatformKind.MULTIPARTY: frozenset(
        {UnitKind.STATIONED, UnitKind.PROPERTY_FIRM, UnitKind.SOCIAL_ORGANISATION}
    ),
    PlatformKind.COUNCIL: frozenset(),
    PlatformKind.HEARING: frozenset({UnitKind.DEPARTMENT}),
    PlatformKind.TALK: frozenset(),
    PlatformKind.COURTYARD: frozenset(),
}


def is_running(platform: Platform, on: date) -> bool:
    """Whether meetings may be convened on the platform that day."""
    return platform.opened_on <= on and (platform.ended_on is None or on < platform.ended_on)


def works_there(actor: Actor, path: str) -> bool:
    """Whether topics of the community with this path are the actor's work, in all of it or in a
    part: such people see names in full."""
    return actor.may_around(Capability.SEE_TOPICS, path)
