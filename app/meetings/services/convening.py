"""From the draft of a meeting to sending its notice, moving it or calling it off."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select

from app.core import clock
from app.core.access import Actor
from app.core.db import db, hold
from app.core.errors import Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.core.numbering import number_of_year
from app.meetings import policy
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import Composition, MeetingKind
from app.meetings.queries import composition as composition_queries
from app.meetings.queries import readiness
from app.meetings.services._common import call_to, day_of, lock, moved_to, not_now, record, stale
from app.meetings.services.groups import refresh_members
from app.meetings.services.invitations import (
    ask_again,
    invite_oversight,
    mark_required,
    tell_invited,
)
from app.meetings.states import meetings
from app.platforms.interface import is_running
from app.platforms.models import Platform
from app.topics import interface as platforms
from app.topics.interface import TopicState
from app.topics.models import Topic


def draft_meeting(
    actor: Actor,
    *,
    platform: Platform,
    kind: MeetingKind,
    title: str,
    starts_at: datetime,
    venue: str,
    composition: Composition | None = None,
    host_id: int | None = None,
    recorder_id: int | None = None,
) -> Meeting:
    """Begin to prepare a meeting on a platform. The oversight committee is invited to observe
    from the start (2025 law, art. 37). The actor is the host unless `host_id` names another.

    Refused for a time in the past, a day on which the platform is not in use, a composition this
    kind of meeting can't have, or a host or recorder who does not work with its meetings.
    """
    meeting = Meeting(
        number=number_of_year("meeting", platform.community_id),
        community_id=platform.community_id,
        platform_id=platform.id,
        kind=kind,
        title=title,
        starts_at=starts_at,
        venue=venue,
        composition=composition or policy.COMPOSITIONS[kind][0],
        host_id=host_id or actor.id,
        recorder_id=recorder_id,
        created_by_id=actor.id,
    )
    _check(meeting, platform)
    db.session.add(meeting)
    db.session.flush()
    invite_oversight(meeting)
    record(actor, "meeting.draft", meeting, title=title, meeting_kind=kind.value)
    return meeting


def edit_meeting(
    actor: Actor,
    meeting: Meeting,
    *,
    version: int,
    title: str,
    starts_at: datetime,
    venue: str,
    composition: Composition,
    host_id: int | None,
    recorder_id: int | None,
) -> None:
    """Change a draft. Stale if another user changed it since `version`; Refused after the notice
    and as by `draft_meeting`."""
    lock(meeting)
    if not policy.may_prepare(meeting):
        raise Refused(_l("The notice has gone out: time and place can't be changed any more."))
    if meeting.version != version:
        raise stale()
    meeting.title = title
    meeting.starts_at = starts_at
    meeting.venue = venue
    meeting.composition = composition
    meeting.host_id = host_id
    meeting.recorder_id = recorder_id
    meeting.version += 1
    _check(meeting, meeting.platform)
    db.session.flush()
    record(actor, "meeting.edit", meeting, title=title)


def convene(actor: Actor, meeting: Meeting, *, urgent_reason: str | None = None) -> None:
    """Send the notice: lock the agenda, freeze the expected number, tell all who are invited.

    Refused while something is missing (`queries.readiness`), or if the notice comes too late
    for the rule in force on the day of the meeting; where that rule allows it (art. 27), an
    urgent meeting is convened at short notice with its reason.
    """
    lock(meeting)
    state = meetings.after(meeting.state, "convene")
    invite_oversight(meeting)
    topics = _topics(meeting)
    for topic in topics:  # so that no other unit is added to those they concern meanwhile
        hold(topic)
    missing = readiness.readiness(meeting)
    if missing:
        raise Refused(missing[0])
    _give_notice(meeting, urgent_reason)
    meeting.state = state
    meeting.check_in_code = secrets.token_urlsafe(16)
    meeting.version += 1
    db.session.flush()
    mark_required(meeting)
    platforms.schedule(actor, topics, where=meeting.title)
    tell_invited(meeting, "convened", call_to(meeting))
    record(
        actor,
        "meeting.convene",
        meeting,
        expected=meeting.expected,
        urgent_reason=meeting.urgent_reason,
    )


def move_meeting(
    actor: Actor,
    meeting: Meeting,
    *,
    version: int,
    starts_at: datetime,
    venue: str,
    reason: str,
    urgent_reason: str | None = None,
) -> None:
    """Move a meeting that has been convened to another time or place; all who are invited are told.

    For another day a new notice goes out, which must be in time for it as the first had to be;
    the same day at another hour or in another room keeps the notice it had. At another time all
    are asked again whether they come: what they answered was about the time before.
    Stale if another user changed the meeting since `version`; Refused unless it is convened and not
    open yet, if nothing would change, or if it can't be held at that time.
    """
    lock(meeting)
    if not policy.may_move(meeting):
        raise not_now()
    if meeting.version != version:
        raise stale()
    was, day = {"starts_at": meeting.starts_at.isoformat(), "venue": meeting.venue}, meeting.day
    same_time = meeting.starts_at == starts_at
    if same_time and meeting.venue == venue:
        raise Refused(_l("Time and place are what they were."), field="starts_at")
    meeting.starts_at, meeting.venue = starts_at, venue
    _check_day(meeting, meeting.platform)
    if meeting.day != day:
        _call_anew(meeting, urgent_reason)
    meeting.version += 1
    db.session.flush()
    if not same_time:
        ask_again(meeting, reason)
    tell_invited(
        meeting, f"moved-{meeting.version}", moved_to(meeting, reason, same_time=same_time)
    )
    record(
        actor,
        "meeting.move",
        meeting,
        was=was,
        starts_at=starts_at.isoformat(),
        venue=venue,
        reason=reason,
        urgent_reason=meeting.urgent_reason,
    )


def call_off(actor: Actor, meeting: Meeting, *, reason: str) -> None:
    """Call a meeting off. Its topics wait for another; if the notice had gone out, all who are
    invited are told. Refused once it is open."""
    lock(meeting)
    convened = meeting.convened_at is not None
    meeting.state = meetings.after(meeting.state, "call_off")
    meeting.cancel_reason = reason
    meeting.version += 1
    db.session.flush()
    if convened:
        scheduled = [t for t in _topics(meeting) if t.state is TopicState.SCHEDULED]
        platforms.unschedule(actor, scheduled, reason=reason)
        text = Phrase(
            marked(
                "The meeting “%(title)s” of %(year)s-%(month)s-%(day)s has been called off: %(reason)s"
            ),
            title=meeting.title,
            reason=reason,
            **day_of(meeting),
        )
        tell_invited(meeting, "called-off", text)
    record(actor, "meeting.call_off", meeting, reason=reason)


def _give_notice(meeting: Meeting, urgent_reason: str | None) -> None:
    """Keep what the notice fixes: the rule of the day, the number expected, why it comes late if it
    does. The caller has checked that it may go out."""
    rule = readiness.rule_for(meeting.kind, meeting.day)
    meeting.urgent_reason = _urgency(meeting, urgent_reason)
    meeting.expected = composition_queries.expected_number(meeting)
    meeting.rule_id = rule.id
    meeting.convened_at = clock.now()


def _call_anew(meeting: Meeting, urgent_reason: str | None) -> None:
    """Give notice for another day, on which others may be in office or of age."""
    db.session.flush()
    refresh_members(meeting)
    missing = [*readiness.about_the_day(meeting), *readiness.about_members(meeting)]
    if missing:
        raise Refused(missing[0], field="starts_at")
    invite_oversight(meeting)
    _give_notice(meeting, urgent_reason)


def _check(meeting: Meeting, platform: Platform) -> None:
    _check_day(meeting, platform)
    if meeting.composition not in policy.COMPOSITIONS[meeting.kind]:
        raise Refused(_l("This kind of meeting is made up differently."), field="composition")
    hosts = {row.id for row in composition_queries.hosts_of(meeting.community_id)}
    for field in ("host_id", "recorder_id"):
        chosen = getattr(meeting, field)
        if chosen is not None and chosen not in hosts:
            raise Refused(
                _l("Choose somebody who works with this community's meetings."), field=field
            )


def _check_day(meeting: Meeting, platform: Platform) -> None:
    if meeting.starts_at <= clock.now():
        raise Refused(_l("The meeting has to lie ahead."), field="starts_at")
    if not is_running(platform, meeting.day):
        raise Refused(_l("The platform is not in use on that day."), field="starts_at")


def _urgency(meeting: Meeting, reason: str | None) -> str | None:
    """Why the notice comes late, if it does; Refused if that has no reason. The caller has checked
    that the rule allows it."""
    rule = readiness.rule_for(meeting.kind, meeting.day)
    late = policy.missing_notice_days(rule, meeting.day, clock.today())
    if not late:
        return None
    if not reason:
        raise Refused(
            Phrase(
                marked("The notice is less than %(days)s days ahead: say why it is urgent."),
                days=rule.notice_days,
            ),
            field="urgent_reason",
        )
    return reason


def _topics(meeting: Meeting) -> list[Topic]:
    return list(
        db.session.scalars(
            select(Topic)
            .join(AgendaItem, AgendaItem.topic_id == Topic.id)
            .where(AgendaItem.meeting_id == meeting.id, AgendaItem.withdrawn_at.is_(None))
            .order_by(Topic.id)
        )
    )
