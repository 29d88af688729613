"""Keeping the catalogue, and handing out what is in it. Call the verbs from here."""

from app.rewards.services.catalogue import (
    Terms,
    add_item,
    change_stock,
    edit_item,
    offer_again,
    withdraw_item,
)
from app.rewards.services.reserving import reserve
from app.rewards.services.settling import (
    cancel,
    cancel_overdue,
    cancel_own,
    hand_over,
    redeem_at_counter,
)

__all__ = [
    "Terms",
    "add_item",
    "cancel",
    "cancel_overdue",
    "cancel_own",
    "change_stock",
    "edit_item",
    "hand_over",
    "offer_again",
    "redeem_at_counter",
    "reserve",
    "withdraw_item",
]
