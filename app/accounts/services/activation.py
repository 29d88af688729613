"""Residents make their own account with a printed slip."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from app.accounts import codes, passwords
from app.accounts.models import Activation, RoleGrant, User
from app.accounts.queries.activation import open_activation
from app.accounts.queries.sessions import actor_of
from app.accounts.services.users import taken
from app.accounts.usernames import checked
from app.audit import interface as audit
from app.core import clock
from app.core.access import Actor, Role
from app.core.db import db, flushing, hold
from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l
from app.people.interface import may_have_account
from app.people.models import Person

VALID_FOR = timedelta(days=30)


def issue_activation(actor: Actor, person: Person) -> tuple[Activation, str]:
    """A slip's code, for the printed page only: what is kept is its digest. Earlier slips end.

    A person with an account gets a slip to choose a new password with, unless the account has
    other roles than the resident's: that would hand them to the printer of the slip.

    Refused for those who moved out or are under 14, and if the account is closed or has other
    roles.
    """
    hold(person)
    if person.moved_out_on is not None:
        raise Refused(_l("This person has moved out."))
    if not may_have_account(person.born_on, clock.today()):
        raise Refused(_l("Under 14 nobody has an account of their own: their guardians sign in."))
    user = db.session.scalar(select(User).where(User.person_id == person.id))
    if user is not None and user.disabled_at is not None:
        raise Refused(_l("This person's account has been closed."))
    if user is not None and _has_other_roles(user):
        raise Refused(_l("This account has other roles. Its password is reset under Users."))
    now = clock.now()
    db.session.execute(
        update(Activation)
        .where(
            Activation.person_id == person.id,
            Activation.used_at.is_(None),
            Activation.expires_at > now,
        )
        .values(expires_at=now)
    )
    code = codes.new_slip_code()
    slip = Activation(
        person_id=person.id,
        code_hash=codes.digest(code),
        created_by_id=actor.id,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    db.session.add(slip)
    db.session.flush()
    audit.record(actor, "activation.issue", kind="person", id=person.id, path=person.community.path)
    return slip, code


def activate(*, code: str, username: str | None, password: str) -> Actor:
    """Make the account of the person the slip was printed for, or give it a new password.

    Without a username it is the telephone number, or the resident's number if there is none or
    another of the family already signs in with it. The slip is used up. The password is hashed
    before anything is held (`core.db.end_transaction`).

    Refused (field "code") if the code is not or no longer valid, or the account is not one that a
    slip may renew; (field "username") if that is taken or can't be one, (field "password") if it is
    too weak.
    """
    kept = passwords.hashed(password)
    slip = open_activation(code, lock=True)
    if slip is None:
        raise Refused(_l("This code is not valid, or no longer."), field="code")
    person = db.session.scalars(
        select(Person).where(Person.id == slip.person_id).with_for_update()
    ).one()
    user = db.session.scalar(select(User).where(User.person_id == person.id).with_for_update())
    if person.moved_out_on is not None or (user is not None and not _may_be_renewed(user)):
        raise Refused(_l("This code is not valid, or no longer."), field="code")
    if user is None:
        user = _new_user(person, username)
    passwords.check_new(password, username=user.username)
    user.password_hash = kept
    user.password_set_at = user.last_sign_in_at = clock.now()
    user.must_change_password = False
    user.failed_sign_ins = 0
    user.locked_until = None
    slip.used_at = clock.now()
    with flushing(taken()):
        db.session.add(user)
    user.session_version += 1
    _grant_resident(user, person, slip.created_by_id)
    actor = actor_of(user)
    audit.record(
        actor, "activation.use", kind="person", id=person.id, path=person.community.path,
        user=user.id,
    )  # fmt: skip
    return actor


def _new_user(person: Person, username: str | None) -> User:
    wished = checked(username) if username and username.strip() else None
    for candidate in [wished] if wished else [person.phone, person.code]:
        if candidate and not _is_taken(candidate.casefold()):
            return User(
                username=candidate.casefold(),
                name=person.name,
                person_id=person.id,
                community_id=person.community_id,
            )
    raise taken()


def _is_taken(username: str) -> bool:
    return db.session.scalar(select(User.id).where(User.username == username)) is not None


def _may_be_renewed(user: User) -> bool:
    # The slip may have been printed before the account was closed or was given another role.
    return user.disabled_at is None and not _has_other_roles(user)


def _has_other_roles(user: User) -> bool:
    other = select(RoleGrant.id).where(
        RoleGrant.user_id == user.id,
        RoleGrant.withdrawn_at.is_(None),
        RoleGrant.role != Role.RESIDENT,
    )
    return db.session.scalar(other.limit(1)) is not None


def _grant_resident(user: User, person: Person, given_by_id: int) -> None:
    held = select(RoleGrant.id).where(
        RoleGrant.user_id == user.id,
        RoleGrant.role == Role.RESIDENT,
        RoleGrant.place_id == person.community_id,
        RoleGrant.withdrawn_at.is_(None),
    )
    if db.session.scalar(held) is None:
        db.session.add(
            RoleGrant(
                user_id=user.id,
                role=Role.RESIDENT,
                place_id=person.community_id,
                granted_by_id=given_by_id,
            )
        )
    db.session.flush()
