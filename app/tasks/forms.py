"""What people fill in around tasks."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import Field, FieldList, FormField, IntegerField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.core.errors import Refused
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
from app.tasks.models.evaluations import CHANNEL_LABELS, Channel
from app.tasks.models.tasks import DIFFICULTY_LABELS, Difficulty

MOST_DRAFTS = 12
PHOTO_TYPES = "image/jpeg,image/png,image/webp"  # a phone turns its own format into these
_PRESENT = InputRequired(_l("Please fill this in."))
_LARGEST_VERSION = 2**31 - 1


class _Radio(RadioField):
    """A few choices, all of them in sight; what is none of them was not chosen."""

    def pre_validate(self, form: Any) -> None:
        if self.data is None and self.raw_data:
            raise ValidationError(_l("Please choose."))


def radio(label: Any, choices: dict[str, tuple[Any, Any]], *, required: bool = True) -> Field:
    """`choices` are {value sent: (value meant, label)}; data is what is meant, or None."""
    return _Radio(
        label,
        [_PRESENT if required else Optional()],
        choices=[SelectChoice(value, choice[1]) for value, choice in choices.items()],
        coerce=lambda value: choices[value][0] if value in choices else None,
    )


def yes_or_no(label: Any, yes: Any, no: Any, *, required: bool = True) -> Field:
    """Data is True, False or None."""
    return radio(label, {"yes": (True, yes), "no": (False, no)}, required=required)


class DraftRow(Form):
    """One task of several on a page; a row left empty is no task."""

    class Meta(Form.Meta):
        csrf = False  # the form around it has the token

    title = text(_l("Task"), required=False, maximum=120)
    detail = long_text(_l("What exactly has to be done"), required=False, maximum=2000)
    difficulty = one_of(
        _l("Difficulty"), Difficulty, DIFFICULTY_LABELS, default=Difficulty.ORDINARY
    )
    goes_to = text(_l("Goes to"), required=False, maximum=20)

    def validate(self, extra_validators: Any = None) -> bool:
        """A row in which anything was filled in needs its title."""
        # Not as validate_title: a field that may stay empty asks nothing further once it is.
        valid = bool(super().validate(extra_validators))
        if self.title.data or not self._is_begun():
            return valid
        self.title.errors = [*self.title.errors, _l("Please fill this in.")]
        return False

    def _is_begun(self) -> bool:
        changed = self.difficulty.data not in {None, self.difficulty.default}
        return bool(self.detail.data or self.goes_to.data or changed)


class DraftsForm(CreatingForm):
    rows = FieldList(FormField(DraftRow), min_entries=3, max_entries=MOST_DRAFTS)


class StepForm(Form):
    """A step of a task; `version` is what the task's was when the page was made."""

    version = IntegerField(_l("Version"), [_PRESENT], widget=HiddenInput())

    def validate_version(self, field: Field) -> None:
        if field.data is not None and not 0 <= field.data <= _LARGEST_VERSION:
            raise ValidationError(_l("Please reload the page."))

    def said(self) -> dict[str, Any]:
        """What was filled in, by the names under which services take it."""
        return {
            field.short_name: ""
            if field.data is None and field.type == "TextAreaField"
            else field.data
            for field in self
            if field.short_name != "csrf_token"
        }

    def renew(self, version: int) -> None:
        """Let what was typed be sent once more, now that the present state has been seen."""
        self.version.data = version
        self.version.raw_data = None


class EditForm(StepForm):
    title = text(_l("Task"), maximum=120)
    detail = long_text(_l("What exactly has to be done"), required=False, maximum=2000)
    difficulty = one_of(_l("Difficulty"), Difficulty, DIFFICULTY_LABELS)


class DispatchForm(StepForm):
    unit_id = one_id(_l("Unit"), required=False)
    person_id = one_id(_l("Or a person"), required=False)
    due_on = DayField(_l("Handle by"), [Optional()])
    text = long_text(_l("Words on the way"), required=False, maximum=500)
    searched = False

    def refuse(self, refusal: Refused) -> None:
        """Who has searched for a person reads there that it takes a unit or a person."""
        undecided = (self.unit_id.data is None) is (self.person_id.data is None)
        if self.searched and undecided:
            refusal = Refused(refusal.message, field="person_id")
        super().refuse(refusal)


class ReasonForm(StepForm):
    reason = long_text(_l("Reason"), maximum=300, render_kw={"rows": 3})


class ReportForm(StepForm):
    text = long_text(_l("What has been done so far"), maximum=2000)
    photos = MultipleFileField(
        _l("Photos"),
        description=_l("At most nine; JPEG, PNG or WebP; each at most 15 MB, all together 60 MB."),
        render_kw={"accept": PHOTO_TYPES},
    )


class SubmitForm(StepForm):
    text = long_text(_l("What has been done"), maximum=2000)
    photos = MultipleFileField(
        _l("Photos of the finished work"),
        description=_l(
            "At least one, at most nine; JPEG, PNG or WebP; each at most 15 MB, all together 60 MB."
        ),
        render_kw={"accept": PHOTO_TYPES},
    )


class ExtensionForm(StepForm):
    days = whole_number(_l("Working days more"), minimum=1, maximum=200)
    reason = long_text(_l("Reason"), maximum=300, render_kw={"rows": 2})


class DecisionForm(StepForm):
    granted = yes_or_no(_l("Decision"), _l("Grant the time"), _l("Refuse it"))
    reason = long_text(
        _l("Reason"),
        required=False,
        maximum=300,
        description=_l("Needed if you refuse it."),
        render_kw={"rows": 2},
    )


class VerifyForm(StepForm):
    text = long_text(
        _l("Remark"),
        required=False,
        maximum=500,
        description=_l("What you saw on the spot, if there is something to say."),
        render_kw={"rows": 2},
    )


class EvaluationForm(StepForm):
    solved = yes_or_no(_l("Is it solved?"), _l("Solved"), _l("Not solved"))
    score = radio(
        _l("How satisfied are you?"),
        {
            "5": (5, _l("5 very satisfied")),
            "4": (4, _l("4 satisfied")),
            "3": (3, _l("3 basically satisfied")),
            "2": (2, _l("2 not satisfied")),
            "1": (1, _l("1 very dissatisfied")),
        },
    )
    comment = long_text(
        _l("Comment"),
        required=False,
        maximum=1000,
        description=_l(
            "Your name is shown masked. With a score of 1 or 2, or if it isn't solved, the work is"
            " taken up again."
        ),
    )


class FollowUpForm(StepForm):
    """What a resident told staff. Of a call that reached no one only who was called; of one who
    was reached both answers, which are asked for at once."""

    person_id = one_id(_l("Who was asked"))
    channel = one_of(
        _l("How"),
        Channel,
        {channel: name for channel, name in CHANNEL_LABELS.items() if channel is not Channel.SELF},
        default=Channel.PHONE,
    )
    reached = yes_or_no(_l("Reached?"), _l("Reached"), _l("Not reached"))
    score = whole_number(_l("Score from 1 to 5"), minimum=1, maximum=5, required=False)
    solved = yes_or_no(_l("Is it solved?"), _l("Solved"), _l("Not solved"), required=False)
    comment = long_text(_l("Comment"), required=False, maximum=1000)

    def validate(self, extra_validators: Any = None) -> bool:
        # Not as validate_score: a field that may stay empty asks nothing further once it is.
        valid = bool(super().validate(extra_validators))
        answers = (self.solved, self.score) if self.reached.data else ()
        missing = [answer for answer in answers if answer.data is None and not answer.errors]
        for answer in missing:
            answer.errors = [*answer.errors, _l("Please fill this in.")]
        return valid and not missing
