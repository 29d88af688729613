"""Accounts of those who work with the system: made, given roles, and closed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts import codes, passwords
from app.accounts.models import RoleGrant, User
from app.accounts.policy import ROLE_LEVELS, may_grant, may_link, may_manage
from app.accounts.usernames import checked
from app.audit import interface as audit
from app.core import clock
from app.core.access import Actor, Role
from app.core.db import db, flushing, hold
from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l
from app.core.masking import masked_username
from app.people.interface import clean_name
from app.people.models import Person, Unit
from app.places.models import Level, Place


def create_user(
    actor: Actor | None,
    *,
    username: str,
    name: str,
    role: Role,
    place: Place,
    unit: Unit | None = None,
) -> tuple[User, str]:
    """A new account with its first role. Returns it and a password that has to be changed, hashed
    before anything is held (`core.db.end_transaction`).

    Refused if the role can't be held or given there (field "role"), if a contact has no unit or
    another role has one (field "unit_id"), or if the name is taken (field "username").
    """
    password = codes.new_password()
    kept = passwords.hashed(password)
    _check_grant(actor, role, place, is_resident=False)
    if (role is Role.UNIT) != (unit is not None):
        raise Refused(_l("A unit contact, and only they, speaks for a unit."), field="unit_id")
    username = checked(username)
    user = User(
        username=username,
        name=clean_name(name),
        password_hash=kept,
        password_set_at=clock.now(),
        must_change_password=True,
        unit_id=unit.id if unit else None,
        community_id=place_of_home(place),
    )
    with flushing(taken()):
        db.session.add(user)
    audit.record(
        actor, "user.create", kind="user", id=user.id, path=place.path,
        username=masked_username(username),
    )  # fmt: skip
    grant(actor, user, role=role, place=place)
    return user, password


def grant(actor: Actor | None, user: User, *, role: Role, place: Place) -> RoleGrant:
    """Give a user a role at a place. Nobody gives what they don't reach themselves. Refused (field
    "role") if the user has the role here already, or it can't be held or given there."""
    hold(user)
    _check_manages(actor, user)
    _check_grant(actor, role, place, is_resident=user.person_id is not None)
    if role is Role.UNIT:
        _check_speaks_for_unit(user)
    if any(held == (role, place.path) for held in _held(user)):
        raise Refused(_l("This user already has this role here."), field="role")
    given = RoleGrant(
        user_id=user.id, role=role, place_id=place.id, granted_by_id=actor.id if actor else None
    )
    with flushing(Refused(_l("This user already has this role here."), field="role")):
        db.session.add(given)
    if user.community_id is None:
        user.community_id = place_of_home(place)
    audit.record(actor, "role.grant", kind="user", id=user.id, path=place.path, role=role.value)
    return given


def withdraw(actor: Actor, given: RoleGrant) -> None:
    """Take a role back. It no longer counts from the next request on. Refused if it is one's own,
    or was withdrawn already."""
    hold(given)
    user = db.session.get_one(User, given.user_id)
    _check_manages(actor, user)
    if user.id == actor.id:
        raise Refused(_l("Somebody else has to take your own roles from you."))
    if given.withdrawn_at is not None:
        raise Refused(_l("This role has already been withdrawn."))
    given.withdrawn_at = clock.now()
    db.session.flush()
    path = db.session.get_one(Place, given.place_id).path
    audit.record(actor, "role.withdraw", kind="user", id=user.id, path=path, role=given.role.value)


def link_person(actor: Actor, user: User, person: Person) -> None:
    """Tie the account of a person who works here to their own entry among the residents.

    What they decide about themselves or their household is refused from then on. A resident's
    own account, made with a slip, stays tied to whom the slip was for.

    Refused (field "person_id") if the person has moved out or has another account, and if the account
    is one's own, a resident's, or out of reach.
    """
    _lock_managed(actor, user)
    if user.id == actor.id:
        raise Refused(_l("Somebody else has to tie your own account."))
    if not may_link([role for role, _path in _held(user)]):
        raise Refused(_l("This account was made by the resident it belongs to."))
    if person.moved_out_on is not None:
        raise Refused(_l("%(name)s has moved out.", name=person.name), field="person_id")
    refusal = _l("%(name)s already has another account.", name=person.name)
    with flushing(Refused(refusal, field="person_id")):
        user.person_id = person.id
    _record(actor, "user.link", user, person=person.id)


def disable(actor: Actor, user: User) -> None:
    """Close an account: its sessions end and it can't be signed in to. Refused if it is one's own,
    or closed already."""
    _lock_managed(actor, user)
    if user.id == actor.id:
        raise Refused(_l("You can't close your own account."))
    if user.disabled_at is not None:
        raise Refused(_l("This account has already been closed."))
    user.disabled_at = clock.now()
    user.session_version += 1
    db.session.flush()
    _record(actor, "user.disable", user)


def enable(actor: Actor, user: User) -> None:
    """Open a closed account again. Refused if it is open."""
    _lock_managed(actor, user)
    if user.disabled_at is None:
        raise Refused(_l("This account is open."))
    user.disabled_at = None
    user.failed_sign_ins = 0
    user.locked_until = None
    db.session.flush()
    _record(actor, "user.enable", user)


def reset_password(actor: Actor | None, user: User) -> str:
    """Replace a forgotten password: ends all sessions and a lock, returns a password that is
    shown once and has to be changed at the next sign-in. It is hashed before anything is held.

    Refused if it is one's own.
    """
    password = codes.new_password()
    kept = passwords.hashed(password)
    _lock_managed(actor, user)
    if actor is not None and user.id == actor.id:
        raise Refused(_l("Change your own password on the page for it."))
    user.password_hash = kept
    user.password_set_at = clock.now()
    user.must_change_password = True
    user.session_version += 1
    user.failed_sign_ins = 0
    user.locked_until = None
    db.session.flush()
    _record(actor, "password.reset", user)
    return password


def revoke_sessions(actor: Actor, user: User) -> None:
    """End all sessions of a user, e.g. after a computer was lost. Refused if they also have
    roles that the actor doesn't reach."""
    _lock_managed(actor, user)
    user.session_version += 1
    db.session.flush()
    _record(actor, "session.revoke", user)


def taken() -> Refused:
    return Refused(_l("This username is taken."), field="username")


def place_of_home(place: Place) -> int | None:
    """The community in or under which a place lies; None above that level."""
    return db.session.scalar(
        select(Place.id).where(Place.id.in_(place.ancestor_ids), Place.level == Level.COMMUNITY)
    )


def _check_grant(actor: Actor | None, role: Role, place: Place, *, is_resident: bool) -> None:
    if actor is not None and not may_grant(actor, role, place.path):
        raise Refused(_l("You can't give this role here."), field="role")
    if place.level not in ROLE_LEVELS[role]:
        raise Refused(_l("This role is not held at a place of this level."), field="role")
    if place.retired_on is not None:
        raise Refused(_l("This place has been retired."))
    if role is Role.RESIDENT and not is_resident:
        message = _l("Residents make their account themselves, with a slip printed for them.")
        raise Refused(message, field="role")


def _check_speaks_for_unit(user: User) -> None:
    unit = db.session.execute(select(Unit.ended_on).where(Unit.id == user.unit_id)).one_or_none()
    if unit is None:
        raise Refused(_l("A unit contact, and only they, speaks for a unit."), field="role")
    if unit.ended_on is not None:
        raise Refused(_l("The unit takes part no longer."), field="role")


def _held(user: User) -> Sequence[tuple[Role, str]]:
    rows = db.session.execute(
        select(RoleGrant.role, Place.path)
        .join(Place, Place.id == RoleGrant.place_id)
        .where(RoleGrant.user_id == user.id, RoleGrant.withdrawn_at.is_(None))
        .order_by(RoleGrant.id)
    )
    return [(row.role, row.path) for row in rows]


def _check_manages(actor: Actor | None, user: User) -> None:
    if actor is not None and not may_manage(actor, _held(user)):
        raise Refused(_l("This account also has roles that you don't reach."))


def _lock_managed(actor: Actor | None, user: User) -> None:
    hold(user)
    _check_manages(actor, user)


def _record(actor: Actor | None, action: str, user: User, **detail: int) -> None:
    held = _held(user)
    audit.record(
        actor, action, kind="user", id=user.id, path=held[0][1] if held else "",
        username=masked_username(user.username), **detail,
    )  # fmt: skip
