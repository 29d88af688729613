"""What the larger samples promise, planned without loading them."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from app.core import clock
from app.demo import history, loading
from app.demo.course import Calendar
from app.demo.credits import Credits, Posting
from app.demo.past import Past
from app.demo.rows import Rows
from app.demo.scales import SCALES
from app.demo.world import World, import_streets
from app.meetings.models.meetings import Meeting
from app.places.models import Level, Place
from app.tasks.models.tasks import Task

pytestmark = pytest.mark.slow


PROMISED = {
    "residents": 300_000, "grids": 1000, "meetings": 20_000, "tasks": 5000, "postings": 2_000_000,
}  # fmt: skip


def planned(scale, seed):
    """How much the communities besides the story's come to if all are like one of them. It is
    only thought of, never written."""
    rows = Rows()
    last = clock.today() - timedelta(days=1)
    first = max(clock.today() - timedelta(days=365), loading.RULES_SINCE)
    world = World(Random(seed), rows)
    community = next(loading._others(world, import_streets(), scale))
    credits_ = Credits(world.random, community)
    calendar = Calendar(first, last + timedelta(days=loading._AHEAD))
    rule = history.council_rule()
    past = Past(world.random, rows, credits_, community, rule, [], calendar, last)
    history.write(past, scale, first)
    credits_.add_deeds(scale.awards, first, last)
    posting = Posting(rows, {community.id: community.staff_id})
    worth = 0
    for credit in sorted(credits_.waiting, key=lambda credit: credit.day):
        found = posting._rule(credit.code, community.id, credit.day)
        worth += bool(found and posting._amount(credit, found))
    grids = sum(place["level"] is Level.GRID for place in rows._waiting[Place])
    each = {
        "residents": len(community.people),
        "grids": grids,
        "meetings": rows.waiting(Meeting),
        "tasks": rows.waiting(Task),
        "postings": worth,
    }
    return {name: count * (scale.communities - 1) for name, count in each.items()}


@pytest.mark.usefixtures("app")
def test_a_city_is_as_large_as_the_guide_says():
    # All of the year before lies in one calendar year: its yearly limits bite most.
    with clock.frozen(clock.at(date(2026, 12, 31), 12)):
        city = planned(SCALES["city"], seed=1)
    assert {name for name in PROMISED if city[name] < PROMISED[name]} == set(), city
