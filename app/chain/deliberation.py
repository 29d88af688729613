"""The first half of the chain: topic, agenda, vote, resolution. Each function takes a fixed
number of queries, two at most."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import and_, func, select

from app.chain.story import ENDED, Entry, Link, Reader
from app.core.access import Capability
from app.core.db import db
from app.core.i18n import lazy_gettext as _l
from app.core.labels import label
from app.meetings.interface import MeetingState, VoteState, seen_by
from app.meetings.models.agenda import AgendaItem, Outcome
from app.meetings.models.meetings import Meeting
from app.meetings.models.votes import Vote
from app.notices.models import NOTICE_KIND_LABELS, Notice
from app.resolutions.interface import SUBJECT
from app.resolutions.models import Resolution
from app.topics.interface import TOPIC_STATE_LABELS, TopicState, may_read
from app.topics.models import TopicStep


def topic_steps(reader: Reader) -> Iterable[Entry]:
    topic = reader.topic
    seen = may_read(reader.actor, topic.id)  # who handles one of its tasks reads only the chain
    page = ("topics.show", {"topic_id": topic.id}) if seen else None
    rows = db.session.execute(
        select(TopicStep.state, TopicStep.reason, TopicStep.at)
        .where(TopicStep.topic_id == topic.id, TopicStep.state != TopicState.DRAFT)
        .order_by(TopicStep.id)
    ).all()
    if not rows:
        yield Entry(topic.raised_at, Link.TOPIC, label(topic.state), page=page)
    for row in rows:
        yield Entry(
            row.at,
            Link.TOPIC,
            TOPIC_STATE_LABELS[row.state],
            row.reason or "",
            page=page,
            tone="late" if row.state in ENDED else "",
        )


def agenda(reader: Reader) -> Iterable[Entry]:
    """Meetings that had the topic on their agenda, and the votes taken on it."""
    rows = db.session.execute(
        select(
            AgendaItem.title,
            Meeting.id.label("meeting_id"),
            Meeting.title.label("meeting"),
            Meeting.convened_at,
            func.coalesce(AgendaItem.ended_at, Meeting.closed_at, Meeting.opened_at).label(
                "discussed_at"
            ),
            AgendaItem.outcome,
            Vote.state,
            Vote.closed_at,
            Vote.present,
            Vote.ayes,
            Vote.nays,
            Vote.abstentions,
            Vote.passed,
            seen_by(reader.actor).label("seen"),
        )
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .outerjoin(Vote, and_(Vote.item_id == AgendaItem.id, Vote.state == VoteState.CLOSED))
        .where(
            AgendaItem.topic_id == reader.topic.id,
            AgendaItem.withdrawn_at.is_(None),
            Meeting.state.not_in([MeetingState.DRAFT, MeetingState.CANCELLED]),
        )
        .order_by(Meeting.starts_at)
    ).all()
    for row in rows:
        page = ("meetings.show", {"meeting_id": row.meeting_id}) if row.seen else None
        yield Entry(row.convened_at, Link.AGENDA, row.meeting, row.title, page=page)
        if row.closed_at is not None:
            counted = _l(
                "%(present)s present: %(ayes)s ayes, %(nays)s nays, %(abstentions)s abstentions",
                present=row.present,
                ayes=row.ayes,
                nays=row.nays,
                abstentions=row.abstentions,
            )
            yield Entry(
                row.closed_at,
                Link.VOTE,
                _l("Vote passed") if row.passed else _l("Vote not passed"),
                str(counted),
                page=page,
                tone="good" if row.passed else "late",
            )
        elif row.outcome is Outcome.AGREED:
            agreed = _l("Agreed without a vote")
            yield Entry(row.discussed_at, Link.VOTE, agreed, page=page, tone="good")


def resolutions(reader: Reader) -> Iterable[Entry]:
    """Resolutions on the topic and their notices, except those that were withdrawn."""
    about = and_(
        Notice.subject_kind == SUBJECT,
        Notice.subject_id == Resolution.id,
        Notice.withdrawn_at.is_(None),
    )
    rows = db.session.execute(
        select(
            Resolution.id,
            Resolution.number,
            Resolution.title,
            Resolution.made_at,
            Notice.id.label("notice_id"),
            Notice.kind,
            Notice.title.label("notice"),
            Notice.published_at,
        )
        .outerjoin(Notice, about)
        .where(Resolution.topic_id == reader.topic.id)
        .order_by(Resolution.id, Notice.id)
    ).all()
    may_open = reader.may(Capability.SEE_RESOLUTIONS)
    told: set[int] = set()
    for row in rows:
        if row.id not in told:
            told.add(row.id)
            page = ("resolutions.show", {"resolution_id": row.id}) if may_open else None
            title = _l("Resolution %(number)s", number=row.number)
            yield Entry(row.made_at, Link.RESOLUTION, title, row.title, page=page)
        if row.notice_id is not None:
            yield Entry(
                row.published_at,
                Link.RESOLUTION,
                NOTICE_KIND_LABELS[row.kind],
                row.notice,
                page=("notices.show", {"notice_id": row.notice_id}),
            )
