"""What a resident does for themselves: reserve, look, change their mind."""

from __future__ import annotations

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.core.access import requires
from app.core.arguments import page_argument
from app.core.db import db
from app.core.errors import Refused
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.paging import paged
from app.rewards import wording
from app.rewards.forms import RedeemForm
from app.rewards.queries import catalogue, redemptions
from app.rewards.services import reserving, settling
from app.rewards.views import bp
from app.rewards.views.catalogue import OWN, shop_page


@bp.post("/rewards/<int:item_id>/redeem")
@requires(OWN)
def redeem(item_id: int) -> Response:
    who = actor()
    item = catalogue.item_for(who.person_id, item_id)
    form = RedeemForm()
    if not form.accepts(
        lambda: reserving.reserve(
            who,
            item,
            person_id=who.person_id or 0,
            request_key=form.request_key.data,
            price=form.price.data,
        )
    ):
        return shop_page(who, form, 422)
    db.session.commit()
    flash(_("Reserved. Show the code at the counter."))
    return see_other(url_for("rewards.mine"))


@bp.get("/rewards/mine")
@requires(OWN)
def mine() -> Response:
    person_id = actor().person_id or 0
    return render(
        "rewards/mine.html",
        waiting=redemptions.waiting_for(person_id),
        page=paged(redemptions.settled(person_id), page_argument(), per_page=20),
    )


@bp.post("/rewards/reservations/<int:redemption_id>/cancel")
@requires(OWN)
def cancel_own(redemption_id: int) -> Response:
    who = actor()
    redemption = redemptions.own_redemption(who.person_id, redemption_id)
    try:
        settling.cancel_own(who, redemption)
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal.message), "warning")
    else:
        db.session.commit()
        flash(*wording.cancelled(redemption))
    return see_other(url_for("rewards.mine"))
