"""What the tests of Today and the board start from."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries.sessions import actor_of
from app.core import clock
from app.core.db import begin_reading, begin_writing, db
from app.notices import services as notices
from app.notices.models import NoticeKind
from app.points.services import requesting as points
from app.topics.models import TopicSource
from app.topics.services import topics as platforms
from tests.conftest import _Client
from tests.points.conftest import count_queries  # noqa: F401 - a fixture


@pytest.fixture
def full(whole_sample):
    """The sample community in an application context, to be looked at."""
    begin_reading()
    with whole_sample.app.app_context():
        yield whole_sample
        db.session.rollback()
        db.session.remove()
    begin_writing()


@pytest.fixture
def enter(full):
    """`enter("staff")`: a client signed in as that sample account, without the form."""

    def as_account(username):
        client = _Client(full.app, full.app.response_class, use_cookies=True)
        user = db.session.scalars(select(User).where(User.username == username)).one()
        with client.session_transaction() as session:
            session["_user_id"] = actor_of(user).get_id()
            session["_fresh"] = True
        return client

    return as_account


@pytest.fixture
def happen(cast):
    """Things that wait for staff: a topic, a notice with an objection, points to approve."""
    made = 0

    def once(by, person, community, title="路灯不亮"):
        nonlocal made
        made += 1
        who, day = cast.actor(by), clock.today() - timedelta(days=made)
        topic = platforms.raise_topic(
            who, community_id=community.id, title=f"{title}{made}", body="二单元门口。",
            wish="请修一修。", source=TopicSource.OPINION_POINT, author_id=person.id,
        )  # fmt: skip
        platforms.submit(who, topic)
        notice = notices.publish(
            who, community_id=community.id, kind=NoticeKind.AFFAIRS, title=f"{title}收支{made}",
            contact="居委会", body="支出一百元。",
        )  # fmt: skip
        notices.object_to(who, notice, person_id=person.id, text="请写明用途。")
        points.request_award(
            who, person_id=person.id, code="stairs", happened_on=day,
            memo=f"楼道{made}", request_key=f"home-small-{made}",
        )  # fmt: skip
        points.request_award(
            who, person_id=person.id, code="patrol", happened_on=day,
            memo=f"{title}{made}", request_key=f"home-{made}",
        )  # fmt: skip
        db.session.commit()

    return once
