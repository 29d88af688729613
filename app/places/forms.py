"""Forms of places."""

from __future__ import annotations

from app.core.forms import (
    Form,
    half_width,
    one_of,
    text,
    version,
    whole_number,
)
from app.core.i18n import lazy_gettext as _l
from app.places.models import ESTATE_KIND_LABELS, LEVEL_LABELS, EstateKind, Level


class PlaceForm(Form):
    name = text(_l("Name of the place"), maximum=80)
    estate_kind = one_of(_l("Kind of estate"), EstateKind, ESTATE_KIND_LABELS, required=False)
    address = text(_l("Address"), required=False, maximum=200)
    code = text(_l("Official code"), required=False, maximum=20, filters=[half_width])


class NewPlaceForm(PlaceForm):
    level = one_of(_l("Level"), Level, LEVEL_LABELS)


class PlaceCorrectionForm(PlaceForm):
    version = version()


class BuildingsForm(Form):
    first = whole_number(_l("First number"), minimum=1, maximum=9999)
    last = whole_number(_l("Last number"), minimum=1, maximum=9999)
    suffix = text(_l("What follows the number"), maximum=10, default="栋")
