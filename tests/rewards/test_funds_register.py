"""What was handed over, what it cost and who paid."""

from __future__ import annotations

import pytest

from app.core import clock
from app.core.access import Capability
from app.core.db import db
from app.rewards.models import RewardKind
from app.rewards.queries import funds as queries
from app.rewards.services import catalogue, settling
from tests.points.conftest import DAY


def text_of(response):
    assert response.status_code == 200, response.status_code
    return response.get_data(as_text=True)


@pytest.fixture
def rich(cast, points_of):
    points_of(cast.zhang, 100)
    return cast.zhang


@pytest.fixture
def handed(cast, rich, new_item):
    """Two things handed over, in October and in November."""
    staff = cast.actor("staff")
    oil = new_item(points=20)
    cut = new_item(
        name="=cmd|calc", points=10, kind=RewardKind.SERVICE, unit_cost=None, funded_by="理发队"
    )
    with clock.frozen(clock.at(DAY.replace(month=10), 9)):
        settling.redeem_at_counter(staff, cut, person_id=rich.id, request_key="o1")
    settling.redeem_at_counter(staff, oil, person_id=rich.id, request_key="n1")
    db.session.commit()
    return oil


def test_the_register_says_what_was_spent_by_month_and_payer(cast, sign_in, handed):
    catalogue.edit_item(
        cast.actor("staff"), handed, version=1,
        terms=catalogue.Terms(RewardKind.GOODS, "改了名", "", 1, None, 1, "别人"),
    )  # fmt: skip
    page = text_of(sign_in(cast.oversight).get("/rewards/funds?year=2026"))
    assert "45.00" in page
    assert "理发队" in page
    assert "社区工作经费" in page
    only_october = text_of(sign_in(cast.oversight).get("/rewards/funds?year=2026&month=10"))
    assert "45.00" not in only_october
    totals = queries.totals_by_month(
        cast.actor("staff"), Capability.SEE_POINTS, community_id=cast.community.id,
        first=DAY.replace(month=1, day=1), last=DAY,
    )  # fmt: skip
    assert [(int(row.month), row.items, row.cost) for row in totals] == [(10, 1, 0), (11, 1, 4500)]


def test_the_register_can_be_had_as_a_file_without_formulas(cast, sign_in, handed):
    answer = sign_in(cast.staff).get("/rewards/funds.csv?year=2026")
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert "'=cmd|calc" in lines[1]


def test_the_printed_register_masks_names(cast, sign_in, handed):
    page = text_of(sign_in(cast.staff).get("/rewards/funds/print?year=2026"))
    assert "张*国" in page
    assert "张建国" not in page


@pytest.mark.parametrize("query", ["year=1", "year=abc&month=99", "month=-1", "page=99999"])
def test_nonsense_in_the_address_of_the_register_does_no_harm(cast, sign_in, query):
    assert sign_in(cast.staff).get(f"/rewards/funds?{query}").status_code == 200
