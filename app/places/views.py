"""The tree of places with who answers for each level ("每一层都不能挂空挡").

Who that is, and who lives there, the floors above say through slots.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Capability, requires
from app.core.arguments import id_argument, member_argument, page_argument
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.paging import paged
from app.places.forms import BuildingsForm, NewPlaceForm, PlaceCorrectionForm, PlaceForm
from app.places.models import LEVEL_LABELS, PARENT_LEVELS, Level, Place
from app.places.queries import tree
from app.places.queries.reach import ancestors, reached_place
from app.places.services import tree as services

bp = Blueprint("places", __name__)
SEE = Capability.SEE_PEOPLE
MANAGE = Capability.MANAGE_PLACES


@bp.get("/places")
@requires(SEE)
def index() -> Response:
    who, today = actor(), clock.today()
    tops = tree.tops(who, SEE)
    if len(tops) == 1:
        return _show(tops[0])
    return render(
        "places/index.html",
        tops=tops,
        answering=tree.answering_for([place.id for place in tops], today),
        unattended=tree.unattended_count(who, SEE, today),
    )


@bp.get("/places/<int:place_id>")
@requires(SEE)
def show(place_id: int) -> Response:
    return _show(reached_place(actor(), SEE, place_id))


@bp.get("/places/unattended")
@requires(SEE)
def unattended_places() -> Response:
    """No level may be left without a person who answers for it."""
    who = actor()
    level = member_argument("level", Level)
    page = paged(tree.unattended(who, SEE, clock.today(), level), page_argument())
    return render(
        "places/unattended.html",
        page=page,
        level=level,
        levels=LEVEL_LABELS,
        may_appoint=who.may(MANAGE),
    )


@bp.get("/places/<int:place_id>/new")
@requires(MANAGE)
def new_place(place_id: int) -> Response:
    parent = reached_place(actor(), MANAGE, place_id)
    form = NewPlaceForm(data={"level": member_argument("level", Level)})
    return _new_page(_filled(form, parent), parent, 200)


@bp.post("/places/<int:place_id>/new")
@requires(MANAGE)
def add_place(place_id: int) -> Response:
    who = actor()
    parent = reached_place(who, MANAGE, place_id)
    form = _filled(NewPlaceForm(), parent)
    if not form.accepts(
        lambda: services.add(who, parent=parent, level=form.level.data, **_entered(form))
    ):
        return _new_page(form, parent, 422)
    db.session.commit()
    flash(_("%(name)s has been entered.", name=form.result.name))
    return see_other(url_for("places.show", place_id=form.result.id))


@bp.get("/places/<int:place_id>/buildings")
@requires(MANAGE)
def new_buildings(place_id: int) -> Response:
    parent = reached_place(actor(), MANAGE, place_id)
    return _buildings_page(BuildingsForm(), parent, 200)


@bp.post("/places/<int:place_id>/buildings")
@requires(MANAGE)
def add_buildings(place_id: int) -> Response:
    who = actor()
    parent = reached_place(who, MANAGE, place_id)
    form = BuildingsForm()
    if not form.accepts(
        lambda: services.add_buildings(
            who,
            parent=parent,
            first=form.first.data,
            last=form.last.data,
            suffix=form.suffix.data,
        )
    ):
        return _buildings_page(form, parent, 422)
    db.session.commit()
    added, there = form.result
    flash(_("%(added)s buildings added, %(there)s were there already.", added=added, there=there))
    return see_other(url_for("places.show", place_id=place_id))


@bp.get("/places/<int:place_id>/edit")
@requires(MANAGE)
def edit_place(place_id: int) -> Response:
    found = reached_place(actor(), MANAGE, place_id)
    return _edit_page(PlaceCorrectionForm(obj=found), found, 200)


@bp.post("/places/<int:place_id>/edit")
@requires(MANAGE)
def rename_place(place_id: int) -> Response:
    found = reached_place(actor(), MANAGE, place_id)
    form = PlaceCorrectionForm()
    if not form.accepts(
        lambda: services.rename(actor(), found, version=form.version.data, **_entered(form))
    ):
        return _edit_page(form, found, 422)
    db.session.commit()
    flash(_("The changes have been saved."))
    return see_other(url_for("places.show", place_id=place_id))


@bp.post("/places/<int:place_id>/retire")
@requires(MANAGE)
def retire_place(place_id: int) -> Response:
    found = reached_place(actor(), MANAGE, place_id)
    services.retire(actor(), found)
    db.session.commit()
    flash(_("%(name)s has been retired.", name=found.name))
    return see_other(url_for("places.show", place_id=place_id))


@bp.post("/places/<int:place_id>/reopen")
@requires(MANAGE)
def reopen_place(place_id: int) -> Response:
    found = reached_place(actor(), MANAGE, place_id)
    services.reopen(actor(), found)
    db.session.commit()
    flash(_("%(name)s is in use again.", name=found.name))
    return see_other(url_for("places.show", place_id=place_id))


def _show(found: Place) -> Response:
    who, today = actor(), clock.today()
    retired = id_argument("retired") == 1
    page = paged(tree.children(found, today, retired=retired), page_argument())
    answering = tree.answering_for([found.id, *(row.id for row in page.rows)], today)
    manages = who.may_at(MANAGE, found.path)
    return render(
        "places/show.html",
        place=found,
        **_line(found),
        page=page,
        retired=retired,
        answering=answering,
        unattended=tree.unattended_count(who, SEE, today),
        may_manage=manages,
        may_manage_above=manages and found.path not in who.paths(MANAGE),
        levels_below=_levels_below(found),
        Level=Level,
    )


def _line(found: Place) -> dict[str, Any]:
    """The places around, and how far the reader may open them: for the breadcrumb."""
    return {"line": ancestors(found), "reached": actor().paths(SEE)}


def _levels_below(found: Place) -> list[Level]:
    return [level for level in Level if found.level in PARENT_LEVELS[level]]


def _new_page(form: NewPlaceForm, parent: Place, status: int) -> Response:
    return render("places/new.html", status=status, form=form, parent=parent, **_line(parent))


def _filled(form: NewPlaceForm, parent: Place) -> NewPlaceForm:
    """With the levels that may lie under the parent."""
    form.level.choices = [(level.value, LEVEL_LABELS[level]) for level in _levels_below(parent)]
    return form


def _buildings_page(form: BuildingsForm, parent: Place, status: int) -> Response:
    return render(
        "places/new_buildings.html", status=status, form=form, parent=parent, **_line(parent)
    )


def _edit_page(form: PlaceCorrectionForm, found: Place, status: int) -> Response:
    return render("places/edit.html", status=status, form=form, place=found, **_line(found))


def _entered(form: PlaceForm) -> dict[str, Any]:
    return {
        "name": form.name.data,
        "code": form.code.data,
        "estate_kind": form.estate_kind.data,
        "address": form.address.data,
    }
