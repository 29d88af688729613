"""Forms of accounts: signing in, passwords, slips, roles."""

from __future__ import annotations

from typing import Any

from wtforms import Field, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from app.accounts import passwords
from app.core.access import ROLE_LABELS, Role
from app.core.forms import (
    AS_TYPED,
    Form,
    one_id,
    one_of,
    text,
)
from app.core.i18n import lazy_gettext as _l

# What app.accounts.passwords asks of a new one.
_RULES = _l(
    "At least %(count)s characters, of three kinds: small letters, capital letters, digits, others. "
    "The username must not be in it.",
    count=passwords.SHORTEST,
)


def password(label: Any, *, new: bool = False) -> Field:
    """A password, told to the browser's own store as an old or a new one."""
    return PasswordField(
        label,
        [InputRequired(_l("Please fill this in.")), Length(max=passwords.LONGEST)],
        description=_RULES if new else "",
        render_kw={"autocomplete": "new-password" if new else "current-password"},
    )


def repeated() -> Field:
    return PasswordField(
        _l("Password again"),
        [
            InputRequired(_l("Please fill this in.")),
            EqualTo("password", _l("The two passwords differ.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )


def username(label: Any, *, required: bool = True, autocomplete: str = "username") -> Field:
    return text(
        label, required=required, maximum=60, render_kw={"autocomplete": autocomplete, **AS_TYPED}
    )


class SignInForm(Form):
    username = username(_l("Username"))
    # Not held to the length of new passwords: too long is as wrong as any other.
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Please fill this in."))],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(Form):
    current = password(_l("Present password"))
    password = password(_l("New password"), new=True)
    repeat = repeated()


class SetupForm(Form):
    code = text(
        _l("Code from the console"), maximum=40, render_kw={"autocomplete": "off", **AS_TYPED}
    )
    city = text(_l("City"), maximum=80, required=False)
    name = text(_l("Your name"), maximum=60, render_kw={"autocomplete": "name"})
    username = username(_l("Username"))
    password = password(_l("Password"), new=True)
    repeat = repeated()


class SlipForm(Form):
    code = text(
        _l("Code on the slip"), maximum=40,
        render_kw={"autocomplete": "one-time-code", **AS_TYPED, "autocapitalize": "characters"},
    )  # fmt: skip


class ActivationForm(SlipForm):
    username = username(_l("Username"), required=False)
    password = password(_l("Password"), new=True)
    repeat = repeated()


class GrantForm(Form):
    role = one_of(_l("Role"), Role, ROLE_LABELS)


class UserForm(GrantForm):
    name = text(_l("Full name"), maximum=60)
    username = username(_l("Username"), autocomplete="off")
    unit_id = one_id(_l("Unit"), required=False)


class LinkForm(Form):
    person_id = one_id(_l("Entry as a resident"))
