"""The second person: approving, refusing, and taking back what was wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.arguments import page_argument, word_argument
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.paging import paged
from app.points.forms import ReasonForm
from app.points.models import Award
from app.points.queries import awards as queries
from app.points.services import deciding, reversals
from app.points.views import bp
from app.points.views.awards import SEE, award_page

APPROVE = Capability.APPROVE_POINTS
_SHOWN = ("all", "mine")
_MOST = 200  # awards approved in one go


@bp.get("/points/approvals")
@requires(APPROVE, Capability.AWARD_POINTS)
def approvals() -> Response:
    who = actor()
    mine = who.may(APPROVE) and word_argument("show", _SHOWN) == "mine"
    page = paged(queries.to_decide(who) if mine else queries.pending(who, SEE), page_argument())
    return render(
        "points/approvals.html",
        page=page,
        me=who,
        mine=mine,
        may_decide=who.may(APPROVE),
    )


@bp.post("/points/approvals")
@requires(APPROVE)
def approve_several() -> Response:
    """All that were ticked; what can't be approved is said, and the others are."""
    who = actor()
    ids = request.form.getlist("award", type=int)[:_MOST]
    found = queries.awards_in_reach(who, APPROVE, ids)
    refused = deciding.approve_awards(who, found)
    for award, refusal in refused:
        flash(f"{award.person.name}{_(': ')}{refusal.message}", "warning")
    db.session.commit()
    approved = len(found) - len(refused)
    if approved:
        flash(
            ngettext(
                "%(num)s award has been credited.", "%(num)s awards have been credited.", approved
            )
        )
    return see_other(url_for("points.approvals"))


@bp.post("/points/awards/<int:award_id>/approve")
@requires(APPROVE)
def approve(award_id: int) -> Response:
    return _decide(
        award_id,
        APPROVE,
        lambda found, _form: deciding.approve_award(actor(), found),
        _("The points have been credited."),
    )


@bp.post("/points/awards/<int:award_id>/refuse")
@requires(APPROVE)
def refuse(award_id: int) -> Response:
    return _decide(
        award_id,
        APPROVE,
        lambda found, form: deciding.refuse_award(actor(), found, reason=form.reason.data),
        _("The points were not approved. Whoever asked has been told why."),
        reasoned=True,
    )


@bp.post("/points/awards/<int:award_id>/withdraw")
@requires(Capability.AWARD_POINTS)
def withdraw(award_id: int) -> Response:
    return _decide(
        award_id,
        Capability.AWARD_POINTS,
        lambda found, _form: deciding.withdraw_award(actor(), found),
        _("Your request has been withdrawn."),
    )


@bp.post("/points/awards/<int:award_id>/reverse")
@requires(APPROVE)
def reverse(award_id: int) -> Response:
    return _decide(
        award_id,
        APPROVE,
        lambda found, form: reversals.reverse(actor(), found, reason=form.reason.data),
        _("The points have been taken back. The person has been told why."),
        reasoned=True,
    )


def _decide(
    award_id: int,
    capability: Capability,
    act: Callable[[Award, Any], None],
    done: str,
    *,
    reasoned: bool = False,
) -> Response:
    found = queries.award_in_reach(actor(), capability, award_id)
    form = ReasonForm()
    if not reasoned:
        del form.reason
    if not form.accepts(lambda: act(found, form)):
        return award_page(found, form if reasoned else _with_reason(form), 422)
    db.session.commit()
    flash(done)
    return see_other(url_for("points.award", award_id=award_id))


def _with_reason(form: ReasonForm) -> ReasonForm:
    """The page's forms for refusing and reversing have a field for the reason again."""
    shown = ReasonForm(formdata=None)
    shown.form_errors.extend(form.form_errors)
    return shown
