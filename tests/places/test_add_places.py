import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import clock
from app.core.access import Capability
from app.core.db import db
from app.core.errors import Refused, Stale
from app.places.models import PARENT_LEVELS, EstateKind, Level, Place
from app.places.queries import reach as queries
from app.places.services import tree as services


def test_a_place_lies_under_its_parent(cast):
    place = services.add(
        cast.actor("staff"),
        parent=cast.grid,
        level=Level.ESTATE,
        name=" 丹桂  园 ",
        estate_kind=EstateKind.WITHOUT,
        address="桂花路1号",
    )
    assert (place.name, place.path) == ("丹桂 园", f"{cast.grid.path}{place.id}/")
    assert (place.estate_kind, place.address) == (EstateKind.WITHOUT, "桂花路1号")
    entry = db.session.scalar(
        select(AuditEntry).where(
            AuditEntry.action == "place.add", AuditEntry.subject_id == place.id
        )
    )
    assert entry.place_path == place.path


def test_which_level_may_lie_under_which(cast):
    parents = {
        place.level: place
        for place in (cast.city, cast.street, cast.community, cast.grid, cast.estate, cast.building)
    }
    parents[Level.DISTRICT] = db.session.get(Place, cast.street.parent_id)
    for parent_level, parent in parents.items():
        for level in Level:
            if parent_level in PARENT_LEVELS[level]:
                services.add(cast.actor("admin"), parent=parent, level=level, name=f"新{level}")
            else:
                with pytest.raises(Refused):
                    services.add(cast.actor("admin"), parent=parent, level=level, name=f"新{level}")


def test_only_the_system_itself_adds_a_city(cast):
    with pytest.raises(Refused):
        services.add(cast.actor("admin"), parent=None, level=Level.CITY, name="内江市")
    assert services.add(None, parent=None, level=Level.CITY, name="内江市").path.count("/") == 2


@pytest.mark.parametrize("name", ["2栋", " 2栋 ", "", "  ", "x" * 81])
def test_a_name_is_given_once_and_not_empty(cast, name):
    with pytest.raises(Refused) as refused:
        services.add(cast.actor("staff"), parent=cast.estate, level=Level.BUILDING, name=name)
    assert refused.value.field == "name"


def test_a_code_is_given_once(cast):
    with pytest.raises(Refused) as refused:
        services.add(
            cast.actor("staff"),
            parent=cast.estate,
            level=Level.BUILDING,
            name="9栋",
            code="510502002",
        )
    assert refused.value.field == "code"
    with pytest.raises(Refused):
        services.add(
            cast.actor("staff"), parent=cast.estate, level=Level.BUILDING, name="9栋", code="x" * 21
        )


def test_buildings_are_added_in_one_go_around_those_that_are_there(cast):
    added, there = services.add_buildings(
        cast.actor("staff"), parent=cast.estate, first=1, last=19, suffix="栋"
    )
    assert (added, there) == (17, 2)
    names = set(db.session.scalars(select(Place.name).where(Place.parent_id == cast.estate.id)))
    assert names == {f"{n}栋" for n in range(1, 20)}
    assert services.add_buildings(
        cast.actor("staff"), parent=cast.estate, first=1, last=19, suffix="栋"
    ) == (0, 19)


@pytest.mark.parametrize(("first", "last"), [(5, 4), (1, 201)])
def test_a_span_that_makes_no_sense_is_refused(cast, first, last):
    with pytest.raises(Refused) as refused:
        services.add_buildings(
            cast.actor("staff"), parent=cast.estate, first=first, last=last, suffix="栋"
        )
    assert refused.value.field == "last"


def test_a_place_is_renamed_where_it_is(cast):
    services.rename(
        cast.actor("staff"),
        cast.estate,
        name="金桂苑",
        estate_kind=EstateKind.MATURE,
        address="",
        version=1,
    )
    assert (
        cast.estate.name,
        cast.estate.estate_kind,
        cast.estate.address,
        cast.estate.version,
    ) == ("金桂苑", EstateKind.MATURE, None, 2)
    with pytest.raises(Stale):
        services.rename(cast.actor("staff"), cast.estate, name="银桂苑", version=1)
    with pytest.raises(Refused):
        services.rename(cast.actor("staff"), cast.building, name="10栋")
    services.rename(cast.actor("staff"), cast.building, name="2栋", estate_kind=EstateKind.OLD)
    assert cast.building.estate_kind is None


def test_a_retired_place_takes_nothing_new_and_can_be_reopened(cast):
    actor = cast.actor("staff")
    empty = services.add(actor, parent=cast.grid, level=Level.ESTATE, name="空院子")
    inside = services.add(actor, parent=empty, level=Level.BUILDING, name="1栋")
    with pytest.raises(Refused):
        services.retire(actor, empty)
    services.retire(actor, inside)
    services.retire(actor, empty)
    assert empty.retired_on == clock.today()
    with pytest.raises(Refused):
        services.retire(actor, empty)
    with pytest.raises(Refused):
        services.add(actor, parent=empty, level=Level.BUILDING, name="2栋")
    with pytest.raises(Refused):
        services.reopen(actor, inside)
    services.reopen(actor, empty)
    services.reopen(actor, inside)
    assert (empty.retired_on, inside.retired_on) == (None, None)
    with pytest.raises(Refused):
        services.reopen(actor, empty)


def test_reach_goes_down_and_never_sideways(cast):
    staff, manage = cast.actor("staff"), Capability.MANAGE_PLACES
    for inside in (cast.community, cast.grid, cast.building):
        assert queries.reached_place(staff, manage, inside.id) is inside
    for outside in (cast.neighbour, cast.street, cast.city):
        assert outside.id not in db.session.scalars(queries.reached_places(staff, manage)).all()
    assert queries.community_of(cast.building) is cast.community
    assert [place.name for place in queries.ancestors(cast.grid)] == [
        "泸州市",
        "江阳区",
        "大山坪街道",
        "桂花社区",
        "第一网格",
    ]
