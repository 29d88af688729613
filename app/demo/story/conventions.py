"""The estate's convention: in force for months, an amendment open for comment, a service
standard being drafted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.conventions import interface as conventions
from app.conventions.interface import clauses_of
from app.conventions.models import ClauseClass, ConventionKind, ConventionVersion, Verdict
from app.core import clock
from app.core.db import db
from app.demo.story.stage import moment
from app.meetings import interface as meetings
from app.meetings.models.attendance import CheckIn
from app.meetings.models.rules import MeetingKind
from app.meetings.models.votes import VoteMode

if TYPE_CHECKING:
    from app.conventions.models import Convention
    from app.demo.story.stage import Stage

TITLE = "桂花苑居民公约"
PREAMBLE = "为建设安全、整洁、和睦的家园，在社区党组织领导下，经居民共同商议，制定本公约。桂花苑小区治理坚持党组织领导，居民自治，共建共享。"
BASIS = "《中华人民共和国城市居民委员会组织法》（2025年修订）第三十条、第三十一条；《中华人民共和国民法典》。"
CONDUCT, ORDER, RIGHTS, DISPUTES, CUSTOMS = ClauseClass

CLAUSES = [
    ("爱护环境", "垃圾分类投放，不高空抛物，不在楼道堆放杂物。", CONDUCT),
    ("文明养犬", "遛犬牵绳，及时清理粪便，早晚避让老人儿童。", CONDUCT),
    ("停车有序", "车位不固定，先到先停；消防通道、单元门口任何时候不停车。", ORDER),
    ("安全用电", "电动自行车在指定地点充电，不飞线充电。", ORDER),
    ("敬老爱幼", "赡养老人，关爱儿童，尊重妇女，家庭和睦，反对家庭暴力。", RIGHTS),
    ("公开监督", "公共收益和维修资金使用按季公示，接受居务监督委员会和居民监督。", RIGHTS),
    ("邻里纠纷", "有矛盾先沟通，沟通不成请楼栋长、调解员调解，不在网上相互攻击。", DISPUTES),
    ("移风易俗", "婚事新办，丧事简办，不攀比，不铺张浪费。", CUSTOMS),
    (
        "违约处理",
        "违反公约的，由楼栋长提醒，屡次不改的由居委会批评教育，双方可约定自愿参加公益劳动。",
        DISPUTES,
    ),
]


def tell(stage: Stage) -> None:
    convention = in_force(stage)
    standard(stage)
    under_review(stage)
    amendment(stage, convention)


def in_force(stage: Stage) -> Convention:
    """From the first draft to being in force, with a vote of the representatives' assembly."""
    staff = stage.staff
    with moment(stage.days_ago(210)):
        convention = conventions.draft(
            staff, place=stage.place, community=stage.place, kind=ConventionKind.CONVENTION, title=TITLE,
            preamble=PREAMBLE, legal_basis=BASIS,
        )  # fmt: skip
        version = _version(convention, 1)
        for heading, text, clause_class in CLAUSES:
            conventions.add_clause(
                staff, version, heading=heading, text=text, clause_class=clause_class
            )
        conventions.open_comment(staff, version, until=clock.today() + timedelta(days=14))
    with moment(stage.days_ago(204)):
        first = conventions.give_opinion(
            staff,
            version,
            text="建议写明电动自行车不能进电梯。",
            clause=None,
            person=stage.person(2),
        )
        second = conventions.give_opinion(
            staff, version, text="违反公约的应当罚款。", clause=None, person=stage.person(3)
        )
    with moment(stage.days_ago(195)):
        conventions.answer_opinion(
            staff,
            first,
            verdict=Verdict.PARTLY,
            reason="写入“不进楼入户充电”，电梯管理由物业另行规定。",
        )
        conventions.answer_opinion(
            staff,
            second,
            verdict=Verdict.NOT_ADOPTED,
            reason="公约不能设定罚款，改为提醒、批评教育和自愿公益劳动。",
        )
        conventions.redraft(staff, version)
        charging = next(c for c in clauses_of(version.id) if c.heading == "安全用电")
        conventions.revise_clause(
            staff, version, charging, heading=charging.heading, clause_class=charging.clause_class,
            text="电动自行车在指定地点充电，不进楼入户充电，不飞线充电。", seen=version.version,
            takes_up=first,
        )  # fmt: skip
        conventions.submit(staff, version)
    with moment(stage.days_ago(190)):
        conventions.pass_review(
            stage.actor("street"), version, opinion="未发现与法律法规和政策相抵触的内容，同意提交表决。",
            number=f"大街审〔{clock.today().year}〕4号",
        )  # fmt: skip
    _vote(stage, version)
    with moment(stage.days_ago(168)):
        conventions.take_result(staff, version)
        conventions.file(
            staff, version, number=f"大街备〔{clock.today().year}〕4号", on=clock.today()
        )
    with moment(stage.days_ago(166)):
        conventions.publish(
            staff, version, in_force_from=clock.today(), contact="社区居委会 0830-2345678"
        )
    return convention


def _vote(stage: Stage, version: ConventionVersion) -> None:
    """The assembly: everybody who is a member, invited by one button, votes in secret."""
    half = "上" if clock.local(stage.days_ago(170)).month <= 6 else "下"
    with moment(stage.days_ago(185)):
        meeting = meetings.draft_meeting(
            stage.staff, platform=stage.platform, kind=MeetingKind.REPS_ASSEMBLY, title=f"{half}半年居民代表会议",
            starts_at=stage.days_ago(170, 19, 0), venue="实验小学多功能厅", host_id=stage.accounts["host"],
            recorder_id=stage.accounts["staff"],
        )  # fmt: skip
        conventions.put_to_vote(stage.staff, version, meeting)
        meetings.invite_group(stage.staff, meeting, group=meetings.Group.COMPOSITION)
        meetings.invite_units(stage.staff, meeting, stage.community.units[:1])
        meetings.convene(stage.staff, meeting)
    invited = [i for i in stage.invitations(meeting) if i.person_id]
    with moment(stage.days_ago(170, 18, 45)):
        for invitation in invited[: len(invited) * 9 // 10]:
            meetings.check_in(stage.host, invitation, method=CheckIn.LIST)
    with moment(stage.days_ago(170, 19, 0)):
        meetings.open_meeting(stage.host, meeting)
        for item in stage.items(meeting):
            meetings.start_item(stage.host, item)
            vote = meetings.open_vote(
                stage.host, item, mode=VoteMode.SECRET, scrutineer="监督委员", teller="楼栋长"
            )
            meetings.close_vote(stage.host, vote, counts=(vote.present - 3, 2, 1))
            meetings.save_notes(
                stage.host,
                item,
                notes="逐条宣读公约全文，居民代表发言7人，均表示赞成。",
                dissent="",
                version=item.version,
            )
    with moment(stage.days_ago(170, 20, 30)):
        meetings.close_meeting(stage.host, meeting)
    with moment(stage.days_ago(169)):
        meetings.confirm_minutes(stage.host, meeting)


def amendment(stage: Stage, convention: Convention) -> None:
    """The second version: parking as resolved, one clause new, open for comment."""
    staff = stage.staff
    with moment(stage.days_ago(8)):
        version = conventions.amend(staff, convention)
        clauses = {clause.heading: clause for clause in clauses_of(version.id)}
        parking = clauses["停车有序"]
        conventions.revise_clause(
            staff, version, parking, heading=parking.heading, clause_class=parking.clause_class,
            text="车位由210个增加到270个，不固定，先到先停；充电车位充满即离；消防通道、单元门口任何时候不停车。",
            seen=version.version,
        )  # fmt: skip
        conventions.add_clause(
            staff,
            version,
            heading="共享菜园",
            text="小菜园抽签认领，一年一签，不施生肥，不占绿地。",
            clause_class=ORDER,
        )
        conventions.open_comment(staff, version, until=clock.today() + timedelta(days=15))
    with moment(stage.days_ago(3)):
        conventions.give_opinion(
            staff,
            version,
            text="充电车位充满即离要有人管，建议超时收费公示。",
            clause=None,
            person=stage.person(8),
        )


def under_review(stage: Stage) -> None:
    """One that waits for the street office."""
    with moment(stage.days_ago(40)):
        convention = conventions.draft(
            stage.staff, place=stage.place, community=stage.place, kind=ConventionKind.CONVENTION,
            title="桂花社区文明养犬公约", preamble="在社区党组织领导下，经养犬居民和其他居民共同商议，制定本公约。",
            legal_basis="《中华人民共和国动物防疫法》；《中华人民共和国民法典》。",
        )  # fmt: skip
        version = _version(convention, 1)
        for heading, text, clause_class in (
            ("免疫登记", "按时为犬只接种狂犬病疫苗，到社区登记。", ORDER),
            ("牵绳出户", "出户牵绳，绳长不超过1.5米，乘电梯避让老人和儿童。", CONDUCT),
            ("清理粪便", "随身带袋，随手清理。", CONDUCT),
        ):
            conventions.add_clause(
                stage.staff, version, heading=heading, text=text, clause_class=clause_class
            )
        conventions.open_comment(stage.staff, version, until=clock.today() + timedelta(days=14))
    with moment(stage.days_ago(20)):
        conventions.submit(stage.staff, version)


def standard(stage: Stage) -> None:
    with moment(stage.days_ago(10)):
        draft = conventions.draft(
            stage.staff, place=stage.place, community=stage.place, kind=ConventionKind.SERVICE_STANDARD,
            title="桂花苑物业服务指导标准", preamble="由业主委员会、物业公司和社区三方协商制定。", legal_basis="",
        )  # fmt: skip
        version = _version(draft, 1)
        for heading, text in (
            ("保洁", "楼道每日清扫一次，每周拖洗一次；公共区域垃圾日产日清。"),
            ("维修", "急修30分钟内到场，一般报修24小时内处理并回访。"),
            ("公示", "收支每季度公示一次，公示期不少于十五日。"),
        ):
            conventions.add_clause(
                stage.staff, version, heading=heading, text=text, clause_class=None
            )


def _version(convention: Convention, number: int) -> ConventionVersion:
    return db.session.scalars(
        select(ConventionVersion).where(
            ConventionVersion.convention_id == convention.id, ConventionVersion.number == number
        )
    ).one()
