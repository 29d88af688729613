"""Staff at their desk: a new convention, its clauses, an amendment."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flask import flash, request, url_for

from app.conventions import policy
from app.conventions.forms import (
    ClauseForm,
    DraftForm,
    FirstDraftForm,
    NewClauseForm,
    RemovalForm,
    ReviseForm,
)
from app.conventions.models import Clause, ConventionVersion, Opinion
from app.conventions.queries import opinions, texts
from app.conventions.services import drafting as services
from app.conventions.views import bp
from app.core.access import Capability, requires
from app.core.arguments import as_id, id_argument
from app.core.db import db
from app.core.forms import Form, offered
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.ordering import reordered
from app.places import interface as places

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

Taking = TypeVar("Taking", bound=Form)

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
    newest = texts.versions_of(convention_id)
    version = texts.version_in_reach(actor(), MANAGE, newest[0].id if newest else 0)
    begun = services.amend(actor(), version.convention)
    db.session.commit()
    flash(_("A new version has begun with the text in force."))
    return _to(begun)


@bp.get("/conventions/versions/<int:version_id>/edit")
@requires(MANAGE)
def edit(version_id: int) -> Response:
    version = texts.version_in_reach(actor(), MANAGE, version_id, lock=False)
    return render("conventions/edit.html", version=version, form=_revise_form(version))


@bp.post("/conventions/versions/<int:version_id>/edit")
@requires(MANAGE)
def revise(version_id: int) -> Response:
    version = texts.version_in_reach(actor(), MANAGE, version_id)
    form = _revise_form(version)
    if form.accepts(lambda: _revise(version, form)):
        db.session.commit()
        return _to(version)
    overtaken = _overtaken(form, version)
    return render(
        "conventions/edit.html", status=422, version=version, form=form, overtaken=overtaken
    )


@bp.get("/conventions/versions/<int:version_id>/clauses/new")
@requires(MANAGE)
def new_clause(version_id: int) -> Response:
    version = texts.version_in_reach(actor(), MANAGE, version_id, lock=False)
    form = _taking_up(NewClauseForm(), version)
    return render("conventions/clause.html", version=version, clause=None, form=form)


@bp.post("/conventions/versions/<int:version_id>/clauses")
@requires(MANAGE)
def add_clause(version_id: int) -> Response:
    version = texts.version_in_reach(actor(), MANAGE, version_id)
    form = _taking_up(NewClauseForm(), version)
    if form.accepts(
        lambda: services.add_clause(
            actor(),
            version,
            heading=form.heading.data or "",
            text=form.text.data,
            clause_class=form.clause_class.data,
            takes_up=_named(form),
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
    version = texts.version_in_reach(actor(), MANAGE, version_id, lock=False)
    found = texts.clause_of(version, clause_id)
    about = id_argument("opinion")
    form = _taking_up(ClauseForm(obj=found, seen=version.version, takes_up=about), version)
    return _clause_page(version, found, form, 200)


@bp.post("/conventions/versions/<int:version_id>/clauses/<int:clause_id>")
@requires(MANAGE)
def revise_clause(version_id: int, clause_id: int) -> Response:
    version = texts.version_in_reach(actor(), MANAGE, version_id)
    found = texts.clause_of(version, clause_id)
    form = _taking_up(ClauseForm(), version)
    if form.accepts(
        lambda: services.revise_clause(
            actor(),
            version,
            found,
            heading=form.heading.data or "",
            text=form.text.data,
            clause_class=form.clause_class.data,
            seen=_seen(form),
            takes_up=_named(form),
        )
    ):
        db.session.commit()
        return _to(version)
    return _clause_page(version, found, form, 422)


@bp.post("/conventions/versions/<int:version_id>/clauses/<int:clause_id>/remove")
@requires(MANAGE)
def remove_clause(version_id: int, clause_id: int) -> Response:
    version = texts.version_in_reach(actor(), MANAGE, version_id)
    found = texts.clause_of(version, clause_id)
    form = _taking_up(RemovalForm(prefix="removal"), version)
    if not form.accepts(
        lambda: services.remove_clause(actor(), version, found, takes_up=_named(form))
    ):
        blank = ClauseForm(formdata=None, obj=found, seen=version.version)
        return _clause_page(version, found, _taking_up(blank, version), 422, removal_form=form)
    db.session.commit()
    flash(_("The clause has been taken out."))
    return _to(version)


@bp.post("/conventions/versions/<int:version_id>/order")
@requires(MANAGE)
def order_clauses(version_id: int) -> Response:
    version = texts.version_in_reach(actor(), MANAGE, version_id)
    services.order_clauses(
        actor(), version, reordered(request.form.getlist("order"), request.form.get("move"))
    )
    db.session.commit()
    return _to(version)


@bp.post("/conventions/versions/<int:version_id>/redraft")
@requires(MANAGE)
def redraft(version_id: int) -> Response:
    version = texts.version_in_reach(actor(), MANAGE, version_id)
    services.redraft(actor(), version)
    db.session.commit()
    flash(_("The text can be changed again."))
    return _to(version)


def _draft_form() -> DraftForm:
    form = DraftForm()
    form.place.choices = offered(texts.places_to_regulate(actor()))
    return form


def _revise_form(version: ConventionVersion) -> ReviseForm:
    """The form with the version's text, or with what was sent."""
    if not policy.seen_by_nobody(version):
        return _taking_up(ReviseForm(obj=version, seen=version.version), version)
    of = version.convention
    form = FirstDraftForm(
        obj=version, seen=version.version, kind=of.kind, place=of.place_id, title=of.title
    )
    form.place.choices = offered(texts.places_to_regulate(actor()))
    return _taking_up(form, version)


def _revise(version: ConventionVersion, form: ReviseForm) -> None:
    services.revise(
        actor(),
        version,
        preamble=form.preamble.data or "",
        legal_basis=form.legal_basis.data or "",
        lawyer_opinion=form.lawyer_opinion.data or "",
        seen=_seen(form),
        takes_up=_named(form),
    )
    if "title" in form:
        place = places.reached_place(actor(), MANAGE, form.place.data)
        services.rename(
            actor(),
            version,
            place=place,
            community=places.community_of(place),
            kind=form.kind.data,
            title=form.title.data,
        )


def _taking_up(form: Taking, version: ConventionVersion) -> Taking:
    """The form, offering the opinions that are not in the text yet."""
    form.takes_up.choices = offered(
        ((one.id, f"{one.name}：{one.text[:40]}") for one in opinions.not_in_text(version.id)),
        blank=_("None of the opinions"),
    )
    return form


def _named(form: Form) -> Opinion | None:
    """The opinion that a change takes up; the form offered it."""
    return db.session.get(Opinion, form.takes_up.data) if form.takes_up.data else None


def _clause_page(
    version: ConventionVersion,
    clause: Clause,
    form: ClauseForm,
    status: int,
    removal_form: RemovalForm | None = None,
) -> Response:
    return render(
        "conventions/clause.html",
        status=status,
        version=version,
        clause=clause,
        form=form,
        overtaken=removal_form is None and _overtaken(form, version),
        removal_form=removal_form
        or _taking_up(RemovalForm(formdata=None, prefix="removal"), version),
    )


def _seen(form: ReviseForm | ClauseForm) -> int:
    """What the form says it was made from, not what it would say if it were made now."""
    sent = form.seen.raw_data
    return as_id(sent[0]) or 0 if sent else 0


def _overtaken(form: ReviseForm | ClauseForm, version: ConventionVersion) -> bool:
    """Whether another user has changed the text meanwhile. The page then shows their words beside
    the form, and sending it again replaces them."""
    if not form.form_errors:
        return False
    form.seen.data = str(version.version)
    return True


def _to(version: ConventionVersion) -> Response:
    return see_other(
        url_for("conventions.version", convention_id=version.convention_id, number=version.number)
    )
