"""What the street office leaves on record, and what of it is of an earlier round."""

import pytest

from app.conventions.services import drafting, review
from app.conventions.states import VersionState
from app.core.db import db

EARLIER = "审核意见（上一轮）"


@pytest.fixture
def submitted(commented, cast, later):
    """Sent to the street office; the day after the last one for comments."""
    with later(8):
        review.submit(cast.actor("staff"), commented)
        db.session.commit()
        yield commented


def page_of(version):
    return f"/conventions/{version.convention_id}/versions/{version.number}"


def test_a_review_is_not_passed_without_a_word_or_a_number(submitted, cast, sign_in):
    address = f"/conventions/versions/{submitted.id}/pass-review"
    refused = sign_in(cast.street_officer).post(address, data={"opinion": "", "number": ""})
    assert refused.status_code == 422
    assert 'id="opinion-error"' in refused.text
    answer = sign_in(cast.street_officer).post(address, data={"opinion": "", "number": "审1号"})
    assert answer.status_code == 303
    db.session.refresh(submitted)
    assert submitted.state is VersionState.REVIEWED


def test_what_was_said_of_an_earlier_round_is_not_taken_for_this_one(submitted, cast, sign_in):
    staff, street = cast.actor("staff"), cast.actor("street_officer")
    review.return_for_revision(street, submitted, opinion="删去罚款", number="")
    db.session.commit()
    assert EARLIER not in sign_in(cast.staff).get(page_of(submitted)).text
    drafting.redraft(staff, submitted)
    review.submit(staff, submitted)
    db.session.commit()
    page = sign_in(cast.street_officer).get(page_of(submitted)).text
    assert EARLIER in page
    assert "退回，意见如下" in page
    review.pass_review(street, submitted, opinion="同意", number="")
    db.session.commit()
    assert EARLIER not in sign_in(cast.street_officer).get(page_of(submitted)).text


def test_of_an_amendment_the_street_office_sees_what_it_changes(in_force, cast, sign_in):
    version = drafting.amend(cast.actor("staff"), in_force.convention)
    version.state = VersionState.UNDER_REVIEW
    db.session.commit()
    page = sign_in(cast.street_officer).get(page_of(version)).text
    assert f"/conventions/{in_force.convention_id}/compare?older=1&amp;newer=2" in page
