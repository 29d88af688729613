"""Meetings as tests need them: a draft, one that has been convened, one that sits."""

from __future__ import annotations

from datetime import date, timedelta

from app.core import clock
from app.core.db import db
from app.meetings.models.agenda import ItemKind
from app.meetings.models.attendance import Capacity, CheckIn, Invitation
from app.meetings.models.rules import MeetingKind
from app.meetings.models.votes import VoteMode
from app.meetings.queries import agenda as queries
from app.meetings.services import agenda, attendance, convening, invitations, session
from app.meetings.services import voting as voting_services
from app.platforms import services as services_there
from app.platforms.models import PlatformKind
from app.topics.models import ContentClass, TopicSource
from app.topics.services import screening, topics

MOTION = "同意在2栋东侧空地建设电动自行车集中充电棚，限于2026年12月31日前完成。"


def platform(cast, *, kind=PlatformKind.COUNCIL, parties=(), name="桂花苑议事亭", place=None):
    return services_there.open_platform(
        cast.actor("staff"),
        community_id=cast.community.id,
        name=name,
        kind=kind,
        place_id=(place or cast.estate).id,
        venue="小区中心花园",
        opened_on=date(2024, 1, 1),
        parties=parties,
    )


def topic(cast, title="电动自行车没有地方充电", *, author="resident", unit=None, near=True):
    """An accepted topic: of a resident, or of a unit; of the neighbours unless `near`."""
    by = cast.actor(author if near else "neighbour_resident")
    raised = topics.raise_topic(
        by,
        community_id=(cast.community if near else cast.neighbour).id,
        title=title,
        body="楼道充电有火灾隐患。",
        wish=MOTION,
        source=TopicSource.UNIT if unit else TopicSource.OPINION_POINT,
        author_id=None if unit else by.person_id,
        unit_id=unit.id if unit else None,
    )
    topics.submit(by, raised)
    screener = cast.actor("staff" if near else "neighbour_staff")
    screening.accept(screener, raised, content_class=ContentClass.PUBLIC_AFFAIRS)
    return raised


def draft(cast, *, kind=MeetingKind.COUNCIL, days=15, on=None, **more):
    return convening.draft_meeting(
        cast.actor("staff"),
        platform=on or platform(cast),
        kind=kind,
        title="第三次居民议事会",
        starts_at=clock.at(clock.today() + timedelta(days=days), 19, 30),
        venue="社区一楼议事厅",
        host_id=cast.host.id,
        recorder_id=cast.staff.id,
        **more,
    )


def vote_item(cast, meeting, *, topic=None, title="建设充电棚", motion=MOTION):
    return agenda.add_item(
        cast.actor("staff"),
        meeting,
        kind=ItemKind.VOTE,
        title=title,
        planned=20,
        motion=motion,
        topic=topic,
    )


def council(cast, *, people=("zhang", "li", "wang"), topic=None, items=1, **more):
    """A draft council with invited members and items to vote on, ready to be convened."""
    meeting = draft(cast, **more)
    for number in range(items):
        vote_item(cast, meeting, topic=topic if number == 0 else None)
    invite(cast, meeting, people)
    return meeting


def invite(cast, meeting, people, capacity=Capacity.MEMBER):
    ids = [getattr(cast, name).id for name in people]
    invitations.invite_people(cast.actor("staff"), meeting, ids, capacity=capacity)


def convened(cast, **more):
    meeting = council(cast, **more)
    convening.convene(cast.actor("staff"), meeting)
    return meeting


def invitation(meeting, person):
    return db.session.query(Invitation).filter_by(meeting_id=meeting.id, person_id=person.id).one()


def sits(cast, *, present=("zhang", "li", "wang"), **more):
    """A council that has opened, with these members checked in."""
    meeting = convened(cast, **more)
    open_(cast, meeting, present)
    return meeting


def open_(cast, meeting, present=()):
    with clock.frozen(meeting.starts_at):
        session.open_meeting(cast.actor("host"), meeting)
    check_in(cast, meeting, present)


def check_in(cast, meeting, people):
    for name in people:
        attendance.check_in(
            cast.actor("host"), invitation(meeting, getattr(cast, name)), method=CheckIn.LIST
        )


def voting(cast, *, mode=VoteMode.SHOW_OF_HANDS, **more):
    """(meeting, item, vote): an open vote on the first item."""
    meeting = sits(cast, **more)
    item = items(meeting)[0]
    session.start_item(cast.actor("host"), item)
    names = {"scrutineer": "周监票", "teller": "郑计票"} if mode is VoteMode.SECRET else {}
    vote = voting_services.open_vote(cast.actor("host"), item, mode=mode, **names)
    return meeting, item, vote


def passed_item(cast, *, topic=None, **more):
    """An item the meeting has carried, in a meeting that still sits."""
    _meeting, item, vote = voting(cast, topic=topic, **more)
    voting_services.close_vote(cast.actor("host"), vote, counts=(vote.present, 0, 0))
    return item


def items(meeting):
    return [item for item, _vote in queries.agenda(meeting.id)]
