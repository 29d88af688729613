"""What other packages may use of accounts."""

from app.accounts.demo_accounts import ACCOUNTS, PASSWORD
from app.accounts.passwords import hashed
from app.accounts.queries.roles import in_force, speaks_for_unit
from app.accounts.queries.sessions import actor_of
from app.accounts.queries.users import (
    is_residents,
    staff_of,
    user_ids_of_units,
    user_ids_with,
    users_by_person,
)
from app.accounts.services.setup import setup_code

__all__ = [
    "ACCOUNTS",  # the sample accounts: username and role
    "PASSWORD",  # the password of the sample accounts
    "actor_of",  # the actor a user is when signed in
    "hashed",  # what is kept of a password
    "in_force",  # condition on RoleGrant: the role counts now
    "is_residents",  # condition on a user's id: a resident's own account, without another role
    "setup_code",  # a new code that lets the reader of the console make the first administrator
    "speaks_for_unit",  # condition on User: the account acts for its unit
    "staff_of",  # the accounts of a community's staff
    "user_ids_of_units",  # ids of the accounts that speak for these units
    "user_ids_with",  # ids of the accounts that hold a role at a community or above it
    "users_by_person",  # {person id: user id} of those among these people with an account in use
]
