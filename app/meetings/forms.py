"""What people fill in around meetings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.core import clock
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
from app.meetings import policy
from app.meetings.models.agenda import ITEM_KIND_LABELS, OUTCOME_LABELS, ItemKind, Outcome
from app.meetings.models.rules import (
    COMPOSITION_LABELS,
    MAJORITY_LABELS,
    MEETING_KIND_LABELS,
    Composition,
    Majority,
    MeetingKind,
)
from app.meetings.models.votes import VOTE_MODE_LABELS, VoteMode
from app.meetings.rows import AnyItem

_PRESENT = InputRequired(_l("Please fill this in."))


_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")


def moment(label: Any) -> Field:
    """Day and time by the clock in China; `at` of the form's data gives the moment."""
    return DateTimeLocalField(
        label,
        [_PRESENT, _sensible],
        format=[f"{day}{between}%H:%M" for day in _DAYS for between in ("T", " ")],
    )


def radio(label: Any, members: Iterable[Any], labels: dict[Any, Any], **kwargs: Any) -> Field:
    """A few members of an enumeration, all of them in sight; data is the member or None."""
    offered = {member.value: member for member in members}
    return RadioField(
        label,
        [_PRESENT],
        choices=[SelectChoice(value, labels[member]) for value, member in offered.items()],
        coerce=offered.get,
        **kwargs,
    )


def version() -> Field:
    """What the row's version was when the form was made, see errors.Stale."""
    return IntegerField(_l("Version"), [_PRESENT], widget=HiddenInput())


def in_china(naive: datetime) -> datetime:
    """The moment meant by day and time without a zone."""
    return naive.replace(tzinfo=clock.SHANGHAI)


def _sensible(_form: Form, field: Field) -> None:
    if field.data is not None and not date(2000, 1, 1) <= field.data.date() <= date(2100, 12, 31):
        raise ValidationError(_l("Enter a date between 2000 and 2100."))


class MeetingForm(Form):
    title = text(_l("Title"), maximum=100)
    starts_at = moment(_l("Day and time"))
    venue = text(_l("Venue"), maximum=120)
    composition = radio(_l("Made up of"), Composition, COMPOSITION_LABELS)
    host_id = one_id(_l("Host"))
    recorder_id = one_id(_l("Recorder"), required=False)

    def limit_to(self, kind: MeetingKind) -> None:
        """Offer only what this kind of meeting can be made of."""
        self.composition.choices = [
            SelectChoice(member.value, COMPOSITION_LABELS[member])
            for member in policy.COMPOSITIONS[kind]
        ]


class NewMeetingForm(CreatingForm, MeetingForm):
    def validate_starts_at(self, field: Field) -> None:
        """The service checks it, too; here it is shown together with the form's other errors."""
        if field.data is not None and in_china(field.data) <= clock.now():
            raise ValidationError(_l("The meeting has to lie ahead."))


class EditMeetingForm(MeetingForm):
    version = version()


class ItemForm(Form):
    kind = radio(_l("Kind of item"), ItemKind, ITEM_KIND_LABELS, default=ItemKind.DISCUSSION)
    title = text(_l("Title"), maximum=120)
    planned = whole_number(_l("Planned minutes"), minimum=1, maximum=600, default=15)
    motion = long_text(_l("Motion"), required=False, maximum=2000)


class NewItemForm(CreatingForm, ItemForm):
    pass


class EditItemForm(ItemForm):
    version = version()


class LateItemForm(CreatingForm):
    """After the notice: no vote, so no motion either."""

    kind = radio(
        _l("Kind of item"),
        [ItemKind.DISCUSSION, ItemKind.REPORT],
        ITEM_KIND_LABELS,
        default=ItemKind.DISCUSSION,
    )
    title = text(_l("Title"), maximum=120)
    planned = whole_number(_l("Planned minutes"), minimum=1, maximum=600, default=10)


class PickForm(Form):
    """Which topics, beside the boxes the page draws itself."""

    kind = one_of(
        _l("As"),
        ItemKind,
        {kind: ITEM_KIND_LABELS[kind] for kind in (ItemKind.DISCUSSION, ItemKind.VOTE)},
        default=ItemKind.VOTE,
    )


class ConveneForm(Form):
    urgent_reason = long_text(
        _l("Why it is urgent"), required=False, maximum=300, render_kw={"rows": 2}
    )


class MoveForm(Form):
    starts_at = moment(_l("Day and time"))
    venue = text(_l("Venue"), maximum=120)
    reason = text(_l("Reason"), maximum=200)
    urgent_reason = long_text(
        _l("Why it is urgent"), required=False, maximum=300, render_kw={"rows": 2}
    )
    version = version()


class ReasonForm(Form):
    reason = long_text(_l("Reason"), maximum=300)


class VoidForm(Form):
    reason = text(_l("Reason"), maximum=200)

    @classmethod
    def about(cls, vote_id: int, **kwargs: Any) -> VoidForm:
        """The form about one vote."""
        return cls(prefix=f"void{vote_id}", **kwargs)


class CheckInForm(Form):
    """`representative` is asked of units alone."""

    representative = text(_l("Who came for the unit"), required=False, maximum=60)


class ReplyForm(Form):
    reason = text(_l("Reason for leave"), required=False, maximum=200)


class OpenVoteForm(Form):
    mode = radio(
        _l("How the vote is taken"), VoteMode, VOTE_MODE_LABELS, default=VoteMode.SHOW_OF_HANDS
    )
    scrutineer = text(_l("Scrutineer"), required=False, maximum=60)
    teller = text(_l("Teller"), required=False, maximum=60)


class CloseRollForm(Form):
    """`uncalled` is the box with which the host confirms how many are in none of the counts."""

    uncalled = whole_number(_l("In none of the counts"), maximum=100_000, required=False)


class CountForm(CloseRollForm):
    ayes = whole_number(_l("Ayes"), maximum=100_000)
    nays = whole_number(_l("Nays"), maximum=100_000)
    abstentions = whole_number(_l("Abstentions"), maximum=100_000, default=0)

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.ayes.data, self.nays.data, self.abstentions.data


class SettleForm(Form):
    outcome = radio(_l("What becomes of it"), Outcome, OUTCOME_LABELS)
    reason = text(_l("Reason"), required=False, maximum=300)

    @classmethod
    def about(cls, item_id: int, outcomes: list[Outcome], **kwargs: Any) -> SettleForm:
        """The form about one item, offering what can become of it."""
        form = cls(prefix=f"settle{item_id}", **kwargs)
        form.outcome.choices = [SelectChoice(o.value, OUTCOME_LABELS[o]) for o in outcomes]
        return form


class NotesForm(Form):
    notes = long_text(_l("Minutes of this item"), required=False, maximum=20_000)
    dissent = long_text(_l("Dissenting opinions"), required=False, maximum=5000)
    version = version()

    @classmethod
    def of(cls, item: AnyItem, **kwargs: Any) -> NotesForm:
        return cls(obj=item, prefix=f"item{item.id}", **kwargs)


class ConfirmForm(Form):
    """Only filled in where a decision has lost its quorum."""

    aware = BooleanField(_l("Fewer than the quorum were present: confirm the minutes all the same"))
    reason = text(_l("Reason"), required=False, maximum=300)


class CorrectionForm(CreatingForm):
    text = long_text(_l("Correction"), maximum=5000)


_HOW_OFTEN = [
    SelectChoice("", _l("no fixed frequency")),
    SelectChoice("1", _l("once a month")),
    SelectChoice("3", _l("once a quarter")),
    SelectChoice("6", _l("once every half year")),
    SelectChoice("12", _l("once a year")),
]


class RuleForm(Form):
    kind = one_of(
        _l("Kind of meeting"),
        MeetingKind,
        {kind: name for kind, name in MEETING_KIND_LABELS.items() if kind not in policy.BY_LAW},
    )
    effective_from = DayField(_l("In force from"), [_PRESENT])
    notice_days = whole_number(_l("Days of notice"), maximum=90)
    short_notice = BooleanField(_l("An urgent meeting may be convened at shorter notice"))
    quorum = text(_l("Quorum, as a fraction"), maximum=20)
    quorum_strict = BooleanField(_l("More than this fraction"))
    passing = text(_l("Ayes needed, as a fraction"), maximum=20)
    passing_strict = BooleanField(_l("More than this fraction (ayes)"))
    majority = radio(_l("Counted of"), Majority, MAJORITY_LABELS)
    every_months = SelectField(
        _l("At least"),
        [Optional()],
        choices=_HOW_OFTEN,
        coerce=lambda value: int(value or 0) or None,
    )
    source = text(_l("Source"), maximum=300)

    def validate_quorum(self, field: Field) -> None:
        field.fraction = _fraction(field.data)

    def validate_passing(self, field: Field) -> None:
        field.fraction = _fraction(field.data)


def _fraction(written: str) -> tuple[int, int]:
    """Read "2/3" as (2, 3); "0" means that any number will do."""
    above, _slash, below = half_width(written).partition("/")
    above, below = above.strip(), below.strip() or "1"
    if not (above.isdecimal() and below.isdecimal()) or len(above + below) > 8:  # noqa: PLR2004
        raise ValidationError(_l("Write a fraction such as 1/2 or 2/3, or 0 for none."))
    if not 0 <= int(above) <= int(below) or int(below) == 0:
        raise ValidationError(_l("Write a fraction such as 1/2 or 2/3, or 0 for none."))
    return int(above), int(below)
