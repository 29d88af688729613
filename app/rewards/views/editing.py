"""Staff keep the catalogue."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, url_for
from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.arguments import id_argument
from app.core.bodies import takes_files
from app.core.db import db
from app.core.files import keep_photo
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.places.interface import communities, reached_community
from app.places.models import Place
from app.rewards.forms import EditItemForm, ItemForm, NewItemForm, StockForm
from app.rewards.models import RewardItem
from app.rewards.queries import catalogue as queries
from app.rewards.services import catalogue as services
from app.rewards.views import bp
from app.rewards.views.catalogue import SEE

MANAGE = Capability.MANAGE_REWARDS


@bp.get("/rewards/<int:item_id>")
@requires(SEE)
def item(item_id: int) -> Response:
    return _item_page(queries.item_in_reach(actor(), SEE, item_id))


@bp.get("/rewards/new")
@requires(MANAGE)
def new_item() -> Response:
    return _new_page(NewItemForm(), _community(), 200)


@bp.post("/rewards/new")
@takes_files
@requires(MANAGE)
def add_item() -> Response:
    community = _community()
    form = NewItemForm()
    db.session.rollback()  # reading the photo takes a while: no one waits for what was only read
    if not form.accepts(
        lambda: services.add_item(
            actor(),
            community_id=community.id,
            terms=_terms(form),
            stock=form.stock.data,
            photo_id=_photo_id(form),
        )
    ):
        return _new_page(form, community, 422)
    db.session.commit()
    flash(_("%(name)s is in the catalogue.", name=form.result.name))
    return see_other(url_for("rewards.item", item_id=form.result.id))


@bp.get("/rewards/<int:item_id>/edit")
@requires(MANAGE)
def edit_item(item_id: int) -> Response:
    found = queries.item_in_reach(actor(), MANAGE, item_id)
    return _edit_page(EditItemForm(obj=found), found, 200)


@bp.post("/rewards/<int:item_id>/edit")
@takes_files
@requires(MANAGE)
def change_item(item_id: int) -> Response:
    found = queries.item_in_reach(actor(), MANAGE, item_id)
    form = EditItemForm()
    db.session.rollback()  # as for a new one
    if not form.accepts(
        lambda: services.edit_item(
            actor(), found, version=form.version.data, terms=_terms(form), photo_id=_photo_id(form)
        )
    ):
        return _edit_page(form, found, 422)
    db.session.commit()
    flash(_("The changes have been saved."))
    return see_other(url_for("rewards.item", item_id=item_id))


@bp.post("/rewards/<int:item_id>/stock")
@requires(MANAGE)
def change_stock(item_id: int) -> Response:
    found = queries.item_in_reach(actor(), MANAGE, item_id)
    form = StockForm()
    if not form.accepts(
        lambda: services.change_stock(
            actor(), found, change=form.change.data, reason=form.reason.data
        )
    ):
        return _item_page(found, form, 422)
    db.session.commit()
    flash(_("The stock has been corrected."))
    return see_other(url_for("rewards.item", item_id=item_id))


@bp.post("/rewards/<int:item_id>/withdraw")
@requires(MANAGE)
def withdraw_item(item_id: int) -> Response:
    found = queries.item_in_reach(actor(), MANAGE, item_id)
    services.withdraw_item(actor(), found)
    db.session.commit()
    flash(_("%(name)s is no longer on offer.", name=found.name))
    return see_other(url_for("rewards.item", item_id=item_id))


@bp.post("/rewards/<int:item_id>/offer-again")
@requires(MANAGE)
def offer_again(item_id: int) -> Response:
    found = queries.item_in_reach(actor(), MANAGE, item_id)
    services.offer_again(actor(), found)
    db.session.commit()
    flash(_("%(name)s is on offer again.", name=found.name))
    return see_other(url_for("rewards.item", item_id=item_id))


def _community() -> Place:
    return reached_community(actor(), MANAGE, id_argument("community"))


def _photo_id(form: ItemForm) -> int | None:
    if form.photo is None:
        return None
    return keep_photo(current_app.config["FILES_FOLDER"], form.photo).id


def _terms(form: Any) -> services.Terms:
    return services.Terms(
        kind=form.kind.data,
        name=form.name.data,
        description=form.description.data or "",
        points=form.points.data,
        per_person=form.per_person.data,
        unit_cost=form.unit_cost.data,
        funded_by=form.funded_by.data or "",
        available_from=form.available_from.data,
        available_until=form.available_until.data,
    )


def _item_page(found: RewardItem, form: StockForm | None = None, status: int = 200) -> Response:
    return render(
        "rewards/item.html",
        status=status,
        item=found,
        form=form or StockForm(formdata=None),
        changes=queries.stock_changes(found.id),
        may_manage=actor().may(MANAGE),
    )


def _new_page(form: NewItemForm, community: Place, status: int) -> Response:
    return render(
        "rewards/new.html",
        status=status,
        form=form,
        community=community,
        communities=communities(actor(), MANAGE),
    )


def _edit_page(form: EditItemForm, found: RewardItem, status: int) -> Response:
    return render("rewards/edit.html", status=status, form=form, item=found)
