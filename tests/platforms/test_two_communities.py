"""Who works in one community and lives in another sees names in full only where they work."""

import pytest

from app.core.access import Role
from app.core.db import db
from app.people.models import RoleGrant
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
