"""One's own page: own data, sign-ins, password."""

from __future__ import annotations

from flask import flash, session
from werkzeug.wrappers import Response

from app.accounts.forms import PasswordForm
from app.accounts.queries import roles, sessions, users
from app.accounts.services import sessions as services
from app.accounts.views import bp
from app.accounts.views.limits import limited
from app.accounts.views.session import begin_session
from app.core.access import signed_in
from app.core.attempts import Rate
from app.core.db import db, end_transaction
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.people import interface as people
from app.people.models import Person, Unit


@bp.get("/me")
@signed_in
def me() -> Response:
    who = actor()
    person = db.session.get(Person, who.person_id) if who.person_id else None
    return render(
        "accounts/me.html",
        person=person,
        home=people.home_of(person) if person else None,
        unit=db.session.get(Unit, who.unit_id) if who.unit_id else None,
        grants=roles.grants_of([who.id]).get(who.id, []),
        sign_ins=users.sign_ins_of(who.id),
    )


@bp.post("/accounts/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> Response:
    services.sign_out_everywhere(actor())
    db.session.commit()
    session.clear()
    flash(_("You are signed out everywhere."))
    return see_other("/sign-in")


@bp.get("/accounts/password")
@signed_in
def password() -> Response:
    return _password_page(PasswordForm(), 200)


@bp.post("/accounts/password")
@limited("password", Rate(20, 60))
@signed_in
def change_password() -> Response:
    form = PasswordForm()
    kept = sessions.password_hash(actor().username)
    end_transaction()
    if not form.accepts(
        lambda: services.change_password(
            actor(), current=form.current.data, password=form.password.data, kept=kept
        )
    ):
        return _password_page(form, 422)
    db.session.commit()
    begin_session(form.result)
    flash(_("Your password has been changed. You are signed out everywhere else."))
    return see_other("/me")


def _password_page(form: PasswordForm, status: int) -> Response:
    return render(
        "accounts/password.html",
        status=status,
        form=form,
        forced=actor().must_change_password,
    )
