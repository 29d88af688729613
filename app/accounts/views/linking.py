"""Which resident an account belongs to, if a person who works here also lives here."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.accounts.forms import LinkForm
from app.accounts.models import User
from app.accounts.queries import users
from app.accounts.services import users as services
from app.accounts.views import bp
from app.core.access import Capability, requires
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.people import interface as people_there
from app.people.interface import Choice, offer_people

MANAGE = Capability.MANAGE_USERS
SEE = Capability.SEE_PEOPLE


@bp.get("/accounts/<int:user_id>/person")
@requires(MANAGE)
def link(user_id: int) -> Response:
    found = users.user_in_reach(actor(), user_id)
    form = LinkForm(request.args)
    return _page(form, found, _offer(form, found), 200)


@bp.post("/accounts/<int:user_id>/person")
@requires(MANAGE)
def link_person(user_id: int) -> Response:
    who = actor()
    found = users.user_in_reach(who, user_id)
    form = LinkForm()
    people = _offer(form, found)
    if "find" in request.form:
        return _page(form, found, people, 200)
    if not form.accepts(
        lambda: services.link_person(
            who, found, people_there.person_in_reach(who, SEE, form.person_id.data)
        )
    ):
        return _page(form, found, people, 422)
    db.session.commit()
    flash(_("The account has been tied to the entry."))
    return see_other(url_for("accounts.show", user_id=user_id))


def _offer(form: LinkForm, user: User) -> Choice:
    return offer_people(form.person_id, SEE, None, first=user.name)


def _page(form: LinkForm, user: User, people: Choice, status: int) -> Response:
    return render(
        "accounts/link.html", swap=people.swap, status=status, form=form, user=user, people=people
    )
