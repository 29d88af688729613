"""What Today and the board show: everybody's waiting things, the numbers, the public papers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    extract,
    func,
    literal,
    not_,
    or_,
    select,
)

from app.audit.models import AuditEntry
from app.conventions import queries as conventions
from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import built_once, db, rows
from app.core.errors import NotFoundError
from app.core.paging import first_rows
from app.core.statements import Asked
from app.disclosure import queries as disclosure
from app.disclosure.models import Notice, NoticeKind, Objection
from app.meetings import queries as meetings
from app.people import queries as people
from app.people.models import Person, User
from app.places.models import Level, Place
from app.places.queries import inside
from app.platforms import queries as platforms
from app.platforms.models import Topic
from app.points import queries as points
from app.points.models import Award, AwardStatus, EarningRule
from app.resolutions import queries as resolutions
from app.resolutions.models import Resolution
from app.rewards import queries as rewards

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.core.waiting import Waiting

ROOMS = (resolutions, meetings, platforms, conventions, disclosure, points, rewards, people)


def waiting(actor: Actor, limit: int = 60) -> list[Waiting]:
    """What waits for the actor in all rooms: late first, then by last day, then the rest."""
    found = [thing for room in ROOMS for thing in room.waiting(actor)]
    found.sort(key=lambda thing: (not thing.late, thing.due or date.max))
    return found[:limit]


def numbers(actor: Actor) -> dict[str, int]:
    """How much is open where the actor works, each number for whoever has the capability.

    Each is counted from the very list it leads to, so that the two never differ. One query.
    """
    found = rows(_numbers(actor))
    return found[0]._asdict() if found else {}


@built_once
def _numbers(actor: Actor) -> Select[Any] | None:
    may, count = actor.may, _how_many
    counts: dict[str, Select[Any]] = {}
    if may(Capability.SCREEN_TOPIC):
        wanted = platforms.TopicFilter(group="submitted")
        counts["topics_to_screen"] = count(platforms.topics_for(actor, wanted))
    if may(Capability.SEE_TASKS):
        counts["tasks_late"] = count(resolutions.tasks(actor, overdue=True))
        under_way = resolutions.tasks(actor, group=resolutions.Group.UNDER_WAY)
        counts["tasks_under_way"] = count(under_way)
    if may(Capability.SEE_MEETINGS):
        counts["meetings_ahead"] = count(meetings.meetings(actor))
    if may(Capability.APPROVE_POINTS):
        counts["awards_pending"] = count(points.to_decide(actor))
    if may(Capability.SERVE_COUNTER):
        counts["to_hand_over"] = count(rewards.reservations(actor))
    if may(Capability.ANSWER_OBJECTION):
        counts["objected_to"] = count(
            disclosure.notices_for(actor, clock.today(), state="objections")
        )
    if not counts:
        return None
    return select(*(q.scalar_subquery().label(name) for name, q in counts.items()))


def _how_many(listed: Asked[Select[Any]]) -> Select[Any]:
    inner = listed.select.with_only_columns(literal(1), maintain_column_froms=True).order_by(None)
    return select(func.count()).select_from(inner.subquery())


def own_topics(person_id: int, limit: int = 5) -> Sequence[Any]:
    """Rows (id, number, title, state, raised_at) of the topics a resident raised, newest first."""
    return rows(_OWN_TOPICS, person_id=person_id, limit=limit)


_OWN_TOPICS = (
    select(Topic.id, Topic.number, Topic.title, Topic.state, Topic.raised_at)
    .where(Topic.author_id == bindparam("person_id"))
    .order_by(Topic.id.desc())
    .limit(bindparam("limit"))
)


def community(community_id: int) -> Place:
    place = db.session.scalar(_COMMUNITY, {"community_id": community_id})
    if place is None:
        raise NotFoundError
    return place


_COMMUNITY = select(Place).where(
    Place.id == bindparam("community_id"), Place.level == Level.COMMUNITY
)


@built_once
def communities(text: str = "") -> Select[Any]:
    """Rows (id, name, street) of communities with people in them, for choosing a board."""
    street = Place.__table__.alias("street")
    statement = (
        select(Place.id, Place.name, street.c.name.label("street"))
        .join(street, street.c.id == Place.parent_id)
        .where(
            Place.level == Level.COMMUNITY,
            Place.retired_on.is_(None),
            select(Person.id).where(Person.community_id == Place.id).exists(),
        )
        .order_by(Place.path)
    )
    return statement.where(Place.name.contains(text, autoescape=True)) if text else statement


def only_community() -> int | None:
    """The community's id if there is just one with people in it."""
    found = first_rows(communities(), 2)
    return found[0].id if len(found) == 1 else None


@built_once
def hung(community_id: int, year: int | None = None) -> Select[Any]:
    """Rows as of `disclosure.of_community`: all, or those of a year."""
    found = disclosure.of_community(community_id).select
    return found if year is None else found.where(_in_year(Notice.published_on, year))


@built_once
def decided(community_id: int, year: int | None = None) -> Select[Any]:
    """Rows of the published resolutions that hold, the newest first, with their notices and how
    far their tasks are: (id, number, title, decided_on, notice_id, result_id, tasks, done).

    All, or those of a year; none about a sensitive topic.
    """
    notices = {
        name: resolutions.notice_id(kind).label(name)
        for name, kind in (("notice_id", NoticeKind.RESOLUTION), ("result_id", NoticeKind.RESULT))
    }
    found = (
        select(
            Resolution.id, Resolution.number, Resolution.title, Resolution.decided_on,
            *notices.values(), *resolutions.how_far(),
        )
        .where(
            Resolution.community_id == community_id,
            Resolution.superseded_by_id.is_(None),
            resolutions.published(),
            ~resolutions.is_sensitive(),
        )
        .order_by(Resolution.id.desc())
    )  # fmt: skip
    return found if year is None else found.where(_in_year(Resolution.decided_on, year))


def years_of(asked: Asked[Select[Any]], day: str) -> list[int]:
    """The years in which a list has something by this column of it, the newest first."""
    listed = asked.select
    year = extract("year", listed.selected_columns[day])
    statement = listed.with_only_columns(year, maintain_column_froms=True).order_by(None)
    return sorted((int(row[0]) for row in rows(statement.distinct())), reverse=True)


def _in_year(day: Any, year: int) -> ColumnElement[bool]:
    return day.between(date(year, 1, 1), date(year, 12, 31))


def recent_awards(community_id: int, limit: int = 10) -> Sequence[Any]:
    """Rows (name, points, rule, happened_on) of the newest credited awards; names to be masked.

    The rule's name stands for what they were for: an award's own words are free text and may
    name people.
    """
    return rows(_RECENT_AWARDS, community_id=community_id, limit=limit)


_RECENT_AWARDS = (
    select(Person.name, Award.points, EarningRule.name.label("rule"), Award.happened_on)
    .join(Person, Person.id == Award.person_id)
    .join(EarningRule, EarningRule.id == Award.rule_id)
    .where(Award.community_id == bindparam("community_id"), Award.status == AwardStatus.POSTED)
    .order_by(Award.id.desc())
    .limit(bindparam("limit"))
)


@built_once
def trail(
    actor: Actor,
    *,
    text: str = "",
    acts: tuple[str, ...] = (),
    since: date | None = None,
    until: date | None = None,
) -> Select[Any]:
    """Rows of the audit trail of the places the actor oversees, newest first; only acts whose
    codes begin with one of `acts`, if any are given; from the day `since` to the day `until`.
    `by_resident`: a resident acted. `concealed`: somebody objected, and the actor must not know
    who, nor find it by their name.

    What concerns no one place (a rule for all, an import of divisions, somebody without a role)
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
        people.is_residents(AuditEntry.actor_id).label("by_resident"), concealed.label("concealed"),
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
    """Condition on AuditEntry: somebody objected for themselves where the actor answers nobody."""
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
