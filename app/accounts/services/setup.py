"""The first visit to an empty installation: its first administrator and the top of the tree."""

from __future__ import annotations

import contextlib
import hmac
import os
from pathlib import Path

from sqlalchemy import select

from app.accounts import codes, passwords
from app.accounts.models import RoleGrant, User
from app.accounts.usernames import checked
from app.audit import interface as audit
from app.core import clock
from app.core.access import Role
from app.core.db import db
from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l
from app.core.masking import masked_username
from app.core.settings import data_folder
from app.people.interface import clean_name
from app.places import interface as places
from app.places.models import Level, Place


def is_set_up() -> bool:
    """Whether there is any user at all."""
    return db.session.scalar(select(User.id).limit(1)) is not None


def setup_code() -> str | None:
    """A new one-time code with which the reader of the console makes the first administrator.

    None once there is a user. Only its digest is kept, in the data folder, where every process
    finds it; an earlier code is no longer valid.
    """
    if is_set_up():
        return None
    code = codes.new_slip_code()
    scratch = _file().with_suffix(f".{os.getpid()}")
    scratch.touch(0o600)
    scratch.write_text(codes.digest(code), "ascii")
    scratch.replace(_file())
    return code


def create_first_administrator(
    *, code: str, name: str, username: str, password: str, city: str | None
) -> User:
    """The first user, administrator of the city (or of every city, if places were taken in).

    The password is hashed before anything is held (`core.db.end_transaction`): that takes a while.
    Refused once there is a user. The code's file is taken away by exactly one of several
    requests at once, so that only one of them makes an administrator.
    """
    kept = passwords.hashed(password)
    if is_set_up():
        raise Refused(_l("The system has already been set up. Please sign in."))
    if not hmac.compare_digest(_kept_digest(), codes.digest(code)):
        message = _l("This is not the code that was printed when the program last started.")
        raise Refused(message, field="code")
    username = checked(username)
    passwords.check_new(password, username=username)
    cities = list(db.session.scalars(select(Place).where(Place.level == Level.CITY)))
    if not cities:
        cities = [places.add(None, parent=None, level=Level.CITY, name=city or "")]
    now = clock.now()  # the person who makes the account is signed in with it
    user = User(
        username=username,
        name=clean_name(name),
        password_hash=kept,
        password_set_at=now,
        last_sign_in_at=now,
    )
    db.session.add(user)
    db.session.flush()
    db.session.add_all(
        RoleGrant(user_id=user.id, role=Role.ADMIN, place_id=place.id) for place in cities
    )
    db.session.flush()
    audit.record(
        None, "setup", kind="user", id=user.id, path=cities[0].path,
        username=masked_username(username),
    )  # fmt: skip
    _use_up()
    return user


def _file() -> Path:
    return data_folder() / "setup_code"


def _kept_digest() -> str:
    with contextlib.suppress(FileNotFoundError):
        return _file().read_text("ascii").strip()
    return ""


def _use_up() -> None:
    try:
        _file().unlink()
    except FileNotFoundError as error:
        raise Refused(_l("The system has already been set up. Please sign in.")) from error
