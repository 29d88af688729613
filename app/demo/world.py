"""Places, people, units, offices, accounts and venues of a community."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.accounts import interface as accounts
from app.accounts.models import RoleGrant, User
from app.conventions.interface import chinese_number
from app.core import clock
from app.core.access import Role
from app.core.db import db
from app.demo.names import Names, spelt
from app.demo.rows import Rows
from app.people.interface import check_digit
from app.people.models import (
    Appointment,
    AppointmentKind,
    Gender,
    Household,
    Person,
    Unit,
    UnitKind,
)
from app.places.interface import import_divisions
from app.places.models import EstateKind, Level, Place
from app.platforms.models import Platform, PlatformKind, PlatformParty

if TYPE_CHECKING:
    from random import Random

DIVISIONS = Path(__file__).with_name("divisions.csv")
STREET = "510502003"  # 大山坪街道, 江阳区, 泸州市

UNITS = [
    ("安居物业服务有限公司", UnitKind.PROPERTY_FIRM),
    ("业主委员会", UnitKind.OWNERS_COMMITTEE),
    ("实验小学", UnitKind.STATIONED),
    ("社区卫生服务站", UnitKind.STATIONED),
    ("城市管理执法中队", UnitKind.DEPARTMENT),
    ("派出所", UnitKind.DEPARTMENT),
    ("社会工作服务中心", UnitKind.SOCIAL_ORGANISATION),
    ("骑手驿站党支部", UnitKind.NEW_ORGANISATION),
]


@dataclass
class Community:
    """What history needs to know of a community that has been made."""

    id: int
    path: str
    name: str
    platform_id: int = 0
    staff_id: int = 0
    host_id: int = 0
    people: list[int] = field(default_factory=list)
    adults: list[int] = field(default_factory=list)
    representatives: list[int] = field(default_factory=list)
    committee: list[int] = field(default_factory=list)
    units: list[int] = field(default_factory=list)
    buildings: list[int] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    gender: dict[int, Gender] = field(default_factory=dict)


@dataclass(frozen=True)
class EstatePlan:
    """An estate to be made: its households are spread evenly over its buildings."""

    name: str
    kind: EstateKind
    buildings: int
    households: int


def import_streets() -> list[Place]:
    """The real divisions the sample stands on; returns the streets and towns, its own first."""
    with DIVISIONS.open(encoding="utf-8") as file:
        import_divisions(None, list(csv.DictReader(file)))
    streets = db.session.scalars(
        select(Place).where(Place.level == Level.STREET).order_by(Place.code)
    ).all()
    return sorted(streets, key=lambda street: street.code != STREET)


class World:
    """Makes communities, from one random source, through one batch of rows."""

    def __init__(self, random: Random, rows: Rows) -> None:
        self.random = random
        self.rows = rows
        self.names = Names(random)
        self.today = clock.today()
        self._codes: set[str] = set()

    def community(self, street: Place, name: str, grids: list[list[EstatePlan]]) -> Community:
        """A community with its grids and their estates, its people, offices, units and a venue."""
        place_id, path = self._place(name, Level.COMMUNITY, street.id, street.path)
        made = Community(place_id, path, name)
        for number, plans in enumerate(grids, start=1):
            grid_id, grid_path = self._place(
                f"第{chinese_number(number)}网格", Level.GRID, place_id, path
            )
            for plan in plans:
                self._estate(made, plan, grid_id, grid_path)
            self._office(made, AppointmentKind.GRID_WORKER, grid_id)
        self._offices(made)
        self._units(made)
        self._accounts(made, street)
        self._venue(made)
        return made

    def _place(
        self, name: str, level: Level, parent_id: int, path: str, kind: EstateKind | None = None
    ) -> tuple[int, str]:
        # The path contains the id, so the id must be known first.
        values = {
            "name": name, "level": level, "parent_id": parent_id, "estate_kind": kind,
            "code": None, "address": None, "retired_on": None, "path": "",
        }  # fmt: skip
        place_id = self.rows.add(Place, **values)
        self.rows.last(Place)["path"] = f"{path}{place_id}/"
        return place_id, f"{path}{place_id}/"

    def _estate(self, made: Community, plan: EstatePlan, grid_id: int, grid_path: str) -> None:
        estate_id, estate_path = self._place(plan.name, Level.ESTATE, grid_id, grid_path, plan.kind)
        rest = plan.households
        for number in range(1, plan.buildings + 1):
            share = rest // (plan.buildings - number + 1)
            rest -= share
            building_id, _path = self._place(f"{number}栋", Level.BUILDING, estate_id, estate_path)
            made.buildings.append(building_id)
            for household in range(share):
                floor, door = divmod(household, 4)
                self._household(
                    made, building_id, f"{floor // 6 + 1}单元{floor % 6 + 1}0{door + 1}"
                )
            # Some buildings have no head: the pages of every level show that.
            if self.random.random() < 0.85:
                self._office(made, AppointmentKind.BUILDING_HEAD, building_id)

    def _household(self, made: Community, building_id: int, room: str) -> None:
        household_id = self.rows.add(Household, building_id=building_id, room=room)
        head_male = self.random.random() < 0.7
        surname = self.names.surname()
        head_born = self.random.randint(1938, 1998)
        members = [(surname, head_born, head_male)]
        if self.random.random() < 0.8:
            members.append(
                (self.names.surname(), head_born + self.random.randint(-4, 4), not head_male)
            )
        children = self.random.choices((0, 1, 2), (35, 45, 20))[0]
        if len(members) == 2:
            members += [
                (surname, head_born + self.random.randint(22, 34), self.random.random() < 0.52)
                for _ in range(children)
            ]
        for family, born, male in members:
            if born < self.today.year:
                self._person(made, family, born, male=male, household_id=household_id)

    def _person(
        self, made: Community, surname: str, born: int, *, male: bool, household_id: int
    ) -> None:
        name = surname + self.names.given(born, male=male)
        pinyin, initials = spelt(name)
        born_on = date(born, 1, 1) + timedelta(days=self.random.randrange(365))
        age = self.today.year - born
        phone = self._phone() if 12 < age < 85 else None
        gender = Gender.MALE if male else Gender.FEMALE
        person_id = self.rows.add(
            Person,
            code=self._code(), name=name, pinyin=pinyin, initials=initials, gender=gender,
            born_on=born_on, phone=phone, phone_tail=phone[-4:] if phone else None,
            community_id=made.id, household_id=household_id,
            party_member=age > 20 and self.random.random() < 0.09, works_at_id=None,
            moved_out_on=None, created_at=clock.now(),
        )  # fmt: skip
        made.people.append(person_id)
        made.names[person_id] = name
        made.gender[person_id] = gender
        if age >= 18:
            made.adults.append(person_id)

    def _phone(self) -> str:
        prefix = self.random.choice(
            ("138", "139", "136", "135", "151", "158", "181", "189", "130", "177")
        )
        return prefix + f"{self.random.randrange(10**8):08d}"

    def _code(self) -> str:
        while True:
            digits = f"{self.random.randrange(2 * 10**8, 10**9):09d}"
            if digits not in self._codes:
                self._codes.add(digits)
                return digits + check_digit(digits)

    def _office(
        self, made: Community, kind: AppointmentKind, place_id: int, title: str | None = None,
        person_id: int | None = None,
    ) -> int:  # fmt: skip
        person_id = person_id or self.random.choice(made.adults)
        since = self.today - timedelta(days=self.random.randint(200, 900))
        self.rows.add(
            Appointment,
            person_id=person_id, kind=kind, place_id=place_id, title=title, since=since,
            until=since.replace(year=since.year + 5) if since.day < 29 else None,
            ended_on=None, end_reason=None,
        )  # fmt: skip
        return person_id

    def _offices(self, made: Community) -> None:
        """Committee, representatives (one for 20 to 50 households: art. 13), oversight committee."""
        count = min(max(len(made.people) // 100, 15), 45)
        drawn = self.random.sample(made.adults, count + 10)
        made.committee, watching, made.representatives = drawn[:7], drawn[7:10], drawn[10:]
        titles = ["党委书记、主任", "副主任", *["委员"] * 5]
        for person_id, title in zip(made.committee, titles, strict=True):
            self._office(made, AppointmentKind.COMMITTEE_MEMBER, made.id, title, person_id)
        self._office(made, AppointmentKind.RESPONSIBLE, made.id, "党委书记", made.committee[0])
        for person_id in watching:
            self._office(made, AppointmentKind.OVERSIGHT_MEMBER, made.id, None, person_id)
        for person_id in made.representatives:
            self._office(made, AppointmentKind.RESIDENT_REP, made.id, None, person_id)

    def _units(self, made: Community) -> None:
        for name, kind in UNITS:
            contact = self.names.surname() + _HEADS.get(name, "主任")
            unit_id = self.rows.add(
                Unit,
                name=f"{made.name.removesuffix('社区')}{name}", kind=kind, community_id=made.id,
                contact_name=contact, contact_phone=self._phone(), ended_on=None,
            )  # fmt: skip
            made.units.append(unit_id)

    def _accounts(self, made: Community, street: Place) -> None:
        """One staff and one host account; the sample's own community gets its accounts in `story`."""
        made.staff_id = self.user(f"s{made.id}", self._official(), Role.STAFF, made.id, made.id)
        made.host_id = self.user(f"h{made.id}", self._official(), Role.HOST, made.id, made.id)

    def _official(self) -> str:
        return self.names.surname() + self.names.given(1985, male=self.random.random() < 0.5)

    def user(
        self, username: str, name: str, role: Role, place_id: int, home_id: int | None,
        *, person_id: int | None = None, unit_id: int | None = None, password: str | None = None,
    ) -> int:  # fmt: skip
        """An account with one role. Without a password it can't be used for signing in."""
        user_id = self.rows.add(
            User,
            username=username, name=name, password_hash=accounts.hashed(password) if password else None,
            person_id=person_id, unit_id=unit_id, community_id=home_id, session_version=1,
            must_change_password=False, password_set_at=clock.now() if password else None,
            failed_sign_ins=0, locked_until=None, last_sign_in_at=None, disabled_at=None,
            created_at=clock.now(),
        )  # fmt: skip
        self.rows.add(
            RoleGrant,
            user_id=user_id, role=role, place_id=place_id, granted_by_id=None,
            granted_at=clock.now(), withdrawn_at=None,
        )  # fmt: skip
        return user_id

    def sample_accounts(self, made: Community, street: Place, district: Place) -> dict[str, int]:
        """The accounts named by role, tied to people and a unit of the community."""
        places = {Role.ADMIN: district.id, Role.STREET: street.id}
        owners = {
            "staff": made.committee[1], "host": made.committee[2], "grid": made.committee[3],
            "resident": made.representatives[0], "oversight": made.representatives[-1],
        }  # fmt: skip
        users = {}
        for username, role in accounts.ACCOUNTS.items():
            owner = owners.get(username)
            users[username] = self.user(
                username,
                made.names[owner] if owner else _OFFICERS[username],
                role,
                places.get(role, made.id),
                None if role in places else made.id,
                person_id=owner,
                unit_id=made.units[0] if role is Role.UNIT else None,
                password=accounts.PASSWORD,
            )
        made.staff_id, made.host_id = users["staff"], users["host"]
        return users

    def _venue(self, made: Community) -> None:
        made.platform_id = self.rows.add(
            Platform,
            community_id=made.id, name=f"{made.name.removesuffix('社区')}居民议事角",
            kind=PlatformKind.COUNCIL, place_id=made.id, venue="党群服务中心二楼议事厅",
            opening_hours="每周三 15:00–17:30", responsible_id=made.committee[0],
            opened_on=self.today - timedelta(days=700), ended_on=None, version=1,
        )  # fmt: skip
        self.rows.add(PlatformParty, platform_id=made.platform_id, unit_kind=UnitKind.PROPERTY_FIRM)


_HEADS = {
    "安居物业服务有限公司": "经理", "实验小学": "校长", "社区卫生服务站": "站长", "城市管理执法中队": "中队长",
    "派出所": "所长", "骑手驿站党支部": "书记",
}  # fmt: skip
_OFFICERS = {"admin": "罗志远", "street": "刘明辉", "unit": "钱建平"}
