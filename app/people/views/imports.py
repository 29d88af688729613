"""Rosters of residents: uploaded, looked at row by row, taken over."""

from __future__ import annotations

from pathlib import Path

from flask import current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import downloads, files
from app.core.access import Capability, requires
from app.core.arguments import id_argument, page_argument, word_argument
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.forms import Form, offered
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.paging import paged
from app.people.importing import guessing, queries, services, showing
from app.people.importing.columns import FIELD_LABELS
from app.people.importing.forms import (
    BuildingsForm,
    ColumnsForm,
    EstateForm,
    TakeOverForm,
    UploadForm,
)
from app.people.importing.plan import FATE_LABELS, Fate, Plan
from app.people.importing.services import Roster
from app.people.models import PersonImport
from app.people.views import bp
from app.places.models import Place

MANAGE = Capability.MANAGE_PEOPLE


@bp.get("/people/imports")
@requires(MANAGE)
def imports() -> Response:
    return _index(_upload_form())


@bp.post("/people/imports")
@requires(MANAGE)
def upload_import() -> Response:
    form = _upload_form()
    if not form.accepts(lambda: _upload(form)):
        return _index(form, status=422)
    db.session.commit()
    return see_other(url_for("people.show_import", import_id=form.result.id))


@bp.get("/people/imports/<int:import_id>")
@requires(MANAGE)
def show_import(import_id: int) -> Response:
    """The rows and what would become of them; the columns first if no names were found."""
    uploaded = queries.import_in_reach(actor(), MANAGE, import_id)
    roster = services.roster_of(uploaded, folder=_folder())
    if not roster.has_names:
        return redirect(url_for("people.import_columns", import_id=import_id), 303)
    return _show(uploaded, roster)


@bp.get("/people/imports/<int:import_id>/columns")
@requires(MANAGE)
def import_columns(import_id: int) -> Response:
    uploaded = queries.import_in_reach(actor(), MANAGE, import_id)
    roster = services.roster_of(uploaded, folder=_folder())
    place = _sheet(roster)
    layout = guessing.completed(roster.sheets[place], roster.layouts[place])
    form = ColumnsForm(first=layout.first, fields=[field or "" for field in layout.fields])
    return _columns(uploaded, roster, place, form)


@bp.post("/people/imports/<int:import_id>/columns")
@requires(MANAGE)
def choose_import_columns(import_id: int) -> Response:
    uploaded = queries.import_in_reach(actor(), MANAGE, import_id)
    roster = services.roster_of(uploaded, folder=_folder())
    place, form = _sheet(roster), ColumnsForm()
    if len(form.fields) != roster.sheets[place].width:
        raise NotFoundError
    if not form.accepts(lambda: _choose_columns(uploaded, place, form)):
        return _columns(uploaded, roster, place, form, status=422)
    db.session.commit()
    flash(_("The columns are read as you chose."), "success")
    return see_other(url_for("people.show_import", import_id=import_id))


@bp.post("/people/imports/<int:import_id>/buildings")
@requires(MANAGE)
def choose_import_buildings(import_id: int) -> Response:
    who = actor()
    uploaded = queries.import_in_reach(who, MANAGE, import_id)
    community, form = _community(uploaded), _buildings_form(uploaded)
    if not form.accepts(
        lambda: services.choose_estate(
            who, uploaded, community=community, create_in=form.create_in.data
        )
    ):
        return _refused(uploaded, buildings_form=form)
    db.session.commit()
    return see_other(url_for("people.show_import", import_id=import_id))


@bp.post("/people/imports/<int:import_id>/estates")
@requires(MANAGE)
def add_import_estate(import_id: int) -> Response:
    who = actor()
    uploaded = queries.import_in_reach(who, MANAGE, import_id)
    community = _community(uploaded)
    form = _estate_form(community, {})
    if not form.accepts(
        lambda: services.add_estate(
            who,
            uploaded,
            community=community,
            parent_id=form.parent_id.data,
            name=form.name.data,
            kind=form.estate_kind.data,
        )
    ):
        return _refused(uploaded, estate_form=form)
    db.session.commit()
    flash(_("%(name)s has been entered.", name=form.result.name))
    return see_other(url_for("people.show_import", import_id=import_id))


@bp.post("/people/imports/<int:import_id>/left-out")
@requires(MANAGE)
def leave_rows_out(import_id: int) -> Response:
    """Leave the ticked rows out, or (`again`) take them in again."""
    who = actor()
    uploaded = queries.import_in_reach(who, MANAGE, import_id)
    community, keys = _community(uploaded), request.form.getlist("row")[: showing.PER_PAGE]
    if "again" in request.form:
        services.take_in_again(who, uploaded, community=community, keys=keys)
    else:
        roster = services.roster_of(uploaded, folder=_folder())
        services.leave_out(who, uploaded, community=community, roster=roster, keys=keys)
    db.session.commit()
    rows = word_argument("rows", showing.CHOICES)
    return see_other(
        url_for("people.show_import", import_id=import_id, rows=rows, page=page_argument())
    )


@bp.post("/people/imports/<int:import_id>/take-over")
@requires(MANAGE)
def take_import_over(import_id: int) -> Response:
    who = actor()
    uploaded = queries.import_in_reach(who, MANAGE, import_id)
    form, community = TakeOverForm(), _community(uploaded)
    folder, seen = _folder(), form.seen.data or ""
    taken = services.take_over(who, uploaded, community=community, folder=folder, seen=seen)
    db.session.commit()
    flash(
        _("%(added)s residents were entered, %(changed)s corrected.",
          added=taken.added, changed=taken.changed),
        "success",
    )  # fmt: skip
    return see_other(url_for("people.show_import", import_id=import_id))


@bp.get("/people/imports/<int:import_id>/left-out")
@requires(MANAGE)
def import_left_out(import_id: int) -> Response:
    """The rows that are not taken over and why, to be corrected and uploaded again."""
    uploaded = queries.import_in_reach(actor(), MANAGE, import_id)
    roster = services.roster_of(uploaded, folder=_folder())
    head, rows = showing.left_out(roster, _plan(uploaded, roster))
    return downloads.send(
        downloads.comma_separated(head, rows), _("Rows not taken over") + ".csv", downloads.CSV
    )


@bp.get("/people/imports/template")
@requires(MANAGE)
def import_template() -> Response:
    """An empty roster to fill in, its columns named as they are recognised best."""
    title = "居民花名册"
    content = downloads.workbook(title, showing.TEMPLATE_HEAD, showing.TEMPLATE_ROWS)
    return downloads.send(content, f"{title}.xlsx", downloads.XLSX)


def _folder() -> Path:
    return Path(current_app.config["FILES_FOLDER"])


def _community(uploaded: PersonImport) -> Place:
    return db.session.get_one(Place, uploaded.community_id)


def _plan(uploaded: PersonImport, roster: Roster) -> Plan:
    return services.chosen_plan(uploaded, roster, _community(uploaded))


def _upload_form() -> UploadForm:
    form = UploadForm()
    rows = db.session.execute(queries.whole_communities(actor(), MANAGE)).all()
    form.community_id.choices = offered((row.id, row.name) for row in rows)
    if len(rows) == 1 and not form.is_submitted():
        form.community_id.data = rows[0].id
    return form


def _upload(form: UploadForm) -> PersonImport:
    community = db.session.get_one(Place, form.community_id.data)
    name = form.file.data.filename or ""
    return services.upload(
        actor(), community=community, name=name, content=form.content(), folder=_folder()
    )


def _index(form: UploadForm, *, status: int = 200) -> Response:
    page = paged(queries.imports_of(actor(), MANAGE), page_argument(), per_page=10)
    return render("people/imports.html", status=status, form=form, page=page)


def _sheet(roster: Roster) -> int:
    """The sheet asked for, counted from 1 in the address; else the first without names."""
    number = id_argument("sheet")
    if number is not None and number <= len(roster.sheets):
        return number - 1
    return next((i for i, layout in enumerate(roster.layouts) if not layout.has_names), 0)


def _choose_columns(uploaded: PersonImport, place: int, form: ColumnsForm) -> None:
    services.choose_columns(
        actor(),
        uploaded,
        community=_community(uploaded),
        sheet=place,
        first=form.first.data,
        fields=form.chosen,
    )


def _columns(
    uploaded: PersonImport, roster: Roster, place: int, form: ColumnsForm, *, status: int = 200
) -> Response:
    return render(
        "people/import_columns.html",
        status=status,
        uploaded=uploaded,
        stored=db.session.get_one(files.StoredFile, uploaded.file_id),
        roster=roster,
        place=place,
        columns=showing.columns(roster.sheets[place], roster.layouts[place]),
        opening=showing.opening(roster.sheets[place], roster.layouts[place]),
        form=form,
    )


def _buildings_form(uploaded: PersonImport) -> BuildingsForm:
    form = BuildingsForm(create_in=uploaded.choices.get("create_in"))
    parents = queries.parents_for_buildings(_community(uploaded))
    form.create_in.choices = offered(parents, blank=_("– do not make them –"))
    return form


def _estate_form(community: Place, missing: dict[str, int]) -> EstateForm:
    form = EstateForm(name=next(iter(missing), None))
    parents = queries.parents_for_estates(community)
    form.parent_id.choices = offered(parents, blank=_("– choose –") if len(parents) > 1 else None)
    return form


def _refused(uploaded: PersonImport, **form: Form) -> Response:
    return _show(uploaded, services.roster_of(uploaded, folder=_folder()), status=422, **form)


def _show(uploaded: PersonImport, roster: Roster, *, status: int = 200, **forms: Form) -> Response:
    plan, community = _plan(uploaded, roster), _community(uploaded)
    forms.setdefault("buildings_form", _buildings_form(uploaded))
    forms.setdefault("estate_form", _estate_form(community, plan.missing_estates))
    # Afterwards only what was left out still needs somebody, if anything was.
    first = Fate.REFUSED if uploaded.applied_at and plan.counts[Fate.REFUSED] else "all"
    shown = word_argument("rows", (first, *showing.CHOICES))
    return render(
        "people/import.html",
        status=status,
        uploaded=uploaded,
        stored=db.session.get_one(files.StoredFile, uploaded.file_id),
        community=community,
        roster=roster,
        plan=plan,
        counts=plan.counts,
        shown=shown,
        choices=showing.choices_of(plan),
        page=showing.page_of(showing.chosen(plan, shown), page_argument()),
        form=TakeOverForm(seen=plan.digest),
        field_labels=FIELD_LABELS,
        fate_labels=FATE_LABELS,
        reading_of=showing.reading_of,
        in_words=showing.in_words,
        **forms,
    )
