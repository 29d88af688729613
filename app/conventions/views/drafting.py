"""Staff at their desk: a new convention, its clauses, an amendment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, request, url_for

from app.conventions import queries, services
from app.conventions.forms import ClauseForm, DraftForm, NewClauseForm, ReviseForm
from app.conventions.models import ConventionVersion
from app.conventions.views import bp
from app.core.access import Capability, requires
from app.core.arguments import as_id
from app.core.db import db
from app.core.forms import offered
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.ordering import reordered
from app.places import queries as places

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

MANAGE = Capability.MANAGE_CONVENTIONS


@bp.get("/conventions/new")
@requires(MANAGE)
def new() -> Response:
    return render("conventions/new.html", form=_draft_form())


@bp.post("/conventions")
@requires(MANAGE)
def draft() -> Response:
    form = _draft_form()

    def create() -> object:
        place = places.reached_place(actor(), MANAGE, form.place.data)
        return services.draft(
            actor(),
            place=place,
            community=places.community_of(place),
            kind=form.kind.data,
            title=form.title.data,
            preamble=form.preamble.data or "",
            legal_basis=form.legal_basis.data or "",
        )

    if form.accepts(create):
        db.session.commit()
        return see_other(url_for("conventions.version", convention_id=form.result.id, number=1))
    return render("conventions/new.html", status=422, form=form)


@bp.post("/conventions/<int:convention_id>/amend")
@requires(MANAGE)
def amend(convention_id: int) -> Response:
    newest = queries.versions_of(convention_id)
    version = queries.version_in_reach(actor(), MANAGE, newest[0].id if newest else 0)
    begun = services.amend(actor(), version.convention)
    db.session.commit()
    flash(_("A new version has begun with the text in force."))
    return _to(begun)


@bp.get("/conventions/versions/<int:version_id>/edit")
@requires(MANAGE)
def edit(version_id: int) -> Response:
    version = queries.version_in_reach(actor(), MANAGE, version_id, lock=False)
    form = ReviseForm(obj=version, seen=version.version)
    return render("conventions/edit.html", version=version, form=form)


@bp.post("/conventions/versions/<int:version_id>/edit")
@requires(MANAGE)
def revise(version_id: int) -> Response:
    version = queries.version_in_reach(actor(), MANAGE, version_id)
    form = ReviseForm()
    if form.accepts(
        lambda: services.revise(
            actor(),
            version,
            preamble=form.preamble.data or "",
            legal_basis=form.legal_basis.data or "",
            lawyer_opinion=form.lawyer_opinion.data or "",
            seen=_seen(form),
        )
    ):
        db.session.commit()
        return _to(version)
    overtaken = _overtaken(form, version)
    return render(
        "conventions/edit.html", status=422, version=version, form=form, overtaken=overtaken
    )


@bp.get("/conventions/versions/<int:version_id>/clauses/new")
@requires(MANAGE)
def new_clause(version_id: int) -> Response:
    version = queries.version_in_reach(actor(), MANAGE, version_id, lock=False)
    return render("conventions/clause.html", version=version, clause=None, form=NewClauseForm())


@bp.post("/conventions/versions/<int:version_id>/clauses")
@requires(MANAGE)
def add_clause(version_id: int) -> Response:
    version = queries.version_in_reach(actor(), MANAGE, version_id)
    form = NewClauseForm()
    if form.accepts(
        lambda: services.add_clause(
            actor(),
            version,
            heading=form.heading.data or "",
            text=form.text.data,
            clause_class=form.clause_class.data,
        )
    ):
        db.session.commit()
        flash(_("The clause has been added."))
        if request.form.get("another"):
            return see_other(url_for("conventions.new_clause", version_id=version.id))
        return _to(version)
    return render("conventions/clause.html", status=422, version=version, clause=None, form=form)


@bp.get("/conventions/versions/<int:version_id>/clauses/<int:clause_id>")
@requires(MANAGE)
def clause(version_id: int, clause_id: int) -> Response:
    version = queries.version_in_reach(actor(), MANAGE, version_id, lock=False)
    found = queries.clause_of(version, clause_id)
    form = ClauseForm(obj=found, seen=version.version)
    return render("conventions/clause.html", version=version, clause=found, form=form)


@bp.post("/conventions/versions/<int:version_id>/clauses/<int:clause_id>")
@requires(MANAGE)
def revise_clause(version_id: int, clause_id: int) -> Response:
    version = queries.version_in_reach(actor(), MANAGE, version_id)
    found = queries.clause_of(version, clause_id)
    form = ClauseForm()
    if form.accepts(
        lambda: services.revise_clause(
            actor(),
            version,
            found,
            heading=form.heading.data or "",
            text=form.text.data,
            clause_class=form.clause_class.data,
            seen=_seen(form),
        )
    ):
        db.session.commit()
        return _to(version)
    return render(
        "conventions/clause.html",
        status=422,
        version=version,
        clause=found,
        form=form,
        overtaken=_overtaken(form, version),
    )


@bp.post("/conventions/versions/<int:version_id>/clauses/<int:clause_id>/remove")
@requires(MANAGE)
def remove_clause(version_id: int, clause_id: int) -> Response:
    version = queries.version_in_reach(actor(), MANAGE, version_id)
    services.remove_clause(actor(), version, queries.clause_of(version, clause_id))
    db.session.commit()
    flash(_("The clause has been taken out."))
    return _to(version)


@bp.post("/conventions/versions/<int:version_id>/order")
@requires(MANAGE)
def order_clauses(version_id: int) -> Response:
    version = queries.version_in_reach(actor(), MANAGE, version_id)
    services.order_clauses(
        actor(), version, reordered(request.form.getlist("order"), request.form.get("move"))
    )
    db.session.commit()
    return _to(version)


@bp.post("/conventions/versions/<int:version_id>/redraft")
@requires(MANAGE)
def redraft(version_id: int) -> Response:
    version = queries.version_in_reach(actor(), MANAGE, version_id)
    services.redraft(actor(), version)
    db.session.commit()
    flash(_("The text can be changed again."))
    return _to(version)


def _draft_form() -> DraftForm:
    form = DraftForm()
    form.place.choices = offered(queries.places_to_regulate(actor()))
    return form


def _seen(form: ReviseForm | ClauseForm) -> int:
    return as_id(form.seen.data) or 0


def _overtaken(form: ReviseForm | ClauseForm, version: ConventionVersion) -> bool:
    """Whether somebody else has changed it meanwhile. Their words are then shown beside the
    form, so that sending it again may take the place of them."""
    if not form.form_errors:
        return False
    form.seen.data = str(version.version)
    return True


def _to(version: ConventionVersion) -> Response:
    return see_other(
        url_for("conventions.version", convention_id=version.convention_id, number=version.number)
    )
