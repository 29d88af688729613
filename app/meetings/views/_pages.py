"""What the pages of one meeting have in common: what the reader may do, and the tabs."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from app.core.access import Actor, Capability
from app.core.i18n import chosen_language
from app.core.i18n import gettext as _
from app.core.labels import label
from app.meetings import arithmetic, policy
from app.meetings.models.meetings import Meeting
from app.meetings.rows import AnyMeeting
from app.meetings.states import MeetingState
from app.meetings.views import bp


@dataclass(frozen=True)
class Rights:
    """What the reader may do with this meeting: prepare and convene it, run it, see names in
    full, read its minutes."""

    prepare: bool
    host: bool
    names: bool
    minutes: bool


def rights(who: Actor, meeting: Meeting) -> Rights:
    path = meeting.community.path
    return Rights(
        prepare=who.may_at(Capability.CONVENE, path),
        host=policy.may_host(who, meeting),
        names=policy.sees_names(who, path),
        minutes=policy.may_read_minutes(who, meeting),
    )


def tabs(meeting: Meeting, may: Rights, here: str) -> list[tuple[str, str, bool]]:
    """(text, address, whether it is this page) of what the reader finds about the meeting."""
    pages = [(_("Overview"), "show")]
    live = meeting.state is not MeetingState.CANCELLED
    if may.prepare and live:
        pages.append((_("Agenda"), "agenda"))
        pages.append((_("Invitations"), "invitations"))
    if may.host and policy.keeps_a_list(meeting):
        pages.append((_("Check-in list"), "check_in_list"))
    if may.minutes and live:
        pages.append((_("Minutes"), "minutes"))
    if len(pages) == 1:
        return []
    return [
        (text, url_for(f"meetings.{page}", meeting_id=meeting.id), page == here)
        for text, page in pages
    ]


def needed(meeting: AnyMeeting) -> int | None:
    """How many members must be present; None before the meeting is convened."""
    if meeting.rule is None or meeting.expected is None:
        return None
    return arithmetic.needed_for_quorum(meeting.rule, meeting.expected)


def archive_number(meeting: Meeting) -> str:
    """Year, kind and number (年度-类别-序号) of confirmed minutes; empty before."""
    year, _dash, number = (meeting.archive_number or "").partition("-")
    return f"{year}-{label(meeting.kind)}-{number}" if number else ""


@bp.app_template_filter()
def item_number(number: int) -> str:
    """The first level of official papers: 一、 or 1."""
    return f"{_chinese(number)}、" if chosen_language() == "zh" else f"{number}. "


@bp.app_template_filter()
def sub_number(number: int) -> str:
    """The second level of official papers: （一） or (1)."""
    return f"（{_chinese(number)}）" if chosen_language() == "zh" else f"({number}) "


def _chinese(number: int) -> str:
    """1 to 99 as 一 to 九十九; larger ones in figures."""
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not 0 < number < 100:  # noqa: PLR2004 - two characters of tens and one of ones
        return str(number)
    above = ("" if tens == 1 else digits[tens]) + "十" if tens else ""
    return above + (digits[ones] if ones or not tens else "")
