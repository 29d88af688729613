"""Rosters of residents: uploaded, looked at row by row, taken over."""

from __future__ import annotations

from pathlib import Path

from flask import current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core import downloads, files
from app.core.access import Capability, requires
from app.core.arguments import page_argument, word_argument
from app.core.bodies import takes_files
from app.core.db import db, end_transaction, reading
from app.core.forms import Form, offered
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.paging import paged
from app.places.models import Place
from app.rosters import preview as showing
from app.rosters import queries, services, stored_files
from app.rosters.columns import FIELD_LABELS
from app.rosters.forms import BuildingsForm, EstateForm, TakeOverForm, UploadForm, WholeEstateForm
from app.rosters.models import PersonImport
from app.rosters.plan import FATE_LABELS, TAKEN_AS_LABELS, Plan, TakenAs
from app.rosters.roster import Roster, roster_of
from app.rosters.views import bp

MANAGE = Capability.MANAGE_PEOPLE


@bp.get("/rosters")
@requires(MANAGE)
def index() -> Response:
    return _index(_upload_form())


@bp.post("/rosters")
@takes_files
@requires(MANAGE)
def upload_import() -> Response:
    form = _upload_form()
    if not form.accepts(lambda: _upload(form)):
        return _index(form, status=422)
    db.session.commit()
    return see_other(url_for("rosters.show", import_id=form.result.id))


@bp.get("/rosters/<int:import_id>")
@requires(MANAGE)
def show(import_id: int) -> Response:
    """The rows and what would become of them; the columns first if no names were found."""
    uploaded = queries.import_in_reach(actor(), MANAGE, import_id)
    roster = roster_of(uploaded, folder=folder())
    if not roster.has_names:
        return redirect(url_for("rosters.import_columns", import_id=import_id), 303)
    return _show(uploaded, roster)


@bp.post("/rosters/<int:import_id>/buildings")
@requires(MANAGE)
def choose_import_buildings(import_id: int) -> Response:
    who = actor()
    uploaded = queries.import_in_reach(who, MANAGE, import_id)
    community, form = community_of(uploaded), _buildings_form(uploaded)
    if not form.accepts(
        lambda: services.choose_estate(
            who, uploaded, community=community, create_in=form.create_in.data
        )
    ):
        return _refused(uploaded, buildings_form=form)
    db.session.commit()
    return see_other(url_for("rosters.show", import_id=import_id))


@bp.post("/rosters/<int:import_id>/estate")
@requires(MANAGE)
def say_import_estate(import_id: int) -> Response:
    """Of which estate the roster is whose rows do not say so."""
    who = actor()
    uploaded = queries.import_in_reach(who, MANAGE, import_id)
    community = community_of(uploaded)
    form = _whole_form(community)
    if not form.accepts(
        lambda: services.say_estate(who, uploaded, community=community, estate=form.estate.data)
    ):
        return _refused(uploaded, whole_form=form)
    db.session.commit()
    return see_other(url_for("rosters.show", import_id=import_id))


@bp.post("/rosters/<int:import_id>/estates")
@requires(MANAGE)
def add_import_estate(import_id: int) -> Response:
    who = actor()
    uploaded = queries.import_in_reach(who, MANAGE, import_id)
    community = community_of(uploaded)
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
    return see_other(url_for("rosters.show", import_id=import_id))


@bp.post("/rosters/<int:import_id>/left-out")
@requires(MANAGE)
def leave_rows_out(import_id: int) -> Response:
    """Leave the ticked rows out, (`again`) treat them like others again, or take them `as` what
    they are; `all` takes all that are undecided as what they say."""
    who = actor()
    uploaded = queries.import_in_reach(who, MANAGE, import_id)
    community, keys = community_of(uploaded), request.form.getlist("row")[: showing.PER_PAGE]
    taken_as, roster = request.form.get("as", ""), roster_of(uploaded, folder=folder())
    if "again" in request.form:
        services.take_in_again(who, uploaded, community=community, keys=keys)
    elif "all" in request.form or taken_as in list(TakenAs):
        services.take_as(
            who,
            uploaded,
            community=community,
            roster=roster,
            keys=None if "all" in request.form else keys,
            what=None if "all" in request.form else TakenAs(taken_as),
        )
    else:
        services.leave_out(who, uploaded, community=community, roster=roster, keys=keys)
    db.session.commit()
    if not keys and "all" not in request.form:
        flash(_("No row was ticked, so nothing has changed."), "warning")
    rows = word_argument("rows", showing.CHOICES)
    return see_other(url_for("rosters.show", import_id=import_id, rows=rows, page=page_argument()))


@bp.post("/rosters/<int:import_id>/take-over")
@requires(MANAGE)
def take_import_over(import_id: int) -> Response:
    who = actor()
    uploaded = queries.import_in_reach(who, MANAGE, import_id)
    form, community = TakeOverForm(), community_of(uploaded)
    # Reading and comparing thousands of rows takes seconds, in which others have to be able to write.
    end_transaction()
    with reading():
        plan = _plan(uploaded, roster_of(uploaded, folder=folder()))
        state = queries.state_of(uploaded, community)
    end_transaction()
    taken = services.take_over(
        who, uploaded, community=community, plan=plan, state=state, seen=form.seen.data or ""
    )
    db.session.commit()
    flash(
        _("%(added)s residents were entered, %(changed)s corrected.",
          added=taken.added, changed=taken.changed),
        "success",
    )  # fmt: skip
    return see_other(url_for("rosters.show", import_id=import_id))


@bp.get("/rosters/<int:import_id>/left-out")
@requires(MANAGE)
def import_left_out(import_id: int) -> Response:
    """The rows that are not taken over and why, to be corrected and uploaded again."""
    uploaded = queries.import_in_reach(actor(), MANAGE, import_id)
    roster = roster_of(uploaded, folder=folder())
    content = downloads.workbook_of(showing.left_out(roster, _plan(uploaded, roster)))
    return downloads.send(content, f"{Path(roster.name).stem}-未录入.xlsx", downloads.XLSX)


@bp.get("/rosters/template")
@requires(MANAGE)
def import_template() -> Response:
    """An empty roster to fill in, its columns named as they are recognised best."""
    title = "居民花名册"
    content = downloads.workbook(title, showing.TEMPLATE_HEAD, showing.TEMPLATE_ROWS)
    return downloads.send(content, f"{title}.xlsx", downloads.XLSX)


def folder() -> Path:
    return Path(current_app.config["FILES_FOLDER"])


def community_of(uploaded: PersonImport) -> Place:
    return db.session.get_one(Place, uploaded.community_id)


def _plan(uploaded: PersonImport, roster: Roster) -> Plan:
    return services.chosen_plan(uploaded, roster, community_of(uploaded))


def _upload_form() -> UploadForm:
    form = UploadForm()
    rows = db.session.execute(queries.whole_communities(actor(), MANAGE)).all()
    form.community_id.choices = offered((row.id, row.name) for row in rows)
    if len(rows) == 1 and not form.is_submitted():
        form.community_id.data = rows[0].id
    return form


def _upload(form: UploadForm) -> PersonImport:
    name = form.file.data.filename or ""
    end_transaction()  # reading a large file takes seconds, in which others have to be able to write
    kept = stored_files.kept(name, form.content())
    community = db.session.get_one(Place, form.community_id.data)
    return services.upload(actor(), community=community, name=name, kept=kept, folder=folder())


def _index(form: UploadForm, *, status: int = 200) -> Response:
    page = paged(queries.imports_of(actor(), MANAGE), page_argument(), per_page=10)
    return render("rosters/index.html", status=status, form=form, page=page)


def _buildings_form(uploaded: PersonImport) -> BuildingsForm:
    form = BuildingsForm(create_in=uploaded.choices.get("create_in"))
    parents = queries.parents_for_buildings(community_of(uploaded))
    form.create_in.choices = offered(parents, blank=_("– do not make them –"))
    return form


def _whole_form(community: Place, estate: int | None = None) -> WholeEstateForm:
    form = WholeEstateForm(estate=estate)
    form.estate.choices = offered(
        queries.estates(community), blank=_("– none: each row has to say –")
    )
    return form


def _estate_form(community: Place, missing: dict[str, int]) -> EstateForm:
    form = EstateForm(name=next(iter(missing), None))
    parents = queries.parents_for_estates(community)
    form.parent_id.choices = offered(parents, blank=_("– choose –") if len(parents) > 1 else None)
    return form


def _refused(uploaded: PersonImport, **form: Form) -> Response:
    return _show(uploaded, roster_of(uploaded, folder=folder()), status=422, **form)


def _show(uploaded: PersonImport, roster: Roster, *, status: int = 200, **forms: Form) -> Response:
    plan, community = _plan(uploaded, roster), community_of(uploaded)
    whole = services.estate_of(uploaded, roster, community)
    forms.setdefault("whole_form", _whole_form(community, whole))
    forms.setdefault("buildings_form", _buildings_form(uploaded))
    forms.setdefault("estate_form", _estate_form(community, plan.missing_estates))
    # Afterwards only what was left out still needs a look, if anything was.
    first = "left_out" if uploaded.applied_at and plan.left_out else "all"
    shown = word_argument("rows", (first, *showing.CHOICES))
    return render(
        "rosters/show.html",
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
        taken_as_labels=TAKEN_AS_LABELS,
        reading_of=showing.reading_of,
        in_words=showing.in_words,
        **forms,
    )
