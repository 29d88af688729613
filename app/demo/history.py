"""A community's year: meetings held, tasks done, deeds credited. Written in bulk, by the same
rules as if people had pressed every button, but for the trail (one entry says it is a sample)."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.i18n import Phrase, marked
from app.demo import outcomes
from app.demo.course import Course, course
from app.demo.matters import DISSENT, MATTERS, Matter
from app.demo.past import Past
from app.meetings.interface import ItemState, MeetingState, VoteState
from app.meetings.models.agenda import AgendaItem, ItemKind, Outcome
from app.meetings.models.attendance import Capacity, CheckIn, Invitation, Reply
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import Composition, MeetingKind, MeetingRule
from app.meetings.models.votes import Vote, VoteMode, VoteRoll
from app.people.models import Gender
from app.points.models import RuleCode
from app.topics.interface import TopicState
from app.topics.models import Topic, TopicSource, TopicStep

if TYPE_CHECKING:
    from app.demo.scales import Scale

# The same sentences as the rooms themselves say.
ATTENDED = marked("Attended the meeting “%(meeting)s”")
ACCEPTED = marked("Topic accepted: %(title)s")
ADOPTED = marked("Topic adopted: %(title)s")

_QUORATE = 8  # of twelve members and a unit: two thirds
_AHEAD = 20  # days before its meeting a topic may have been raised


def write(past: Past, scale: Scale, first: date) -> None:
    """The year of one community from `first` up to yesterday, meeting by meeting. The latest
    matters are as far as they have come; topics for the meetings to come wait to be called up."""
    worked = past.calendar.between(first, past.last)
    for index, day in enumerate(_spread(worked, scale.meetings)):
        # Evenly over the year: whenever there should have been more by now.
        wanted = past.tasks * scale.meetings < scale.tasks * (index + 1)
        _meeting(past, day, past.random.choice(MATTERS), with_task=wanted)
    ahead = past.calendar.between(past.last + timedelta(days=1), past.last + timedelta(days=_AHEAD))
    for day in _spread(ahead, len(ahead) * scale.meetings // len(worked)):
        _topic_ahead(past, day, past.random.choice(MATTERS))
    past.keep_numbering()


def _spread(days: list[date], count: int) -> list[date]:
    """So many of the days, evenly; some twice if there are too few."""
    return [days[len(days) * (2 * index + 1) // (2 * count)] for index in range(count)]


def council_rule() -> MeetingRule:
    return db.session.scalars(
        select(MeetingRule)
        .where(MeetingRule.kind == MeetingKind.COUNCIL)
        .order_by(MeetingRule.effective_from.desc())
    ).first()  # type: ignore[return-value]  # seeded by the migration


def _meeting(past: Past, day: date, matter: Matter, *, with_task: bool) -> None:
    """One council meeting on one matter, from the topic raised to the minutes confirmed."""
    random, rows, community = past.random, past.rows, past.community
    author = random.choice(community.adults)
    passed = random.random() < 0.82
    when = course(past.calendar, random, day, with_task=with_task and passed)
    starts = when.starts
    topic_id = _topic(past, matter, author, _way(when, passed=passed))
    meeting_id = rows.add(
        Meeting,
        number=past.number_of_year("meeting", when.convened), community_id=community.id,
        platform_id=community.platform_id, kind=MeetingKind.COUNCIL, title=_title(day),
        starts_at=starts, venue="党群服务中心二楼议事厅", composition=Composition.INVITED, expected=0,
        host_id=community.host_id, recorder_id=community.staff_id, state=MeetingState.OPEN, rule_id=past.rule.id,
        check_in_code=f"{random.getrandbits(96):024x}", created_by_id=community.staff_id,
        convened_at=when.convened, opened_at=starts,
    )  # fmt: skip
    _end(past, meeting_id, when)
    present, women, invited = _attendance(past, meeting_id, when)
    rows.last(Meeting)["expected"] = invited
    _item(
        past,
        meeting_id,
        1,
        ItemKind.REPORT,
        "通报上次会议决议办理情况",
        None,
        starts,
        "已通报，无异议。",
    )
    motion = f"关于“{matter.title}”：{matter.wish}"
    item_id = _item(
        past, meeting_id, 2, ItemKind.VOTE, matter.title, topic_id, starts + timedelta(minutes=15),
        f"与会人员围绕“{matter.title}”充分发表意见。{matter.body}", motion,
        Outcome.AGREED if passed else Outcome.DROPPED,
    )  # fmt: skip
    _vote(past, item_id, motion, present, women, invited, starts, passed=passed)
    if passed:
        outcomes.resolution(
            past,
            item_id,
            topic_id,
            matter,
            motion,
            when,
            author,
            [person_id for person_id, _invitation in past.present],
            with_task=with_task,
        )


def _title(day: date) -> str:
    return f"居民议事会（{day.month}月{day.day}日）"


def _end(past: Past, meeting_id: int, when: Course) -> None:
    """Closed that evening; confirmed with an archive number unless that is still to come."""
    confirmed = past.happened(when.confirmed)
    past.rows.then(
        Meeting, meeting_id,
        state=MeetingState.CONFIRMED if confirmed else MeetingState.CLOSED, closed_at=when.over,
        confirmed_at=when.confirmed if confirmed else None,
        confirmed_by_id=past.community.host_id if confirmed else None,
        archive_number=past.number_of_year("minutes:council", when.confirmed) if confirmed else None,
    )  # fmt: skip


def _attendance(past: Past, meeting_id: int, when: Course) -> tuple[int, int, int]:
    """Invitations and who came; returns (present, women among them, invited)."""
    random, rows, community = past.random, past.rows, past.community
    members = random.sample(community.representatives, min(12, len(community.representatives)))
    came: list[tuple[int, int]] = []
    starts = when.starts
    for number, person_id in enumerate(members):
        # Enough always come: what a meeting without a quorum does is for people to try.
        here = number < _QUORATE or random.random() < 0.8
        leave = not here and random.random() < 0.6
        invitation_id = rows.add(
            Invitation,
            meeting_id=meeting_id, person_id=person_id, capacity=Capacity.MEMBER,
            reply=Reply.LEAVE if leave else Reply.COMING if here else Reply.NONE,
            leave_reason="家中有事" if leave else None,
            replied_at=starts - timedelta(days=2) if leave or here else None,
            present_at=starts - timedelta(minutes=random.randint(1, 20)) if here else None,
            check_in_method=random.choice((CheckIn.LIST, CheckIn.QR_CODE)) if here else None,
            checked_in_by_id=community.host_id if here else None,
        )  # fmt: skip
        if here:
            came.append((person_id, invitation_id))
            past.credits.add(
                person_id, RuleCode.ATTENDED, f"meeting:{meeting_id}:attendance:{person_id}", when.day,
                Phrase(ATTENDED, meeting=_title(when.day)),
            )  # fmt: skip
    by_unit = rows.add(
        Invitation,
        meeting_id=meeting_id, unit_id=community.units[0], capacity=Capacity.MEMBER, required=True,
        reply=Reply.COMING, replied_at=starts - timedelta(days=2),
        present_at=starts - timedelta(minutes=3), check_in_method=CheckIn.LIST,
        checked_in_by_id=community.host_id, representative="项目经理",
    )  # fmt: skip
    past.present = came
    past.roll = [invitation_id for _person, invitation_id in came] + [by_unit]
    women = sum(community.gender[person_id] is Gender.FEMALE for person_id, _invitation in came)
    return len(came) + 1, women, len(members) + 1


def _item(
    past: Past, meeting_id: int, position: int, kind: ItemKind, title: str, topic_id: int | None,
    began: datetime, notes: str, motion: str = "", outcome: Outcome | None = None,
) -> int:  # fmt: skip
    return past.rows.add(
        AgendaItem,
        meeting_id=meeting_id, topic_id=topic_id, position=position, kind=kind, title=title,
        planned=15 if kind is ItemKind.REPORT else 50, motion=motion, state=ItemState.DONE,
        started_at=began, ended_at=began + timedelta(minutes=14), outcome=outcome,
        outcome_reason="未获通过" if outcome is Outcome.DROPPED else None,
        notes=notes, dissent=past.random.choice(DISSENT),
    )  # fmt: skip


def _vote(
    past: Past, item_id: int, motion: str, present: int, women: int, invited: int, starts: datetime,
    *, passed: bool,
) -> None:  # fmt: skip
    random = past.random
    ayes = (
        random.randint(present // 2 + 1, present) if passed else random.randint(0, present // 2 - 1)
    )
    nays = present - ayes if not passed else random.randint(0, min(present - ayes, ayes - 1))
    vote_id = past.rows.add(
        Vote,
        item_id=item_id, mode=random.choice((VoteMode.SHOW_OF_HANDS, VoteMode.SECRET)),
        rule_id=past.rule.id, motion=motion, motion_digest=hashlib.sha256(motion.encode()).hexdigest(),
        expected=invited, present=present, present_women=women, ayes=ayes, nays=nays,
        abstentions=present - ayes - nays, scrutineer="监票员", teller="计票员", state=VoteState.OPEN,
        opened_at=starts + timedelta(minutes=50), opened_by_id=past.community.host_id,
    )  # fmt: skip
    past.rows.then(
        Vote, vote_id, state=VoteState.CLOSED, passed=passed,
        closed_at=starts + timedelta(minutes=55), closed_by_id=past.community.host_id,
    )  # fmt: skip
    for invitation_id in past.roll:
        past.rows.add(VoteRoll, vote_id=vote_id, invitation_id=invitation_id)


def _way(when: Course, *, passed: bool) -> list[tuple[TopicState, datetime]]:
    """Through which states a topic goes, and when."""
    way = [
        (TopicState.SUBMITTED, when.raised),
        (TopicState.ACCEPTED, when.accepted),
        (TopicState.SCHEDULED, when.scheduled),
    ]
    if not passed:
        return [*way, (TopicState.DROPPED, when.over)]
    return [
        *way,
        (TopicState.CONSENSUS, when.over),
        (TopicState.IMPLEMENTED, when.finished),
        (TopicState.FED_BACK, when.reported),
        (TopicState.CLOSED, when.closed),
    ]


def _topic_ahead(past: Past, day: date, matter: Matter) -> None:
    """A topic that will come up in a meeting that has not been convened yet."""
    when = course(past.calendar, past.random, day, with_task=False)
    way = [(TopicState.SUBMITTED, when.raised), (TopicState.ACCEPTED, when.accepted)]
    if past.happened(when.raised):
        _topic(past, matter, past.random.choice(past.community.adults), way)


def _topic(
    past: Past, matter: Matter, author: int, way: list[tuple[TopicState, datetime]]
) -> int:  # fmt: skip
    """A topic as far along its way as it has come, with what its author earned by it."""
    community, rows = past.community, past.rows
    gone = [(state, at) for state, at in way if past.happened(at)]
    raised, (state, moved) = gone[0][1], gone[-1]
    accepted = state is not TopicState.SUBMITTED
    topic_id = rows.add(
        Topic,
        number=past.number_of_year("topic", raised), community_id=community.id,
        platform_id=community.platform_id if accepted else None, title=matter.title,
        body=matter.body, wish=matter.wish,
        source=past.random.choice((TopicSource.OPINION_POINT, TopicSource.GRID, TopicSource.CO_SIGNED)),
        content_class=matter.content if accepted else None, author_id=author,
        entered_by_id=community.staff_id, by_proxy=True, state=state, state_reason=_reason(state),
        raised_at=raised, moved_at=moved,
    )  # fmt: skip
    for step, at in gone:
        rows.add(
            TopicStep,
            topic_id=topic_id, state=step, by_id=community.staff_id, by_name="社区工作者", at=at,
            reason=_reason(step),
        )  # fmt: skip
    for step, at in gone:
        if step in _EARNS:
            code, kind, memo = _EARNS[step]
            past.credits.add(
                author, code, f"topic:{topic_id}:{kind}", clock.local(at).date(),
                Phrase(memo, title=matter.title),
            )  # fmt: skip
    return topic_id


def _reason(state: TopicState) -> str | None:
    return "表决未通过" if state is TopicState.DROPPED else None


_EARNS = {
    TopicState.ACCEPTED: (RuleCode.TOPIC_VALID, "valid", ACCEPTED),
    TopicState.CONSENSUS: (RuleCode.TOPIC_ADOPTED, "adopted", ADOPTED),
}
