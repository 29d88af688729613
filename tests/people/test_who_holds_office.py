from datetime import date, timedelta

import pytest

from app.accounts.models import RoleGrant
from app.accounts.queries import users
from app.core.access import Role
from app.core.db import db
from app.people.models import Appointment, AppointmentKind
from app.people.queries import appointments

TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)


def appoint(person, kind, place, **more):
    appointment = Appointment(
        person_id=person.id, kind=kind, place_id=place.id, **{"since": date(2025, 1, 1), **more}
    )
    db.session.add(appointment)
    db.session.flush()
    return appointment


def test_representatives_of_the_community_are_those_in_office(cast):
    found = appointments.representatives(cast.community.id, TODAY)
    assert [row.name for row in found] == ["李秀英", "张建国"]
    assert found[0].person_id == cast.li.id
    assert appointments.representatives(cast.neighbour.id, TODAY) == []
    assert appointments.representatives(10**9, TODAY) == []


def test_a_representative_chosen_by_two_parts_counts_once(cast):
    appoint(cast.zhang, AppointmentKind.RESIDENT_REP, cast.grid)
    assert [row.name for row in appointments.representatives(cast.community.id, TODAY)] == [
        "李秀英",
        "张建国",
    ]


@pytest.mark.parametrize(
    ("term", "holds"),
    [
        ({"since": TODAY}, True),
        ({"since": TODAY + DAY}, False),
        ({"until": TODAY}, True),
        ({"until": TODAY - DAY}, False),
        ({"ended_on": TODAY}, False),
        ({"ended_on": TODAY + DAY}, True),
    ],
)
def test_an_office_is_held_from_its_first_day_to_its_last(cast, term, holds):
    appoint(cast.wang, AppointmentKind.COMMITTEE_MEMBER, cast.community, **term)
    found = appointments.committee_members(cast.community.id, TODAY)
    assert [row.name for row in found] == (["王芳"] if holds else [])


def test_who_answers_for_a_place_depends_on_its_level(cast):
    appoint(cast.zhang, AppointmentKind.BUILDING_HEAD, cast.building)
    appoint(cast.li, AppointmentKind.GRID_WORKER, cast.grid)
    appoint(
        cast.wang, AppointmentKind.GRID_WORKER, cast.other_building
    )  # not who answers for a building
    appoint(cast.chen, AppointmentKind.RESPONSIBLE, cast.community, title="党委书记")
    ids = [
        cast.building.id,
        cast.grid.id,
        cast.other_building.id,
        cast.community.id,
        cast.estate.id,
    ]
    found = {row.place_id: row.name for row in appointments.responsible_for(ids, TODAY)}
    assert found == {
        cast.building.id: "张建国",
        cast.grid.id: "李秀英",
        cast.community.id: "陈志强",
    }


def test_staff_of_a_community_are_those_granted_there_or_above(cast):
    assert [row.name for row in users.staff_of(cast.community.id)] == ["陈社工", "吴社工"]
    db.session.add(RoleGrant(user_id=cast.host.id, role=Role.STAFF, place_id=cast.street.id))
    db.session.add(RoleGrant(user_id=cast.oversight.id, role=Role.STAFF, place_id=cast.grid.id))
    cast.second_staff.disabled_at = cast.staff.created_at
    db.session.flush()
    assert [row.name for row in users.staff_of(cast.community.id)] == ["陈社工", "林主持"]
    assert users.user_ids_with(Role.GRID, cast.community.id) == []
    assert users.user_ids_with(Role.STREET, cast.community.id) == [cast.street_officer.id]


def test_accounts_are_found_by_person_and_by_unit(cast):
    people = [cast.zhang.id, cast.li.id, cast.wang.id]
    assert users.users_by_person(people) == {
        cast.zhang.id: cast.resident.id,
        cast.li.id: cast.other_resident.id,
    }
    assert users.user_ids_of_units([cast.property_firm.id]) == [cast.unit_contact.id]
    cast.resident.disabled_at = cast.resident.created_at
    db.session.flush()
    assert users.users_by_person(people) == {cast.li.id: cast.other_resident.id}
