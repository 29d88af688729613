"""The agenda: free until the notice goes out, then locked; what comes later is only discussed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select, update

from app.core import clock
from app.core.access import Actor
from app.core.db import db, flushing, hold
from app.core.errors import NotFoundError, Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.meetings import policy
from app.meetings.models.agenda import AgendaItem, ItemKind
from app.meetings.models.meetings import Meeting
from app.meetings.models.votes import Vote
from app.meetings.queries import readiness as queries
from app.meetings.services._common import lock, not_now, record, stale
from app.meetings.services.invitations import mark_required
from app.meetings.states import VoteState, agenda_items
from app.topics import interface as platforms
from app.topics.interface import TopicState, referred
from app.topics.models import Topic

_USUAL_MINUTES = 15  # planned for a topic until staff enter another number


def add_item(
    actor: Actor,
    meeting: Meeting,
    *,
    kind: ItemKind,
    title: str,
    planned: int,
    motion: str = "",
    topic: Topic | None = None,
) -> AgendaItem:
    """Put an item at the end of the agenda. `planned` is in minutes.

    After the notice has gone out an item is marked as added late and can't be one to vote on:
    only what the notice named may be decided. Refused for that, once the meeting is over, and for
    a topic that is on the agenda already or doesn't fit; NotFoundError for one of another community.
    """
    lock(meeting)
    if not policy.may_add_items(meeting):
        raise not_now()
    late = not policy.may_prepare(meeting)
    if late and kind is ItemKind.VOTE:
        raise Refused(
            _l("The notice has gone out: what it does not name can be discussed, not decided."),
            field="kind",
        )
    item = AgendaItem(
        meeting_id=meeting.id,
        topic_id=_fitting(meeting, topic, kind=kind, late=late),
        position=_last_position(meeting.id) + 1,
        kind=kind,
        title=title,
        planned=planned,
        motion=motion if kind is ItemKind.VOTE else "",
        added_late=late,
    )
    with flushing(Refused(_l("This topic is already on the agenda."), field="topic_id")):
        db.session.add(item)
    if topic is not None:
        mark_required(meeting)
    if late and topic is not None:
        platforms.schedule(actor, [topic], where=meeting.title)
    # The trail is read by more people than a sensitive topic is.
    said = {} if topic is not None and topic.sensitive else {"title": title}
    record(actor, "meeting.add_item", meeting, item=item.id, late=late, **said)
    return item


def add_topics(
    actor: Actor, meeting: Meeting, topics: Iterable[Topic], *, kind: ItemKind
) -> list[AgendaItem]:
    """Put accepted topics on the agenda. The wish of a topic to be voted on is the first draft of
    the motion. Raises what `add_item` raises."""
    return [
        add_item(
            actor,
            meeting,
            kind=kind,
            title=topic.title,
            planned=_USUAL_MINUTES,
            motion=topic.wish,
            topic=topic,
        )
        for topic in topics
    ]


def edit_item(
    actor: Actor,
    item: AgendaItem,
    *,
    kind: ItemKind,
    title: str,
    planned: int,
    motion: str = "",
    version: int | None = None,
) -> None:
    """Change an item of a draft. Stale if another user changed it since `version`; Refused after
    the notice, if a topic would only be reported, and for a motion that is a frozen text."""
    meeting = lock(item.meeting)
    if not policy.may_prepare(meeting):
        raise Refused(_l("The notice has gone out: the agenda is locked."))
    hold(item)
    if version is not None and item.version != version:
        raise stale()
    if kind is ItemKind.REPORT and item.topic_id is not None:
        raise _not_only_reported()
    frozen = Refused(
        _l("This text was frozen to be voted on: it can't be changed here."), field="motion"
    )
    with flushing(frozen):  # the packages above see to that in the database
        item.kind = kind
        item.title = title
        item.planned = planned
        item.motion = motion if kind is ItemKind.VOTE else ""
        item.version += 1
    said = {} if item.topic is not None and item.topic.sensitive else {"title": title}
    record(actor, "meeting.edit_item", meeting, item=item.id, **said)


def move_item(actor: Actor, item: AgendaItem, *, up: bool) -> None:
    """Exchange an item with its neighbour."""
    ids = list(
        db.session.scalars(
            select(AgendaItem.id)
            .where(AgendaItem.meeting_id == item.meeting_id, AgendaItem.withdrawn_at.is_(None))
            .order_by(AgendaItem.position)
        )
    )
    here = ids.index(item.id)
    there = min(max(here + (-1 if up else 1), 0), len(ids) - 1)
    ids[here], ids[there] = ids[there], ids[here]
    reorder_items(actor, item.meeting, order=ids)


def reorder_items(actor: Actor, meeting: Meeting, *, order: Sequence[int]) -> None:
    """Give a draft's items a new order. Stale unless `order` holds the ids of all of them; Refused
    after the notice."""
    lock(meeting)
    if not policy.may_prepare(meeting):
        raise Refused(_l("The notice has gone out: the agenda is locked."))
    there = set(
        db.session.scalars(
            select(AgendaItem.id).where(
                AgendaItem.meeting_id == meeting.id, AgendaItem.withdrawn_at.is_(None)
            )
        )
    )
    if set(order) != there or len(order) != len(there):
        raise stale()
    db.session.execute(
        update(AgendaItem),
        [{"id": id_, "position": position} for position, id_ in enumerate(order, 1)],
    )
    record(actor, "meeting.reorder", meeting, order=list(order))


def withdraw_item(actor: Actor, item: AgendaItem, *, reason: str = "") -> None:
    """Take an item off the agenda; its topic waits for another meeting. Refused after the notice
    without a reason, and once the item was voted on or settled or the meeting is over."""
    meeting = lock(item.meeting)
    hold(item)
    if item.withdrawn_at or item.outcome is not None or not policy.may_add_items(meeting):
        raise not_now()
    announced = not policy.may_prepare(meeting)
    if announced and not reason:
        raise Refused(_l("Say why: those invited have read the agenda."), field="reason")
    if _has_vote(item.id):
        raise Refused(_l("A vote has been taken on this item: it stays on the agenda."))
    item.withdrawn_at = clock.now()
    item.withdraw_reason = reason or None
    if agenda_items.can(item.state, "end"):
        item.state = agenda_items.after(item.state, "end")
        item.ended_at = clock.now()
    db.session.flush()
    if announced and item.topic is not None and item.topic.state is TopicState.SCHEDULED:
        platforms.unschedule(actor, [item.topic], reason=reason)
    mark_required(meeting)
    record(actor, "meeting.withdraw_item", meeting, item=item.id, reason=reason)


def _fitting(meeting: Meeting, topic: Topic | None, *, kind: ItemKind, late: bool) -> int | None:
    """The topic's id. Refused if the topic would only be reported or was referred to a higher body,
    or after the notice if a unit that it concerns is not invited; NotFoundError if it is of another
    community."""
    if topic is None:
        return None
    if topic.community_id != meeting.community_id:
        raise NotFoundError
    if kind is ItemKind.REPORT:
        raise _not_only_reported()
    if not policy.may_take_up(meeting, referred([topic.id]).get(topic.id)):
        raise Refused(
            Phrase(
                marked("Topic %(topic)s was referred to an assembly: no lower body takes it up."),
                topic=topic.number,
            ),
            field="topic_id",
        )
    missing = queries.units_not_invited(meeting, also=topic.id) if late else []
    if missing:
        raise Refused(missing[0])
    return topic.id


def _not_only_reported() -> Refused:
    return Refused(_l("A topic is discussed or decided on, not only reported."), field="kind")


def _last_position(meeting_id: int) -> int:
    highest = select(func.max(AgendaItem.position)).where(AgendaItem.meeting_id == meeting_id)
    return db.session.scalar(highest) or 0


def _has_vote(item_id: int) -> bool:
    valid = select(Vote.id).where(Vote.item_id == item_id, Vote.state != VoteState.VOIDED)
    return db.session.scalar(valid.limit(1)) is not None
