"""Reading people, within what the actor reaches."""

from __future__ import annotations

from sqlalchemy import select

from app.core.access import Actor, Grant, Role
from app.core.db import db
from app.people.models import RoleGrant, User
from app.places.models import Place

_LONGEST = 24  # two ids and the colon; more can't be one of ours


def actor_by_session(session_id: str) -> Actor | None:
    """The actor of a session "user id:session version", or None if it has been revoked.

    One query, rows not objects: this runs in every request.
    """
    user_id, _colon, version = session_id.partition(":")
    if not user_id.isdecimal() or not version.isdecimal() or len(session_id) > _LONGEST:
        return None
    rows = db.session.execute(
        select(
            User.id, User.name, User.username, User.session_version, User.person_id, User.unit_id,
            User.community_id, User.must_change_password,
            RoleGrant.role, RoleGrant.place_id, Place.path,
        )
        .outerjoin(RoleGrant, (RoleGrant.user_id == User.id) & RoleGrant.withdrawn_at.is_(None))
        .outerjoin(Place, Place.id == RoleGrant.place_id)
        .where(
            User.id == int(user_id),
            User.session_version == int(version),
            User.disabled_at.is_(None),
        )
    ).all()  # fmt: skip
    if not rows:
        return None
    first = rows[0]
    return Actor(
        id=first.id,
        name=first.name,
        username=first.username,
        session_version=first.session_version,
        person_id=first.person_id,
        unit_id=first.unit_id,
        community_id=first.community_id,
        must_change_password=first.must_change_password,
        grants=tuple(Grant(Role(row.role), row.place_id, row.path) for row in rows if row.role),
    )


def actor_of(user: User) -> Actor:
    """The actor a user is when signed in."""
    found = actor_by_session(f"{user.id}:{user.session_version}")
    if found is None:
        msg = f"user {user.id} is disabled"
        raise ValueError(msg)
    return found
