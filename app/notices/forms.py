from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.core.forms import (
    CreatingForm,
    DayField,
    Form,
    half_width,
    long_text,
    one_id,
    one_of,
    text,
    whole_number,
)
from app.core.i18n import lazy_gettext as _l
from app.notices.models import NOTICE_KIND_LABELS, NoticeKind
from app.notices.services import LONGEST_DAYS

if TYPE_CHECKING:
    from wtforms import Field


def _has_to_be() -> Field:
    return BooleanField(_l("It has to be public"))


class NoticeForm(CreatingForm):
    """A notice of committee affairs; what resolutions, conventions and points have to announce is
    published where they are."""

    title = text(_l("Title"), maximum=150)
    basis = text(_l("Basis"), required=False, maximum=300)
    body = long_text(_l("Content"), maximum=10_000)
    days = whole_number(_l("Days on the board"), minimum=1, maximum=LONGEST_DAYS, required=False)
    contact = text(_l("Where to object"), maximum=200)
    has_to_be = _has_to_be()


class WithdrawalForm(Form):
    reason = long_text(_l("Reason"), maximum=300)


class ObjectionForm(CreatingForm):
    """A resident's own objection."""

    phone = text(
        _l("Phone number for questions"), required=False, maximum=30, render_kw={"inputmode": "tel"},
        filters=[half_width],
    )  # fmt: skip
    text = long_text(_l("What do you object to, and why?"), maximum=2000)


class ProxyObjectionForm(ObjectionForm):
    """Entered by staff for a person: a resident found by search, or a name."""

    person_id = one_id(_l("Resident who objects"), required=False)
    name = text(_l("Or the name of somebody from elsewhere"), required=False, maximum=60)
    received_on = DayField(_l("Received on"), [InputRequired(_l("Please fill this in."))])


class AnswerForm(Form):
    upheld = RadioField(
        _l("Outcome"),
        [InputRequired(_l("Please choose."))],
        choices=[SelectChoice("yes", _l("Upheld")), SelectChoice("no", _l("Not upheld"))],
    )
    answer = long_text(_l("Answer"), maximum=2000)
    has_to_be = _has_to_be()


class RuleForm(Form):
    kind = one_of(_l("Kind"), NoticeKind, NOTICE_KIND_LABELS)
    minimum_days = whole_number(_l("Fewest days"), minimum=1, maximum=LONGEST_DAYS)
    effective_from = DayField(_l("In force from"), [InputRequired(_l("Please fill this in."))])
    source = text(_l("Source"), maximum=200)
