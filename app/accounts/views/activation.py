"""Slips with which residents make their account: printed by staff, used by those who hold one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.accounts.forms import ActivationForm, SlipForm
from app.accounts.queries import activation, users
from app.accounts.services import activation as services
from app.accounts.views import bp
from app.accounts.views.limits import limited
from app.accounts.views.session import begin_session
from app.core.access import Capability, public, requires
from app.core.addresses import printed
from app.core.attempts import Rate
from app.core.db import db, end_transaction
from app.core.errors import Refused
from app.core.forms import new_form_key
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.core.once import once
from app.people import interface as people_there
from app.people.models import Person
from app.places.interface import reached_place

if TYPE_CHECKING:
    from collections.abc import Sequence

ATTEMPTS = (Rate(15, 60), Rate(60, 3600))  # per address


@bp.post("/accounts/slips/person/<int:person_id>")
@requires(Capability.MANAGE_PEOPLE)
def print_activation(person_id: int) -> Response:
    person = people_there.person_in_reach(actor(), Capability.MANAGE_PEOPLE, person_id)
    return _printed([person], person.name, url_for("people.person", person_id=person_id))


@bp.post("/accounts/slips/building/<int:building_id>")
@requires(Capability.MANAGE_PEOPLE)
def print_activations(building_id: int) -> Response:
    """A slip for every adult of a building who has no account, two to a sheet.

    A person who holds a valid slip gets another, which voids the first, only if that is asked for.
    """
    building = reached_place(actor(), Capability.MANAGE_PEOPLE, building_id)
    people = activation.adults_without_account(building.id, again="again" in request.form)
    return _printed(people, building.name, url_for("people.building", building_id=building_id))


@bp.get("/activate")
@limited("slip", *ATTEMPTS)
@public
def activate() -> Response:
    """First the code; if it is valid, whose it is and what is to be chosen."""
    code = request.args.get("code", "")
    if not code:
        return render("accounts/activate_code.html", form=SlipForm())
    form = SlipForm(data={"code": code[:40]})
    slip = activation.open_activation(code)
    if slip is None:
        form.refuse(Refused(_l("This code is not valid, or no longer."), field="code"))
        return render("accounts/activate_code.html", status=404, form=form)
    return _page(ActivationForm(data={"code": code}), 200)


@bp.post("/activate")
@limited("activate", *ATTEMPTS)
@public
def use_activation() -> Response:
    form = ActivationForm()
    end_transaction()
    if not form.accepts(
        lambda: services.activate(
            code=form.code.data, username=form.username.data, password=form.password.data
        )
    ):
        return _page(form, 422)
    db.session.commit()
    begin_session(form.result)
    flash(_("Your account is ready. Your username is %(username)s.", username=form.result.username))
    return see_other("/")


def _printed(people: Sequence[Person], title: str, page: str) -> Response:
    """The slips are the answer itself: their codes are not kept and can't be shown again.

    Loading that answer again sends the form again, which must not void what has just been
    printed: the page's form is good for one issue.
    """
    key = request.form.get("form_key") or new_form_key()
    slips = once(key, lambda: _slips(people))
    if slips is None:
        flash(
            _(
                "Already issued; the codes can't be shown again. If the paper is lost, print new slips."
            ),
            "warning",
        )
        return see_other(page)
    db.session.commit()
    return render("accounts/slips.html", slips=slips, title=title)


def _slips(people: Sequence[Person]) -> list[dict[str, Any]]:
    if not people:
        raise Refused(_l("Every adult entered here has an account or a valid slip already."))
    return [_slip(person) for person in people]


def _slip(person: Person) -> dict[str, Any]:
    """What stands on one slip."""
    slip, code = services.issue_activation(actor(), person)
    return {
        "person": person,
        "home": people_there.home_of(person),
        "account": users.account_of(person.id),
        "community": person.community.name,
        "code": code,
        "site": printed("accounts.activate"),
        "url": printed("accounts.activate", code=code),
        "expires": slip.expires_at,
    }


def _page(form: ActivationForm, status: int) -> Response:
    slip = activation.open_activation(form.code.data or "")
    if slip is None:
        return render("accounts/activate_code.html", status=status, form=form)
    person = activation.person_of_slip(slip)
    return render(
        "accounts/activate.html",
        status=status,
        form=form,
        person=person,
        account=users.account_of(person.id),
    )
