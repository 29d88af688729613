from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from app.conventions.models import (
    CLAUSE_CLASS_LABELS,
    CONVENTION_KIND_LABELS,
    VERDICT_LABELS,
    ClauseClass,
    ConventionKind,
    Verdict,
)
from app.core.forms import CreatingForm, DayField, Form, long_text, one_id, one_of, text
from app.core.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from wtforms import Field

_PRESENT = [InputRequired(_l("Please fill this in."))]


def _opinion() -> Field:
    return one_id(_l("Takes this opinion up"), required=False)


class DraftForm(CreatingForm):
    kind = one_of(_l("What it is"), ConventionKind, CONVENTION_KIND_LABELS)
    place = one_id(_l("For which place"))
    title = text(_l("Title"), maximum=100)
    preamble = long_text(_l("Preamble"), required=False, maximum=3000)
    legal_basis = long_text(_l("Legal basis"), required=False, maximum=2000)


class ReviseForm(Form):
    preamble = long_text(_l("Preamble"), required=False, maximum=3000)
    legal_basis = long_text(_l("Legal basis"), required=False, maximum=2000)
    lawyer_opinion = long_text(_l("Legal adviser's opinion"), required=False, maximum=3000)
    takes_up = _opinion()
    seen = HiddenField()


class FirstDraftForm(ReviseForm):
    """Before residents have been asked, its kind, place and title can be changed, too."""

    kind = one_of(_l("What it is"), ConventionKind, CONVENTION_KIND_LABELS)
    place = one_id(_l("For which place"))
    title = text(_l("Title"), maximum=100)


class ClauseForm(Form):
    heading = text(_l("Heading"), required=False, maximum=60)
    text = long_text(_l("Text of the clause"), maximum=2000)
    clause_class = one_of(_l("Class of content"), ClauseClass, CLAUSE_CLASS_LABELS, required=False)
    takes_up = _opinion()
    seen = HiddenField()


class NewClauseForm(CreatingForm, ClauseForm):
    pass


class RemovalForm(Form):
    takes_up = _opinion()


class CommentForm(Form):
    until = DayField(_l("Comments until (last day)"), _PRESENT)


class OpinionForm(CreatingForm):
    clause = one_id(_l("About which clause"), required=False)
    text = long_text(_l("Your opinion"), maximum=2000)


class EnteredOpinionForm(OpinionForm):
    """An opinion that a resident told staff, who enter it."""

    name = text(_l("Whose opinion"), maximum=60)


class AnswerForm(Form):
    verdict = one_of(_l("Answer"), Verdict, VERDICT_LABELS)
    was = one_of(_l("Answer so far"), Verdict, VERDICT_LABELS, required=False)
    reason = long_text(_l("Reason"), required=False, maximum=1000)
    said_already = BooleanField(_l("The text says this already"))


class PointOutForm(Form):
    clause = one_id(_l("Clause that says it"))


class ReviewForm(Form):
    opinion = long_text(_l("Opinion of the review"), required=False, maximum=2000)
    number = text(_l("Document number"), required=False, maximum=60)


class VoteForm(Form):
    meeting = one_id(_l("Meeting being prepared"))


class FilingForm(Form):
    number = text(_l("Filing number"), maximum=60)
    on = DayField(_l("Filed on"), _PRESENT)


class PublishForm(Form):
    in_force_from = DayField(_l("In force from"), _PRESENT)
    contact = text(_l("Where to object (phone, place, person)"), maximum=200)


class HangForm(Form):
    reason = text(_l("Reason"), maximum=300)
    contact = text(_l("Where to object (phone, place, person)"), maximum=200)


class RepealForm(Form):
    decision = one_id(_l("Decided as"))
    reason = long_text(_l("Reason"), maximum=300)
