"""Units that take part in a community."""

from __future__ import annotations

from typing import Any

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.arguments import id_argument, member_argument, page_argument, text_argument
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.paging import paged
from app.people import telephones
from app.people.forms import NewUnitForm, UnitCorrectionForm, UnitForm, UnmaskForm
from app.people.models import UNIT_KIND_LABELS, Unit, UnitKind
from app.people.queries import units as units_queries
from app.people.services import units as units_services
from app.people.services import unmasking as unmasking_services
from app.people.views import bp
from app.places.interface import communities, reached_community
from app.places.models import Place

SEE = Capability.SEE_PEOPLE
MANAGE = Capability.MANAGE_PEOPLE


@bp.get("/people/units")
@requires(SEE)
def units() -> Response:
    who = actor()
    text, kind = text_argument(), member_argument("kind", UnitKind)
    community_id, ended = id_argument("community"), id_argument("ended") == 1
    found = units_queries.units(
        who, SEE, kind=kind, community_id=community_id, ended=ended, text=text
    )
    return render(
        "people/units.html",
        swap={"unit-list": "people/_units.html"},
        page=paged(found, page_argument()),
        text=text,
        kind=kind,
        kinds=UNIT_KIND_LABELS,
        communities=communities(who, SEE),
        community_id=community_id,
        ended=ended,
        may_create=who.may(MANAGE),
    )


@bp.get("/people/units/<int:unit_id>")
@requires(SEE)
def unit(unit_id: int) -> Response:
    return _show(units_queries.unit_in_reach(actor(), SEE, unit_id))


@bp.post("/people/units/<int:unit_id>/phone")
@requires(Capability.UNMASK)
def unmask_contact(unit_id: int) -> Response:
    """As for a resident's number: it is in this one answer and nowhere else."""
    found = units_queries.unit_in_reach(actor(), Capability.UNMASK, unit_id)
    form = UnmaskForm()
    if not form.accepts(
        lambda: unmasking_services.unmask_contact(actor(), found, reason=form.reason.data)
    ):
        return _show(found, unmasking=form, status=422)
    db.session.commit()
    return _show(found, phone=form.result)


@bp.get("/people/units/new")
@requires(MANAGE)
def new_unit() -> Response:
    who = actor()
    choices = communities(who, MANAGE)
    if len(choices) > 1 and id_argument("community") is None:
        return render("people/choose_community.html", communities=choices)
    return _new_page(NewUnitForm(), reached_community(who, MANAGE, id_argument("community")), 200)


@bp.post("/people/units/new")
@requires(MANAGE)
def register_unit() -> Response:
    who = actor()
    community = reached_community(who, MANAGE, id_argument("community"))
    form = NewUnitForm()
    if not form.accepts(
        lambda: units_services.register_unit(who, community=community, **_entered(form))
    ):
        return _new_page(form, community, 422)
    db.session.commit()
    flash(_("%(name)s has been entered.", name=form.result.name))
    return see_other(url_for("people.unit", unit_id=form.result.id))


@bp.get("/people/units/<int:unit_id>/edit")
@requires(MANAGE)
def edit_unit(unit_id: int) -> Response:
    found = units_queries.unit_in_reach(actor(), MANAGE, unit_id)
    form = UnitCorrectionForm(obj=found)
    form.contact_phone.data = None  # as in a resident's entry, it is not shown here
    return _edit_page(form, found, 200)


@bp.post("/people/units/<int:unit_id>/edit")
@requires(MANAGE)
def correct_unit(unit_id: int) -> Response:
    found = units_queries.unit_in_reach(actor(), MANAGE, unit_id)
    form = UnitCorrectionForm()
    if not form.accepts(
        lambda: units_services.correct_unit(
            actor(),
            found,
            version=form.version.data,
            without_phone=form.without_phone.data,
            **_entered(form),
        )
    ):
        return _edit_page(form, found, 422)
    db.session.commit()
    flash(_("The changes have been saved."))
    return see_other(url_for("people.unit", unit_id=unit_id))


@bp.post("/people/units/<int:unit_id>/end")
@requires(MANAGE)
def end_unit(unit_id: int) -> Response:
    found = units_queries.unit_in_reach(actor(), MANAGE, unit_id)
    units_services.end_unit(actor(), found)
    db.session.commit()
    flash(_("%(name)s takes part no longer.", name=found.name))
    return see_other(url_for("people.unit", unit_id=unit_id))


@bp.post("/people/units/<int:unit_id>/resume")
@requires(MANAGE)
def resume_unit(unit_id: int) -> Response:
    found = units_queries.unit_in_reach(actor(), MANAGE, unit_id)
    units_services.resume_unit(actor(), found)
    db.session.commit()
    flash(_("%(name)s takes part again.", name=found.name))
    return see_other(url_for("people.unit", unit_id=unit_id))


def _entered(form: UnitForm) -> dict[str, Any]:
    return {
        "name": form.name.data,
        "kind": form.kind.data,
        "contact_name": form.contact_name.data,
        "contact_phone": form.contact_phone.data,
    }


def _show(
    found: Unit,
    *,
    unmasking: UnmaskForm | None = None,
    phone: str | None = None,
    status: int = 200,
) -> Response:
    who, community = actor(), db.session.get_one(Place, found.community_id)
    return render(
        "people/unit.html",
        swap={"telephone": "people/_telephone.html"},
        status=status,
        unit=found,
        community=community,
        workers=units_queries.workers_of(found.id),
        **telephones.of_unit(who, found, community, unmasking=unmasking, phone=phone),
        may_manage=who.may_at(MANAGE, community.path),
    )


def _new_page(form: UnitForm, community: Place, status: int) -> Response:
    return render("people/new_unit.html", status=status, form=form, community=community)


def _edit_page(form: UnitCorrectionForm, found: Unit, status: int) -> Response:
    return render("people/edit_unit.html", status=status, form=form, unit=found)
