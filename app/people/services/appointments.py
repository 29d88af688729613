"""Offices are given for a term and ended with a reason."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, or_, select

from app.audit import interface as audit
from app.core import clock
from app.core.access import Actor
from app.core.db import db, hold
from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l
from app.people.models import Appointment, AppointmentKind, Person
from app.people.policy import APPOINTMENT_LEVELS, INCOMPATIBLE, is_adult, last_day
from app.places.interface import inside
from app.places.models import Place


def appoint(
    actor: Actor | None,
    *,
    person: Person,
    kind: AppointmentKind,
    place: Place,
    since: date,
    until: date | None = None,
    title: str | None = None,
) -> Appointment:
    """Give a person an office at a place for a term.

    Refused if the office isn't held at such a place, if the term is longer than the law has it or
    has no end where it has (`policy.TERM_YEARS`), if they are under 18, if they hold it already
    in that time, or if they would sit on the residents' committee and on its oversight committee
    at once (2025 law, art. 36; near relatives, whom the article excludes as well, are not known
    to the system).
    """
    _refuse_place(kind, place)
    if until is not None and until < since:
        raise Refused(_l("The term ends before it begins."), field="until")
    _check_term(kind, since, until)
    # Two appointments of one person wait for each other, so that neither overlooks the other.
    hold(person)
    if person.moved_out_on is not None:
        raise Refused(_l("This person has moved out."))
    if not is_adult(person.born_on, since):
        raise Refused(_l("Only adults can hold an office."), field="since")
    at_once = Appointment.person_id == person.id, _overlapping(since, until)
    same = select(Appointment.id).where(
        *at_once, Appointment.kind == kind, Appointment.place_id == place.id
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise Refused(_l("They already hold this office in that time."), field="kind")
    if kind in INCOMPATIBLE:
        _check_compatible(kind, place, at_once)
    office = Appointment(
        person_id=person.id,
        kind=kind,
        place_id=place.id,
        since=since,
        until=until,
        title=title or None,
    )
    db.session.add(office)
    db.session.flush()
    audit.record(
        actor, "appointment.appoint", kind="appointment", id=office.id, path=place.path,
        office=kind.value, person=person.id,
    )  # fmt: skip
    return office


def _refuse_place(kind: AppointmentKind, place: Place) -> None:
    if place.level not in APPOINTMENT_LEVELS[kind]:
        raise Refused(_l("This office is not held at a place of this level."), field="place_id")
    if place.retired_on is not None:
        raise Refused(_l("This place has been retired."), field="place_id")


def _check_term(kind: AppointmentKind, since: date, until: date | None) -> None:
    last = last_day(kind, since)
    if last is not None and (until is None or until > last):
        message = _l(
            "Committees and representatives are elected for five years: until %(day)s at most.",
            day=last.isoformat(),
        )
        raise Refused(message, field="until")


def end_appointment(
    actor: Actor, office: Appointment, *, reason: str, on: date | None = None
) -> None:
    """End an office before its term is over; `on` is the first day it is no longer held.

    Refused if it has ended, (field "on") if the day is to come or before the office began, (field
    "reason") without a reason.
    """
    hold(office)
    on = on or clock.today()
    if office.ended_on is not None:
        raise Refused(_l("This office has already been ended."))
    if on > clock.today():
        raise Refused(_l("The day can't lie in the future."), field="on")
    if on < office.since:
        raise Refused(
            _l("The office began only on %(day)s.", day=office.since.isoformat()), field="on"
        )
    if not reason.strip():
        raise Refused(_l("Say why the office ends."), field="reason")
    office.ended_on = on
    office.end_reason = reason.strip()
    db.session.flush()
    audit.record(
        actor, "appointment.end", kind="appointment", id=office.id, path=office.place.path,
        reason=reason.strip(),
    )  # fmt: skip


def _check_compatible(
    kind: AppointmentKind, place: Place, at_once: tuple[ColumnElement[bool], ...]
) -> None:
    other = (
        select(Appointment.id)
        .join(Place, Place.id == Appointment.place_id)
        .where(*at_once, Appointment.kind == INCOMPATIBLE[kind], inside(place.path))
    )
    if db.session.scalar(other.limit(1)) is not None:
        message = _l(
            "Members of the residents' committee can't sit on the oversight committee "
            "(Organic Law of Urban Residents' Committees, art. 36)."
        )
        raise Refused(message, field="kind")


def _overlapping(since: date, until: date | None) -> ColumnElement[bool]:
    """Condition on Appointment: held on some day of the term."""
    begins_before = Appointment.since <= until if until is not None else None
    goes_on = or_(Appointment.until.is_(None), Appointment.until >= since) & or_(
        Appointment.ended_on.is_(None), Appointment.ended_on > since
    )
    return goes_on if begins_before is None else goes_on & begins_before
