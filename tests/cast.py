"""The people and places every test knows by name.

The community of the story is 桂花社区 in 大山坪街道 (its neighbour 梧桐社区 is there so that a
test can reach for what is not its own). Users have the roles their names say.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import inspect, select

from app.accounts.models import RoleGrant, User
from app.accounts.queries.sessions import actor_of
from app.core.access import Role
from app.core.db import db
from app.people.models import (
    Appointment,
    AppointmentKind,
    Gender,
    Household,
    Person,
    Unit,
    UnitKind,
)
from app.places.models import EstateKind, Level, Place

if TYPE_CHECKING:
    from typing import Self

    from app.core.access import Actor

PASSWORD = "Linli-2026"
# argon2 of PASSWORD with the cheapest parameters it allows, so that tests need not wait for it.
PASSWORD_HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$85MZ3Hd2gSt4RS3/CdKHFg$5E9Xq9VYZbb3akGEY6TXc7W6Lm9ZPlfLNGHVgslOKgQ"
)


@dataclass
class Cast:
    city: Place
    street: Place
    community: Place
    neighbour: Place
    grid: Place
    estate: Place
    building: Place
    other_building: Place
    property_firm: Unit
    school: Unit
    zhang: Person
    li: Person
    wang: Person
    zhao: Person
    chen: Person
    neighbour_person: Person
    admin: User
    street_officer: User
    staff: User
    second_staff: User
    host: User
    grid_worker: User
    oversight: User
    unit_contact: User
    resident: User
    other_resident: User
    neighbour_staff: User
    neighbour_resident: User

    def here(self) -> Self:
        """The same cast, loaded into the current session."""
        members = {field.name: getattr(self, field.name) for field in fields(self)}
        ids = defaultdict(set)
        for member in members.values():
            ids[type(member)].update(inspect(member).identity)
        found = {
            (kind, row.id): row
            for kind, wanted in ids.items()
            for row in db.session.scalars(select(kind).where(kind.id.in_(wanted)))
        }
        return type(self)(
            **{name: found[type(m), *inspect(m).identity] for name, m in members.items()}
        )

    def actor(self, name: str) -> Actor:
        """The actor of a user of the cast, by the name of the field."""
        return actor_of(getattr(self, name))


def create() -> Cast:
    """Add the cast to the database (flushed, not committed). Returns it, detached ids known."""
    city = _place("泸州市", Level.CITY, None, "5105")
    district = _place("江阳区", Level.DISTRICT, city, "510502")
    street = _place("大山坪街道", Level.STREET, district, "510502002")
    community = _place("桂花社区", Level.COMMUNITY, street)
    neighbour = _place("梧桐社区", Level.COMMUNITY, street)
    grid = _place("第一网格", Level.GRID, community)
    estate = _place("桂花苑", Level.ESTATE, grid)
    estate.estate_kind = EstateKind.OLD
    building = _place("2栋", Level.BUILDING, estate)
    other_building = _place("10栋", Level.BUILDING, estate)
    neighbour_estate = _place("梧桐里", Level.ESTATE, neighbour)
    neighbour_building = _place("1栋", Level.BUILDING, neighbour_estate)

    property_firm = _add(
        Unit(name="安居物业服务有限公司", kind=UnitKind.PROPERTY_FIRM, community_id=community.id)
    )
    school = _add(Unit(name="大山坪小学", kind=UnitKind.STATIONED, community_id=community.id))

    zhang = _person(
        "张建国", "zhangjianguo", "zjg", "13800001234", community, building, "101", Gender.MALE
    )
    li = _person(
        "李秀英", "lixiuying", "lxy", "13900005678", community, building, "202", Gender.FEMALE
    )
    wang = _person(
        "王芳", "wangfang", "wf", "13700002468", community, other_building, "301", Gender.FEMALE
    )
    zhao = _person(
        "赵敏", "zhaomin", "zm", "13600001357", community, other_building, "302", Gender.FEMALE
    )
    chen = _person(
        "陈志强", "chenzhiqiang", "czq", "13500009876", community, building, "303", Gender.MALE
    )
    elsewhere = _person(
        "周海", "zhouhai", "zh", "13300004321", neighbour, neighbour_building, "101", Gender.MALE
    )
    for person in (zhang, li):
        _add(
            Appointment(
                person_id=person.id,
                kind=AppointmentKind.RESIDENT_REP,
                place_id=community.id,
                since=date(2024, 1, 1),
            )
        )

    return Cast(
        city=city,
        street=street,
        community=community,
        neighbour=neighbour,
        grid=grid,
        estate=estate,
        building=building,
        other_building=other_building,
        property_firm=property_firm,
        school=school,
        zhang=zhang,
        li=li,
        wang=wang,
        zhao=zhao,
        chen=chen,
        neighbour_person=elsewhere,
        admin=_user("admin", "管理员", Role.ADMIN, city),
        street_officer=_user("street", "刘街道", Role.STREET, street),
        staff=_user("staff", "陈社工", Role.STAFF, community),
        second_staff=_user("staff2", "吴社工", Role.STAFF, community),
        host=_user("host", "林主持", Role.HOST, community),
        grid_worker=_user("grid", "何网格", Role.GRID, grid),
        oversight=_user("oversight", "孙监督", Role.OVERSIGHT, community),
        unit_contact=_user("unit", "钱经理", Role.UNIT, community, unit_id=property_firm.id),
        resident=_user("resident", "张建国", Role.RESIDENT, community, person_id=zhang.id),
        other_resident=_user("resident2", "李秀英", Role.RESIDENT, community, person_id=li.id),
        neighbour_staff=_user("neighbour", "邻社工", Role.STAFF, neighbour),
        neighbour_resident=_user(
            "neighbour2", "周海", Role.RESIDENT, neighbour, person_id=elsewhere.id
        ),
    )


def _add(row):
    db.session.add(row)
    db.session.flush()
    return row


def _place(name: str, level: Level, parent: Place | None, code: str | None = None) -> Place:
    place = _add(Place(name=name, level=level, parent_id=parent.id if parent else None, code=code))
    place.path = f"{parent.path if parent else '/'}{place.id}/"
    db.session.flush()
    return place


def _person(  # noqa: PLR0917 - a row of a table
    name: str,
    pinyin: str,
    initials: str,
    phone: str,
    community: Place,
    building: Place,
    room: str,
    gender: Gender,
) -> Person:
    household = _add(Household(building_id=building.id, room=room))
    return _add(
        Person(
            code=f"T{phone[-6:]}",
            name=name,
            pinyin=pinyin,
            initials=initials,
            phone=phone,
            phone_tail=phone[-4:],
            gender=gender,
            community_id=community.id,
            household_id=household.id,
            born_on=date(1960, 5, 1),
        )
    )


def _user(
    username: str,
    name: str,
    role: Role,
    place: Place,
    *,
    person_id: int | None = None,
    unit_id: int | None = None,
) -> User:
    at_home = place.id if place.level is Level.COMMUNITY else None
    user = _add(
        User(
            username=username,
            name=name,
            password_hash=PASSWORD_HASH,
            person_id=person_id,
            unit_id=unit_id,
            community_id=at_home,
        )
    )
    _add(RoleGrant(user_id=user.id, role=role, place_id=place.id))
    return user
