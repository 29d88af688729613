"""What people fill in around resolutions."""

from __future__ import annotations

from datetime import date

from wtforms import Field
from wtforms.validators import InputRequired, ValidationError

from app.core.forms import DayField, Form, long_text, one_id, text, whole_number
from app.core.i18n import lazy_gettext as _l
from app.notices.interface import LONGEST_DAYS

_PRESENT = InputRequired(_l("Please fill this in."))


class RecordForm(Form):
    decided_on: date | None = None
    title = text(_l("Title"), maximum=120)
    text = long_text(_l("Text of the resolution"), maximum=5000)
    feedback_due_on = DayField(_l("Result due on"), [_PRESENT])

    def validate_feedback_due_on(self, field: Field) -> None:
        """Said here as well as by the service, so that it is said together with the rest."""
        if field.data is not None and self.decided_on is not None and field.data < self.decided_on:
            raise ValidationError(_l("The result can't be due before the decision."))


class PublishForm(Form):
    contact = text(_l("Where to object"), maximum=200)
    days = whole_number(_l("Days on the board"), minimum=1, maximum=LONGEST_DAYS, required=False)


class FeedbackForm(PublishForm):
    result = long_text(_l("Result"), maximum=5000)


class SupersedeForm(Form):
    later_id = one_id(_l("Superseded by"))
