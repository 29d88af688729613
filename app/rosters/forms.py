"""Forms of taking a roster in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import FieldList, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.core.errors import Refused
from app.core.files import LARGEST
from app.core.forms import Form, one_id, one_of, text, whole_number
from app.core.i18n import lazy_gettext as _l
from app.places.models import ESTATE_KIND_LABELS, EstateKind
from app.rosters.columns import FIELD_LABELS, Field
from app.rosters.sheets.refusals import MOST_ROWS

ACCEPTED = ".xlsx,.xls,.ods,.csv,.txt"


class UploadForm(Form):
    community_id = one_id(_l("Community"))
    file = FileField(
        _l("Spreadsheet"),
        [FileRequired(_l("Choose a file."))],
        render_kw={"accept": ACCEPTED},
    )

    def content(self) -> bytes:
        """The file's bytes. Refused if they are too many."""
        with self.file.data.stream as stream:
            content = bytes(stream.read(LARGEST + 1))
        if len(content) > LARGEST:
            raise Refused(_l("This file is too large: 15 MB at most."), field="file")
        return content


class ColumnsForm(Form):
    first = whole_number(_l("First row with a person"), minimum=1, maximum=20 * MOST_ROWS)
    fields = FieldList(
        SelectField(
            choices=[
                SelectChoice("", _l("Not used")),
                *(SelectChoice(field.value, FIELD_LABELS[field]) for field in Field),
            ],
            coerce=lambda value: Field(value) if value else None,
        )
    )

    @property
    def chosen(self) -> Sequence[Field | None]:
        return [entry.data for entry in self.fields]


class BuildingsForm(Form):
    create_in = one_id(_l("Make the missing buildings in"), required=False)


class WholeEstateForm(Form):
    estate = one_id(_l("This roster is of the estate"), required=False)


class EstateForm(Form):
    name = text(_l("Name of the estate"), maximum=80)
    estate_kind = one_of(_l("Kind of estate"), EstateKind, ESTATE_KIND_LABELS)
    parent_id = one_id(_l("It lies in"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # No kind is the usual one.
        self.estate_kind.choices.insert(0, SelectChoice("", _l("– choose –")))


class TakeOverForm(Form):
    """`seen` is the digest of the plan that the page showed."""

    seen = HiddenField(validators=[InputRequired()])
