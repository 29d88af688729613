"""Residents: found, shown, entered, corrected, moved out."""

from __future__ import annotations

from typing import Any

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Capability, requires
from app.core.arguments import id_argument, page_argument, text_argument
from app.core.db import db
from app.core.forms import offered
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.paging import paged
from app.people import policy, telephones
from app.people.forms import CorrectionForm, MoveOutForm, NewPersonForm, PersonForm, UnmaskForm
from app.people.models import GENDER_LABELS, Person, Unit
from app.people.queries import appointments, households, persons, units
from app.people.services import persons as persons_services
from app.people.services import unmasking as unmasking_services
from app.people.views import bp
from app.places import interface as places
from app.places.interface import communities, reached_community
from app.places.models import Level, Place

SEE = Capability.SEE_PEOPLE
MANAGE = Capability.MANAGE_PEOPLE
LIST = "people/_people.html"


@bp.get("/people")
@requires(SEE)
def index() -> Response:
    who = actor()
    text, moved_out = text_argument(), id_argument("moved_out") == 1
    choices = communities(who, SEE)
    community_id = choices[0].id if len(choices) == 1 else id_argument("community")
    buildings = _buildings(dict(choices), community_id)
    building_id = id_argument("building") if buildings else None
    found = persons.search_people(
        who, SEE, text, community_id, building_id=building_id, moved_out=moved_out
    )
    return render(
        "people/index.html",
        swap={"people-list": LIST},
        page=paged(found, page_argument()),
        text=text,
        communities=choices,
        community_id=community_id,
        buildings=buildings,
        building_id=building_id,
        moved_out=moved_out,
        may_create=who.may(MANAGE),
    )


@bp.get("/people/<int:person_id>")
@requires(SEE)
def person(person_id: int) -> Response:
    return _show(persons.person_in_reach(actor(), SEE, person_id))


@bp.post("/people/<int:person_id>/phone")
@requires(Capability.UNMASK)
def unmask(person_id: int) -> Response:
    """The number is in this one answer and nowhere else: neither in the address nor in a cookie."""
    found = persons.person_in_reach(actor(), Capability.UNMASK, person_id)
    form = UnmaskForm()
    if not form.accepts(lambda: unmasking_services.unmask(actor(), found, reason=form.reason.data)):
        return _show(found, unmasking=form, status=422)
    db.session.commit()
    return _show(found, phone=form.result)


@bp.get("/people/new")
@requires(MANAGE)
def new_person() -> Response:
    who = actor()
    choices = communities(who, MANAGE)
    if len(choices) > 1 and id_argument("community") is None:
        return render("people/choose_community.html", communities=choices)
    community = reached_community(who, MANAGE, id_argument("community"))
    return _new_page(_filled(NewPersonForm(), community), community, 200)


@bp.post("/people/new")
@requires(MANAGE)
def create_person() -> Response:
    who = actor()
    community = reached_community(who, MANAGE, id_argument("community"))
    form = _filled(NewPersonForm(), community)
    if not form.accepts(
        lambda: persons_services.create_person(who, community=community, **_entered(form))
    ):
        return _new_page(form, community, 422)
    db.session.commit()
    flash(_("%(name)s has been entered.", name=form.result.name))
    return see_other(url_for("people.person", person_id=form.result.id))


@bp.get("/people/<int:person_id>/edit")
@requires(MANAGE)
def edit_person(person_id: int) -> Response:
    found = persons.person_in_reach(actor(), MANAGE, person_id)
    home = households.home_of(found)
    form = CorrectionForm(
        obj=found,
        data={
            "building_id": home.building_id if home else None,
            "room": home.room if home else None,
        },
    )
    form.phone.data = None  # it is not shown: those who need it ask for it with a reason
    return _edit_page(_filled(form, found.community), found, 200)


@bp.post("/people/<int:person_id>/edit")
@requires(MANAGE)
def correct_person(person_id: int) -> Response:
    found = persons.person_in_reach(actor(), MANAGE, person_id)
    form = _filled(CorrectionForm(), found.community)
    if not form.accepts(
        lambda: persons_services.correct_person(
            actor(),
            found,
            version=form.version.data,
            without_phone=form.without_phone.data,
            pinyin=form.pinyin.data,
            initials=form.initials.data,
            **_entered(form),
        )
    ):
        return _edit_page(form, found, 422)
    db.session.commit()
    flash(_("The changes have been saved."))
    return see_other(url_for("people.person", person_id=person_id))


@bp.get("/people/<int:person_id>/move-out")
@requires(MANAGE)
def moving_out(person_id: int) -> Response:
    found = persons.person_in_reach(actor(), MANAGE, person_id)
    form = MoveOutForm(data={"on": clock.today()})
    return _move_out_page(found, form, 200)


@bp.post("/people/<int:person_id>/move-out")
@requires(MANAGE)
def move_out(person_id: int) -> Response:
    found = persons.person_in_reach(actor(), MANAGE, person_id)
    form = MoveOutForm()
    if not form.accepts(
        lambda: persons_services.move_out(
            actor(), found, on=form.on.data, deceased=form.deceased.data
        )
    ):
        return _move_out_page(found, form, 422)
    db.session.commit()
    died = _("%(name)s is entered as deceased.", name=found.name)
    flash(died if found.deceased else _("%(name)s has moved out.", name=found.name))
    return see_other(url_for("people.person", person_id=person_id))


@bp.post("/people/<int:person_id>/move-back")
@requires(MANAGE)
def move_back(person_id: int) -> Response:
    found = persons.person_in_reach(actor(), MANAGE, person_id)
    persons_services.move_back(actor(), found)
    db.session.commit()
    flash(_("%(name)s lives here again.", name=found.name))
    return see_other(url_for("people.person", person_id=person_id))


def _show(
    found: Person,
    *,
    unmasking: UnmaskForm | None = None,
    phone: str | None = None,
    status: int = 200,
) -> Response:
    who = actor()
    return render(
        "people/show.html",
        swap={"telephone": "people/_telephone.html"},
        status=status,
        person=found,
        gender=GENDER_LABELS[found.gender] if found.gender else None,
        home=households.home_of(found),
        housemates=households.housemates_of(found),
        offices=appointments.offices_of(found.id),
        works_at=db.session.get(Unit, found.works_at_id) if found.works_at_id else None,
        **telephones.of_person(who, found, unmasking=unmasking, phone=phone),
        may_manage=who.may_at(MANAGE, found.community.path),
        may_appoint=who.may(MANAGE) or who.may(Capability.MANAGE_PLACES),
        today=clock.today(),
        policy=policy,
    )


def _new_page(form: PersonForm, community: Place, status: int) -> Response:
    return render("people/new.html", status=status, form=form, community=community)


def _edit_page(form: CorrectionForm, found: Person, status: int) -> Response:
    return render("people/edit.html", status=status, form=form, person=found)


def _move_out_page(found: Person, form: MoveOutForm, status: int) -> Response:
    offices = [
        office
        for office in appointments.offices_of(found.id)
        if not policy.is_over(office.until, office.ended_on, clock.today())
    ]
    return render("people/move_out.html", status=status, person=found, form=form, offices=offices)


def _filled(form: PersonForm, community: Place) -> PersonForm:
    """With the community's buildings and units to choose from."""
    buildings = places.parts_of(community.path, [Level.BUILDING])
    form.building_id.choices = offered(buildings, blank=_("– none –"))
    form.works_at_id.choices = offered(units.units_of(community.id), blank=_("– none –"))
    return form


def _entered(form: PersonForm) -> dict[str, Any]:
    """What the form says of a person, as the services take it; its ids are among the choices."""
    return {
        "name": form.name.data,
        "gender": form.gender.data,
        "born_on": form.born_on.data,
        "phone": form.phone.data,
        "building": db.session.get(Place, form.building_id.data or 0),
        "room": form.room.data,
        "party_member": form.party_member.data,
        "works_at": db.session.get(Unit, form.works_at_id.data or 0),
    }


def _buildings(names: dict[int, str], community_id: int | None) -> list[tuple[int, str]]:
    """The buildings of the one community that is shown."""
    if community_id not in names:
        return []
    path = db.session.get_one(Place, community_id).path
    return places.parts_of(path, [Level.BUILDING])
