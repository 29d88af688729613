"""What staff do at the counter: redeem for a resident, hand over, cancel, print the slip."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.arguments import id_argument
from app.core.db import db
from app.core.forms import Form
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.counter.views import bp
from app.counter.views.counter import person_page
from app.people.interface import person_in_reach
from app.places.interface import communities
from app.rewards import interface as rewards
from app.rewards.interface import SERVE, CancelForm, RedeemForm


@bp.post("/counter/<int:person_id>/redeem/<int:item_id>")
@requires(SERVE)
def redeem_for(person_id: int, item_id: int) -> Response:
    who = actor()
    person = person_in_reach(who, SERVE, person_id)
    item = rewards.item_in_reach(who, SERVE, item_id)
    later = "later" in request.form
    act = rewards.reserve if later else rewards.redeem_at_counter
    form = RedeemForm()
    if not form.accepts(
        lambda: act(
            who,
            item,
            person_id=person.id,
            request_key=form.request_key.data,
            price=form.price.data,
        )
    ):
        return person_page(actor(), person_id, form=form, status=422)
    db.session.commit()
    flash(_("Reserved.") if later else _("Redeemed and handed over."))
    return see_other(
        url_for("counter.index", person=person_id, slip=None if later else form.result.id)
    )


@bp.post("/counter/redemptions/<int:redemption_id>/hand-over")
@requires(SERVE)
def hand_over(redemption_id: int) -> Response:
    redemption = rewards.redemption_in_reach(actor(), redemption_id)
    person_id = redemption.person_id
    form = Form()
    if not form.accepts(lambda: rewards.hand_over(actor(), redemption)):
        return person_page(actor(), person_id, form=form, status=422)
    db.session.commit()
    flash(_("Handed over."))
    return see_other(url_for("counter.index", person=person_id, slip=redemption_id))


@bp.post("/counter/redemptions/<int:redemption_id>/cancel")
@requires(SERVE)
def cancel(redemption_id: int) -> Response:
    redemption = rewards.redemption_in_reach(actor(), redemption_id)
    person_id = redemption.person_id
    form = CancelForm()
    if not form.accepts(lambda: rewards.cancel(actor(), redemption, reason=form.reason.data)):
        return person_page(actor(), person_id, form=form, status=422)
    db.session.commit()
    flash(*rewards.cancelled(redemption))
    return see_other(url_for("counter.index", person=person_id))


@bp.post("/counter/reservations/cancel-overdue")
@requires(SERVE)
def cancel_overdue() -> Response:
    """Everything overdue in the communities the actor serves, in one go."""
    who = actor()
    reason = _("Not collected in time")
    cancelled = sum(
        rewards.cancel_overdue(who, row.id, reason=reason) for row in communities(who, SERVE)
    )
    db.session.commit()
    flash(
        ngettext(
            "%(num)s reservation has been cancelled; points that are still good are back.",
            "%(num)s reservations have been cancelled; points that are still good are back.",
            cancelled,
        )
    )
    return see_other(url_for("counter.reservations"))


@bp.get("/counter/redemptions/<int:redemption_id>/slip")
@requires(SERVE, Capability.SEE_POINTS)
def slip(redemption_id: int) -> Response:
    """To be signed by the person who received it (签收); printed once more it says so (补打)."""
    found = rewards.redemption_in_reach(actor(), redemption_id, SERVE, Capability.SEE_POINTS)
    again = id_argument("again") == 1
    return render("print/redemption.html", slip=rewards.slip_of(found.id), again=again)
