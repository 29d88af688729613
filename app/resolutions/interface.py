"""What other packages may use of resolutions."""

from app.resolutions.policy import is_living
from app.resolutions.queries.concerned import (
    about_sensitive,
    ids_concerned,
    is_sensitive,
    people_concerned,
    resolutions_concerning,
)
from app.resolutions.queries.resolutions import (
    SUBJECT,
    Work,
    notice_id,
    published,
    resolution_in_reach,
    to_carry_out,
)
from app.resolutions.services import close, feed_back, publish, record

__all__ = [
    "SUBJECT",  # what notices call a resolution
    "Work",  # how many tasks came of a resolution, are done, are not closed yet
    "about_sensitive",  # condition on Resolution: on a sensitive topic the actor had no part in
    "close",  # the end of the matter
    "feed_back",  # 结果公开: make the result public
    "ids_concerned",  # ids of the people a resolution concerns
    "is_living",  # whether work can still come of it
    "is_sensitive",  # condition on Resolution: its topic is for staff alone
    "notice_id",  # column of a select from Resolution: the notice about it
    "people_concerned",  # the same as a select, also for a column of the statement around it
    "publish",  # hang it on the board (art. 34)
    "published",  # condition on Resolution: a notice of it hangs or has hung
    "record",  # write down what the meeting decided on an item, once
    "resolution_in_reach",  # the resolution with what its pages need, or not found
    "resolutions_concerning",  # ids of the resolutions that concern a person
    "to_carry_out",  # condition on Resolution: it is to become tasks and be reported back
]
