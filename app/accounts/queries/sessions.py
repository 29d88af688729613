"""Whose session it is: asked in every request."""

from __future__ import annotations

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import aliased

from app.accounts.models import EndedSession, RoleGrant, User
from app.accounts.queries.roles import in_force
from app.accounts.queries.users import called
from app.accounts.usernames import canonical
from app.core.access import Actor, Grant, Role
from app.core.db import db, rows
from app.places.models import Level, Place

_DIGITS = 9  # more can't be one of ours

_home = aliased(Place)
_ACTOR = (
    select(
        User.id, called().label("name"), User.username, User.session_version, User.person_id, User.unit_id,
        User.community_id, User.must_change_password, _home.name.label("home"),
        RoleGrant.role, RoleGrant.place_id, Place.path, Place.name.label("place"),
        (Place.level == Level.COMMUNITY).label("whole"),
    )
    .select_from(User)
    .outerjoin(RoleGrant, (RoleGrant.user_id == User.id) & in_force())
    .outerjoin(Place, Place.id == RoleGrant.place_id)
    .outerjoin(_home, _home.id == User.community_id)
    .where(
        User.id == bindparam("user_id"),
        User.session_version == bindparam("version"),
        User.disabled_at.is_(None),
        ~exists().where(EndedSession.nonce == bindparam("nonce")),
    )
)  # fmt: skip


def actor_by_session(session_id: str) -> Actor | None:
    """The actor of a session "user id:session version:nonce", or None if it has been revoked.

    One query, rows not objects: this runs in every request.
    """
    user_id, version, nonce = (*session_id.split(":", 2), "", "")[:3]
    if not all(part.isdecimal() and len(part) <= _DIGITS for part in (user_id, version)):
        return None
    found = rows(_ACTOR, user_id=int(user_id), version=int(version), nonce=nonce)
    if not found:
        return None
    first = found[0]
    speaks = any(row.role == Role.UNIT for row in found)  # a role of another kind is not the unit's
    return Actor(
        id=first.id,
        name=first.name,
        username=first.username,
        session_version=first.session_version,
        person_id=first.person_id,
        unit_id=first.unit_id if speaks else None,
        community_id=first.community_id,
        must_change_password=first.must_change_password,
        grants=tuple(
            Grant(Role(row.role), row.place_id, row.path, bool(row.whole))
            for row in found
            if row.role
        ),
        home=first.home or first.place or "",
        nonce=nonce,
    )


def password_hash(username: str) -> str | None:
    """What is kept of the account's password; None also if there is no such account."""
    statement = select(User.password_hash).where(User.username == canonical(username))
    return db.session.scalar(statement)


def actor_of(user: User) -> Actor:
    """The actor a user is when signed in. ValueError if the account is closed."""
    found = actor_by_session(f"{user.id}:{user.session_version}:")
    if found is None:
        msg = f"user {user.id} is disabled"
        raise ValueError(msg)
    return found
