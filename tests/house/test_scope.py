"""No role reaches what is another community's: every address with an id × every role.

The ids are of things that are really there, in 桂花社区; the strangers have their roles in
梧桐社区 or, if these are a street's, in another street. An endpoint whose address takes something
that `things.py` doesn't know fails here until it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from app.accounts.models import RoleGrant
from app.accounts.queries.sessions import actor_of
from app.core import access, clock
from app.core.access import CAPABILITIES, Role
from app.core.db import db
from app.people.models import Unit, UnitKind
from app.places.models import Level
from tests import cast as people
from tests.house import things

if TYPE_CHECKING:
    from flask import Flask

    from app.accounts.models import User

PUBLIC = {
    "conventions.compare_versions": "conventions are public",
    "conventions.print_version": "conventions are public",
    "conventions.show": "conventions are public",
    "conventions.version": "conventions are public",
    "conventions.reload_convention": "sends on to the convention without looking at it",
    "conventions.reload_opinions": "sends on to the version without looking at it",
    "notices.print_notice": "notices hang on the board",
    "notices.result": "notices hang on the board",
    "notices.show": "notices hang on the board",
    "points.add_version": "earning rules are everybody's",
    "points.cancel_version": "earning rules are everybody's",
    "points.end_rule": "earning rules are everybody's",
    "points.ending": "earning rules are everybody's",
    "points.new_version": "earning rules are everybody's",
    "resolutions.reload_resolution": "sends on to the resolution without looking at it",
    "tasks.reload_task": "sends on to the task without looking at it",
    "static": "files of the program",
}
# Readers of a public page are told beside its form why it is not theirs to fill in.
PUBLIC_FORMS = {"conventions.give_opinion": {422}}
# Decided by who the reader is, not by a role: those who may read of it are told why they can't.
PERSONAL = {
    "conventions.give_opinion": "residents",
    "topics.sign": "residents",
    "topics.take_back": "who signed",
    "tasks.accept": "who handles the task",
    "tasks.ask_extension": "who handles the task",
    "tasks.claim": "residents",
    "tasks.claim_for_unit": "units",
    "tasks.evaluate": "who raised or signed the topic or attended the meeting",
    "tasks.report": "who handles the task",
    "tasks.return_task": "who handles the task",
    "tasks.submit": "who handles the task",
    "tasks.withdraw": "who handed the work in",
}
NOT_THEIRS, REFUSALS = {403, 404}, {409, 422}
# Without these, users at home there get no further than "not found" either.
NEEDED = {
    "meetings.ask_to_speak": {"invitation": "invitation_id"},
    "rosters.choose_import_columns": {"fields-0": None, "fields-1": None},
    "accounts.grant_role": {"place": "place_id"},
}


class Address(NamedTuple):
    endpoint: str
    method: str
    path: str
    form: dict[str, object]


@pytest.fixture
def addresses(app, made) -> list[Address]:
    """Every address with an id, filled with what is in 桂花社区."""
    urls = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        if not rule.arguments or rule.endpoint in PUBLIC:
            continue
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        path = urls.build(
            rule.endpoint,
            {name: thing(made, rule.endpoint, name) for name in rule.arguments},
            method=method,
        )
        needed = NEEDED.get(rule.endpoint, {}).items()
        form = {field: made[name] if name else "" for field, name in needed}
        found.append(Address(rule.endpoint, method, path, form))
    return found


def thing(made: things.Things, endpoint: str, name: str) -> object:
    package = endpoint.partition(".")[0]
    for key in (f"{endpoint}.{name}", f"{package}.{name}", name):
        if key in made:
            return made[key]
    pytest.fail(f"tests/house/things.py makes no {name} for {endpoint}")


@pytest.fixture
def ask(client):
    """Answers an address as a user would get it: the status."""

    def asking(identity: str, address: Address) -> int:
        with client.session_transaction() as session:
            session.clear()
            session.update(_user_id=identity, _fresh=True)
        with clock.frozen(things.NOW):
            answer = client.open(
                address.path,
                method=address.method,
                query_string=address.form,
                data=address.form if address.method == "POST" else None,
            )
        answer.close()
        return answer.status_code

    return asking


def test_the_exceptions_are_endpoints(app):
    with_ids = {rule.endpoint for rule in app.url_map.iter_rules() if rule.arguments}
    assert {*PUBLIC, *PUBLIC_FORMS, *PERSONAL, *NEEDED} <= with_ids


def test_no_role_elsewhere_reaches_what_is_here(app, addresses, cast, ask):
    """Each role tries what it may do elsewhere; the rest is refused to it anywhere, see
    test_access.py."""
    users = {role: actor_of(_stranger(cast, role)).get_id() for role in Role}
    db.session.commit()
    reached = [
        (address.endpoint, role.value, status)
        for address in addresses
        for role, identity in users.items()
        if _may(app, address, role)
        and (status := ask(identity, address)) not in NOT_THEIRS
        and status not in PUBLIC_FORMS.get(address.endpoint, ())
    ]
    assert reached == []


@pytest.mark.parametrize("here", [Role.RESIDENT, Role.GRID, Role.OVERSIGHT])
def test_no_role_elsewhere_adds_to_the_one_here(app, addresses, cast, ask, here):
    """A user with every role in 梧桐社区 has in 桂花社区 only what the role there gives."""
    user = people._user("both", "邻里通", here, cast.community)
    for role in Role:
        db.session.add(RoleGrant(user_id=user.id, role=role, place_id=cast.neighbour.id))
    db.session.commit()
    identity = actor_of(user).get_id()
    reached = [
        (address.endpoint, status)
        for address in addresses
        if not _may(app, address, here)
        and (status := ask(identity, address)) not in NOT_THEIRS
        and not (address.endpoint in PERSONAL and status in REFUSALS)
    ]
    assert reached == []


def test_the_addresses_lead_somewhere_for_those_at_home(addresses, cast, ask):
    """Else "not found" would say nothing. What a request does is undone before the next."""
    names = ["staff", "resident", "other_resident", "street_officer"]
    identities = [actor_of(getattr(cast, name)).get_id() for name in names]
    db.session.remove()

    def status(identity: str, address: Address) -> int:
        with db.engine.begin_nested() as undone:
            given = ask(identity, address)
            db.session.remove()
            undone.rollback()
        return given

    nowhere = [
        address.endpoint
        for address in addresses
        if all(status(identity, address) in NOT_THEIRS for identity in identities)
    ]
    assert nowhere == []


def _may(app: Flask, address: Address, role: Role) -> bool:
    """Whether the role may use such addresses somewhere."""
    needed = access.needs(app.view_functions[address.endpoint])
    return not needed or bool(needed & CAPABILITIES[role])


def _stranger(cast, role: Role) -> User:
    """A user who has the role where it reaches nothing of 桂花社区."""
    if role is Role.STAFF:
        return cast.neighbour_staff
    if role is Role.RESIDENT:
        return cast.neighbour_resident
    place, unit = cast.neighbour, None
    if role in {Role.ADMIN, Role.STREET}:
        place = people._place(f"小市街道{role}", Level.STREET, cast.city)
    if role is Role.UNIT:
        unit = people._add(
            Unit(name="梧桐小学", kind=UnitKind.STATIONED, community_id=cast.neighbour.id)
        )
    return people._user(f"stranger-{role}", "邻居", role, place, unit_id=unit and unit.id)
