"""One of everything that an address can name, made in 桂花社区 through the services."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.accounts.models import RoleGrant
from app.conventions.models import ClauseClass, ConventionKind
from app.conventions.queries import texts as conventions_there
from app.conventions.services import drafting, opinions
from app.core import clock, files
from app.core.db import db
from app.core.i18n import Phrase
from app.inbox.models import Message
from app.meetings.models.attendance import Invitation
from app.meetings.services import speaking as meetings
from app.notices import services as notices
from app.notices.models import NoticeKind
from app.people.models import Appointment
from app.points.models import EarningRule
from app.points.services import facts, requesting
from app.rewards.models import RewardKind
from app.rewards.services import catalogue, reserving
from app.rosters import services as importing
from app.rosters import stored_files
from app.tasks.models.steps import Evidence
from app.tasks.services import working as resolutions
from tests.meetings import given as given_meetings
from tests.resolutions import given
from tests.rosters.spreadsheets import xlsx

if TYPE_CHECKING:
    from flask import Flask

NOW = given.NOW

# By argument; with the blueprint or the endpoint before it where these mean something else by it.
Things = dict[str, Any]


def of_home(app: Flask, cast) -> Things:
    """The arguments of addresses, each with what it names in 桂花社区."""
    folder = Path(app.config["FILES_FOLDER"])
    with clock.frozen(NOW):
        made = (
            _people(cast, folder)
            | _points_and_rewards(cast, folder)
            | _work(cast, folder)
            | _sitting(cast)
            | _papers(cast)
        )
        db.session.commit()
    return made


def _people(cast, folder) -> Things:
    roster = importing.upload(
        cast.actor("staff"),
        community=cast.community,
        name="居民.xlsx",
        kept=stored_files.kept("名册.xlsx", xlsx([["姓名", "联系电话"], ["周涛", 13811112222]])),
        folder=folder,
    )
    office = db.session.query(Appointment).filter_by(person_id=cast.zhang.id).one()
    grant = db.session.query(RoleGrant).filter_by(user_id=cast.host.id).one()
    return {
        "person_id": cast.zhang.id,
        "unit_id": cast.property_firm.id,
        "user_id": cast.host.id,
        "grant_id": grant.id,
        "office_id": office.id,
        "place_id": cast.estate.id,
        "building_id": cast.building.id,
        "import_id": roster.id,
    }


def _points_and_rewards(cast, folder) -> Things:
    staff = cast.actor("staff")
    facts.award(
        None,
        person_id=cast.zhang.id,
        code="task_done",
        fact_key="gift",
        happened_on=clock.today(),
        memo=Phrase("Task done"),
        times=20,
    )
    asked = requesting.request_award(
        staff,
        person_id=cast.zhang.id,
        code="patrol",
        happened_on=clock.today(),
        memo="夜间巡逻",
        request_key="patrol",
    )
    item = catalogue.add_item(
        staff,
        community_id=cast.community.id,
        terms=catalogue.Terms(
            RewardKind.GOODS, "食用油一桶", "5升装", 60, None, 4500, "社区工作经费"
        ),
        stock=10,
    )
    item.photo_id = _photo(folder).id
    booked = reserving.reserve(
        cast.actor("resident"), item, person_id=cast.zhang.id, request_key="oil"
    )
    rule = db.session.query(EarningRule).order_by(EarningRule.id).first()
    return {
        "award_id": asked.id,
        "rewards.item_id": item.id,
        "counter.item_id": item.id,
        "redemption_id": booked.id,
        "rule_id": rule.id,
    }


def _work(cast, folder) -> Things:
    """A topic agreed on, its resolution, a task with a photo and a request for more time."""
    resolution = given.resolution(cast)
    task = given.accepted(cast, resolution)
    handler = given.handler_of(cast, task)
    resolutions.report(handler, task, text="已放线。", photos=[_photo(folder)])
    resolutions.ask_extension(handler, task, days=1, reason="等材料")
    photo = db.session.query(Evidence).filter_by(task_id=task.id).one()
    done = given.verified(cast, resolution, title="装上路灯")
    return {
        "tasks.evaluate.task_id": done.id,
        "resolutions.item_id": given.matter(cast, title="单元门坏了").item.id,
        "resolution_id": resolution.id,
        "topic_id": resolution.item.topic_id,
        "task_id": task.id,
        "evidence_id": photo.id,
        "step": "report",
    }


def _sitting(cast) -> Things:
    """A council that sits and is voting, with a member waiting to speak."""
    meeting, item, vote = given_meetings.voting(cast)
    invitation = (
        db.session.query(Invitation).filter_by(meeting_id=meeting.id, person_id=cast.zhang.id).one()
    )
    speech = meetings.ask_to_speak(cast.actor("host"), item, invitation)
    told = db.session.query(Message).filter_by(person_id=cast.zhang.id).first()
    return {
        "platform_id": meeting.platform_id,
        "meeting_id": meeting.id,
        "item_id": item.id,
        "invitation_id": invitation.id,
        "vote_id": vote.id,
        "speech_id": speech.id,
        "code": meeting.check_in_code,
        "message_id": told.id,
    }


def _papers(cast) -> Things:
    """A notice with an objection; a convention on which residents give their opinion."""
    staff, resident = cast.actor("staff"), cast.actor("resident")
    notice = notices.publish(
        staff,
        community_id=cast.community.id,
        kind=NoticeKind.AFFAIRS,
        title="楼道照明收支",
        contact="居委会",
        body="支出一百元。",
    )
    objection = notices.object_to(resident, notice, person_id=cast.zhang.id, text="请写明用途。")
    convention = drafting.draft(
        staff,
        place=cast.community,
        community=cast.community,
        kind=ConventionKind.CONVENTION,
        title="桂花苑居民公约",
        preamble="居民自治。",
        legal_basis="城市居民委员会组织法",
    )
    version = conventions_there.version_of(convention.id, 1)
    clause = drafting.add_clause(
        staff, version, heading="停车", text="先到先停。", clause_class=ClauseClass.ORDER
    )
    opinions.open_comment(staff, version, until=clock.today() + timedelta(days=7))
    opinion = opinions.give_opinion(
        resident, version, text="写上电梯", clause=None, person=cast.zhang
    )
    return {
        "notice_id": notice.id,
        "objection_id": objection.id,
        "convention_id": convention.id,
        "version_id": version.id,
        "number": version.number,
        "clause_id": clause.id,
        "opinion_id": opinion.id,
    }


def _photo(folder):
    return files.keep_photo(folder, files.read_photo(given.upload()))
