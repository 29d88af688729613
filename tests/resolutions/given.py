"""A matter as tests need it: a topic that a council has agreed on, its resolution, its tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import count

from PIL import Image
from werkzeug.datastructures import FileStorage

from app.core import clock
from app.core.db import db
from app.core.files import StoredFile
from app.meetings.models.agenda import AgendaItem, ItemKind
from app.meetings.models.attendance import Capacity, CheckIn, Invitation
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import MeetingKind
from app.meetings.models.votes import VoteMode
from app.meetings.services import agenda, attendance, convening, invitations, session, voting
from app.platforms import services as services_there
from app.platforms.models import PlatformKind
from app.resolutions import services
from app.resolutions.models import Resolution
from app.tasks.models.evaluations import Channel
from app.tasks.models.tasks import Difficulty, Task
from app.tasks.services import checking, dispatching, drafting, working
from app.topics.models import ContentClass, Topic, TopicSource
from app.topics.services import cosigning, screening, topics

CONVENED = clock.at(date(2026, 10, 26), 9)
MET = clock.at(date(2026, 11, 17), 19, 30)
NOW = clock.at(date(2026, 11, 23), 10)  # a Monday, six days after the meeting
MOTION = "同意在2栋东侧空地建设电动自行车集中充电棚，由安居物业服务有限公司负责施工。"

_numbers = count(1)


@dataclass
class Matter:
    """Raised by zhang, signed by li, agreed on by zhang, li and wang; chen was not there."""

    topic: Topic
    meeting: Meeting
    item: AgendaItem


def matter(
    cast, *, counts=(3, 0, 0), title="电动自行车没有地方充电", sensitive=False, sits=False
) -> Matter:
    with clock.frozen(CONVENED):
        topic = _topic(cast, title, sensitive=sensitive)
        meeting = _convened(cast, topic)
    with clock.frozen(MET):
        item = _voted(cast, meeting, counts)
        if not sits:
            session.close_meeting(cast.actor("host"), meeting)
    db.session.commit()
    return Matter(topic, meeting, item)


def _topic(cast, title, *, sensitive):
    raised = topics.raise_topic(
        cast.actor("resident"),
        community_id=cast.community.id,
        title=title,
        body="楼道充电有火灾隐患。",
        wish=MOTION,
        source=TopicSource.OPINION_POINT,
        author_id=cast.zhang.id,
    )
    topics.submit(cast.actor("resident"), raised)
    cosigning.cosign(cast.actor("other_resident"), raised, person_id=cast.li.id)
    screening.accept(
        cast.actor("staff"),
        raised,
        content_class=ContentClass.PUBLIC_AFFAIRS,
        sensitive=sensitive,
    )
    return raised


def _convened(cast, topic):
    staff = cast.actor("staff")
    platform = services_there.open_platform(
        staff,
        community_id=cast.community.id,
        name=f"桂花苑议事亭{next(_numbers)}",
        kind=PlatformKind.COUNCIL,
        place_id=cast.estate.id,
        venue="小区中心花园",
        opened_on=date(2024, 1, 1),
        parties=(),
    )
    meeting = convening.draft_meeting(
        staff,
        platform=platform,
        kind=MeetingKind.COUNCIL,
        title="第三次居民议事会",
        starts_at=MET,
        venue="社区一楼议事厅",
        host_id=cast.host.id,
        recorder_id=cast.staff.id,
    )
    agenda.add_item(
        staff,
        meeting,
        kind=ItemKind.VOTE,
        title="建设充电棚",
        planned=20,
        motion=MOTION,
        topic=topic,
    )
    people = [cast.zhang.id, cast.li.id, cast.wang.id]
    invitations.invite_people(staff, meeting, people, capacity=Capacity.MEMBER)
    convening.convene(staff, meeting)
    return meeting


def _voted(cast, meeting, counts):
    host = cast.actor("host")
    session.open_meeting(host, meeting)
    for invited in db.session.query(Invitation).filter_by(meeting_id=meeting.id):
        if invited.person_id is not None:
            attendance.check_in(host, invited, method=CheckIn.LIST)
    item = db.session.query(AgendaItem).filter_by(meeting_id=meeting.id).one()
    session.start_item(host, item)
    vote = voting.open_vote(host, item, mode=VoteMode.SHOW_OF_HANDS)
    voting.close_vote(host, vote, counts=counts)
    return item


def resolution(cast, **more) -> Resolution:
    made = services.record(
        cast.actor("host"), matter(cast, **more).item, title="建设电动自行车充电棚", text=MOTION
    )
    db.session.commit()
    return made


def drafted(cast, made=None, *, title="搭建充电棚", difficulty=Difficulty.ORDINARY) -> Task:
    return drafting.draft_task(
        cast.actor("staff"),
        made or resolution(cast),
        title=title,
        detail="位置在2栋东侧，十个车位。",
        difficulty=difficulty,
    )


def dispatched(cast, made=None, *, unit=None, person=None, **more) -> Task:
    """To the property firm unless another unit or a person is named."""
    task = drafted(cast, made, **more)
    if unit is None and person is None:
        unit = cast.property_firm
    dispatching.dispatch(cast.actor("staff"), task, unit=unit, person=person)
    return task


def handler_of(cast, task):
    """Who handles it; for those without an account a second staff member enters it."""
    if task.unit_id == cast.property_firm.id:
        return cast.actor("unit_contact")
    return cast.actor("resident" if task.person_id == cast.zhang.id else "second_staff")


def accepted(cast, made=None, **more) -> Task:
    task = dispatched(cast, made, **more)
    dispatching.accept(handler_of(cast, task), task)
    return task


def submitted(cast, made=None, **more) -> Task:
    task = accepted(cast, made, **more)
    hand_in(cast, task)
    return task


def hand_in(cast, task):
    working.submit(handler_of(cast, task), task, text="棚已搭好，可以使用。", photos=[photo()])


def verified(cast, made=None, **more) -> Task:
    task = submitted(cast, made, **more)
    checking.verify(cast.actor("staff"), task)
    return task


def closed(cast, made=None, **more) -> Task:
    task = verified(cast, made, **more)
    evaluated(cast, task)
    checking.close_task(cast.actor("staff"), task)
    return task


def evaluated(cast, task, *, score=5, solved=True, by="other_resident"):
    who = cast.actor(by)
    return checking.evaluate(
        who,
        task,
        person=cast.li if by == "other_resident" else cast.zhang,
        channel=Channel.SELF,
        score=score,
        solved=solved,
        comment="很方便。",
    )


def photo() -> StoredFile:
    """The row of a photo; its content is of no interest."""
    number = next(_numbers)
    row = StoredFile(digest=f"{number:064d}", name="棚.jpg", media_type="image/jpeg", size=9)
    db.session.add(row)
    db.session.flush()
    return row


def picture(colour=(20, 120, 110), size=(64, 48), kind="JPEG") -> BytesIO:
    """A picture as a phone sends it."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    out.seek(0)
    return out


def upload(content=None, name="现场.jpg") -> FileStorage:
    return FileStorage(content or picture(), filename=name)
