"""The parking matter: an old estate of 19 buildings and 1,036 households, 210 spaces for over
400 cars; no fixed spaces, 100 yuan a month, charging piles near buildings 2 and 10."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from app.core import clock, workdays
from app.demo.story.stage import CONTACT, moment
from app.meetings import interface as meetings
from app.meetings.models.attendance import CheckIn
from app.resolutions import interface as resolutions
from app.resolutions.models import Resolution
from app.tasks import interface as tasks
from app.tasks.models.evaluations import Channel
from app.tasks.models.tasks import Difficulty, Task
from app.topics import interface as topics
from app.topics.models import ContentClass

if TYPE_CHECKING:
    from app.demo.story.stage import Stage

SPACES = "桂花苑停车难：车位不够，通道被占"
PILES = "在2栋、10栋附近增设充电桩"
FEE = "桂花苑停车管理费每月100元"


def tell(stage: Stage) -> None:
    spaces_solved(stage)
    piles_under_way(stage)
    fee_to_be_decided(stage)
    sheds_tonight(stage)


def spaces_solved(stage: Stage) -> None:
    """From the resident's topic to a result reported back: the whole chain, closed."""
    resident = stage.resident
    with moment(stage.days_ago(70)):
        topic = topics.raise_topic(
            stage.actor("resident"), community_id=stage.community.id, title=SPACES,
            body="小区19栋1036户，登记车辆400多辆，划线车位只有210个。夜里消防通道停满车，救护车进不来。",
            wish="重新划线，把车位由210个增加到270个；不设固定车位，先到先停。",
            author_id=resident.id, building_ids=stage.community.buildings[:19],
        )  # fmt: skip
        topics.submit(stage.actor("resident"), topic)
    with moment(stage.days_ago(68)):
        for number in range(1, 9):
            topics.cosign(stage.staff, topic, person_id=stage.person(number).id)
        topics.accept(
            stage.staff, topic, content_class=ContentClass.DIFFICULTIES, platform=stage.platform
        )
    with moment(stage.days_ago(63)):
        meeting = stage.prepare(
            "桂花苑停车治理居民议事会", stage.days_ago(56, 19, 30),
            [(topic, "同意重新施划车位，由210个增加到270个；不设固定车位，先到先停；消防通道全线禁停。")],
        )  # fmt: skip
        stage.invite_council(meeting)
        meetings.convene(stage.staff, meeting)
    stage.hold(
        meeting, {SPACES: (2, 1)},
        {SPACES: "物业公司介绍划线方案：利用东门旧自行车棚和北侧硬化地面增加60个车位。"
                 "多数代表支持不设固定车位；两位代表担心晚归无位，主持人说明试行三个月后回看。"},
    )  # fmt: skip
    with moment(stage.days_ago(55)):
        resolution = stage.record(meeting, SPACES)
        resolutions.publish(stage.staff, resolution, contact=CONTACT)
        lines = tasks.draft_task(
            stage.staff, resolution, title="重新施划车位并清理消防通道", difficulty=Difficulty.COMPLEX,
            detail="东门旧自行车棚拆除，北侧硬化地面划线，合计270个车位；消防通道刷黄线。",
        )  # fmt: skip
        tasks.dispatch(stage.staff, lines, unit=stage.unit())
        visits = tasks.draft_task(
            stage.staff, resolution, title="入户说明停车新办法", difficulty=Difficulty.ORDINARY,
            detail="19栋逐户发放说明单，收集意见。",
        )  # fmt: skip
        tasks.offer(stage.staff, visits)
    with moment(stage.days_ago(54)):
        tasks.accept(stage.actor("unit"), lines)
        tasks.claim(stage.actor("resident"), visits)
    with moment(stage.days_ago(52)):
        tasks.report(
            stage.actor("unit"), lines, text="旧车棚已拆除，划线材料到场。", photos=stage.photos[:1]
        )
        tasks.submit(
            stage.actor("resident"), visits, text="走完19栋，发放说明单1036份，收回意见62条。",
            photos=stage.photos[1:2],
        )  # fmt: skip
    with moment(stage.days_ago(49)):
        tasks.verify(stage.staff, visits)
    with moment(stage.days_ago(42)):
        tasks.submit(
            stage.actor("unit"), lines, text="完成划线270个，消防通道黄线已刷，新增指示牌12块。",
            photos=stage.photos,
        )  # fmt: skip
    with moment(stage.days_ago(41)):
        tasks.verify(stage.staff, lines)
    with moment(stage.days_ago(39)):
        for task in (lines, visits):
            _evaluate(stage, task)
        tasks.close_task(stage.staff, lines)
        tasks.close_task(stage.staff, visits)
    with moment(stage.days_ago(36)):
        resolutions.feed_back(
            stage.staff, resolution, contact=CONTACT,
            result="车位由210个增加到270个，消防通道恢复畅通；夜间违停由每晚40余起降到5起以内。",
        )  # fmt: skip
    # The result hangs fifteen days, and over a Spring Festival until people are back at work.
    with moment(stage.days_ago(8)):
        resolutions.close(stage.staff, resolution)


def piles_under_way(stage: Stage) -> None:
    """Resolved, dispatched, and late: what a street officer asks about first."""
    with moment(stage.days_ago(48)):
        topic = stage.topic(
            stage.person(3), PILES, "新能源车越来越多，有人从楼上拉线充电。",
            "在2栋、10栋附近各建一组充电桩，费用公开。",
        )  # fmt: skip
    with moment(stage.days_ago(44)):
        meeting = stage.prepare(
            "充电桩选址居民议事会", stage.days_ago(38, 19, 30),
            [(topic, "同意在2栋、10栋附近各建一组（共16个）充电桩，由物业公司引入运营单位，电价公示。")],
        )  # fmt: skip
        stage.invite_council(meeting)
        meetings.convene(stage.staff, meeting)
    stage.hold(
        meeting, {PILES: (1, 2)}, {PILES: "供电容量可行；2栋住户要求避开儿童活动区，已调整点位。"}
    )
    with moment(stage.days_ago(37)):
        resolution = stage.record(meeting, PILES)
        resolutions.publish(stage.staff, resolution, contact=CONTACT)
        piles = tasks.draft_task(
            stage.staff, resolution, title="建成2栋、10栋充电桩", difficulty=Difficulty.COMPLEX,
            detail="完成报装、施工和验收，公示电价。",
        )  # fmt: skip
        tasks.dispatch(stage.staff, piles, unit=stage.unit())
        safety = tasks.draft_task(
            stage.staff, resolution, title="排查楼道飞线充电", difficulty=Difficulty.HARD,
            detail="逐楼检查，劝导并登记。",
        )  # fmt: skip
    with moment(stage.days_ago(36)):
        tasks.accept(stage.actor("unit"), piles)
    with moment(stage.days_ago(24)):
        tasks.report(
            stage.actor("unit"),
            piles,
            text="2栋点位完工，10栋点位等待供电报装。",
            photos=stage.photos[2:3],
        )
    with moment(stage.days_ago(2)):
        tasks.dispatch(stage.staff, safety, person=stage.person(2))
    with moment(stage.days_ago(1)):
        signs = tasks.draft_task(
            stage.staff, resolution, title="制作充电安全提示牌", difficulty=Difficulty.ORDINARY
        )
        tasks.offer(stage.staff, signs)
        rails = tasks.draft_task(
            stage.staff, resolution, title="充电桩周边加装防撞栏", difficulty=Difficulty.ORDINARY
        )
        tasks.dispatch(stage.staff, rails, unit=stage.unit())
    _prices_to_be_evaluated(stage, resolution)


def _prices_to_be_evaluated(stage: Stage, resolution: Resolution) -> None:
    """Done and verified: the grid worker calls people back."""
    with moment(stage.days_ago(6)):
        prices = tasks.draft_task(
            stage.staff, resolution, title="公示充电电价和服务费", difficulty=Difficulty.ORDINARY
        )
        tasks.dispatch(stage.staff, prices, unit=stage.unit())
    with moment(stage.days_ago(5)):
        tasks.accept(stage.actor("unit"), prices)
        tasks.submit(
            stage.actor("unit"), prices, text="电价和服务费已在充电桩和公开栏公示。",
            photos=stage.photos[:1],
        )  # fmt: skip
    with moment(stage.days_ago(4)):
        tasks.verify(stage.staff, prices)


def fee_to_be_decided(stage: Stage) -> None:
    """A meeting convened for next week, its notice out, replies coming in."""
    # No meeting is convened for New Year's Eve.
    evening = workdays.next_working_day(stage.today + timedelta(days=6))
    with moment(stage.days_ago(9)):
        topic = stage.topic(
            stage.person(5), FEE, "划线后需要有人管理，费用从哪里来、怎么用要说清楚。",
            "每月100元，收支每季度公示，结余用于停车设施维护。",
        )  # fmt: skip
    with moment(stage.days_ago(2)):
        meeting = stage.prepare(
            "停车收费居民议事会", clock.at(evening, 19, 30),
            [(topic, "同意桂花苑停车管理费每车每月100元，收支每季度在公开栏公示，接受居务监督委员会监督。")],
        )  # fmt: skip
        stage.invite_council(meeting)
        meetings.convene(stage.staff, meeting)
    with moment(stage.days_ago(1)):
        for number, invitation in enumerate(stage.invitations(meeting)[1:9]):
            meetings.reply(
                stage.staff,
                invitation,
                coming=number != 3,
                reason="外出探亲" if number == 3 else None,
            )


def sheds_tonight(stage: Stage) -> None:
    """A meeting that begins within the hour: open the host console and run it."""
    with moment(stage.days_ago(12)):
        topic = stage.topic(
            stage.person(6),
            "电动自行车棚加装雨棚和监控",
            "雨天车辆淋湿，也有电瓶被盗。",
            "加装雨棚，装两个摄像头。",
        )
        second = stage.topic(
            stage.person(7), "花园凉亭改建共享小菜园", "凉亭破损多年没人用。", "改成24格小菜园，抽签认领一年。",
            ContentClass.PUBLIC_AFFAIRS,
        )  # fmt: skip
    begins = clock.now().replace(minute=0, second=0) + timedelta(hours=1)
    if clock.local(begins).date() != stage.today:  # in the last hour of the day
        begins = clock.at(stage.today, 23, 55)
    with moment(stage.days_ago(5)):
        meeting = stage.prepare(
            "桂花苑居民议事会", begins,
            [
                (topic, "同意为1号、3号电动自行车棚加装雨棚并安装两个摄像头，费用从公共收益列支。"),
                (second, "同意将花园凉亭改建为24格共享小菜园，抽签认领，期限一年。"),
            ],
        )  # fmt: skip
        stage.invite_council(meeting)
        meetings.convene(stage.staff, meeting)
    for invitation in stage.invitations(meeting)[:7]:
        meetings.check_in(stage.host, invitation, method=CheckIn.LIST)


def _evaluate(stage: Stage, task: Task) -> None:
    if task.person_id != stage.resident.id:
        tasks.evaluate(
            stage.actor("resident"), task, person=stage.resident, channel=Channel.SELF, score=5, solved=True,
            comment="晚上回来能找到车位了。",
        )  # fmt: skip
    tasks.evaluate(
        stage.staff, task, person=stage.person(1), channel=Channel.PHONE, score=4, solved=True,
        comment="通道清出来了，希望坚持。",
    )  # fmt: skip
