"""Forms of rewards."""

from __future__ import annotations

import re
from typing import Any

from flask_wtf.file import FileField
from wtforms import Field, HiddenField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.core.errors import Refused
from app.core.files import Photo, read_photo
from app.core.forms import (
    CreatingForm,
    DayField,
    Form,
    half_width,
    long_text,
    one_of,
    text,
    whole_number,
)
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.rewards.models import REWARD_KIND_LABELS, RewardKind

_YUAN = re.compile(r"(\d{1,6})(?:\.(\d{1,2}))?")


class Yuan(StringField):
    """An amount typed in yuan (12.5); the field's data is whole fen, or None if left empty."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = half_width(valuelist[0]).strip().replace(",", "") if valuelist else ""
        self.raw_data = [typed]
        found = _YUAN.fullmatch(typed)
        if not typed:
            self.data = None
        elif found is None:
            raise ValueError(_("Enter an amount such as 12.50."))
        else:
            self.data = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))

    def _value(self) -> str:
        if self.errors and self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data // 100}.{self.data % 100:02}"


def _day(label: Any) -> Field:
    return DayField(label, [Optional()])


class ItemForm(Form):
    kind = one_of(_l("Kind"), RewardKind, REWARD_KIND_LABELS)
    name = text(_l("Reward item"), maximum=80)
    description = long_text(_l("Description"), required=False, maximum=1000)
    points = whole_number(_l("Points"), minimum=1, maximum=100_000)
    per_person = whole_number(_l("For one person a year"), minimum=1, maximum=1000, required=False)
    unit_cost = Yuan(_l("Cost of one"), filters=[])
    funded_by = text(_l("Paid or given by"), required=False, maximum=80)
    available_from = _day(_l("On offer from"))
    available_until = _day(_l("up to and including"))
    photos = FileField(_l("Photo"))
    photo: Photo | None = None  # what was uploaded, once it has been read

    def validate_photos(self, field: FileField) -> None:
        if not field.data or not field.data.filename:
            return
        try:
            self.photo = read_photo(field.data)
        except Refused as refusal:
            raise ValidationError(str(refusal.message)) from refusal


class NewItemForm(CreatingForm, ItemForm):
    stock = whole_number(_l("In stock"), minimum=0, maximum=100_000, required=False)


class EditItemForm(ItemForm):
    version = IntegerField(validators=[InputRequired()], widget=HiddenInput())


class StockForm(CreatingForm):
    change = whole_number(_l("How many came or went"), minimum=-100_000, maximum=100_000)
    reason = text(_l("Reason"), maximum=200)


class RedeemForm(Form):
    """`request_key` makes a form sent twice reserve once; `price` is what the person saw."""

    request_key = HiddenField(validators=[InputRequired(), Length(max=60)])
    price = IntegerField(validators=[InputRequired()], widget=HiddenInput())


class CancelForm(Form):
    reason = text(_l("Reason"), maximum=200)
