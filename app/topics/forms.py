from __future__ import annotations

from wtforms import BooleanField, SelectMultipleField

from app.core.forms import CreatingForm, Form, long_text, one_id, one_of, text, version
from app.core.i18n import lazy_gettext as _l
from app.topics.models import CONTENT_CLASS_LABELS, TOPIC_SOURCE_LABELS, ContentClass, TopicSource


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
    """A topic that staff or a grid worker enter for others."""

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
