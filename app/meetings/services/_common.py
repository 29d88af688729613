"""What several services of meetings need: a locked meeting, the trail, rows added once."""

from __future__ import annotations

from typing import Any

from app.audit import interface as audit
from app.core import clock
from app.core.access import Actor
from app.core.db import hold
from app.core.errors import Refused, Stale
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.meetings.models.meetings import Meeting


def lock(meeting: Meeting) -> Meeting:
    """The meeting as it is now, locked until the transaction ends: of two users who open it, close
    it, check people in or open a vote at once, the second waits here for the first."""
    hold(meeting)
    return meeting


def record(actor: Actor, action: str, meeting: Meeting, **detail: Any) -> None:
    """Write to the trail of the meeting's community."""
    audit.record(
        actor,
        action,
        kind="meeting",
        id=meeting.id,
        path=meeting.community.path,
        number=meeting.number,
        **detail,
    )


def stale() -> Stale:
    return Stale(_l("Somebody else has changed this in the meantime. Please look again."))


def not_now() -> Refused:
    return Refused(_l("This has moved on in the meantime. Please look at its present state."))


def day_of(meeting: Meeting) -> dict[str, int]:
    """The day of the meeting as parameters of a phrase, so that each language writes it its way."""
    return {"year": meeting.day.year, "month": meeting.day.month, "day": meeting.day.day}


def call_to(meeting: Meeting) -> Phrase:
    """The invitation that all who are invited are sent."""
    return Phrase(
        marked(
            "You are invited to the meeting “%(title)s” on %(year)s-%(month)s-%(day)s at %(time)s: %(venue)s"
        ),
        title=meeting.title,
        time=f"{clock.local(meeting.starts_at):%H:%M}",
        venue=meeting.venue,
        **day_of(meeting),
    )


def moved_to(meeting: Meeting, reason: str, *, same_time: bool) -> Phrase:
    """What all who are invited are told when the meeting is moved; for another time they are also
    asked again whether they come."""
    text = marked(
        "The meeting “%(title)s” has been moved: it is on %(year)s-%(month)s-%(day)s at %(time)s in"
        " %(venue)s, because: %(reason)s. Please say again whether you come."
    )
    if same_time:
        text = marked(
            "The meeting “%(title)s” on %(year)s-%(month)s-%(day)s at %(time)s takes place in"
            " %(venue)s, because: %(reason)s"
        )
    return Phrase(
        text,
        title=meeting.title,
        time=f"{clock.local(meeting.starts_at):%H:%M}",
        venue=meeting.venue,
        reason=reason,
        **day_of(meeting),
    )
