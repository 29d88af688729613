"""A community's year: meetings held, tasks done, deeds credited. Written in bulk, by the same
rules as if people had pressed every button, but for the trail (one entry says it is a sample)."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.core import clock, numbering
from app.core.db import db
from app.core.i18n import Phrase, marked
from app.demo import outcomes
from app.demo.matters import DISSENT, MATTERS, Matter
from app.demo.past import Past
from app.meetings.models import (
    AgendaItem,
    Capacity,
    CheckIn,
    Composition,
    Invitation,
    ItemKind,
    Meeting,
    MeetingKind,
    MeetingRule,
    Outcome,
    Reply,
    Vote,
    VoteMode,
    VoteRoll,
)
from app.meetings.states import ItemState, MeetingState, VoteState
from app.people.models import Gender
from app.platforms.models import Topic, TopicSource, TopicStep
from app.platforms.states import TopicState
from app.points.models import RuleCode

if TYPE_CHECKING:
    from app.demo.scales import Scale

# The same sentences as the rooms themselves say.
ATTENDED = marked("Attended the meeting “%(meeting)s”")
ACCEPTED = marked("Topic accepted: %(title)s")
ADOPTED = marked("Topic adopted: %(title)s")

_QUORATE = 8  # of twelve members and a unit: two thirds
_LONGEST = 75  # days from a meeting until its matter is closed


def write(past: Past, scale: Scale, first: date, last: date) -> None:
    """The year of one community, meeting by meeting, from `first` to `last`."""
    days = (last - first).days - _LONGEST
    for index in range(scale.meetings):
        day = first + timedelta(days=days * (index + 1) // (scale.meetings + 1))
        past.tasks_left = max(0, scale.tasks - past.task)
        wanted = (
            past.tasks_left > 0
            and (scale.meetings - index) * past.random.random() < past.tasks_left * 1.4
        )
        _meeting(past, day, past.random.choice(MATTERS), with_task=wanted)
    _keep_numbering(past)


def council_rule() -> MeetingRule:
    return db.session.scalars(
        select(MeetingRule)
        .where(MeetingRule.kind == MeetingKind.COUNCIL)
        .order_by(MeetingRule.effective_from.desc())
    ).first()  # type: ignore[return-value]  # seeded by the migration


def _meeting(past: Past, day: date, matter: Matter, *, with_task: bool) -> None:
    """One council meeting on one matter, from the topic raised to the minutes confirmed."""
    random, rows, community = past.random, past.rows, past.community
    past.number += 1
    starts = clock.at(day, 19, 30)
    author = random.choice(community.adults)
    passed = random.random() < 0.82
    topic_id = _topic(past, matter, author, starts, passed=passed)
    title = f"居民议事会（{day.month}月{day.day}日）"
    meeting_id = rows.add(
        Meeting,
        number=f"{day.year}-{past.number:03d}", community_id=community.id, platform_id=community.platform_id,
        kind=MeetingKind.COUNCIL, title=title, starts_at=starts, venue="党群服务中心二楼议事厅",
        composition=Composition.INVITED, expected=0, host_id=community.host_id,
        recorder_id=community.staff_id, scrutineer="监票员", teller="计票员", state=MeetingState.OPEN,
        rule_id=past.rule.id, check_in_code=f"{random.getrandbits(96):024x}",
        archive_number=f"{day.year}-{past.number:03d}", created_by_id=community.staff_id,
        convened_at=starts - timedelta(days=5), opened_at=starts,
    )  # fmt: skip
    rows.then(
        Meeting, meeting_id, state=MeetingState.CONFIRMED, closed_at=starts + timedelta(minutes=80),
        confirmed_at=starts + timedelta(days=1), confirmed_by_id=community.host_id,
    )  # fmt: skip
    present, women, invited = _attendance(past, meeting_id, starts)
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
            day,
            author,
            [person_id for person_id, _invitation in past.present],
            with_task=with_task,
        )


def _attendance(past: Past, meeting_id: int, starts: datetime) -> tuple[int, int, int]:
    """Invitations and who came; returns (present, women among them, invited)."""
    random, rows, community = past.random, past.rows, past.community
    members = random.sample(community.representatives, min(12, len(community.representatives)))
    came: list[tuple[int, int]] = []
    day = clock.local(starts).date()
    title = f"居民议事会（{day.month}月{day.day}日）"
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
                person_id, RuleCode.ATTENDED, f"meeting:{meeting_id}:attendance:{person_id}", day,
                Phrase(ATTENDED, meeting=title),
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
        abstentions=present - ayes - nays, state=VoteState.OPEN,
        opened_at=starts + timedelta(minutes=50), opened_by_id=past.community.host_id,
    )  # fmt: skip
    past.rows.then(
        Vote, vote_id, state=VoteState.CLOSED, passed=passed,
        closed_at=starts + timedelta(minutes=55), closed_by_id=past.community.host_id,
    )  # fmt: skip
    for invitation_id in past.roll:
        past.rows.add(VoteRoll, vote_id=vote_id, invitation_id=invitation_id)


def _topic(past: Past, matter: Matter, author: int, starts: datetime, *, passed: bool) -> int:
    community, rows = past.community, past.rows
    raised = starts - timedelta(days=past.random.randint(9, 20))
    day = clock.local(raised).date()
    state = TopicState.DROPPED
    way = [TopicState.SUBMITTED, TopicState.ACCEPTED, TopicState.SCHEDULED]
    if passed:
        state = TopicState.CLOSED
        way += [
            TopicState.CONSENSUS,
            TopicState.IMPLEMENTED,
            TopicState.FED_BACK,
            TopicState.CLOSED,
        ]
    else:
        way.append(TopicState.DROPPED)
    topic_id = rows.add(
        Topic,
        number=f"{day.year}-{past.number:03d}", community_id=community.id,
        platform_id=community.platform_id, title=matter.title, body=matter.body, wish=matter.wish,
        source=past.random.choice((TopicSource.OPINION_POINT, TopicSource.GRID, TopicSource.CO_SIGNED)),
        content_class=matter.content, author_id=author, entered_by_id=community.staff_id, by_proxy=True,
        state=state, state_reason=None if passed else "表决未通过", raised_at=raised, moved_at=starts,
    )  # fmt: skip
    for number, step in enumerate(way):
        rows.add(
            TopicStep,
            topic_id=topic_id, state=step, by_id=community.staff_id, by_name="社区工作者",
            at=raised + timedelta(days=2 * number) if number < 3 else starts + timedelta(days=6 * (number - 3)),
            reason="表决未通过" if step is TopicState.DROPPED else None,
        )  # fmt: skip
    past.credits.add(
        author, RuleCode.TOPIC_VALID, f"topic:{topic_id}:valid", day,
        Phrase(ACCEPTED, title=matter.title),
    )  # fmt: skip
    if passed:
        past.credits.add(
            author, RuleCode.TOPIC_ADOPTED, f"topic:{topic_id}:adopted", clock.local(starts).date(),
            Phrase(ADOPTED, title=matter.title),
        )  # fmt: skip
    return topic_id


def _keep_numbering(past: Past) -> None:
    """The next topic, meeting and task go on behind these."""
    year = clock.today().year
    last = {
        "topic": past.number,
        "meeting": past.number,
        "minutes:council": past.number,
        "resolution": past.resolution,
        "task": past.task,
        "notice": past.notice,
    }
    for kind, value in last.items():
        numbering.continue_after(f"{kind}:{past.community.id}:{year}", value)
