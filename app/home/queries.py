"""What Today and the audit trail show: everything that waits, the numbers, the acts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    literal,
    not_,
    or_,
    select,
)

from app.accounts import interface as accounts
from app.accounts.models import User
from app.audit.models import AuditEntry
from app.conventions import interface as conventions
from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import built_once, rows
from app.core.statements import Asked
from app.meetings import interface as meetings
from app.notices import interface as notices
from app.notices.models import Objection
from app.people import interface as people
from app.places.interface import inside
from app.points import interface as points
from app.rewards import interface as rewards
from app.tasks import interface as tasks
from app.topics import interface as topics
from app.topics.models import Topic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.core.waiting import Waiting

ASKED = (tasks, meetings, topics, conventions, notices, points, rewards, people)


def waiting(actor: Actor, limit: int = 60) -> list[Waiting]:
    """What waits for the actor in all packages: late first, then by last day, then the rest."""
    found = [thing for package in ASKED for thing in package.waiting(actor)]
    found.sort(key=lambda thing: (not thing.late, thing.due or date.max))
    return found[:limit]


def numbers(actor: Actor) -> dict[str, int]:
    """How much is open where the actor works, each number for those who have the capability.

    Each is counted from the very list it leads to, so that the two never differ. One query.
    """
    found = rows(_numbers(actor))
    return found[0]._asdict() if found else {}


@built_once
def _numbers(actor: Actor) -> Select[Any] | None:
    may, count = actor.may, _how_many
    counts: dict[str, Select[Any]] = {}
    if may(Capability.SCREEN_TOPIC):
        wanted = topics.TopicFilter(group="submitted")
        counts["topics_to_screen"] = count(topics.topics_for(actor, wanted))
    if may(Capability.SEE_TASKS):
        counts["tasks_late"] = count(tasks.tasks(actor, overdue=True))
        under_way = tasks.tasks(actor, group=tasks.Group.UNDER_WAY)
        counts["tasks_under_way"] = count(under_way)
    if may(Capability.SEE_MEETINGS):
        counts["meetings_ahead"] = count(meetings.meetings(actor))
    if may(Capability.APPROVE_POINTS):
        counts["awards_pending"] = count(points.to_decide(actor))
    if may(Capability.SERVE_COUNTER):
        counts["to_hand_over"] = count(rewards.reservations(actor))
    if may(Capability.ANSWER_OBJECTION):
        counts["objected_to"] = count(notices.notices_for(actor, clock.today(), state="objections"))
    if not counts:
        return None
    return select(*(q.scalar_subquery().label(name) for name, q in counts.items()))


def _how_many(listed: Asked[Select[Any]]) -> Select[Any]:
    inner = listed.select.with_only_columns(literal(1), maintain_column_froms=True).order_by(None)
    return select(func.count()).select_from(inner.subquery())


class OwnTopic(NamedTuple):
    """A topic that a resident raised."""

    id: int
    number: str
    title: str
    state: topics.TopicState
    raised_at: datetime


def own_topics(person_id: int, limit: int = 5) -> Sequence[OwnTopic]:
    """Rows (id, number, title, state, raised_at) of the topics a resident raised, newest first."""
    return rows(_OWN_TOPICS, OwnTopic, person_id=person_id, limit=limit)


_OWN_TOPICS = (
    select(Topic.id, Topic.number, Topic.title, Topic.state, Topic.raised_at)
    .where(Topic.author_id == bindparam("person_id"))
    .order_by(Topic.id.desc())
    .limit(bindparam("limit"))
)


class TrailEntry(NamedTuple):
    """An entry of the trail, as its page shows it."""

    id: int
    at: datetime
    actor_name: str
    action: str
    subject_kind: str
    subject_id: int | None
    detail: dict[str, Any]
    address: str | None
    by_resident: bool
    concealed: bool


@built_once
def trail(
    actor: Actor,
    *,
    text: str = "",
    acts: tuple[str, ...] = (),
    since: date | None = None,
    until: date | None = None,
) -> Select[Any]:
    """Rows (`TrailEntry`) of the audit trail of the places the actor oversees, newest first; only acts whose
    codes begin with one of `acts`, if any are given; from the day `since` to the day `until`.
    `by_resident`: a resident acted. `concealed`: a resident objected, and the actor must not
    know who, nor find it by their name.

    What concerns no one place (a rule for all, an import of divisions, a user without a role)
    is seen by those who make the rules.
    """
    reaches = actor.paths(Capability.READ_AUDIT)
    reached = [inside(path, AuditEntry.place_path) for path in reaches]
    if actor.may(Capability.MANAGE_RULES):
        reached.append(AuditEntry.place_path == "")
    concealed = _concealed(actor)
    statement = select(
        AuditEntry.id, AuditEntry.at, AuditEntry.actor_name, AuditEntry.action, AuditEntry.subject_kind,
        AuditEntry.subject_id, AuditEntry.detail, AuditEntry.address,
        accounts.is_residents(AuditEntry.actor_id).label("by_resident"), concealed.label("concealed"),
    ).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())  # fmt: skip
    statement = statement.where(or_(*reached))
    if text:
        named = AuditEntry.actor_name.contains(text, autoescape=True)
        statement = statement.where(named, not_(concealed))
    if acts:
        statement = statement.where(
            or_(*(AuditEntry.action.startswith(act, autoescape=True) for act in acts))
        )
    if since:
        statement = statement.where(AuditEntry.at >= clock.at(since))
    if until:
        statement = statement.where(AuditEntry.at < clock.at(until + timedelta(days=1)))
    return statement


def _concealed(actor: Actor) -> ColumnElement[bool]:
    """Condition on AuditEntry: users objected for themselves where the actor answers no objections."""
    answering = [
        inside(path, AuditEntry.place_path) for path in actor.paths(Capability.ANSWER_OBJECTION)
    ]
    own = select(Objection.id).where(
        Objection.id == AuditEntry.detail["objection_id"].as_integer(),
        User.id == AuditEntry.actor_id,
        (Objection.person_id == User.person_id)
        | (Objection.person_id.is_(None) & (Objection.name == User.name)),
    )
    return and_(
        AuditEntry.action == "notice.object", own.exists(), *(not_(here) for here in answering)
    )
