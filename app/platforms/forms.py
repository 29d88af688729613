from __future__ import annotations

from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.forms import CreatingForm, Form, day, one_id, one_of, text, version
from app.core.i18n import lazy_gettext as _l
from app.people.models import UNIT_KIND_LABELS, UnitKind
from app.platforms.models import PLATFORM_KIND_LABELS, PlatformKind


class PlatformForm(Form):
    """A platform; `parties` are the kinds of unit that must be invited to its meetings."""

    name = text(_l("Platform name"), maximum=80)
    kind = one_of(_l("Kind"), PlatformKind, PLATFORM_KIND_LABELS)
    place_id = one_id(_l("For which part of the community"))
    venue = text(_l("Venue"), maximum=120)
    opening_hours = text(_l("Opening hours"), required=False, maximum=120)
    responsible_id = one_id(_l("Person in charge"), required=False)
    parties = SelectMultipleField(
        _l("Parties that must be invited"),
        choices=[SelectChoice(kind.value, UNIT_KIND_LABELS[kind]) for kind in UnitKind],
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )


class NewPlatformForm(CreatingForm, PlatformForm):
    opened_on = day(_l("In use from"))


class EditPlatformForm(PlatformForm):
    version = version()
