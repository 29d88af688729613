"""What the tests about rewards start from."""

from __future__ import annotations

import pytest

from app.rewards.models import RewardKind
from app.rewards.services import catalogue, reserving
from tests.points.conftest import (  # noqa: F401 - fixtures shared with the points they spend
    DAY,
    _on_a_day,
    committed,
    count_queries,
    points_of,
)


def terms(**kwargs):
    return catalogue.Terms(
        **{
            "kind": RewardKind.GOODS, "name": "食用油一桶", "description": "5升装", "points": 60,
            "per_person": None, "unit_cost": 4500, "funded_by": "社区工作经费", **kwargs,
        }
    )  # fmt: skip


@pytest.fixture
def new_item(cast):
    """Puts something into the catalogue: `new_item(points=20, stock=1)`."""

    def add(stock=10, by="staff", community=None, **kwargs):
        return committed(
            catalogue.add_item(
                cast.actor(by),
                community_id=(community or cast.community).id,
                terms=terms(**kwargs),
                stock=stock,
            )
        )

    return add


@pytest.fixture
def reserve(cast):
    """Reserves something for a person: `reserve(item, cast.zhang)`."""
    count = 0

    def book(item, person, by="resident", key=None, **kwargs):
        nonlocal count
        count += 1
        return committed(
            reserving.reserve(
                cast.actor(by),
                item,
                person_id=person.id,
                request_key=key or f"request-{count}",
                **kwargs,
            )
        )

    return book
