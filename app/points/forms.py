"""Forms of points."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import Field, HiddenField, SelectField
from wtforms.validators import InputRequired, Length, ValidationError

from app.core.forms import (
    CreatingForm,
    DayField,
    Form,
    long_text,
    one_id,
    one_of,
    text,
    whole_number,
)
from app.core.i18n import lazy_gettext as _l
from app.points.models import BASIS_LABELS, CATEGORY_LABELS, Basis, Category

_PRESENT = InputRequired(_l("Please fill this in."))


def day(label: Any) -> Field:
    """A date as the browser's own field gives it."""
    return DayField(label, [_PRESENT, _sensible])


def _sensible(_form: Form, field: Field) -> None:
    if field.data is not None and not date(2000, 1, 1) <= field.data <= date(2100, 12, 31):
        raise ValidationError(_l("Enter a date between 2000 and 2100."))


class AwardForm(Form):
    """The people stand outside: they are chosen one after the other, see `views.requests`."""

    request_key = HiddenField(validators=[InputRequired(), Length(max=40)])
    code = SelectField(_l("What for"), [_PRESENT], choices=[])
    happened_on = day(_l("Day of the act"))
    times = whole_number(_l("How many times or hours"), minimum=0, maximum=100)
    minutes = whole_number(_l("and minutes"), minimum=0, maximum=59, required=False)
    memo = long_text(_l("What was done, and what shows it"), maximum=200)


class ReasonForm(Form):
    reason = long_text(_l("Reason"), maximum=250)


class RuleForm(Form):
    """A new version of a rule."""

    community = one_id(_l("Holds for"), required=False)
    name = text(_l("Name of the rule"), maximum=80)
    points = whole_number(_l("Points"), minimum=1, maximum=10_000)
    yearly_cap = whole_number(_l("At most a year"), minimum=1, maximum=1_000_000, required=False)
    effective_from = day(_l("In force from"))
    source = long_text(_l("Decided by, or taken from"), maximum=300)


class NewRuleForm(CreatingForm, RuleForm):
    category = one_of(_l("Category"), Category, CATEGORY_LABELS)
    basis = one_of(
        _l("Counted"),
        Basis,
        {b: BASIS_LABELS[b] for b in (Basis.PER_TIME, Basis.PER_HOUR)},
    )


class EndRuleForm(Form):
    community = one_id(_l("Holds for"), required=False)
    effective_from = day(_l("Nothing more is awarded from"))
    source = long_text(_l("Decided by, or taken from"), maximum=300)


class PolicyForm(Form):
    second_person_from = whole_number(
        _l("A second person decides from"), minimum=1, maximum=1_000_000
    )
    expires_after_months = whole_number(
        _l("Points expire after"), minimum=1, maximum=120, required=False
    )
    effective_from = day(_l("In force from"))
    source = long_text(_l("Decided by, or taken from"), maximum=300)


class NoticeForm(CreatingForm):
    title = text(_l("Title"), maximum=150)
    body = long_text(_l("Text"), maximum=20_000)
    days = whole_number(_l("Days it hangs"), minimum=1, maximum=365, required=False)
    contact = text(_l("Contact for objections"), maximum=200)
