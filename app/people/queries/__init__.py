"""Reading people, within what the actor reaches. One module per subject; call them from here."""

from app.people.queries.appointments import (
    APPOINTED_PER_LEVEL,
    appointed,
    committee_members,
    in_force,
    representatives,
    responsible_for,
)
from app.people.queries.persons import (
    adults_of,
    households_of,
    people_reached,
    person_in_reach,
    search_people,
)
from app.people.queries.sessions import actor_by_session, actor_of
from app.people.queries.units import unit_in_reach, units_of
from app.people.queries.users import (
    staff_of,
    user_ids_of_person,
    user_ids_of_units,
    user_ids_with,
    users_by_person,
)

__all__ = [
    "APPOINTED_PER_LEVEL",
    "actor_by_session",
    "actor_of",
    "adults_of",
    "appointed",
    "committee_members",
    "households_of",
    "in_force",
    "people_reached",
    "person_in_reach",
    "representatives",
    "responsible_for",
    "search_people",
    "staff_of",
    "unit_in_reach",
    "units_of",
    "user_ids_of_person",
    "user_ids_of_units",
    "user_ids_with",
    "users_by_person",
]
