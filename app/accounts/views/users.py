"""Accounts: who may do what, where."""

from __future__ import annotations

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.accounts import policy
from app.accounts.forms import GrantForm, UserForm
from app.accounts.models import User
from app.accounts.queries import roles
from app.accounts.queries import users as users_queries
from app.accounts.services import users as services
from app.accounts.views import bp
from app.core import clock
from app.core.access import ROLE_LABELS, Actor, Capability, Role, requires
from app.core.arguments import id_argument, member_argument, page_argument, text_argument
from app.core.db import db, end_transaction
from app.core.forms import offered
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.paging import paged
from app.people import interface as people
from app.people.models import Person, Unit
from app.places import interface as places_there
from app.places.interface import ancestors, reached_place
from app.places.models import Level, Place

MANAGE = Capability.MANAGE_USERS
ROLE_PLACES = [level for level in Level if level is not Level.BUILDING]


@bp.get("/accounts")
@requires(MANAGE)
def index() -> Response:
    text, role = text_argument(), member_argument("role", Role)
    closed = id_argument("closed") == 1
    page = paged(users_queries.users(actor(), text, role, closed=closed), page_argument())
    return render(
        "accounts/index.html",
        swap={"user-list": "accounts/_users.html"},
        page=page,
        grants=roles.grants_of([row.id for row in page.rows], asleep=True),
        text=text,
        role=role,
        roles=ROLE_LABELS,
        closed=closed,
        now=clock.now(),
        is_locked=policy.is_locked,
    )


@bp.get("/accounts/<int:user_id>")
@requires(MANAGE)
def show(user_id: int) -> Response:
    who = actor()
    found = users_queries.user_in_reach(who, user_id)
    grants = roles.grants_of([user_id], asleep=True).get(user_id, [])
    manages = policy.may_manage(who, [(given.role, given.path) for given in grants])
    return render(
        "accounts/show.html",
        user=found,
        grants=grants,
        person=db.session.get(Person, found.person_id) if found.person_id else None,
        unit=db.session.get(Unit, found.unit_id) if found.unit_id else None,
        sign_ins=users_queries.sign_ins_of(user_id),
        may_manage=manages,
        is_self=who.id == user_id,
        locked=policy.is_locked(found.locked_until, clock.now()),
        may_link=manages and who.id != user_id and policy.may_link([g.role for g in grants]),
    )


@bp.get("/accounts/new")
@requires(MANAGE)
def new_user() -> Response:
    """First where, then who and as what."""
    place_id = id_argument("place")
    if place_id is None:
        return _choose_place(None)
    place = reached_place(actor(), MANAGE, place_id)
    return _new_page(UserForm(), place, 200)


@bp.post("/accounts/new")
@requires(MANAGE)
def create_user() -> Response:
    who = actor()
    place = reached_place(who, MANAGE, id_argument("place") or 0)
    form = _filled(UserForm(), who, place)
    unit = db.session.get(Unit, form.unit_id.data or 0)
    end_transaction()
    if not form.accepts(
        lambda: services.create_user(
            who,
            username=form.username.data,
            name=form.name.data,
            role=form.role.data,
            place=place,
            unit=unit,
        )
    ):
        return _new_page(form, place, 422)
    db.session.commit()
    made, password = form.result
    return _password_page(made, password, _("The account has been made."))


@bp.get("/accounts/<int:user_id>/roles")
@requires(MANAGE)
def new_grant(user_id: int) -> Response:
    found = users_queries.user_in_reach(actor(), user_id)
    place_id = id_argument("place")
    if place_id is None:
        return _choose_place(found)
    place = reached_place(actor(), MANAGE, place_id)
    return _grant_page(GrantForm(), found, place, 200)


@bp.post("/accounts/<int:user_id>/roles")
@requires(MANAGE)
def grant_role(user_id: int) -> Response:
    who = actor()
    found = users_queries.user_in_reach(who, user_id)
    place = reached_place(who, MANAGE, id_argument("place") or 0)
    form = _filled(GrantForm(), who, place)
    if not form.accepts(lambda: services.grant(who, found, role=form.role.data, place=place)):
        return _grant_page(form, found, place, 422)
    db.session.commit()
    flash(_("The role has been given."))
    return see_other(url_for("accounts.show", user_id=user_id))


@bp.post("/accounts/<int:user_id>/roles/<int:grant_id>/withdraw")
@requires(MANAGE)
def withdraw_role(user_id: int, grant_id: int) -> Response:
    who = actor()
    services.withdraw(who, roles.grant_in_reach(who, user_id, grant_id))
    db.session.commit()
    flash(_("The role has been withdrawn."))
    return see_other(url_for("accounts.show", user_id=user_id))


@bp.post("/accounts/<int:user_id>/disable")
@requires(MANAGE)
def disable_user(user_id: int) -> Response:
    services.disable(actor(), users_queries.user_in_reach(actor(), user_id))
    db.session.commit()
    flash(_("The account has been closed."))
    return see_other(url_for("accounts.show", user_id=user_id))


@bp.post("/accounts/<int:user_id>/enable")
@requires(MANAGE)
def enable_user(user_id: int) -> Response:
    services.enable(actor(), users_queries.user_in_reach(actor(), user_id))
    db.session.commit()
    flash(_("The account is open again."))
    return see_other(url_for("accounts.show", user_id=user_id))


@bp.post("/accounts/<int:user_id>/password")
@requires(MANAGE)
def reset_password(user_id: int) -> Response:
    found = users_queries.user_in_reach(actor(), user_id)
    end_transaction()
    password = services.reset_password(actor(), found)
    db.session.commit()
    return _password_page(found, password, _("The password has been reset."))


@bp.post("/accounts/<int:user_id>/revoke")
@requires(MANAGE)
def revoke_sessions(user_id: int) -> Response:
    services.revoke_sessions(actor(), users_queries.user_in_reach(actor(), user_id))
    db.session.commit()
    flash(_("All sessions of this account have been ended."))
    return see_other(url_for("accounts.show", user_id=user_id))


def _choose_place(found: User | None) -> Response:
    """Where a role is to be given: a search, since there may be thousands of places."""
    text = text_argument()
    places = places_there.search_places(actor(), MANAGE, text, ROLE_PLACES)
    return render(
        "accounts/choose_place.html",
        swap={"place-candidates": "accounts/_place_candidates.html"},
        page=paged(places, page_argument()),
        text=text,
        user=found,
    )


def _new_page(form: UserForm, place: Place, status: int) -> Response:
    return render(
        "accounts/new_user.html",
        status=status,
        form=_filled(form, actor(), place),
        place=place,
        line=ancestors(place),
    )


def _grant_page(form: GrantForm, found: User, place: Place, status: int) -> Response:
    return render(
        "accounts/new_grant.html",
        status=status,
        form=_filled(form, actor(), place),
        user=found,
        place=place,
        line=ancestors(place),
    )


def _password_page(found: User, password: str, title: str) -> Response:
    """The one answer in which the password stands."""
    return render(
        "accounts/first_password.html",
        user=found,
        password=password,
        title=title,
        may_link=found.person_id is None,
    )


def _filled(form: GrantForm, who: Actor, place: Place) -> GrantForm:
    """With the roles this actor may give here, and the units of the community."""
    form.role.choices = [
        (role.value, label)
        for role, label in ROLE_LABELS.items()
        if role is not Role.RESIDENT
        and place.level in policy.ROLE_LEVELS[role]
        and policy.may_grant(who, role, place.path)
    ]
    if isinstance(form, UserForm):
        form.unit_id.choices = offered(people.units_of(place.id), blank=_("– none –"))
    return form
