"""Everything the guide promises of the sample community is there on the day it is made."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.demo_accounts import ACCOUNTS, PASSWORD
from app.accounts.models import User
from app.conventions.models import Convention, ConventionVersion
from app.conventions.states import VersionState as S
from app.core import clock
from app.core.db import begin_writing, db
from app.ledger.models import Seal
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.attendance import Invitation
from app.meetings.models.meetings import Meeting
from app.meetings.states import MeetingState
from app.notices.models import Notice, Objection
from app.people.models import Person
from app.platforms.models import Platform, PlatformKind
from app.points.models import Award, AwardStatus
from app.resolutions.models import Resolution
from app.rewards.models import Redemption, RedemptionState, RewardItem
from app.tasks.models.steps import TaskStep
from app.tasks.models.tasks import Task
from app.tasks.states import OPEN, TaskState
from app.topics.models import Topic
from app.topics.states import TopicState
from tests.sample import run

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("full")]


def count(column, *conditions):
    return db.session.scalar(select(func.count(column)).where(*conditions))


def story():
    return db.session.scalar(select(User.community_id).where(User.username == "staff"))


def test_every_resolution_says_what_was_decided():
    assert count(Resolution.id, Resolution.text != "") == count(Resolution.id) > 0


def test_three_thousand_people_live_there():
    assert count(Person.id, Person.community_id == story()) >= 3000
    assert count(Person.id) > count(Person.id, Person.community_id == story())


def test_the_ledger_adds_up_and_is_sealed_up_to_yesterday(full):
    done = run(full.app, "ledger", "verify")
    assert done.exit_code == 0, done.output
    yesterday = clock.today() - timedelta(days=1)
    assert db.session.scalar(select(func.max(Seal.day))) >= yesterday - timedelta(days=1)


def test_every_account_opens_its_day(full):
    begin_writing()
    for username in ACCOUNTS:
        client = full.app.test_client()
        answer = client.post("/sign-in", data={"username": username, "password": PASSWORD})
        assert answer.status_code == 303, username
        assert client.get("/today").status_code == 200, username


def test_what_was_entered_for_a_handler_was_entered_by_somebody_of_the_staff():
    names = set(db.session.scalars(select(TaskStep.by_name).where(TaskStep.by_proxy)))
    assert names == {"社区工作者"}


@pytest.mark.parametrize(
    "state", [TopicState.DRAFT, TopicState.SUBMITTED, TopicState.RETURNED, TopicState.MERGED]
)
def test_topics_wait_for_somebody(state):
    assert count(Topic.id, Topic.community_id == story(), Topic.state == state)


def test_a_topic_went_the_whole_way_to_a_published_result():
    done = db.session.scalars(
        select(Resolution).where(
            Resolution.community_id == story(), Resolution.closed_at.is_not(None)
        )
    ).all()
    assert any("车位" in resolution.title and resolution.result for resolution in done)


@pytest.mark.parametrize("kind", [PlatformKind.COUNCIL, PlatformKind.MULTIPARTY, PlatformKind.TALK])
def test_something_was_settled_on_each_of_its_platforms(kind):
    platform = db.session.scalars(
        select(Platform).where(Platform.community_id == story(), Platform.kind == kind)
    ).one()
    assert count(
        Resolution.id,
        Resolution.closed_at.is_not(None),
        Resolution.item_id == AgendaItem.id,
        AgendaItem.meeting_id == Meeting.id,
        Meeting.platform_id == platform.id,
    )


def test_a_task_is_late_and_others_wait_for_each_step():
    today = clock.today()
    own = Task.community_id == story()
    assert count(Task.id, own, Task.state.in_(OPEN), Task.due_on < today)
    for state in (TaskState.OFFERED, TaskState.DISPATCHED, TaskState.CLOSED):
        assert count(Task.id, own, Task.state == state), state


def test_a_meeting_begins_within_the_hour_and_one_is_convened_for_next_week():
    now = clock.now()
    ahead = db.session.scalars(
        select(Meeting)
        .where(Meeting.community_id == story(), Meeting.state == MeetingState.CONVENED)
        .order_by(Meeting.starts_at)
    ).all()
    soon, later = ahead[0], ahead[-1]
    assert soon.starts_at <= now + timedelta(hours=1)
    assert count(Invitation.id, Invitation.meeting_id == soon.id)
    assert later.starts_at > now + timedelta(days=5)


def test_a_convention_is_in_force_and_its_amendment_is_open_for_comment():
    states = dict(
        db.session.execute(
            select(ConventionVersion.state, func.count())
            .join(Convention, Convention.id == ConventionVersion.convention_id)
            .where(Convention.community_id == story())
            .group_by(ConventionVersion.state)
        ).all()
    )
    assert {S.IN_FORCE, S.PUBLIC_COMMENT, S.DRAFTING} <= states.keys()


def test_points_wait_for_a_second_person():
    assert count(Award.id, Award.community_id == story(), Award.status == AwardStatus.PENDING)


def test_a_notice_hangs_and_an_objection_waits():
    assert count(Notice.id, Notice.community_id == story(), Notice.ends_on >= clock.today())
    assert count(Objection.id, Objection.answered_at.is_(None))


def test_rewards_wait_and_one_umbrella_is_left():
    own = Redemption.community_id == story()
    reserved = Redemption.state == RedemptionState.RESERVED
    assert count(Redemption.id, own, reserved, Redemption.collect_by >= clock.today())
    assert count(Redemption.id, own, reserved, Redemption.collect_by < clock.today())
    assert count(Redemption.id, own, Redemption.state == RedemptionState.HANDED_OVER)
    umbrella = select(RewardItem.stock).where(RewardItem.name == "雨伞")
    assert db.session.scalar(umbrella) == 1


def test_it_refuses_a_database_in_use_and_leaves_it_alone(full):
    people = count(Person.id)
    begin_writing()
    done = run(full.app, "demo", "load")
    assert done.exit_code == 1
    assert "There are accounts already." in done.output
    assert run(full.app, "demo", "load", "--if-empty").exit_code == 0
    db.session.rollback()
    assert count(Person.id) == people
