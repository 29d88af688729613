"""Offices: who holds which, where, until when."""

from __future__ import annotations

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Actor, Capability, requires
from app.core.arguments import (
    id_argument,
    member_argument,
    page_argument,
    text_argument,
    word_argument,
)
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.forms import offered
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.paging import paged
from app.people import policy
from app.people.forms import AppointmentForm, EndAppointmentForm
from app.people.models import APPOINTMENT_LABELS, Appointment, AppointmentKind, Person
from app.people.queries import appointments as appointments_queries
from app.people.queries import households, persons
from app.people.services import appointments as services
from app.people.views import bp
from app.places import interface as places
from app.places.interface import ancestors, reached_place
from app.places.models import COMMUNITY_AND_PARTS, Level, Place

SEE = Capability.SEE_PEOPLE
# Staff give the offices of their community; at the levels above it those who manage places do.
APPOINT = (Capability.MANAGE_PEOPLE, Capability.MANAGE_PLACES)
# Of which level the list of places nobody answers for was, if the reader comes from there.
UNATTENDED = ("", "all", *Level)
STATES = ("held", "expiring", "over", "all")


@bp.get("/people/appointments")
@requires(SEE)
def appointments() -> Response:
    who, today = actor(), clock.today()
    kind = member_argument("kind", AppointmentKind)
    state = word_argument("state", STATES)
    place_id = id_argument("place")
    place = reached_place(who, SEE, place_id) if place_id else None
    found = appointments_queries.offices(
        who, SEE, today, kind=kind, state=state, path=place.path if place else None
    )
    return render(
        "people/appointments.html",
        page=paged(found, page_argument()),
        kinds=APPOINTMENT_LABELS,
        kind=kind,
        state=state,
        place=place,
        today=today,
        policy=policy,
        may_appoint=any(who.may(capability) for capability in APPOINT),
    )


@bp.get("/people/appointments/new")
@requires(*APPOINT)
def new_appointment() -> Response:
    """First who (found by name), then what and where."""
    who = actor()
    place = _place_asked_for(who)
    person_id = id_argument("person")
    if person_id is None:
        return _choose_person(who, place)
    person = persons.person_in_reach(who, SEE, person_id)
    form = AppointmentForm(
        data={
            "since": clock.today(),
            "place_id": place.id if place else None,
            "kind": member_argument("kind", AppointmentKind),
        }
    )
    return _form_page(form, person, 200, place)


@bp.post("/people/appointments/new")
@requires(*APPOINT)
def appoint() -> Response:
    who = actor()
    person = persons.person_in_reach(who, SEE, id_argument("person") or 0)
    form = _filled(AppointmentForm(), person)
    if not form.accepts(
        lambda: services.appoint(
            who,
            person=person,
            kind=form.kind.data,
            place=db.session.get_one(Place, form.place_id.data),
            since=form.since.data,
            until=form.until.data,
            title=form.title.data,
        )
    ):
        return _form_page(form, person, 422)
    db.session.commit()
    flash(_("%(name)s has been appointed.", name=person.name))
    if level := word_argument("unattended", UNATTENDED):
        return see_other(url_for("places.unattended_places", level=level))
    return see_other(url_for("people.person", person_id=person.id))


@bp.get("/people/appointments/<int:office_id>/end")
@requires(*APPOINT)
def ending(office_id: int) -> Response:
    office = appointments_queries.office_in_reach(actor(), APPOINT, office_id)
    return _end_page(office, EndAppointmentForm(data={"on": clock.today()}), 200)


@bp.post("/people/appointments/<int:office_id>/end")
@requires(*APPOINT)
def end_appointment(office_id: int) -> Response:
    office = appointments_queries.office_in_reach(actor(), APPOINT, office_id)
    form = EndAppointmentForm()
    if not form.accepts(
        lambda: services.end_appointment(actor(), office, reason=form.reason.data, on=form.on.data)
    ):
        return _end_page(office, form, 422)
    db.session.commit()
    flash(_("The office has been ended."))
    return see_other(url_for("people.person", person_id=office.person_id))


def _place_asked_for(who: Actor) -> Place | None:
    place_id = id_argument("place")
    return reached_place(who, SEE, place_id) if place_id else None


def _choose_person(who: Actor, place: Place | None) -> Response:
    text = text_argument()
    building = place if place and place.level is Level.BUILDING else None
    # Without a text nobody is shown but a building's own residents: the page asks who is meant,
    # it is not a list of everybody.
    found = persons.candidates(who, SEE, text, building.id if building else None)
    return render(
        "people/choose_person.html",
        swap={"candidates": "people/_candidates.html"},
        page=paged(found, page_argument()) if text or building else None,
        text=text,
        place=place,
        kind=member_argument("kind", AppointmentKind),
        unattended=word_argument("unattended", UNATTENDED),
        by_account=place is not None and place.level not in COMMUNITY_AND_PARTS,
        may_grant=place is not None and who.may_at(Capability.MANAGE_USERS, place.path),
    )


def _form_page(
    form: AppointmentForm, person: Person, status: int, place: Place | None = None
) -> Response:
    home = households.home_of(person)
    building = place if place and place.level is Level.BUILDING else None
    return render(
        "people/new_appointment.html",
        status=status,
        form=_filled(form, person),
        person=person,
        building=building,
        elsewhere=building and (home is None or home.building_id != building.id),
        unattended=word_argument("unattended", UNATTENDED),
    )


def _filled(form: AppointmentForm, person: Person) -> AppointmentForm:
    """With the places where this actor may give an office to this person."""
    who = actor()
    form.place_id.choices = offered(_places(who, person), blank=None)
    if not form.place_id.choices:
        raise NotFoundError
    return form


def _places(who: Actor, person: Person) -> list[tuple[int, str]]:
    """The person's community with its parts, then what is above it, as far as the actor reaches."""
    paths = tuple({path for capability in APPOINT for path in who.paths(capability)})
    community = person.community
    around = [place for place in ancestors(community) if place.path.startswith(paths)]
    if community not in around:
        # A part of the community at most: then only what lies in that part.
        inside = [path for path in paths if path.startswith(community.path)]
        return [part for path in inside for part in places.parts_of(path, list(Level))]
    above = [(place.id, place.name) for place in reversed(around) if place is not community]
    return places.parts_of(community.path, list(Level)) + above


def _end_page(office: Appointment, form: EndAppointmentForm, status: int) -> Response:
    return render("people/end_appointment.html", status=status, office=office, form=form)
