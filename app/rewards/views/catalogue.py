"""What there is to be had: as residents choose from it, and as staff see it."""

from __future__ import annotations

import uuid

from flask import current_app, send_file
from werkzeug.wrappers import Response

from app.core import clock, files
from app.core.access import Actor, Capability, requires
from app.core.arguments import id_argument, page_argument
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render
from app.core.paging import paged
from app.people.models import Person
from app.places.interface import communities
from app.points.interface import balance_of
from app.rewards.forms import RedeemForm
from app.rewards.queries import catalogue, redemptions
from app.rewards.views import bp

SEE = Capability.SEE_POINTS
OWN = Capability.REDEEM_OWN
_A_DAY = 86_400


@bp.get("/rewards")
@requires(OWN, SEE)
def index() -> Response:
    who = actor()
    return _kept_page(who) if who.may(SEE) else shop_page(who)


@bp.get("/rewards/shop")
@requires(OWN)
def shop() -> Response:
    """For those who work here and live here as well."""
    return shop_page(actor())


def shop_page(who: Actor, form: RedeemForm | None = None, status: int = 200) -> Response:
    """The catalogue with what the reader can afford, and what was refused if anything was."""
    person = db.session.get(Person, who.person_id) if who.person_id else None
    return render(
        "rewards/shop.html",
        status=status,
        form=form or RedeemForm(formdata=None),
        offers=catalogue.offered(person.community_id, clock.today()) if person else [],
        balance=balance_of(person.id) if person else 0,
        had=redemptions.had_this_year(person.id) if person else {},
        waiting=redemptions.waiting_for(person.id) if person else [],
        key=uuid.uuid4().hex,
    )


def _kept_page(who: Actor) -> Response:
    withdrawn = id_argument("withdrawn") == 1
    community_id = id_argument("community")
    found = catalogue.items(who, SEE, withdrawn=withdrawn, community_id=community_id)
    return render(
        "rewards/index.html",
        page=paged(found, page_argument()),
        withdrawn=withdrawn,
        communities=communities(who, SEE),
        community_id=community_id,
        may_manage=who.may(Capability.MANAGE_REWARDS),
    )


@bp.get("/rewards/<int:item_id>/photo")
@requires(SEE, OWN)
def photo(item_id: int) -> Response:
    file = catalogue.photo_of(actor(), item_id)
    path = files.path_of(current_app.config["FILES_FOLDER"], file.digest)
    response = send_file(path, mimetype=file.media_type, etag=file.digest, max_age=_A_DAY)
    response.headers["Cache-Control"] = f"private, max-age={_A_DAY}"
    return response
