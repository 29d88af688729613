from __future__ import annotations

from wtforms import BooleanField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.forms import CreatingForm, Form, long_text, one_id, one_of, text
from app.core.i18n import lazy_gettext as _l
from app.people.forms import day, version
from app.people.models import UNIT_KIND_LABELS, UnitKind
from app.platforms.models import (
    CONTENT_CLASS_LABELS,
    PLATFORM_KIND_LABELS,
    TOPIC_SOURCE_LABELS,
    ContentClass,
    PlatformKind,
    TopicSource,
)


class TopicForm(Form):
    """What a resident is asked: what, where, and what they wish."""

    title = text(_l("What is it about?"), maximum=100)
    body = long_text(_l("More about it"), required=False, maximum=5000)
    building_ids = SelectMultipleField(_l("Where?"), choices=[], coerce=int)
    wish = long_text(_l("What do you wish for?"), required=False, maximum=2000)


class NewTopicForm(CreatingForm, TopicForm):
    pass


class EditForm(TopicForm):
    version = version()


class ConcernedForm(Form):
    """The units a topic concerns."""

    concerned_ids = SelectMultipleField(_l("Units it concerns"), choices=[], coerce=int)


class UnitsForm(ConcernedForm):
    version = version()


class EntryForm(CreatingForm, ConcernedForm, TopicForm):
    """A topic that staff or a grid worker enter for somebody."""

    source = one_of(_l("Source"), TopicSource, TOPIC_SOURCE_LABELS)
    author_id = one_id(_l("Resident it comes from"), required=False)
    unit_id = one_id(_l("Unit it comes from"), required=False)
    sensitive = BooleanField(_l("Sensitive: only staff and the author can see it"))


class AcceptanceForm(ConcernedForm):
    content_class = one_of(_l("Class of content"), ContentClass, CONTENT_CLASS_LABELS)
    platform_id = one_id(_l("Platform where it will be deliberated"), required=False)
    sensitive = BooleanField(_l("Sensitive: only staff and the author can see it"))


class ReasonForm(Form):
    reason = long_text(_l("Reason"), maximum=500)


class MergerForm(Form):
    into_id = one_id(_l("Topic that goes on"))


class SignatureForm(Form):
    person_id = one_id(_l("Resident who signed"))


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
