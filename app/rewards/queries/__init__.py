"""Reading the catalogue and what was handed out. Call the functions from here."""

from app.rewards.queries.catalogue import (
    item_for,
    item_in_reach,
    items,
    offered,
    photo_of,
    stock_changes,
)
from app.rewards.queries.funds import handed_over, totals_by_month
from app.rewards.queries.redemptions import (
    had_this_year,
    how_many_wait,
    own_redemption,
    past_hand_overs,
    person_at_counter,
    person_by_code,
    redemption_in_reach,
    redemptions_of,
    reservations,
    settled,
    slip_of,
    waiting,
    waiting_for,
)

__all__ = [
    "had_this_year",
    "handed_over",
    "how_many_wait",
    "item_for",
    "item_in_reach",
    "items",
    "offered",
    "own_redemption",
    "past_hand_overs",
    "person_at_counter",
    "person_by_code",
    "photo_of",
    "redemption_in_reach",
    "redemptions_of",
    "reservations",
    "settled",
    "slip_of",
    "stock_changes",
    "totals_by_month",
    "waiting",
    "waiting_for",
]
