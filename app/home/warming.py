"""The pages people see first, made once before any is asked for, so that their statements are put together."""

from __future__ import annotations

from flask import current_app, g
from sqlalchemy import func, select

from app.accounts.interface import actor_of, in_force
from app.accounts.models import RoleGrant, User
from app.core.access import Actor
from app.core.db import db
from app.core.guard import login_manager
from app.core.warming import warms


@warms
def show_first_pages() -> None:
    """The sign-in page and the board, and Today as a user of each role sees it."""
    for path in ("/sign-in", "/board"):
        _show(path, login_manager.anonymous_user())
    for who in _one_of_each_role():
        _show("/today", who)


def _one_of_each_role() -> list[Actor]:
    """Of each role that is in use, the account that was made first."""
    first = (
        select(func.min(User.id))
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(in_force(), User.disabled_at.is_(None))
        .where(User.must_change_password.is_(False))
        .group_by(RoleGrant.role)
    )
    users = db.session.scalars(select(User).where(User.id.in_(first)).order_by(User.id))
    return [actor_of(user) for user in users.all()]


def _show(path: str, who: Actor) -> None:
    with current_app.test_request_context(path, headers={"Accept-Language": "zh-CN"}):
        g._login_user = who  # noqa: SLF001 - where Flask-Login keeps it
        current_app.full_dispatch_request()
