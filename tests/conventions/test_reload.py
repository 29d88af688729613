"""Loading the address of a button again, as after a refusal, shows the page its form stands on."""

import pytest

from app.conventions.services import opinions as services
from app.core.db import db


@pytest.mark.parametrize("step", ["comment", "pass-review", "vote", "publish", "hang-again"])
def test_the_address_of_a_versions_button_leads_to_the_version(draft, cast, sign_in, step):
    address = f"/conventions/versions/{draft.id}/{step}"
    answer = sign_in(cast.staff).get(address)
    assert answer.status_code == 303
    assert answer.location.startswith(f"/conventions/{draft.convention_id}/versions/1")
    assert sign_in(cast.street_officer).get(address).status_code == 303
    assert sign_in(cast.neighbour_staff).get(address).status_code == 404


def test_those_of_opinions_and_of_the_repeal_as_well(commented, cast, sign_in):
    opinion = services.give_opinion(
        cast.actor("resident"), commented, text="写上电梯", clause=None, person=cast.zhang
    )
    db.session.commit()
    page = f"/conventions/{commented.convention_id}"
    version = f"{page}/versions/1"
    for address, shown in (
        (f"/conventions/opinions/{opinion.id}/answer", f"{version}#opinions"),
        (f"/conventions/opinions/{opinion.id}/point-out", f"{version}#opinions"),
        (f"{version}/opinions", f"{version}#opinions"),
        (f"{page}/repeal", page),
    ):
        answer = sign_in(cast.staff).get(address)
        assert (answer.status_code, answer.location) == (303, shown), address
    assert sign_in(cast.resident).get(f"{version}/opinions").status_code == 303
