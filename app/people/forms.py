"""Forms of people, units and offices."""

from __future__ import annotations

from wtforms import BooleanField

from app.core.forms import (
    AS_TYPED,
    CreatingForm,
    Form,
    day,
    half_width,
    long_text,
    one_id,
    one_of,
    text,
    version,
)
from app.core.i18n import lazy_gettext as _l
from app.people.models import (
    APPOINTMENT_LABELS,
    GENDER_LABELS,
    UNIT_KIND_LABELS,
    AppointmentKind,
    Gender,
    UnitKind,
)


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
    pinyin = text(_l("Pinyin"), required=False, maximum=120, render_kw=AS_TYPED)
    initials = text(_l("Pinyin initials"), required=False, maximum=30, render_kw=AS_TYPED)
    version = version()


class MoveOutForm(Form):
    on = day(_l("Since"))
    deceased = BooleanField(_l("This person has died"))


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
