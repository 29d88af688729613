"""Who works in one community and lives in another sees names in full only where they work."""

import pytest

from app.accounts.models import RoleGrant
from app.core.access import Role
from app.core.db import db
from app.people.models import Person
from app.topics.services import cosigning as services
from tests.meetings import given
from tests.resolutions import given as matters


@pytest.fixture
def commuter(cast):
    """A resident of 桂花社区 who is staff in 梧桐社区."""
    db.session.add(
        RoleGrant(
            user_id=cast.other_resident.id, role=Role.STAFF, place_id=cast.neighbour.id,
            granted_by_id=cast.street_officer.id,
        )
    )  # fmt: skip
    db.session.commit()
    return cast.other_resident


def test_lists_mask_the_authors(cast, sign_in, commuter):
    given.topic(cast)
    db.session.commit()
    page = sign_in(commuter).get("/topics").get_data(as_text=True)
    assert "张建国" not in page


def test_so_does_the_whole_matter(cast, sign_in, commuter):
    resolution = matters.resolution(cast)
    matters.accepted(cast, resolution, person=cast.wang, unit=None)
    db.session.commit()
    page = sign_in(commuter).get(f"/chain/{resolution.topic_id}").get_data(as_text=True)
    assert "张建国" not in page
    assert "王芳" not in page


def test_who_works_there_reads_them(cast, sign_in):
    given.topic(cast)
    db.session.commit()
    assert "张建国" in sign_in(cast.staff).get("/topics").get_data(as_text=True)


def test_signatures_of_another_community_are_not_measured_by_the_residents_of_ones_own(
    cast, submitted, sign_in
):
    home = cast.neighbour_person.household_id
    neighbours = [
        Person(code=f"N{n}", name="邻", community_id=cast.neighbour.id, household_id=home)
        for n in range(30)
    ]
    db.session.add_all(neighbours)
    db.session.add(RoleGrant(user_id=cast.staff.id, role=Role.STAFF, place_id=cast.neighbour.id))
    db.session.flush()
    theirs = submitted(
        "neighbour_staff", community_id=cast.neighbour.id, author_id=cast.neighbour_person.id
    )
    services.cosign(cast.actor("neighbour_staff"), theirs, person_id=neighbours[0].id)
    db.session.commit()
    assert theirs.title in sign_in(cast.staff).get("/topics").text
    assert "必须列入议程" not in sign_in(cast.staff).get("/topics").text
