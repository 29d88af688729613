"""What else lies on the desk: topics to screen, notices, rewards, points to approve."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.core import clock
from app.demo.story.stage import moment
from app.notices import interface as notices
from app.notices.models import NoticeKind
from app.points import interface as points
from app.rewards import interface as rewards
from app.rewards.models import RewardKind
from app.topics import interface as platforms

if TYPE_CHECKING:
    from app.demo.story.stage import Stage
    from app.rewards.models import RewardItem

GOODS, SERVICE, HONOUR = RewardKind.GOODS, RewardKind.SERVICE, RewardKind.HONOUR

# Name, kind, points, stock, per person and year, unit cost in fen, who pays, description.
CATALOGUE = [
    ("抽纸（3包）", GOODS, 8, 120, None, 750, "社区工作经费", "加厚三层，每份三包。"),
    ("洗洁精 1.5kg", GOODS, 10, 60, None, 990, "社区工作经费", "家用大瓶装。"),
    ("大米 5kg", GOODS, 40, 30, 4, 3200, "驻区单位捐赠", "本地当季新米。"),
    ("食用油 5L", GOODS, 65, 12, 2, 5800, "驻区单位捐赠", "菜籽油，凭码领取。"),
    ("雨伞", GOODS, 20, 1, 1, 1800, "社区工作经费", "最后一把，先到先得。"),
    (
        "家电清洗一次",
        SERVICE,
        30,
        None,
        2,
        6000,
        "物业公司提供",
        "油烟机或空调任选其一，电话预约。",
    ),
    ("公益理发一次", SERVICE, 6, None, 12, 0, "志愿服务队提供", "每月15日党群服务中心。"),
    ("议事之星荣誉证书", HONOUR, 100, None, 1, 500, "社区工作经费", "在年终总结会上颁发。"),
]


def tell(stage: Stage) -> None:
    topics(stage)
    notice_with_objection(stage)
    store(stage)
    awards(stage)


def topics(stage: Stage) -> None:
    """One topic in each state in which it waits for staff or for its author."""
    resident = stage.actor("resident")
    home, author = stage.community.id, stage.resident.id
    with moment(stage.days_ago(6)):
        returned = platforms.raise_topic(
            resident, title="楼上装修太吵", body="楼上装修一个多月，周末也施工。", wish="请管一管。", community_id=home, author_id=author
        )  # fmt: skip
        platforms.submit(resident, returned)
    with moment(stage.days_ago(5)):
        platforms.return_topic(
            stage.staff,
            returned,
            reason="请补充楼栋和施工时间；装修时段另有规定，社区先请物业上门提醒。",
        )
    with moment(stage.days_ago(3)):
        main = stage.topic(
            stage.person(10),
            "一楼下水道反味",
            "天气一热就有味道。",
            "请物业全面疏通。",
            accepted=False,
        )
        same = stage.topic(
            stage.person(11), "4栋下水道臭", "卫生间返味严重。", "疏通主管道。", accepted=False
        )
    with moment(stage.days_ago(2)):
        platforms.merge(stage.staff, same, into=main)
        stage.topic(
            stage.person(12),
            "晚间广场舞音量",
            "九点半还在放音乐，孩子睡不好。",
            "约定结束时间和音量。",
            accepted=False,
        )
    with moment(stage.days_ago(1)):
        # Stays a draft, for its author to go on with.
        platforms.raise_topic(
            resident,
            title="单元门禁坏了",
            body="3单元门禁一直关不上。",
            wish="尽快维修。",
            community_id=home,
            author_id=author,
        )


def notice_with_objection(stage: Stage) -> None:
    quarter = _last_quarter(clock.local(stage.days_ago(6)).date())
    with moment(stage.days_ago(6)):
        notice = notices.publish(
            stage.staff, community_id=stage.community.id, kind=NoticeKind.AFFAIRS,
            title=f"{quarter}居务收支情况", contact="社区居委会 0830-2345678",
            body=f"{quarter}服务群众专项经费支出48,620元：环境整治21,300元，老年助餐15,400元，"
                 "志愿服务保障6,920元，议事活动5,000元。票据存社区，可到一楼查阅。",
        )  # fmt: skip
    with moment(stage.days_ago(2)):
        notices.object_to(
            stage.staff,
            notice,
            person_id=stage.person(9).id,
            text="老年助餐支出请列出每月用餐人次。",
        )


def _last_quarter(day: date) -> str:
    """The quarter whose accounts are published that day: 四季度 in January."""
    return "四一二三"[(day.month - 1) // 3] + "季度"


def store(stage: Stage) -> None:
    """A stocked store, some handed over, one waiting for the resident."""
    items: list[RewardItem] = []
    with moment(stage.days_ago(120)):
        for name, kind, price, stock, limit, cost, funded, text in CATALOGUE:
            terms = rewards.Terms(kind, name, text, price, limit, cost, funded)
            items.append(
                rewards.add_item(
                    stage.staff, community_id=stage.community.id, terms=terms, stock=stock
                )
            )
    for number, person_id in enumerate(_rich(stage)[:9]):
        with moment(stage.days_ago(60 - number * 5)):
            rewards.redeem_at_counter(
                stage.staff, items[number % 2], person_id=person_id, request_key=f"sample-{number}"
            )
    with moment(stage.days_ago(2)):
        rewards.reserve(
            stage.actor("resident"), items[0], person_id=stage.resident.id, request_key="sample-own"
        )
    with moment(stage.days_ago(20)):
        rewards.reserve(
            stage.staff, items[1], person_id=_rich(stage)[10], request_key="sample-late"
        )


def awards(stage: Stage) -> None:
    """A large one waits for a second person; a clean-up was entered for eight."""
    with moment(stage.days_ago(4)):
        points.request_awards(
            stage.staff, person_ids=[stage.person(number).id for number in range(3, 11)], code="sanitation",
            happened_on=clock.today() - timedelta(days=1), memo="周末清洁日", request_key="sample-clean",
        )  # fmt: skip
    with moment(stage.days_ago(1)):
        points.request_award(
            stage.staff, person_id=stage.person(4).id, code="patrol",
            happened_on=clock.today() - timedelta(days=2), memo="连续一周夜间巡逻", request_key="sample-patrol",
        )  # fmt: skip


def _rich(stage: Stage) -> list[int]:
    """People with enough points, most first; never the one of the sample account."""
    balances = points.balances_of(stage.community.representatives)
    ranked = sorted(balances, key=lambda person_id: -balances[person_id])
    return [person_id for person_id in ranked if person_id != stage.resident.id]
