"""Recording resolutions, making them public, reporting their results back, closing them."""

from __future__ import annotations

from datetime import date, timedelta

from app.audit import interface as audit
from app.core import clock
from app.core.access import Actor
from app.core.db import db, flushing, hold
from app.core.errors import Refused
from app.core.formats import day
from app.core.i18n import Phrase, gettext, marked
from app.core.i18n import lazy_gettext as _l
from app.core.numbering import next_value
from app.inbox import interface as inbox
from app.meetings import interface as meetings
from app.meetings.models.agenda import AgendaItem, Outcome
from app.notices import interface as notices
from app.notices.models import Notice, NoticeKind
from app.places.models import Place
from app.resolutions import policy
from app.resolutions.models import Resolution
from app.resolutions.queries import concerned, resolutions
from app.topics import interface as topics
from app.topics.interface import TopicState

_LONGEST_STEM = 12  # characters of the community's name in a number


def record(
    actor: Actor,
    item: AgendaItem,
    *,
    title: str,
    text: str,
    feedback_due_on: date | None = None,
) -> Resolution:
    """Write down what the meeting decided on an item, once: by a vote that passed, or by agreeing
    without one (协商意见). The result is to be reported back by `feedback_due_on` (a month after
    the decision).

    Refused if the item has nothing that could be recorded or has been recorded, (field
    "feedback_due_on") if that day is before the decision.
    """
    decided_on = _decided_on(item)
    due = feedback_due_on or decided_on + timedelta(days=policy.FEEDBACK_DAYS)
    if due < decided_on:
        raise Refused(_l("The result can't be due before the decision."), field="feedback_due_on")
    community = item.meeting.community
    resolution = Resolution(
        number=_number(community, decided_on.year),
        community_id=community.id,
        item_id=item.id,
        topic_id=item.topic_id,
        title=title,
        text=text,
        decided_on=decided_on,
        feedback_due_on=due,
        made_by_id=actor.id,
    )
    with flushing(Refused(_l("The resolution on this item has already been recorded."))):
        db.session.add(resolution)
    _record(actor, "resolution.record", resolution, item=item.id)
    return resolution


def publish(
    actor: Actor, resolution: Resolution, *, contact: str, days: int | None = None
) -> Notice:
    """Hang the resolution on the board, for at least as long as the rule asks (art. 34). Refused if
    it hangs already, is no longer carried out, or what it adopts is published with its text, (field
    "days") if the rule asks for more days."""
    _hold_living(resolution)
    if meetings.is_frozen(resolution.item):
        raise Refused(_l("The text it adopts is published where it is kept."))
    notice = notices.publish(
        actor,
        community_id=resolution.community_id,
        kind=NoticeKind.RESOLUTION,
        title=gettext("Resolution: %(title)s", title=resolution.title),
        body=f"{resolution.number}\n\n{resolution.text}\n\n{_how(resolution)}",
        days=days,
        contact=contact,
        subject_kind=resolutions.SUBJECT,
        subject_id=resolution.id,
    )
    _record(actor, "resolution.publish", resolution, notice=notice.id)
    return notice


def feed_back(
    actor: Actor,
    resolution: Resolution,
    *,
    result: str,
    contact: str,
    days: int | None = None,
) -> Notice:
    """结果公开: once no task is open, report to all what came of the resolution.

    The result hangs as a notice, the topic is reported back to its author and cosigners, and
    who attended the meeting is told. If its notice was withdrawn, a corrected result can be
    reported once more.

    Refused (field "result") without words, (field "days") if the rule asks for more days, and if a
    task is open, the result has been reported, or the resolution was replaced.
    """
    _hold_living(resolution)
    if not result.strip():
        raise Refused(_l("Say what came of it."), field="result")
    if resolutions.work_on(resolution.id).unclosed:
        raise Refused(_l("Some of its tasks are still open."))
    if notices.notice_of(NoticeKind.RESULT, resolutions.SUBJECT, resolution.id) is not None:
        raise Refused(_l("The result has already been reported back."))
    resolution.result = result.strip()
    resolution.fed_back_at = clock.now()
    resolution.fed_back_by_id = actor.id
    notice = notices.publish(
        actor,
        community_id=resolution.community_id,
        kind=NoticeKind.RESULT,
        title=gettext("Result: %(title)s", title=resolution.title),
        body=f"{resolution.number}\n\n{resolution.result}",
        days=days,
        contact=contact,
        subject_kind=resolutions.SUBJECT,
        subject_id=resolution.id,
    )
    _report_topic(actor, resolution)
    inbox.tell(
        key=f"resolution:{resolution.id}:result:{notice.id}",
        text=Phrase(
            marked("The result of “%(title)s” has been made public."), title=resolution.title
        ),
        url=f"/notices/{notice.id}",
        people=concerned.ids_concerned(resolution.id),
    )
    _record(actor, "resolution.feed_back", resolution, notice=notice.id)
    return notice


def close(actor: Actor, resolution: Resolution) -> None:
    """The end of the matter: the result has hung its whole time and no objection to it is
    open or was upheld.

    Refused if the result has not been reported or has not hung its whole time with every objection
    answered.
    """
    hold(resolution)
    if resolution.fed_back_at is None or not policy.is_living(resolution):
        raise Refused(_l("The result has to be reported back first."))
    notice = notices.notice_of(NoticeKind.RESULT, resolutions.SUBJECT, resolution.id)
    if notice is None or not notices.cleared(notice, clock.today()):
        raise Refused(
            _l("The result has to hang its whole time, with every objection answered, first.")
        )
    resolution.closed_at = clock.now()
    resolution.closed_by_id = actor.id
    db.session.flush()
    topic = resolution.topic
    if topic is not None and topic.state is TopicState.FED_BACK:
        topics.close(actor, topic)
    _record(actor, "resolution.close", resolution)


def supersede(actor: Actor, resolution: Resolution, *, later: Resolution) -> None:
    """Mark a resolution as replaced by a later one. Its open tasks have to be cancelled or
    finished first, so that no one works on what no longer holds.

    Refused (field "later_id") if that one is not later, not of the same community or itself
    replaced, and if a task is open or this one was replaced before.
    """
    _hold_living(resolution)
    if later.community_id != resolution.community_id or later.id <= resolution.id:
        raise Refused(_l("Choose a later resolution of the same community."), field="later_id")
    if later.superseded_by_id is not None:
        raise Refused(_l("That resolution has itself been superseded."), field="later_id")
    if resolutions.work_on(resolution.id).unclosed:
        raise Refused(_l("Some of its tasks are still open."))
    resolution.superseded_by = later
    db.session.flush()
    _record(actor, "resolution.supersede", resolution, later=later.id)


def _hold_living(resolution: Resolution) -> None:
    hold(resolution)
    if not policy.is_living(resolution):
        raise Refused(_l("This resolution is no longer being carried out."))


def _report_topic(actor: Actor, resolution: Resolution) -> None:
    topic = resolution.topic
    if topic is None:
        return
    if topic.state is TopicState.CONSENSUS:
        topics.implement(actor, topic)
    if topic.state is TopicState.IMPLEMENTED:
        topics.feed_back(actor, topic, result=resolution.result or "")


def _decided_on(item: AgendaItem) -> date:
    """The day on which the vote was closed or the meeting agreed; Refused if it did neither."""
    vote = meetings.valid_vote(item.id)
    if vote is not None:
        # Held, so that it isn't declared void meanwhile; afterwards the database refuses that.
        hold(vote)
        if vote.passed and vote.closed_at is not None:
            return clock.local(vote.closed_at).date()
    elif item.outcome is Outcome.AGREED:
        return item.meeting.day
    message = _l("A resolution is recorded from a vote that passed or from what was agreed on.")
    raise Refused(message)


def _how(resolution: Resolution) -> str:
    """By whom and how it was decided, for the board."""
    item = resolution.item
    vote = meetings.valid_vote(item.id)
    if vote is not None:
        return meetings.decided(item.meeting, vote, resolution.decided_on)
    return gettext(
        "Agreed on by %(meeting)s on %(day)s without a vote: %(present)s of %(expected)s present.",
        meeting=item.meeting.title,
        day=day(resolution.decided_on),
        present=meetings.head_count(item.meeting_id).present,
        expected=item.meeting.expected,
    )


def _number(community: Place, year: int) -> str:
    """桂花社议〔2026〕3号, as offices number their papers (GB/T 9704: the year in hexagonal
    brackets, no leading zeros); per community and year of the decision."""
    stem = community.name.removesuffix("社区")[:_LONGEST_STEM]
    return f"{stem}社议〔{year}〕{next_value(f'resolution:{community.id}:{year}')}号"


def _record(actor: Actor, action: str, resolution: Resolution, **detail: object) -> None:
    audit.record(
        actor,
        action,
        kind="resolution",
        id=resolution.id,
        path=resolution.community.path,
        number=resolution.number,
        **detail,
    )
