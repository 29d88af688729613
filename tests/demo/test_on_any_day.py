"""The sample can be made on any day: around New Year, the Spring Festival and a leap day, too."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.demo_accounts import PASSWORD
from app.core import clock
from app.core.db import begin_reading, begin_writing, db
from app.meetings.models.meetings import Meeting
from app.meetings.states import MeetingState
from app.resolutions.models import Resolution
from app.tasks.models.tasks import Task
from app.topics.models import Topic
from tests.sample import run

pytestmark = pytest.mark.slow


@pytest.fixture
def new(tmp_path, new_app):
    """An application without a database yet; on SQLite only, since a load takes seconds."""
    app = new_app(f"sqlite:///{tmp_path / 'linli.db'}", DEMO=True)
    begin_writing()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    "day",
    [
        "2027-02-10",
        pytest.param("2027-01-01", marks=pytest.mark.thorough),
        pytest.param("2028-02-29", marks=pytest.mark.thorough),
    ],
)
def test_it_is_made_and_adds_up(new, day):
    with clock.frozen(clock.at(date.fromisoformat(day), 10, 20)):
        made = run(new, "prepare", "--demo")
        assert made.exit_code == 0, made.output
        verified = run(new, "ledger", "verify")
        assert verified.exit_code == 0, verified.output
        the_pages_people_live_in_open(new)
        begin_reading()
        with new.app_context():
            months_look_alike()
            db.session.rollback()


def the_pages_people_live_in_open(app):
    with app.app_context():
        soon = db.session.scalars(
            select(Meeting.id)
            .where(Meeting.state == MeetingState.CONVENED)
            .order_by(Meeting.starts_at)
        ).first()
        db.session.rollback()
    client = app.test_client()
    begin_writing()
    answer = client.post("/sign-in", data={"username": "host", "password": PASSWORD})
    assert answer.status_code == 303
    for page in ("/today", "/board", f"/meetings/{soon}/console"):
        assert client.get(page).status_code == 200, page


def months_look_alike():
    """As many meetings in the last thirty days as in those before, work, and matters under way."""
    today = clock.today()
    for community in db.session.scalars(select(Meeting.community_id).distinct()):
        held = [
            db.session.scalar(
                select(func.count(Meeting.id)).where(
                    Meeting.community_id == community,
                    Meeting.starts_at >= clock.at(today - timedelta(days=30 * (back + 1))),
                    Meeting.starts_at < clock.at(today - timedelta(days=30 * back)),
                )
            )
            for back in range(11)
        ]
        assert min(held) >= 2, held
        assert held[0] >= sum(held) / len(held) - 2, held
        for recent in (
            select(Task.id).where(Task.created_at >= clock.at(today - timedelta(days=40))),
            select(Resolution.id).where(Resolution.closed_at.is_(None)),
            select(Topic.id).where(Topic.raised_at >= clock.at(today - timedelta(days=21))),
        ):
            assert db.session.scalars(recent.filter_by(community_id=community)).first()
