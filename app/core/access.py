"""Who may do what.

A *grant* is (user, role, place) and reaches the place's whole subtree. One
table maps each role to its capabilities. Endpoints declare the capability they
need; an endpoint that declares nothing keeps the application from starting.
Where an actor may use a capability is applied in the query (`places.scope`),
so that something of another community is "not found" rather than "forbidden".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum, auto
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled
from app.core.stand_ins import id_named, ids_along, path_named, rounded, values_of_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

F = TypeVar("F", bound="Callable[..., Any]")


class Role(StrEnum):
    ADMIN = auto()
    STREET = auto()
    STAFF = auto()
    HOST = auto()
    GRID = auto()
    OVERSIGHT = auto()
    UNIT = auto()
    RESIDENT = auto()


ROLE_LABELS = labelled(
    {
        Role.ADMIN: _l("System administrator"),
        Role.STREET: _l("Street officer"),
        Role.STAFF: _l("Community staff"),
        Role.HOST: _l("Meeting host"),
        Role.GRID: _l("Grid worker"),
        Role.OVERSIGHT: _l("Oversight committee"),
        Role.UNIT: _l("Unit contact"),
        Role.RESIDENT: _l("Resident"),
    }
)


class Capability(StrEnum):
    # The system
    MANAGE_USERS = auto()
    MANAGE_PLACES = auto()
    MANAGE_RULES = auto()
    READ_AUDIT = auto()
    # People
    SEE_PEOPLE = auto()
    MANAGE_PEOPLE = auto()
    UNMASK = auto()
    # Platforms and topics
    MANAGE_PLATFORMS = auto()
    RAISE_TOPIC = auto()
    ENTER_TOPIC = auto()
    SCREEN_TOPIC = auto()
    SEE_TOPICS = auto()
    # Meetings
    SEE_MEETINGS = auto()
    CONVENE = auto()
    HOST_MEETING = auto()
    ANSWER_INVITATION = auto()
    # Resolutions and tasks
    SEE_RESOLUTIONS = auto()
    SEE_TASKS = auto()
    DISPATCH = auto()
    HANDLE_TASK = auto()
    VERIFY_TASK = auto()
    EVALUATE = auto()
    ENTER_EVALUATION = auto()
    # Notices
    PUBLISH_NOTICE = auto()
    OBJECT = auto()
    ANSWER_OBJECTION = auto()
    # Conventions
    MANAGE_CONVENTIONS = auto()
    GIVE_OPINION = auto()
    REVIEW_CONVENTION = auto()
    # Points and rewards
    SEE_OWN_POINTS = auto()
    SEE_POINTS = auto()
    AWARD_POINTS = auto()
    APPROVE_POINTS = auto()
    MANAGE_REWARDS = auto()
    REDEEM_OWN = auto()
    SERVE_COUNTER = auto()


C = Capability

_READING = {C.SEE_TOPICS, C.SEE_MEETINGS, C.SEE_RESOLUTIONS, C.SEE_TASKS}
_RESIDENT = {
    C.RAISE_TOPIC, C.ANSWER_INVITATION, C.EVALUATE, C.OBJECT, C.GIVE_OPINION, C.SEE_OWN_POINTS,
    C.REDEEM_OWN, C.HANDLE_TASK,
}  # fmt: skip
_STAFF = _READING | {
    C.MANAGE_PLACES, C.MANAGE_PLATFORMS, C.SEE_PEOPLE, C.MANAGE_PEOPLE, C.UNMASK, C.ENTER_TOPIC,
    C.SCREEN_TOPIC, C.CONVENE, C.HOST_MEETING, C.ANSWER_INVITATION, C.DISPATCH, C.HANDLE_TASK,
    C.VERIFY_TASK, C.ENTER_EVALUATION, C.PUBLISH_NOTICE, C.ANSWER_OBJECTION, C.MANAGE_CONVENTIONS,
    C.SEE_POINTS, C.AWARD_POINTS, C.APPROVE_POINTS, C.MANAGE_REWARDS, C.SERVE_COUNTER,
}  # fmt: skip
_STREET = _READING | {
    C.MANAGE_PLACES, C.SEE_PEOPLE, C.MANAGE_RULES, C.REVIEW_CONVENTION, C.SEE_POINTS,
    C.APPROVE_POINTS, C.READ_AUDIT, C.ANSWER_OBJECTION, C.MANAGE_USERS,
}  # fmt: skip
_GRID = {
    C.SEE_TOPICS, C.SEE_TASKS, C.SEE_PEOPLE, C.UNMASK, C.ENTER_TOPIC, C.ENTER_EVALUATION,
    C.HANDLE_TASK, C.ANSWER_INVITATION,
}  # fmt: skip

CAPABILITIES: dict[Role, frozenset[Capability]] = {
    Role.ADMIN: frozenset(
        {C.MANAGE_USERS, C.MANAGE_PLACES, C.MANAGE_RULES, C.READ_AUDIT, C.SEE_PEOPLE}
    ),
    Role.STREET: frozenset(_STREET),
    Role.STAFF: frozenset(_STAFF),
    Role.HOST: frozenset(_READING | {C.HOST_MEETING, C.ANSWER_INVITATION}),
    Role.GRID: frozenset(_GRID),
    Role.OVERSIGHT: frozenset(
        _READING | {C.OBJECT, C.SEE_POINTS, C.READ_AUDIT, C.ANSWER_INVITATION}
    ),
    Role.UNIT: frozenset({C.HANDLE_TASK, C.ANSWER_INVITATION}),
    Role.RESIDENT: frozenset(_RESIDENT),
}


@dataclass(frozen=True)
class Grant:
    """One role at one place. `path` is the place's materialised path, e.g. "/1/7/"; `whole` says
    that the place is one whole community, no more and no less."""

    role: Role
    place_id: int
    path: str
    whole: bool = False


@dataclass(frozen=True)
class Actor:
    """The user who is acting, read once per request in one query. Speaks Flask-Login's protocol.

    `person_id` is set if the user is a resident with an entry among the people,
    `unit_id` if they speak for a unit, `community_id` is where they are at home; `home` is its
    name or, without one, that of the place of their first role. `nonce` tells the session from
    the user's others.
    """

    id: int
    name: str
    username: str
    session_version: int
    person_id: int | None = None
    unit_id: int | None = None
    community_id: int | None = None
    must_change_password: bool = False
    grants: tuple[Grant, ...] = ()
    home: str = ""
    nonce: str = ""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return f"{self.id}:{self.session_version}:{self.nonce}"

    @cached_property
    def capabilities(self) -> frozenset[Capability]:
        return _of_roles(frozenset(grant.role for grant in self.grants))

    def may(self, capability: Capability) -> bool:
        """Whether the actor has the capability anywhere at all."""
        return capability in self.capabilities

    def paths(self, capability: Capability) -> tuple[str, ...]:
        """The subtrees in which the actor has the capability."""
        return tuple({g.path for g in self.grants if capability in CAPABILITIES[g.role]})

    def reaches_no_further(self, capability: Capability, other: Capability) -> bool:
        """Whether the actor has the `other` capability, too, wherever they have the first."""
        return set(self.paths(capability)) <= set(self.paths(other))

    def communities(self, capability: Capability) -> tuple[int, ...] | None:
        """The communities in which the actor has the capability, if each grant of it is for
        one whole community; else None, and the reach has to be found by paths."""
        granted = [g for g in self.grants if capability in CAPABILITIES[g.role]]
        if not all(grant.whole for grant in granted):
            return None
        return tuple(sorted({grant.place_id for grant in granted}))

    def may_at(self, capability: Capability, path: str) -> bool:
        """Whether the actor has the capability at the place with this path."""
        return any(path.startswith(reach) for reach in self.paths(capability))

    def may_around(self, capability: Capability, path: str) -> bool:
        """Whether the actor has the capability at the place, above it or in a part of it:
        those who work in a grid take part in what is common to the community around it."""
        return any(
            path.startswith(reach) or reach.startswith(path) for reach in self.paths(capability)
        )

    def has_role(self, role: Role) -> bool:
        return any(grant.role is role for grant in self.grants)

    @cached_property
    def stand_in(self) -> tuple[Actor, dict[str, Any]]:
        """What kept statements are built with (`stand_ins`): an actor with the same roles at as many
        places at the same depth, and with a person, unit and community if this one has them; and
        the ids and paths that its parameters stand for."""
        own = {"id": self.id, "person_id": self.person_id, "unit_id": self.unit_id}
        own |= {"community_id": self.community_id}
        ids = {key: id_ for key, id_ in own.items() if id_ is not None}
        grants, values = _stand_ins_of(self.grants)
        stand_ins: dict[str, Any] = {key: id_named(f"actor_{key}") for key in ids}
        values |= {f"actor_{key}": id_ for key, id_ in ids.items()}
        stand_in = replace(_BLANK, grants=grants, **stand_ins)
        return _shapes.setdefault(stand_in, stand_in), values


_BLANK = Actor(0, "", "", 0)
_shapes: dict[Actor, Actor] = {}  # the stand-ins there are: equal ones are found faster if the same


def _stand_ins_of(grants: tuple[Grant, ...]) -> tuple[tuple[Grant, ...], dict[str, Any]]:
    """The grants without their places, those with the same roles together, and the places as
    values of parameters."""
    roles: dict[tuple[int, str, bool], set[Role]] = {}
    for grant in grants:
        roles.setdefault((grant.place_id, grant.path, grant.whole), set()).add(grant.role)
    alike: dict[tuple[tuple[Role, ...], bool, int], list[tuple[int, str]]] = {}
    for (place_id, path, whole), held in roles.items():
        kind = (tuple(sorted(held)), whole, len(ids_along(path)))
        alike.setdefault(kind, []).append((place_id, path))
    stand_ins: list[Grant] = []
    values: dict[str, Any] = {}
    for kind, places in sorted(alike.items()):
        held_there, whole, depth = kind
        for place_id, path in rounded(sorted(places)):
            number = len(values)  # any, if no other place has it
            place, way = id_named(f"place_{number}"), path_named(f"path_{number}", depth)
            stand_ins += [Grant(role, place, way, whole) for role in held_there]
            values |= {place.name: place_id, **values_of_path(path, way)}
    return tuple(stand_ins), values


@lru_cache(maxsize=256)
def _of_roles(roles: frozenset[Role]) -> frozenset[Capability]:
    return frozenset().union(*(CAPABILITIES[role] for role in roles))


_NEEDS = "_linli_needs"


def requires(*capabilities: Capability) -> Callable[[F], F]:
    """Mark an endpoint: signed in, with at least one of these capabilities somewhere."""

    def mark(view: F) -> F:
        setattr(view, _NEEDS, frozenset(capabilities))
        return view

    return mark


def signed_in(view: F) -> F:
    """Mark an endpoint: any signed-in user."""
    setattr(view, _NEEDS, frozenset())
    return view


def public(view: F) -> F:
    """Mark an endpoint: open to all, also without signing in."""
    setattr(view, _NEEDS, None)
    return view


def needs(view: Callable[..., Any]) -> frozenset[Capability] | None:
    """What the endpoint needs: None for public, an empty set for any signed-in user."""
    return getattr(view, _NEEDS)


def unmarked(app: Flask) -> list[str]:
    """Endpoints that declare nothing. `create_app` refuses to start with any."""
    return sorted(
        endpoint for endpoint, view in app.view_functions.items() if not hasattr(view, _NEEDS)
    )
