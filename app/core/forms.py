"""The base of all forms: CSRF, tidied input, and services' refusals beside their fields."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms import (
    DateField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    StopValidation,
    ValidationError,
)
from wtforms.widgets import HiddenInput
from wtforms.widgets import core as widgets

from app.core.arguments import typed_day
from app.core.db import db
from app.core.errors import Refused
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.core.once import once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from enum import Enum

    from wtforms import Field

# For text in which the browser must correct nothing.
AS_TYPED = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
# What a person can't type and a database or a printer chokes on.
# Marks of writing direction turn what stands beside them around, on the screen and on paper.
_DIRECTIONS = [0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_UNWANTED = {c: None for c in range(32) if c not in (9, 10)} | dict.fromkeys(
    [0x7F, 0xFEFF, *_DIRECTIONS]
)


def _attributes(**attributes: Any) -> Markup:
    """HTML attributes in the order of their names: True stands for a bare one, False for none."""
    parts = []
    for name, value in sorted(attributes.items()):
        if value is not False:
            shown = widgets.clean_key(name)
            parts.append(shown if value is True else f'{shown}="{escape(value)}"')
    return Markup(" ".join(parts))  # noqa: S704 - the values are escaped


# WTForms' own puts each attribute together through Markup.format: seven times as long, a tenth of
# the sign-in page and of the host's console. The result is the same.
widgets.html_params = _attributes
widgets.Input.html_params = staticmethod(_attributes)


def tidy(value: Any) -> Any:
    """Without surrounding space, control characters, marks of direction and Windows line ends."""
    if not isinstance(value, str):
        return value
    # A lone surrogate can't be stored as UTF-8 by either engine.
    value = value.encode("utf-8", "ignore").decode("utf-8")
    return value.replace("\r\n", "\n").replace("\r", "\n").translate(_UNWANTED).strip()


def half_width(value: Any) -> Any:
    """Full-width digits and Latin letters as Chinese input methods write them, made half-width."""
    return unicodedata.normalize("NFKC", value) if isinstance(value, str) else value


class Form(FlaskForm):
    """A form of ours. `accepts` is the whole of what most views do with it."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            filters = [tidy, *unbound_field.kwargs.get("filters", [])]
            if issubclass(unbound_field.field_class, StringField):
                options["filters"] = filters
            return super().bind_field(form, unbound_field, options)

        def get_translations(self, form: Any) -> Any:
            return _Translations()

    def accepts(self, call: Callable[[], Any] | None = None) -> bool:
        """Validate; then call the service, whose refusal becomes an error beside its field.

        After a refusal nothing stays written: the session is rolled back, and
        what the person typed is still in the form.
        """
        if not self.validate_on_submit():
            return False
        if call is None:
            return True
        try:
            self.result = self._carry_out(call)
        except Refused as refusal:
            db.session.rollback()
            self.refuse(refusal)
            return False
        return True

    def _carry_out(self, call: Callable[[], Any]) -> Any:
        return call()

    def refuse(self, refusal: Refused) -> None:
        field = self._fields.get(refusal.field) if refusal.field else None
        if field is None:
            self.form_errors.append(refusal.message)
        else:
            field.errors = [*field.errors, refusal.message]

    def faulty(self) -> Iterator[tuple[Field, int | None]]:
        """The fields that were refused; one in rows with the number of its row."""
        for field in self:
            if isinstance(field, FieldList):
                for number, entry in enumerate(field, 1):
                    inner = entry.form if isinstance(entry, FormField) else [entry]
                    yield from ((one, number) for one in inner if one.errors)
            elif field.errors:
                yield field, None

    @property
    def first_error(self) -> str:
        """One line that says what is wrong, where a form has no room for more."""
        messages = [*self.form_errors, *(m for field, _row in self.faulty() for m in field.errors)]
        return str(messages[0]) if messages else ""


def new_form_key() -> str:
    return uuid4().hex


class CreatingForm(Form):
    """A form that makes something new, and makes it once however often it is sent.

    The page carries a key of its own. After a double click or a return to the page, `result` is
    what was made the first time, and the view goes on to it as it did then.
    """

    form_key = HiddenField(validators=[Length(max=64)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form_key.data = self.form_key.data or new_form_key()

    def _carry_out(self, call: Callable[[], Any]) -> Any:
        return once(self.form_key.data, call)


class _Translations:
    """WTForms' own messages through our catalogue, in the reader's language."""

    def gettext(self, string: str) -> str:
        return _(string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return _(singular if n == 1 else plural)


def text(label: Any, *, required: bool = True, maximum: int = 120, **kwargs: Any) -> Field:
    """One line of text, at most `maximum` characters."""
    return StringField(label, [_presence(required), Length(max=maximum)], **kwargs)


def long_text(label: Any, *, required: bool = True, maximum: int = 5000, **kwargs: Any) -> Field:
    """Several lines of text, at most `maximum` characters."""
    return TextAreaField(label, [_presence(required), Length(max=maximum)], **kwargs)


def whole_number(
    label: Any, *, minimum: int = 0, maximum: int = 1_000_000, required: bool = True, **kwargs: Any
) -> Field:
    """A whole number; full-width digits are read as digits."""
    return _WholeNumber(
        label,
        [
            _presence(required),
            NumberRange(minimum, maximum, _l("Enter a whole number from %(min)s to %(max)s.")),
        ],
        **kwargs,
    )


def one_of(
    label: Any, enum: type[Enum], labels: dict[Any, Any], *, required: bool = True, **kwargs: Any
) -> Field:
    """A choice among an enumeration's members; the field's data is the member (or None)."""
    choices = [SelectChoice(member.value, labels[member]) for member in enum if member in labels]
    if not required:
        choices.insert(0, SelectChoice("", _l("– none –")))
    return SelectField(
        label,
        [_presence(required)],
        choices=choices,
        coerce=lambda value: enum(value) if value not in (None, "", "None") else None,
        **kwargs,
    )


def one_id(label: Any, *, required: bool = True, **kwargs: Any) -> Field:
    """A choice among rows; the view sets `.choices` to [(id, text), …]. Data is the id or None."""
    return _RowChoice(label, [_presence(required)], choices=[], coerce=_id_or_none, **kwargs)


def offered(rows: Iterable[tuple[Any, ...]], *, blank: Any | None = None) -> list[tuple[Any, Any]]:
    """Choices of a `one_id` field: of each row the id and the name, which come first."""
    choices: list[tuple[Any, Any]] = [] if blank is None else [("", blank)]
    return choices + [(row[0], row[1]) for row in rows]


def _id_or_none(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


def _presence(required: bool) -> Any:  # noqa: FBT001 - its only argument
    return _Present(_l("Please fill this in.")) if required else Optional()


class _Present(InputRequired):
    """Refuses as well what is empty once it has been tidied, such as a line of spaces."""

    def __call__(self, form: Any, field: Field) -> None:
        if field.data == "":
            field.errors = []
            raise StopValidation(self.message)
        super().__call__(form, field)


class _RowChoice(SelectField):
    def pre_validate(self, form: Any) -> None:
        if self.data is None and not any(value == "" for value, *_rest in self.choices):
            raise ValidationError(_("Please choose."))
        if self.data is not None:
            super().pre_validate(form)


class _WholeNumber(IntegerField):
    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([half_width(value).strip() for value in valuelist])


class DayField(DateField):
    """A date, as the browser's own field gives it or as people type it where there is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        day = typed_day(valuelist[0]) if valuelist else None
        super().process_formdata([day.isoformat()] if day else valuelist)

    def _value(self) -> str:
        return self.data.isoformat() if self.data else super()._value()


def day(label: Any, *, required: bool = True, **kwargs: Any) -> Field:
    """A date that is neither long past nor far away."""
    presence = InputRequired(_l("Please fill this in.")) if required else Optional()
    return DayField(label, [presence, _sensible], **kwargs)


def version() -> Field:
    """What the row's version was when the form was made, see errors.Stale."""
    return IntegerField(_l("Version"), [InputRequired()], widget=HiddenInput())


def _sensible(_form: Form, field: Field) -> None:
    if field.data is not None and not date(1900, 1, 1) <= field.data <= date(2200, 12, 31):
        raise ValidationError(_l("Enter a date between 1900 and 2200."))
