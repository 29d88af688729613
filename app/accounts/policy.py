"""Who may give which role where, and what state an account is in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.core.access import CAPABILITIES, Actor, Capability, Role
from app.places.models import COMMUNITY_AND_PARTS, WHOLE_COMMUNITY, Level

# Nobody gives a role above their own. Roles below staff are equal to each other.
_RANK = {Role.ADMIN: 3, Role.STREET: 2, Role.STAFF: 1}

# At which levels a role makes sense: a grant reaches everything below its place.
ROLE_LEVELS: dict[Role, frozenset[Level]] = {
    Role.ADMIN: frozenset({Level.CITY, Level.DISTRICT, Level.STREET}),
    Role.STREET: frozenset({Level.CITY, Level.DISTRICT, Level.STREET}),
    Role.STAFF: WHOLE_COMMUNITY,
    Role.HOST: COMMUNITY_AND_PARTS,
    Role.GRID: COMMUNITY_AND_PARTS,
    Role.OVERSIGHT: WHOLE_COMMUNITY,
    Role.UNIT: frozenset({Level.STREET, Level.COMMUNITY}),
    Role.RESIDENT: WHOLE_COMMUNITY,
}


def rank(role: Role) -> int:
    return _RANK.get(role, 0)


def may_grant(actor: Actor, role: Role, path: str) -> bool:
    """Whether the actor manages users at that place with a role not below the one given."""
    reaching = [
        grant.role
        for grant in actor.grants
        if path.startswith(grant.path) and _manages_users(grant.role)
    ]
    return any(rank(own) >= rank(role) for own in reaching)


def may_manage(actor: Actor, grants: Iterable[tuple[Role, str]]) -> bool:
    """Whether the actor may change an account that holds these (role, path): all or none.

    Otherwise a street officer could take over an administrator who also works in the street.
    """
    return all(may_grant(actor, role, path) for role, path in grants)


def may_link(roles: Iterable[Role]) -> bool:
    """Whether an account can be tied to another entry: a resident's own account can't."""
    return Role.RESIDENT not in roles


def is_locked(locked_until: datetime | None, now: datetime) -> bool:
    return locked_until is not None and locked_until > now


def _manages_users(role: Role) -> bool:
    return Capability.MANAGE_USERS in CAPABILITIES[role]
