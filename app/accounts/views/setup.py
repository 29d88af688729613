"""The first visit to an empty installation."""

from __future__ import annotations

from flask import flash
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.accounts.forms import SetupForm
from app.accounts.queries.sessions import actor_of
from app.accounts.services import setup as services
from app.accounts.views import bp
from app.accounts.views.limits import limited
from app.accounts.views.session import begin_session
from app.core.access import public
from app.core.attempts import Rate
from app.core.db import db, end_transaction
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.places.models import Level, Place


@bp.get("/setup")
@public
def setup() -> Response:
    if services.is_set_up():
        return see_other("/sign-in")
    return _page(SetupForm(), 200)


@bp.post("/setup")
@limited("set-up", Rate(10, 60))
@public
def set_up() -> Response:
    form = SetupForm()
    end_transaction()
    if not form.accepts(
        lambda: services.create_first_administrator(
            code=form.code.data,
            name=form.name.data,
            username=form.username.data,
            password=form.password.data,
            city=form.city.data,
        )
    ):
        return _page(form, 422)
    db.session.commit()
    begin_session(actor_of(form.result))
    flash(_("Welcome. Begin with the places: your subdistrict and its communities."))
    return see_other("/places")


def _page(form: SetupForm, status: int) -> Response:
    cities = db.session.scalars(select(Place.name).where(Place.level == Level.CITY)).all()
    return render("accounts/setup.html", status=status, form=form, cities=cities)
