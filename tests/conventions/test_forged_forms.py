"""Forms no page of ours sends."""

import pytest

LONG = "9" * 5000


@pytest.mark.parametrize("order", [[LONG], ["1", "1"], ["-1"], [""]])
def test_an_order_that_is_none(sign_in, cast, draft, order):
    answer = sign_in(cast.staff).post(
        f"/conventions/versions/{draft.id}/order", data={"order": order, "move": f"{LONG}:up"}
    )
    assert answer.status_code in {303, 400, 409}


@pytest.mark.parametrize("seen", [LONG, "９" * 20, "-1", "x", "", "99999999999999999999"])
def test_a_counter_that_is_none(sign_in, cast, draft, seen):
    answer = sign_in(cast.staff).post(
        f"/conventions/versions/{draft.id}/edit",
        data={"preamble": "x", "legal_basis": "", "lawyer_opinion": "", "seen": seen},
    )
    assert answer.status_code == 422
