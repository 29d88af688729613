"""Forms of people, units, offices, accounts and places."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, Field, IntegerField, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.core.access import ROLE_LABELS, Role
from app.core.forms import (
    CreatingForm,
    Form,
    half_width,
    long_text,
    one_id,
    one_of,
    text,
    whole_number,
)
from app.core.i18n import lazy_gettext as _l
from app.people import passwords
from app.people.models import (
    APPOINTMENT_LABELS,
    GENDER_LABELS,
    UNIT_KIND_LABELS,
    AppointmentKind,
    Gender,
    UnitKind,
)
from app.places.models import ESTATE_KIND_LABELS, LEVEL_LABELS, EstateKind, Level

_OFF = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}

# What app.people.passwords asks of a new one.
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
        label, required=required, maximum=60, render_kw={"autocomplete": autocomplete, **_OFF}
    )


def day(label: Any, *, required: bool = True, **kwargs: Any) -> Field:
    """A date as the browser's own field gives it."""
    presence = InputRequired(_l("Please fill this in.")) if required else Optional()
    return DateField(label, [presence, _sensible], **kwargs)


def version() -> Field:
    """What the row's version was when the form was made, see errors.Stale."""
    return IntegerField(_l("Version"), [InputRequired()], widget=HiddenInput())


def _sensible(_form: Form, field: Field) -> None:
    if field.data is not None and not date(1900, 1, 1) <= field.data <= date(2200, 12, 31):
        raise ValidationError(_l("Enter a date between 1900 and 2200."))


class SignInForm(Form):
    username = username(_l("Username"))
    # Not held to the length of new passwords: whatever is wrong about it, it is simply wrong.
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
    code = text(_l("Code from the console"), maximum=40, render_kw={"autocomplete": "off", **_OFF})
    city = text(_l("City"), maximum=80, required=False)
    name = text(_l("Your name"), maximum=60, render_kw={"autocomplete": "name"})
    username = username(_l("Username"))
    password = password(_l("Password"), new=True)
    repeat = repeated()


class SlipForm(Form):
    code = text(
        _l("Code on the slip"), maximum=40,
        render_kw={"autocomplete": "one-time-code", **_OFF, "autocapitalize": "characters"},
    )  # fmt: skip


class ActivationForm(SlipForm):
    username = username(_l("Username"), required=False)
    password = password(_l("Password"), new=True)
    repeat = repeated()


class PersonForm(Form):
    name = text(_l("Full name"), maximum=60)
    gender = one_of(_l("Gender"), Gender, GENDER_LABELS, required=False)
    born_on = day(_l("Date of birth"), required=False)
    phone = text(
        _l("Telephone"), required=False, maximum=30, render_kw={"inputmode": "tel"},
        filters=[half_width],
    )  # fmt: skip
    building_id = one_id(_l("Building"), required=False)
    room = text(_l("Room"), required=False, maximum=40)
    works_at_id = one_id(_l("Works at"), required=False)
    party_member = BooleanField(_l("Party member"))


class NewPersonForm(CreatingForm, PersonForm):
    pass


class CorrectionForm(PersonForm):
    without_phone = BooleanField(_l("Remove the telephone number"))
    pinyin = text(_l("Pinyin"), required=False, maximum=120, render_kw=_OFF)
    initials = text(_l("Pinyin initials"), required=False, maximum=30, render_kw=_OFF)
    version = version()


class MoveOutForm(Form):
    on = day(_l("Day of moving out"))


class UnmaskForm(Form):
    reason = text(_l("Reason"), maximum=120)


class UnitForm(Form):
    name = text(_l("Name of the unit"), maximum=80)
    kind = one_of(_l("Kind of unit"), UnitKind, UNIT_KIND_LABELS)
    contact_name = text(_l("Contact person"), required=False, maximum=60)
    contact_phone = text(
        _l("Contact's telephone"), required=False, maximum=30, render_kw={"inputmode": "tel"},
        filters=[half_width],
    )  # fmt: skip


class NewUnitForm(CreatingForm, UnitForm):
    pass


class UnitCorrectionForm(UnitForm):
    without_phone = BooleanField(_l("Remove the telephone number"))
    version = version()


class AppointmentForm(CreatingForm):
    kind = one_of(_l("Office"), AppointmentKind, APPOINTMENT_LABELS)
    place_id = one_id(_l("Held at"))
    title = text(_l("Title of the office"), required=False, maximum=60)
    since = day(_l("First day of the term"))
    until = day(_l("Last day of the term"), required=False)


class EndAppointmentForm(Form):
    on = day(_l("First day without the office"))
    reason = long_text(_l("Reason"), maximum=200)


class GrantForm(Form):
    role = one_of(_l("Role"), Role, ROLE_LABELS)


class UserForm(GrantForm):
    name = text(_l("Full name"), maximum=60)
    username = username(_l("Username"), autocomplete="off")
    unit_id = one_id(_l("Unit"), required=False)


class LinkForm(Form):
    person_id = one_id(_l("Entry as a resident"))


class PlaceForm(Form):
    name = text(_l("Name of the place"), maximum=80)
    estate_kind = one_of(_l("Kind of estate"), EstateKind, ESTATE_KIND_LABELS, required=False)
    address = text(_l("Address"), required=False, maximum=200)
    code = text(_l("Official code"), required=False, maximum=20, filters=[half_width])


class NewPlaceForm(PlaceForm):
    level = one_of(_l("Level"), Level, LEVEL_LABELS)


class PlaceCorrectionForm(PlaceForm):
    version = version()


class BuildingsForm(Form):
    first = whole_number(_l("First number"), minimum=1, maximum=9999)
    last = whole_number(_l("Last number"), minimum=1, maximum=9999)
    suffix = text(_l("What follows the number"), maximum=10, default="栋")
