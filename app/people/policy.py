"""Who may give which role where, and what state an account or an office is in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from app.core.access import CAPABILITIES, Actor, Capability, Role
from app.people.models import AppointmentKind
from app.places.models import Level

ADULT_AGE = 18
# Personal Information Protection Law, art. 31: below it, guardians have to agree first.
OWN_ACCOUNT_AGE = 14

# Nobody gives a role above their own. Roles below staff are equal to each other.
_RANK = {Role.ADMIN: 3, Role.STREET: 2, Role.STAFF: 1}

# At which levels a role makes sense: a grant reaches everything below its place.
_WHOLE_COMMUNITY = frozenset({Level.COMMUNITY})
_PARTS = frozenset({Level.COMMUNITY, Level.GRID, Level.ESTATE, Level.BUILDING})
ROLE_LEVELS: dict[Role, frozenset[Level]] = {
    Role.ADMIN: frozenset({Level.CITY, Level.DISTRICT, Level.STREET}),
    Role.STREET: frozenset({Level.CITY, Level.DISTRICT, Level.STREET}),
    Role.STAFF: _WHOLE_COMMUNITY,
    Role.HOST: _PARTS,
    Role.GRID: _PARTS,
    Role.OVERSIGHT: _WHOLE_COMMUNITY,
    Role.UNIT: frozenset({Level.STREET, Level.COMMUNITY}),
    Role.RESIDENT: _WHOLE_COMMUNITY,
}

# At which levels an office can be held.
_ANY = frozenset(Level)
APPOINTMENT_LEVELS: dict[AppointmentKind, frozenset[Level]] = {
    AppointmentKind.RESPONSIBLE: _ANY,
    AppointmentKind.COMMITTEE_MEMBER: _WHOLE_COMMUNITY,
    AppointmentKind.RESIDENT_REP: _PARTS,
    AppointmentKind.BUILDING_HEAD: frozenset({Level.BUILDING}),
    AppointmentKind.GRID_WORKER: frozenset({Level.GRID}),
    AppointmentKind.HOUSEHOLD_LIAISON: _PARTS - _WHOLE_COMMUNITY,
    AppointmentKind.PART_TIME_MEMBER: frozenset({Level.STREET, Level.COMMUNITY}),
    AppointmentKind.OVERSIGHT_MEMBER: _WHOLE_COMMUNITY,
}

# 2025 law, art. 36: members of the residents' committee can't sit on the oversight committee.
INCOMPATIBLE = {
    AppointmentKind.COMMITTEE_MEMBER: AppointmentKind.OVERSIGHT_MEMBER,
    AppointmentKind.OVERSIGHT_MEMBER: AppointmentKind.COMMITTEE_MEMBER,
}

# 2025 law, art. 13 and 14: the residents' committee and the representatives are elected for five
# years. How long the other offices are held is left to those who give them.
TERM_YEARS = {AppointmentKind.COMMITTEE_MEMBER: 5, AppointmentKind.RESIDENT_REP: 5}

EXPIRES_SOON = timedelta(days=60)


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


def is_over(until: date | None, ended_on: date | None, today: date) -> bool:
    """Whether an office is no longer held: its term is over or it was ended."""
    return (until is not None and until < today) or (ended_on is not None and ended_on <= today)


def last_day(kind: AppointmentKind, since: date) -> date | None:
    """Until when a term that begins that day lasts at most; None where the law says nothing."""
    if kind not in TERM_YEARS:
        return None
    year = since.year + TERM_YEARS[kind]
    leap_day = (since.month, since.day) == (2, 29)
    after = date(year, 3, 1) if leap_day else since.replace(year=year)
    return after - timedelta(days=1)


def expires_soon(until: date | None, today: date) -> bool:
    return until is not None and today <= until <= today + EXPIRES_SOON


def _manages_users(role: Role) -> bool:
    return Capability.MANAGE_USERS in CAPABILITIES[role]


def is_adult(born_on: date | None, on: date) -> bool:
    """Whether somebody is 18 or over that day. An unknown date of birth counts as adult: missing
    data must not make a threshold easier to reach."""
    return _is_of_age(born_on, on, ADULT_AGE)


def may_have_account(born_on: date | None, on: date) -> bool:
    """Whether somebody may be given an account of their own that day; so may who entered no date."""
    return _is_of_age(born_on, on, OWN_ACCOUNT_AGE)


def _is_of_age(born_on: date | None, on: date, age: int) -> bool:
    if born_on is None:
        return True
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day)) >= age
