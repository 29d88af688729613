"""At which levels an office is held, for how long, and who is of age."""

from __future__ import annotations

from datetime import date, timedelta

from app.people.models import AppointmentKind
from app.places.models import COMMUNITY_AND_PARTS, WHOLE_COMMUNITY, Level

ADULT_AGE = 18
# Personal Information Protection Law, art. 31: below it, guardians have to agree first.
OWN_ACCOUNT_AGE = 14

# At which levels an office can be held.
_ANY = frozenset(Level)
APPOINTMENT_LEVELS: dict[AppointmentKind, frozenset[Level]] = {
    AppointmentKind.RESPONSIBLE: _ANY,
    AppointmentKind.COMMITTEE_MEMBER: WHOLE_COMMUNITY,
    AppointmentKind.RESIDENT_REP: COMMUNITY_AND_PARTS,
    AppointmentKind.BUILDING_HEAD: frozenset({Level.BUILDING}),
    AppointmentKind.GRID_WORKER: frozenset({Level.GRID}),
    AppointmentKind.HOUSEHOLD_LIAISON: COMMUNITY_AND_PARTS - WHOLE_COMMUNITY,
    AppointmentKind.PART_TIME_MEMBER: frozenset({Level.STREET, Level.COMMUNITY}),
    AppointmentKind.OVERSIGHT_MEMBER: WHOLE_COMMUNITY,
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


def is_adult(born_on: date | None, on: date) -> bool:
    """Whether a person is 18 or over that day. An unknown date of birth counts as adult: missing
    data must not make a threshold easier to reach."""
    return _is_of_age(born_on, on, ADULT_AGE)


def may_have_account(born_on: date | None, on: date) -> bool:
    """Whether a person may be given an account of their own that day; so may one without a date."""
    return _is_of_age(born_on, on, OWN_ACCOUNT_AGE)


def _is_of_age(born_on: date | None, on: date, age: int) -> bool:
    if born_on is None:
        return True
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day)) >= age
