"""What a process keeps depends on what users are, never on who they are."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.accounts.models import RoleGrant, User
from app.core.access import Actor, Grant, Role
from app.core.db import begin_reading, begin_writing, db
from app.core.statements import how_many_kept
from app.places.models import Place
from app.places.queries.reach import in_reach

PAGES = ("/today", "/tasks", "/meetings", "/topics", "/resolutions", "/notices", "/points")


def test_fifty_members_of_staff_share_their_statements(cast, sign_in):
    staff = [User(username=f"worker{n}", name=f"工作人员{n}") for n in range(50)]
    for user in staff:
        user.community_id = cast.community.id
    db.session.add_all(staff)
    db.session.flush()
    for number, user in enumerate(staff):
        place = (cast.community, cast.neighbour)[number % 2]
        db.session.add(RoleGrant(user_id=user.id, role=Role.STAFF, place_id=place.id))
    db.session.commit()
    kept = []
    for user in staff:
        client = sign_in(user)
        assert {client.get(page).status_code for page in PAGES} == {200}
        kept.append(how_many_kept())
    assert kept[0] > 0
    assert set(kept) == {kept[0]}


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("who", "page"),
    [
        (None, "/board?q=无{}"), (None, "/board/notices?community={community}&year=19{}"),
        ("staff", "/topics?q=无{}"), ("staff", "/tasks?q=无{}"), ("staff", "/counter?q=无{}"),
        ("staff", "/people?q=无{}"), ("staff", "/resolutions?q=无{}"),
        ("staff", "/resolutions?year=19{}"), ("staff", "/tasks/evaluations?year=20{}"),
        ("staff", "/counter/handed-over?q=无{}"), ("staff", "/points?from=2026-01-{}"),
        ("oversight", "/audit?q=无{}"), ("oversight", "/audit?since=2026-01-{}"),
    ],
)  # fmt: skip
def test_what_is_typed_pushes_nothing_out(cast, sign_in, client, who, page):
    """Else some hundreds of searches would push out what all pages need, also from outside."""
    reader = sign_in(getattr(cast, who)) if who else client
    kept = []
    for number in range(10, 16):
        address = page.format(number, community=cast.community.id)
        assert reader.get(address).status_code == 200
        kept.append(how_many_kept())
    assert kept == [kept[0]] * 6


def of(*grants: tuple[Role, int, str, bool], id_: int = 1) -> Actor:
    granted = tuple(Grant(role, place, path, whole) for role, place, path, whole in grants)
    return Actor(id=id_, name="某", username=f"u{id_}", session_version=id_, grants=granted)


HERE = (Role.STAFF, 7, "/1/2/3/7/", True)
THERE = (Role.STAFF, 8, "/1/2/3/8/", True)
FAR = (Role.STAFF, 9, "/1/2/3/9/", True)
GRID = (Role.STAFF, 70, "/1/2/3/7/70/", False)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ([HERE], [THERE], True),
        ([HERE, THERE], [FAR, HERE], True),
        ([HERE, THERE, FAR], [HERE, THERE, FAR, (Role.STAFF, 5, "/1/2/3/5/", True)], True),
        ([HERE], [HERE, THERE], False),
        ([HERE], [GRID], False),
        ([HERE], [(Role.HOST, 7, "/1/2/3/7/", True)], False),
    ],
)
def test_a_shape_is_roles_depth_and_a_rounded_number_of_places(one, other, same):
    first, second = of(*one).stand_in, of(*other, id_=2).stand_in
    assert (first[0] == second[0]) is same
    assert first[1] != second[1]


def test_two_roles_at_one_place_are_one_place():
    both = of(HERE, (Role.HOST, *HERE[1:])).stand_in[0]
    assert len({grant.place_id for grant in both.grants}) == 1


def test_who_has_one_community_names_it_as_a_parameter(app):
    actor, values = of(HERE).stand_in
    condition = in_reach(Place.id, actor, next(iter(actor.capabilities)))
    assert str(condition) == "place.id = :place_0"
    assert values["place_0"] == HERE[1]


@pytest.fixture
def reads(prepared):
    """A connection of its own that reads as a GET does."""
    application = prepared[0]
    begin_reading()
    with application.app_context(), db.engine.connect() as connection:
        yield connection
    begin_writing()


@pytest.mark.both_engines
def test_on_postgresql_what_reads_keeps_what_is_prepared_and_refuses_to_write(reads, engine):
    if engine == "sqlite":
        assert reads.scalar(sa.text("SELECT 1")) == 1
        return
    assert reads.scalar(sa.text("SHOW transaction_isolation")) == "read committed"
    assert reads.connection.driver_connection.autocommit
    with pytest.raises(DBAPIError, match="read-only"):
        reads.execute(sa.text("UPDATE place SET name = 'x'"))
    reads.rollback()
    begin_writing()
    reads.execute(sa.text("UPDATE place SET name = name"))
    assert not reads.connection.driver_connection.autocommit
    reads.rollback()
    begin_reading(at_one_moment=True)
    assert reads.scalar(sa.text("SHOW transaction_isolation")) == "repeatable read"
    with pytest.raises(DBAPIError, match="read-only"):
        reads.execute(sa.text("UPDATE place SET name = 'x'"))
