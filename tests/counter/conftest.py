"""What the tests of the counter share with those of the rewards handed over there."""

from tests.rewards.conftest import (
    _on_a_day,
    committed,
    count_queries,
    new_item,
    points_of,
    reserve,
)

__all__ = ["_on_a_day", "committed", "count_queries", "new_item", "points_of", "reserve"]
