"""How a decision is announced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.formats import day
from app.core.i18n import gettext

if TYPE_CHECKING:
    from datetime import date

    from app.meetings.models.meetings import Meeting
    from app.meetings.models.votes import Vote


def decided(meeting: Meeting, vote: Vote, on: date) -> str:
    """By which meeting and with how many votes, in one sentence."""
    return gettext(
        "Decided by %(meeting)s on %(day)s: %(present)s of %(expected)s present, %(ayes)s ayes,"
        " %(nays)s nays, %(abstentions)s abstentions.",
        meeting=meeting.title,
        day=day(on),
        present=vote.present,
        expected=vote.expected,
        ayes=vote.ayes,
        nays=vote.nays,
        abstentions=vote.abstentions,
    )
