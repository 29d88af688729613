"""`flask user …`: accounts from the command line, for those who run the machine."""

from __future__ import annotations

import click
from sqlalchemy import select

from app.accounts.models import User
from app.accounts.services import setup, users
from app.accounts.usernames import canonical
from app.core.access import Role
from app.core.console import Failed, Group, row_id
from app.core.db import begin_writing, db, end_transaction
from app.core.i18n import lazy_gettext as _l
from app.people.models import Unit
from app.places.models import Place

user = Group("user", help="Accounts and roles.")
commands = [user]

_ROLES = click.Choice([role.value for role in Role if role is not Role.RESIDENT])


@user.command("create")
@click.argument("username")
@click.option("--name", required=True, help="how the person is called")
@click.option("--role", type=_ROLES, required=True)
@click.option("--place", required=True, metavar="CODE|ID|NAME", help="where the role is held")
@click.option("--unit", help="name of the unit a unit contact speaks for")
def create(username: str, name: str, role: str, place: str, unit: str | None) -> None:
    """Make an account and print its first password, which has to be changed."""
    begin_writing()
    where = _place(place)
    speaks_for = _unit(unit, where) if unit else None
    end_transaction()
    made, password = users.create_user(
        None, username=username, name=name, role=Role(role), place=where, unit=speaks_for
    )
    db.session.commit()
    click.echo(f"{made.username}: {password}")


@user.command("grant")
@click.argument("username")
@click.argument("role", type=_ROLES)
@click.argument("place", metavar="PLACE")
def grant(username: str, role: str, place: str) -> None:
    """Give USERNAME a ROLE at a PLACE (its code, id or name) and everything inside it."""
    begin_writing()
    found = _user(username)
    where = _place(place)
    users.grant(None, found, role=Role(role), place=where)
    db.session.commit()
    click.echo(f"{found.username}: {role}, {where.name}")


@user.command("reset-password")
@click.argument("username")
def reset_password(username: str) -> None:
    """Print a new first password for USERNAME; it also ends a lock and all sessions."""
    begin_writing()
    found = _user(username)
    end_transaction()
    password = users.reset_password(None, found)
    db.session.commit()
    click.echo(f"{found.username}: {password}")


@user.command("setup-code")
def setup_code() -> None:
    """Print a new code with which the first administrator is made at /setup."""
    code = setup.setup_code()
    if code is None:
        raise Failed(_l("There are accounts already; the system has been set up."))
    click.echo(code)


def _user(username: str) -> User:
    found = db.session.scalar(select(User).where(User.username == canonical(username)))
    if found is None:
        raise Failed(_l("There is no account %(username)s.", username=username))
    return found


def _place(text: str) -> Place:
    """The place with this code, else id, else name; the name has to be the only one."""
    coded = db.session.scalar(select(Place).where(Place.code == text))
    if coded is not None:
        return coded
    by_id = db.session.get(Place, row_id(text) or 0)
    if by_id is not None:
        return by_id
    named = db.session.scalars(select(Place).where(Place.name == text).limit(2)).all()
    if not named:
        raise Failed(_l("There is no place %(name)s.", name=text))
    if len(named) > 1:
        raise Failed(_l("There is more than one place %(name)s: give its code.", name=text))
    return named[0]


def _unit(name: str, place: Place) -> Unit:
    found = db.session.scalar(select(Unit).where(Unit.name == name, Unit.community_id == place.id))
    if found is None:
        raise Failed(_l("There is no unit %(name)s in %(place)s.", name=name, place=place.name))
    return found
