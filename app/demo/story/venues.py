"""The community's other platforms and what was settled there: the red pavilion, where the units
stationed in it sit at the table, and the hall where everybody says what is on their mind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.demo.story.stage import CONTACT, moment
from app.meetings import interface as meetings
from app.meetings.models.agenda import ItemKind
from app.meetings.models.rules import MeetingKind
from app.people.models import UnitKind
from app.platforms import interface as platforms
from app.platforms.models import PlatformKind
from app.resolutions import interface as resolutions
from app.tasks import interface as tasks
from app.tasks.models.evaluations import Channel
from app.tasks.models.tasks import Difficulty
from app.topics.models import ContentClass

if TYPE_CHECKING:
    from app.demo.story.stage import Stage
    from app.platforms.models import Platform

GATE = "实验小学放学时段门口拥堵"
DANCE = "中心广场晚间活动怎样不扰邻"


def tell(stage: Stage) -> None:
    school_gate(stage, _open(stage, "桂花红色议事亭", PlatformKind.MULTIPARTY, "东门红色议事亭"))
    square(stage, _open(stage, "桂花百言堂", PlatformKind.TALK, "党群服务中心一楼百言堂"))


def _open(stage: Stage, name: str, kind: PlatformKind, venue: str) -> Platform:
    multiparty = kind is PlatformKind.MULTIPARTY
    with moment(stage.days_ago(110)):
        return platforms.open_platform(
            stage.staff, community_id=stage.community.id, name=name, kind=kind,
            place_id=stage.community.id, venue=venue, responsible_id=stage.community.committee[0],
            opening_hours="每月第一个周五 19:00–20:30" if multiparty else "每周五 19:00–20:30",
            parties=[UnitKind.STATIONED, UnitKind.PROPERTY_FIRM, UnitKind.SOCIAL_ORGANISATION]
            if multiparty else [],
        )  # fmt: skip


def school_gate(stage: Stage, pavilion: Platform) -> None:
    """School, property firm and residents agree on who stands at the gate; a resident does it."""
    with moment(stage.days_ago(103)):
        topic = stage.topic(
            stage.person(13), GATE, "每天16:30接孩子的车和电动车堵住东门，老人过路很险。",
            "学校、物业和家长一起排班，放学时段有人护学。", ContentClass.PARTIES, platform=pavilion,
        )  # fmt: skip
    with moment(stage.days_ago(99)):
        meeting = stage.prepare(
            "护学岗共建协商会", stage.days_ago(93, 19, 0),
            [(topic, "同意在东门设护学岗：学校错峰放学15分钟，物业划出等候区，志愿者每个上学日16:20到岗。")],
            MeetingKind.CO_CONSULTATION, platform=pavilion,
        )  # fmt: skip
        meetings.invite_people(stage.staff, meeting, stage.community.representatives[:10])
        # Property firm, school, health station and social workers: whom the pavilion requires.
        meetings.invite_units(
            stage.staff, meeting, [stage.community.units[number] for number in (0, 2, 3, 6)]
        )
        meetings.convene(stage.staff, meeting)
    stage.hold(
        meeting, {GATE: (0, 1)},
        {GATE: "学校同意错峰放学；物业公司划出等候区；家长代表提出雨天也要有人，志愿服务队答应安排替补。"},
    )  # fmt: skip
    with moment(stage.days_ago(92)):
        resolution = stage.record(meeting, GATE)
        resolutions.publish(stage.staff, resolution, contact=CONTACT)
        task = tasks.draft_task(
            stage.staff, resolution, title="排出护学岗值班表并到岗一周", difficulty=Difficulty.ORDINARY,
            detail="值班表张贴在东门，首周每日签到。",
        )  # fmt: skip
        tasks.offer(stage.staff, task)
    with moment(stage.days_ago(91)):
        tasks.claim(stage.actor("resident"), task)
    with moment(stage.days_ago(85)):
        tasks.submit(
            stage.actor("resident"), task, text="值班表已张贴，首周五天全部到岗，东门16:45前恢复畅通。",
            photos=stage.photos[1:2],
        )  # fmt: skip
    with moment(stage.days_ago(84)):
        tasks.verify(stage.staff, task)
    with moment(stage.days_ago(82)):
        tasks.evaluate(
            stage.staff, task, person=stage.person(13), channel=Channel.PHONE, score=5, solved=True,
            comment="接孩子不挤了。",
        )  # fmt: skip
        tasks.close_task(stage.staff, task)
    with moment(stage.days_ago(80)):
        resolutions.feed_back(
            stage.staff, resolution, contact=CONTACT, result="护学岗每个上学日有人，东门放学时段不再堵车。",
        )  # fmt: skip
    with moment(stage.days_ago(52)):
        resolutions.close(stage.staff, resolution)


def square(stage: Stage, hall: Platform) -> None:
    """Talked over without a vote: what all agreed on is kept as the talk's opinion (协商意见)."""
    with moment(stage.days_ago(60)):
        topic = stage.topic(
            stage.person(14), DANCE, "跳舞的想热闹，备考的要安静，都有道理。",
            "坐下来把时间和音量说好。", platform=hall,
        )  # fmt: skip
    with moment(stage.days_ago(57)):
        meeting = stage.prepare(
            "百言堂：广场晚间活动", stage.days_ago(51, 19, 0),
            [(topic, "")],
            MeetingKind.TALK, platform=hall, item_kind=ItemKind.DISCUSSION,
        )  # fmt: skip
        meetings.invite_people(stage.staff, meeting, stage.community.representatives[2:14])
        meetings.convene(stage.staff, meeting)
    stage.hold(
        meeting,
        {},
        {DANCE: "领队和备考家庭各说各的难处，商定结束时间、音量和停跳的日子，没有人反对。"},
    )
    with moment(stage.days_ago(50)):
        resolution = stage.record(
            meeting,
            DANCE,
            "每晚20:30结束，音量不超过60分贝；中高考前后两周暂停；由领队老师负责提醒。",
        )
        resolutions.publish(stage.staff, resolution, contact=CONTACT)
    with moment(stage.days_ago(43)):
        resolutions.feed_back(
            stage.staff, resolution, contact=CONTACT, result="一个月来按时结束，音量实测58分贝，没有再接到投诉。",
        )  # fmt: skip
    with moment(stage.days_ago(15)):
        resolutions.close(stage.staff, resolution)
