"""Signing in and out, one's own password, and ending sessions that are elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts import passwords
from app.accounts.models import EndedSession, RoleGrant, User
from app.accounts.policy import is_locked
from app.accounts.queries.sessions import actor_of
from app.accounts.usernames import canonical
from app.audit import interface as audit
from app.core import clock
from app.core.access import Actor
from app.core.db import db, insert_new
from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l
from app.places.models import Place


@dataclass(frozen=True)
class Outcome:
    """How a sign-in ended. `actor` is set if it succeeded.

    `locked_until` is for the trail and for tests: the page says the same thing for an unknown
    name, a wrong password and a locked account, so that nobody learns which accounts there are.
    """

    actor: Actor | None
    locked_until: datetime | None = None


def sign_in(username: str, password: str, *, kept: str | None) -> Outcome:
    """Check name and password and count failures. The caller commits a failure, too.

    `kept` is the account's hash, read before: comparing takes a while and must lock nothing. The
    row is locked before it counts, so that many attempts at once are counted one by one, and a
    right password that comes after too many wrong ones finds the account locked.
    """
    right = passwords.is_right(password, kept)
    renewed = passwords.hashed(password) if right and passwords.is_outdated(kept or "") else kept
    user = db.session.scalar(
        select(User).where(User.username == canonical(username)).with_for_update()
    )
    if user is None or user.disabled_at is not None:
        audit.record(None, "session.failed", kind="user", id=user.id if user else None)
        return Outcome(None)
    if is_locked(user.locked_until, clock.now()):
        _record(None, "session.failed", user, locked=True)
        return Outcome(None, user.locked_until)
    if not right or user.password_hash != kept:  # it may have been changed meanwhile
        return _failed(user)
    user.password_hash = renewed
    user.failed_sign_ins = 0
    user.locked_until = None
    user.last_sign_in_at = clock.now()
    db.session.flush()
    actor = actor_of(user)
    _record(actor, "session.sign_in", user)
    return Outcome(actor)


def _failed(user: User) -> Outcome:
    user.failed_sign_ins += 1
    _record(None, "session.failed", user, failures=user.failed_sign_ins)
    if user.failed_sign_ins >= passwords.LOCK_AFTER:
        user.failed_sign_ins = 0
        user.locked_until = clock.now() + passwords.LOCK_FOR
        _record(None, "session.lock", user, until=user.locked_until.isoformat())
    db.session.flush()
    return Outcome(None, user.locked_until)


def sign_out(actor: Actor) -> None:
    """End this session: neither the browser nor a copy of its cookie goes on with it."""
    if actor.nonce:  # one that began before sessions were told apart has none
        ended = {"nonce": actor.nonce, "user_id": actor.id, "ended_at": clock.now()}
        db.session.execute(insert_new(EndedSession), ended)
    audit.record(actor, "session.sign_out", kind="user", id=actor.id, path=_path(actor))


def sign_out_everywhere(actor: Actor) -> None:
    """End all of one's own sessions, this one too."""
    user = _own(actor)
    user.session_version += 1
    db.session.flush()
    audit.record(actor, "session.revoke", kind="user", id=actor.id, path=_path(actor))


def change_password(actor: Actor, *, current: str, password: str, kept: str | None) -> Actor:
    """Set one's own password; every other session ends. Returns the actor to go on with.

    `kept` is one's hash, read before: like signing in, comparing and hashing lock nothing.

    Refused (field "password") if it is the one there is.
    """
    if not passwords.is_right(current, kept):
        raise _not_present()
    passwords.check_new(password, username=actor.username)
    if passwords.is_right(password, kept):
        raise Refused(_l("This is your present password. Choose another one."), field="password")
    renewed = passwords.hashed(password)
    user = _own(actor)
    if user.password_hash != kept:  # it was changed meanwhile
        raise _not_present()
    user.password_hash = renewed
    user.password_set_at = clock.now()
    user.must_change_password = False
    user.session_version += 1
    db.session.flush()
    audit.record(actor, "password.change", kind="user", id=actor.id, path=_path(actor))
    return actor_of(user)


def _not_present() -> Refused:
    return Refused(_l("This is not your present password."), field="current")


def _own(actor: Actor) -> User:
    return db.session.scalars(select(User).where(User.id == actor.id).with_for_update()).one()


def _path(actor: Actor) -> str:
    return actor.grants[0].path if actor.grants else ""


def _record(actor: Actor | None, action: str, user: User, **detail: object) -> None:
    """In the trail of the place where the user has their first role."""
    path = db.session.scalar(
        select(Place.path)
        .join(RoleGrant, RoleGrant.place_id == Place.id)
        .where(RoleGrant.user_id == user.id, RoleGrant.withdrawn_at.is_(None))
        .order_by(RoleGrant.id)
        .limit(1)
    )
    audit.record(actor, action, kind="user", id=user.id, path=path or "", **detail)
