"""What the columns of a roster hold, said by hand."""

from __future__ import annotations

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.core import files
from app.core.access import requires
from app.core.arguments import id_argument
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.rosters import guessing, queries, services
from app.rosters import preview as showing
from app.rosters.forms import ColumnsForm
from app.rosters.models import PersonImport
from app.rosters.roster import Roster, roster_of
from app.rosters.views import bp
from app.rosters.views.imports import MANAGE, community_of, folder


@bp.get("/rosters/<int:import_id>/columns")
@requires(MANAGE)
def import_columns(import_id: int) -> Response:
    uploaded = queries.import_in_reach(actor(), MANAGE, import_id)
    roster = roster_of(uploaded, folder=folder())
    place = _sheet(roster)
    layout = guessing.completed(roster.sheets[place], roster.layouts[place])
    form = ColumnsForm(first=layout.first, fields=[field or "" for field in layout.fields])
    return _columns(uploaded, roster, place, form)


@bp.post("/rosters/<int:import_id>/columns")
@requires(MANAGE)
def choose_import_columns(import_id: int) -> Response:
    uploaded = queries.import_in_reach(actor(), MANAGE, import_id)
    roster = roster_of(uploaded, folder=folder())
    place, form = _sheet(roster), ColumnsForm()
    if len(form.fields) != roster.sheets[place].width:
        raise NotFoundError
    if not form.accepts(lambda: _choose_columns(uploaded, place, form)):
        return _columns(uploaded, roster, place, form, status=422)
    db.session.commit()
    flash(_("The columns are read as you chose."), "success")
    return see_other(url_for("rosters.show", import_id=import_id))


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
        community=community_of(uploaded),
        sheet=place,
        first=form.first.data,
        fields=form.chosen,
    )


def _columns(
    uploaded: PersonImport, roster: Roster, place: int, form: ColumnsForm, *, status: int = 200
) -> Response:
    return render(
        "rosters/columns.html",
        status=status,
        uploaded=uploaded,
        stored=db.session.get_one(files.StoredFile, uploaded.file_id),
        roster=roster,
        place=place,
        columns=showing.columns(roster.sheets[place], roster.layouts[place]),
        opening=showing.opening(roster.sheets[place], roster.layouts[place]),
        form=form,
    )
