"""What can be done with people, units, offices and accounts. Call it from here."""

from app.people.services.activation import activate, issue_activation
from app.people.services.appointments import appoint, end_appointment
from app.people.services.persons import (
    clean_name,
    clean_room,
    correct_person,
    create_person,
    household_at,
    move_back,
    move_out,
    new_person_codes,
)
from app.people.services.places import retire_place
from app.people.services.sessions import (
    Outcome,
    change_password,
    sign_in,
    sign_out,
    sign_out_everywhere,
)
from app.people.services.setup import create_first_administrator, is_set_up, setup_code
from app.people.services.units import correct_unit, end_unit, register_unit, resume_unit
from app.people.services.unmasking import look_at, unmask, unmask_contact
from app.people.services.users import (
    create_user,
    disable,
    enable,
    grant,
    link_person,
    reset_password,
    revoke_sessions,
    withdraw,
)

__all__ = [
    "Outcome",
    "activate",
    "appoint",
    "change_password",
    "clean_name",
    "clean_room",
    "correct_person",
    "correct_unit",
    "create_first_administrator",
    "create_person",
    "create_user",
    "disable",
    "enable",
    "end_appointment",
    "end_unit",
    "grant",
    "household_at",
    "is_set_up",
    "issue_activation",
    "link_person",
    "look_at",
    "move_back",
    "move_out",
    "new_person_codes",
    "register_unit",
    "reset_password",
    "resume_unit",
    "retire_place",
    "revoke_sessions",
    "setup_code",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "unmask",
    "unmask_contact",
    "withdraw",
]
