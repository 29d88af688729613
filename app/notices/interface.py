"""What other packages may use of notices."""

from app.notices.policy import days_left
from app.notices.queries import (
    cleared,
    last_contact,
    notice_of,
    notices_for,
    of_community,
    running,
    waiting,
)
from app.notices.services import LONGEST_DAYS, object_to, publish, take_down

__all__ = [
    "LONGEST_DAYS",  # how many days a notice can hang at most
    "cleared",  # whether what a notice announced may go on: hung its time, objections answered
    "days_left",  # days after today on which it still hangs
    "last_contact",  # the contact on the community's newest notice, to offer it for the next one
    "notice_of",  # the notice about a subject that has not been withdrawn
    "notices_for",  # rows of the notices within the actor's reach
    "object_to",  # object to a notice while it hangs
    "of_community",  # rows of everything that hangs or has hung in a community
    "publish",  # hang a notice for as many days as the rule asks, or more
    "running",  # rows of what hangs in a community that day
    "take_down",  # withdraw a notice because another one takes its place
    "waiting",  # what waits for the actor here, for Today
]
