"""What other packages may use of rewards."""

from app.rewards.forms import CancelForm, RedeemForm
from app.rewards.queries.catalogue import item_in_reach, offered
from app.rewards.queries.redemptions import (
    SERVE,
    had_this_year,
    how_many_wait,
    past_hand_overs,
    person_at_counter,
    person_by_code,
    redemption_in_reach,
    reservations,
    slip_of,
    waiting,
    waiting_for,
)
from app.rewards.services.catalogue import Terms, add_item
from app.rewards.services.reserving import reserve
from app.rewards.services.settling import cancel, cancel_overdue, hand_over, redeem_at_counter
from app.rewards.wording import cancelled

__all__ = [
    "SERVE",  # the capability of those who serve at the counter
    "CancelForm",  # the form with which a reservation is cancelled
    "RedeemForm",  # the form with which something is redeemed, once however often it is sent
    "Terms",  # what can be edited of an item
    "add_item",  # offer something
    "cancel",  # cancel before it is handed over
    "cancel_overdue",  # cancel everything of a community that was not collected in time
    "cancelled",  # what is said after a cancellation, and its tone
    "had_this_year",  # {item id: how many} a person has had this year
    "hand_over",  # the person has it
    "how_many_wait",  # how many reservations wait to be handed over, and how many are overdue
    "item_in_reach",  # the item, if the actor reaches its community with the capability
    "offered",  # rows of what is on offer in a community
    "past_hand_overs",  # rows of what has been handed over, the newest first
    "person_at_counter",  # the person as a row of `search_people`, also one who moved out
    "person_by_code",  # whose reservation has this code
    "redeem_at_counter",  # reserve for a person at the counter, and hand it over at once
    "redemption_in_reach",  # the redemption, if the actor has one of the capabilities there
    "reservations",  # what waits to be handed over, the first to be collected first
    "reserve",  # spend a person's points on an item that then waits for them at the counter
    "slip_of",  # everything on the slip to be signed, in one row
    "waiting",  # what waits for the actor here, for Today
    "waiting_for",  # rows of what lies at the counter for a person
]
